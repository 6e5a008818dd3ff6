"""Habits: agents that come back as the entities of a table of events do, learned from them."""
