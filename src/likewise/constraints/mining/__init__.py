"""What holds in every row of a table, or in a share of them, found in the data."""
