"""What several techniques need to know of one kind of data."""
