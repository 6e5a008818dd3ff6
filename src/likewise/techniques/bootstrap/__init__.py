"""Rows drawn with replacement."""
