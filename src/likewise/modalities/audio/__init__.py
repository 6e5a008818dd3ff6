"""Sounds: their spectrum, their loudness, and how they are written to files."""
