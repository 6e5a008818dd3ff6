"""Related tables: which rows of one refer to which of another."""
