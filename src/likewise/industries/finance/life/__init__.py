"""Ordinary life: what people and firms pay, and when."""
