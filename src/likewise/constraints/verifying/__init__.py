"""Counting the rows that break a constraint, by other code than the one that keeps it: whole numbers and dicts."""
