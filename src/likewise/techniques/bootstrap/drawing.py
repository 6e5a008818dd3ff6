"""How a bootstrap model draws: what every method offers to it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.conditions import Given
from likewise.core.schema import Column, Schema
from likewise.core.table import Table
from likewise.errors import ConditionError
from likewise.modalities.tabular.codec import arrow_type, rounded
from likewise.modalities.tabular.numbers import PLAIN, typed_numbers
from likewise.techniques.bootstrap.settings import Settings

Arrays = dict[str, npt.NDArray[Any]]
Floats = npt.NDArray[np.float64]

LARGEST = float(2**63 - 1024)
"""The largest double that is a whole number of 64 bits."""


class Drawing(ABC):
    """Draw rows by one method, from the real rows and what was learned beside them."""

    def __init__(self, settings: Settings, rows: Table, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        self.settings, self.rows, self.arrays = settings, rows, arrays

    @classmethod
    def learn(cls, settings: Settings, table: Table, *, seed: int) -> tuple[Table, Arrays, tuple[str, ...]]:
        """Return the rows to keep, what was learned beside them, and notes for the card."""
        return table, {}, ()

    @classmethod
    def given_back(cls, settings: Settings, table: Table) -> Schema:
        """Return the schema of drawn rows for real ones."""
        return table.schema

    @abstractmethod
    def draw(self, n: int, rng: np.random.Generator, given: Given | None) -> Table:
        """Return `n` rows that meet the conditions."""

    def placed(self, drawn: Table, start: int, seed: int) -> Table:
        """Return drawn rows with what depends on their place among all that were asked for."""
        return drawn


def plain_columns(table: Table) -> list[Column]:
    """Return the columns of plain numbers that hold a value."""
    return [c for c in table.schema.columns if c.kind in PLAIN and not table.missing(c.name).all()]


def rewritten(rows: Table, new: Mapping[str, pa.Array]) -> Table:
    """Return the rows with some columns replaced."""
    arrays = [new[name] if name in new else rows.columns.column(name) for name in rows.names]
    return Table(pa.table(arrays, names=list(rows.names)), rows.schema, rows.container)


def renumbered(rows: Table, new: Mapping[str, Floats], ends: Mapping[str, tuple[float, float]]) -> Table:
    """Return the rows with new numbers in some columns, rounded as these are and kept within their ends."""
    made = {}
    for name, values in new.items():
        column = rows.schema[name]
        low, high = ends[name]
        kept = np.clip(rounded(values, column), max(low, -LARGEST), min(high, LARGEST))
        made[name] = typed_numbers(kept, column, arrow_type(column))
    return rewritten(rows, made)


def no_partial_rows(given: Given | None) -> None:
    """Refuse partial rows: a bootstrap draws rows as they stand."""
    if given is not None and given.rows is not None:
        raise ConditionError("given.rows-unsupported", "technique `bootstrap` cannot complete partial rows",
                             hint="fit with technique='autoregressive'")  # fmt: skip


def none_meets(given: Given | None, what: str = "no real row meets", code: str = "given.unseen") -> ConditionError:
    """Return the error that nothing meets the conditions."""
    return ConditionError(code, f"{what} {given}", hint="loosen the conditions")


def split(given: Given | None, changed: Iterable[str]) -> tuple[Given | None, Given | None]:
    """Return the conditions on columns that stay as they are, and those on columns that are changed."""
    if given is None:
        return None, None
    new = frozenset(changed)
    parts = [Given({n: c for n, c in given.conditions.items() if (n in new) is wanted}) for wanted in (False, True)]
    return parts[0], parts[1] if parts[1].conditions else None
