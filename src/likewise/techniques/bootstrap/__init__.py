"""Rows drawn with replacement."""

from likewise.techniques.bootstrap.synthesizer import Bootstrap

__all__ = ["Bootstrap"]
