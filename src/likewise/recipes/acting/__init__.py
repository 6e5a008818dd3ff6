"""A hybrid of agents and trees: agents come and return as entities do, trees draw what their events hold."""

from likewise.recipes.acting.technique import Agents

__all__ = ["Agents"]
