"""Finance: payments and accounts."""
