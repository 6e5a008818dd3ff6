"""A hybrid of agents and trees: agents come, stay and return as entities do, and trees draw what else an event holds."""

from likewise.recipes.acting.technique import Agents

__all__ = ["Agents"]
