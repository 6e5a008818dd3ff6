"""Columns drawn within what the rules leave of them beside the cells that a row has already."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from likewise.constraints.reasoning.bounding import Bounds, bounds_given
from likewise.core.schema import Column
from likewise.techniques.rules.generating.premises import scale_of
from likewise.techniques.rules.maker import Floats, Quantile
from likewise.techniques.rules.makers.cells import cells_of

if TYPE_CHECKING:
    from likewise.techniques.rules.generating.rows import Again

LEAST = 1e-12
"""Shares of values between two bounds below which values are taken evenly between them instead."""


def bounded(block: Again, name: str, maker: Quantile, even: Floats) -> pa.Array:
    """Return a column at `even` shares of what the rules leave of its distribution in each row."""
    premises, domains = block.plan.premises[block.plan.component_of[name]]
    names = {other for premise in premises for other in premise.names}
    known = {other: cells_of(block.column(other), block.meaning(other)) for other in sorted(names)
             if other != name and not block.is_open(other)}  # fmt: skip
    if name not in names or not len(block.numbers):
        return maker.typed(maker.values(even))
    left = bounds_given(premises, name, known, {other: domains[other] for other in names})
    if len(left.low) == 1 != len(even):
        left = left.take(np.zeros(len(even), dtype=np.int64))
    if left.allowed is not None and left.values is not None:
        return maker.typed(_picked(maker, left, scale_of(block.meaning(name)), even))
    scale = scale_of(block.meaning(name))
    return maker.typed(_between(maker, block.meaning(name), left.low / scale, left.high / scale, even))


def _between(maker: Quantile, column: Column, low: Floats, high: Floats, even: Floats) -> Floats:
    """Return values between bounds, as the distribution has them there."""
    first, last = maker.shares(low)[0], maker.shares(high)[1]
    found = maker.values(np.clip(first + even * (last - first), 0.0, 1.0))
    found = np.where(np.isfinite(found), found, np.where(np.isfinite(low), low, high))
    thin = (last - first < LEAST) & np.isfinite(high - low)
    found = np.where(thin, low + even * np.where(thin, high - low, 0.0), found)
    step = 0.0 if column.kind == "float" else 10.0 ** -(column.decimals or 0)
    if step and thin.any():
        found = np.where(thin, np.round(found / step) * step, found)
    return np.where(low <= high, np.clip(found, low, high), maker.values(even))


def _picked(maker: Quantile, left: Bounds, scale: float, even: Floats) -> Floats:
    """Return one of the values that are left, as the distribution weighs them."""
    assert left.values is not None and left.allowed is not None
    levels: tuple[str, ...] | None = getattr(maker, "levels", None)
    points = np.array(
        [levels.index(value) for value in left.values] if levels is not None else left.values, dtype=float
    )
    points = points if levels is not None else points / scale
    below, upto = maker.shares(points)
    weights = upto - below
    weights = np.where(weights > 0, weights, LEAST) * left.allowed
    ends = np.cumsum(weights, axis=1)
    aims = even[:, None] * ends[:, -1:]
    found: Floats = points[np.minimum((ends <= aims).sum(axis=1), len(points) - 1)]
    return found
