"""The scikit-learn door: a synthesizer that draws rows, and a resampler that evens out classes."""

from likewise.sklearn.resampler import Resampler
from likewise.sklearn.synthesizer import TableSynthesizer

__all__ = ["Resampler", "TableSynthesizer"]
