"""Records without a document around them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import numpy as np
import pyarrow as pa

from likewise.core.counted import Counted
from likewise.techniques.rules.records.record import Record, Setting

Kind = TypeVar("Kind", bound=Record)


def record(
    kind: type[Kind],
    locale: str = "en_US",
    rows: int = 2000,
    *,
    safe: bool = True,
    numbers: list[int] | None = None,
    known: Mapping[str, pa.Array] | None = None,
    others: Mapping[str, type[Record]] | None = None,
) -> Kind:
    """Return a record of some rows, beside others of the same rows."""
    own = np.arange(rows) if numbers is None else np.array(numbers)
    beside = lambda name: record((others or {})[name], locale, rows, safe=safe, numbers=numbers, others=others)  # noqa: E731
    return kind(Setting(locale, safe, own, Counted(11, "record", kind.name), known or {}, beside))


def texts(made: pa.Array) -> list[str]:
    """Return a field as a list."""
    found: list[str] = made.to_pylist()
    return found
