"""Columns that follow from the rows before them: those that refer to the same row of another table."""
