"""Sequential trees, the default for tables."""

from likewise.techniques.autoregressive.synthesizer import Autoregressive

__all__ = ["Autoregressive"]
