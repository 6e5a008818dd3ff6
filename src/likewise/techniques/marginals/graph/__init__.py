"""The joint distribution that noisy counts of a few attributes tell of: a graphical model on a tree of cliques."""

from likewise.techniques.marginals.graph.graph import Graph
from likewise.techniques.marginals.graph.measurement import Measurement
from likewise.techniques.marginals.graph.tree import size_of

__all__ = ["Graph", "Measurement", "size_of"]
