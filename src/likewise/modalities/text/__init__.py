"""What several techniques need to know of texts."""
