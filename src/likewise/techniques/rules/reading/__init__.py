"""Readers: documents of the generator from what describes data elsewhere."""
