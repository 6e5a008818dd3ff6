"""Sequential trees, the default for tables."""
