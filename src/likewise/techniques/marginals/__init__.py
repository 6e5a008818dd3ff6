"""Noisy counts of a few columns at a time, and the distribution of whole rows that they tell of."""

from likewise.techniques.marginals.model import MarginalsModel
from likewise.techniques.marginals.synthesizer import Marginals

__all__ = ["Marginals", "MarginalsModel"]
