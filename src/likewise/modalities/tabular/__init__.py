"""What the techniques for tables share."""
