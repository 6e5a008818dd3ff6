"""Noisy counts of a few columns at a time, and the distribution of whole rows that they tell of."""

from likewise.techniques.marginals.answers import Combined, combined
from likewise.techniques.marginals.model import MarginalsModel
from likewise.techniques.marginals.synthesizer import Marginals
from likewise.techniques.marginals.units.contracts import Contracts
from likewise.techniques.marginals.units.model import UnitsModel
from likewise.techniques.marginals.units.related import Related, RelatedModel
from likewise.techniques.marginals.units.synthesizer import Units
from likewise.techniques.marginals.zeros import kept_by_cells

__all__ = [
    "Combined",
    "Contracts",
    "Marginals",
    "MarginalsModel",
    "Related",
    "RelatedModel",
    "Units",
    "UnitsModel",
    "combined",
    "kept_by_cells",
]
