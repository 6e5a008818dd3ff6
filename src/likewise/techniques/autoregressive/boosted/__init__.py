"""Gradient boosting as a way to draw: a level is chosen by a few yes-or-no decisions, each a sum of small trees."""
