"""Rows of tables: symbols and places that a generator learned against a discriminator, given any one column."""
