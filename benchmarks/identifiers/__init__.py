"""A corpus of identifiers and of what looks like them, made by other code than that which recognises them."""
