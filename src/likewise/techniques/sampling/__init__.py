"""Columns drawn from distributions, declared or learned, that a copula joins."""

from likewise.techniques.sampling.declared import Declared
from likewise.techniques.sampling.synthesizer import Sampling

__all__ = ["Declared", "Sampling"]
