"""Columns drawn within what the rules leave of them beside the cells that a row has already."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from likewise.techniques.rules.maker import Floats, Quantile

if TYPE_CHECKING:
    from likewise.techniques.rules.generating.components import Component
    from likewise.techniques.rules.generating.rows import Again


def bounded(block: Again, component: Component, name: str, maker: Quantile, even: Floats) -> pa.Array:
    """Return a column at shares that lie within the bounds of each row."""
    return maker.at(even)
