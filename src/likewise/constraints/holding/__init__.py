"""Hold declared constraints on whatever a technique draws."""

from likewise.constraints.holding.model import ConstrainedModel
from likewise.constraints.holding.synthesizer import Constrained

__all__ = ["Constrained", "ConstrainedModel"]
