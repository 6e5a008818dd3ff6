"""Masking: real values replaced by others of the same form, the same way everywhere, by a key."""
