"""Regular expressions read backwards: how many strings one has, the string of a number, and strings by chance."""
