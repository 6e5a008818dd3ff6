"""Dirty data with an answer key: what goes wrong in tables, where, and what it was before."""
