"""Scenarios that everybody knows, each on a page."""
