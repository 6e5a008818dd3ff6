"""Agents that act in an environment and leave data."""
