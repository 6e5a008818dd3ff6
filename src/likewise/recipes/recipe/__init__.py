"""Recipes: chains of steps, written down, checked before they run, and taken up again where they stopped."""
