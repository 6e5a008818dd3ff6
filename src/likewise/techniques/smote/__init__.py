"""Rows between near neighbours of the same class."""

from likewise.techniques.smote.cleaning import cleaned, uncontradicted
from likewise.techniques.smote.synthesizer import SMOTE

__all__ = ["SMOTE", "cleaned", "uncontradicted"]
