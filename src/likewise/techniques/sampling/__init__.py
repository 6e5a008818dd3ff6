"""Columns drawn from distributions, declared or learned, that a copula joins."""

from likewise.techniques.sampling.synthesizer import Sampling

__all__ = ["Sampling"]
