"""Clips: read from and written to files, in one pace."""
