"""Events: who did what and when, in cases and with objects."""
