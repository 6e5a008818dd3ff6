"""Clips of bars that move, for tests."""

from __future__ import annotations

from typing import Any

import numpy as np

import likewise
from likewise.core.schema import Column, Schema
from likewise.core.table import Table


def clips(n: int = 48, frames: int = 5, size: int = 8) -> dict[str, Any]:
    """Bars that rise in one class and fall in the other, on grey of several brightnesses."""
    rng = np.random.default_rng(0)
    made = np.full((n, frames, size, size, 1), 30, dtype=np.uint8)
    for row in range(n):
        for time in range(frames):
            at = (time if row % 2 else frames - 1 - time) + row // 2 % 2
            made[row, time, at : at + 2] = rng.integers(190, 220)
    return {"clip": made, "way": ["falls" if row % 2 else "rises" for row in range(n)]}


def learned(technique: str) -> Any:
    """Return a model of them."""
    schema = Schema(columns=(Column(name="clip", kind="video", rate=12),))
    return likewise.fit(Table.from_any(clips(), schema), technique=technique, epochs=60, batch_size=16)


def drawn(model: Any, n: int, **how: Any) -> Any:
    """Return the clips of rows that were drawn, as an array."""
    return np.asarray(Table.from_any(model.sample(n, **how)).tensor("clip"))
