"""Processes that a document declares: activities, who does them and in which order; they leave an event log."""
