"""Copulas to and from a model file."""

from __future__ import annotations

from typing import Any

from likewise.modalities.tabular.copulas.copula import Arrays, Copula
from likewise.modalities.tabular.copulas.elliptical import Elliptical
from likewise.modalities.tabular.copulas.vine.vine import Vine


def save_copula(copula: Copula) -> tuple[dict[str, Any], Arrays]:
    """Return what a model file keeps of a copula."""
    meta, arrays = copula.state()
    return meta, {f"copula.{name}": array for name, array in arrays.items()}


def load_copula(meta: dict[str, Any], arrays: Arrays) -> Copula:
    """Rebuild a copula from a model file."""
    own = {n.removeprefix("copula."): array for n, array in arrays.items() if n.startswith("copula.")}
    return (Vine if meta["form"] == Vine.form else Elliptical).from_state(meta, own)
