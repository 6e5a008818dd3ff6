"""Frames of other libraries: what comes in becomes Arrow, and goes back as it came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from likewise.core.schema import Schema
from likewise.errors import SchemaError

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

    from likewise.core.table import Container


def to_raw(data: Any) -> tuple[pa.Table, Mapping[str, str], Container]:
    """Return data as an Arrow table, the names of its native types, and the container to give back."""
    if isinstance(data, pa.Table):
        return data, {}, "arrow"
    if isinstance(data, Mapping):
        return pa.table(dict(data)), {}, "dict"
    raise SchemaError("schema.not-a-table", f"a {type(data).__name__} is no table")
