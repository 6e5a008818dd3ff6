"""A model of columns that were counted in too many pairs for a tree of cliques: they are drawn one after another."""

from likewise.techniques.marginals.wide.chain import Chain

__all__ = ["Chain"]
