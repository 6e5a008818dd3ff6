"""What columns are made by, a word each."""
