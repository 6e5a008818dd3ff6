"""Noisy counts of a few columns at a time, and the distribution of whole rows that they tell of."""
