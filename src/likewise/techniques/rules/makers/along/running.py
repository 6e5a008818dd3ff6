"""Balances: what a column has come to, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import SerializeAsAny

from likewise.core.schema import Column, Kind
from likewise.techniques.rules.maker import Floats, Maker, Rows, told
from likewise.techniques.rules.makers.along.runs import Runs, along_of
from likewise.techniques.rules.makers.drawn import Drawn

NUMBERS = ("integer", "decimal", "float")


class Running(Maker):
    """Add up a column from row to row: `{running: amount, start: accounts.opening, along: account_id}`.

    The first row of each parent has `start`, a number or a column of the parent, and its own amount. Where a constraint
    says it, a maker draws the `first` one instead, another maker draws what is added, and no sum falls below `floor`.
    """

    word: ClassVar[str] = "running"
    follows: ClassVar[bool] = True
    beside: ClassVar[tuple[str, ...]] = ("along", "start", "decimals")

    of: str | SerializeAsAny[Maker]
    start: str | float = 0.0
    along: str
    decimals: int | None = None
    first: SerializeAsAny[Maker] | None = None
    floor: float | None = None

    @classmethod
    def read(cls, value: Any, path: str) -> Self:
        """Read the column that is added up, and what it starts from."""
        if not isinstance(value["running"], str):
            raise told(path, "`running` names the column that is added up", "write e.g. {running: amount, along: ...}")
        start = value.get("start", 0.0)
        if isinstance(start, bool) or not isinstance(start, str | int | float):
            raise told(f"{path}.start", "a number or a column is wanted", "write start: 0")
        return cls(
            of=value["running"], start=start, along=along_of(value, "running", path), decimals=value.get("decimals")
        )

    def needs(self) -> tuple[str, ...]:
        """Return the column, that of the start, and the reference."""
        own = [self.start] if isinstance(self.start, str) else []
        for part in (self.of, self.first):
            own += [part] if isinstance(part, str) else [] if part is None else part.needs()
        return (f"#{self.along}", *own)

    def column(self, name: str, known: Mapping[str, Column]) -> Column:
        """Return a column of the same kind as that which is added up."""
        parts = [known[each] if isinstance(each, str) else each.column(name, known)
                 for each in (self.of, self.start, self.first) if isinstance(each, str | Maker)]  # fmt: skip
        for part in parts:
            if part.kind not in NUMBERS:
                raise told("$", f"`{part.name}` is a column of kind {part.kind}, and numbers are added up",
                           "name a column of numbers")  # fmt: skip
        whole = all(part.kind == "integer" for part in parts) and float(self._begun).is_integer()
        places = self._places(parts)
        kind: Kind = "integer" if whole else "decimal" if places is not None else "float"
        return Column(name=name, kind=kind, dtype="int64" if whole else "double", decimals=None if whole else places)

    @property
    def _begun(self) -> float:
        return 0.0 if isinstance(self.start, str) else self.start

    def _places(self, parts: list[Column]) -> int | None:
        """Return how many decimals the sums have; None where the parts have no certain number."""
        own = [0 if part.kind == "integer" else part.decimals for part in parts]
        return self.decimals if self.decimals is not None or None in own else max(place or 0 for place in own)

    def make(self, rows: Rows) -> pa.Array:
        """Return the sums up to some rows; a missing amount adds nothing."""
        runs = Runs.of(rows, self.along)
        amounts = runs.rows.column(self.of) if isinstance(self.of, str) else self.of.make(runs.rows)
        begun = runs.rows.column(self.start) if isinstance(self.start, str) else None
        first = None if self.first is None else self.first.make(runs.rows)
        values = _floats(amounts)
        values[runs.first] += self._begun if begun is None else _floats(begun)[runs.first]
        if first is not None:
            values[runs.first] = _floats(first)[runs.first]
        found = self._summed(runs, values)[runs.places]
        whole = [pa.types.is_integer(each.type) for each in (amounts, begun, first) if each is not None]
        if all(whole) and float(self._begun).is_integer():
            return pa.array(np.rint(found).astype(np.int64))
        return pa.array(np.round(found, self.decimals if self.decimals is not None else 9))

    def _summed(self, runs: Runs, values: Floats) -> Floats:
        """Return the sums, none of them below the floor."""
        if self.floor is None:
            return runs.summed(values)
        values[runs.first] = np.maximum(values[runs.first], self.floor)
        for own in runs.steps():
            values[own] = np.maximum(values[own - 1] + values[own], self.floor)
        return values


class Changed(Maker):
    """Take what a column changes by from row to row; the first row's change is drawn, or is from `start`.

    It takes the place of an amount that is added up and kept above a floor.
    """

    word: ClassVar[str] = "changed"
    follows: ClassVar[bool] = True

    of: str
    along: str
    drawn: Drawn
    start: float | None = None

    @classmethod
    def read(cls, value: Any, path: str) -> Self:
        """Refuse to be read: it is what a constraint `running` with a floor makes of a column."""
        raise told(path, "`changed` is no maker", "write the constraint {running: ..., floor: 0}")

    def needs(self) -> tuple[str, ...]:
        """Return the column that changes, and the reference."""
        return (f"#{self.along}", self.of)

    def said(self) -> str:
        """Return whose change it is."""
        return f"{self.drawn.said()}, as far as `{self.of}` may change"

    def column(self, name: str, known: Mapping[str, Column]) -> Column:
        """Return what the amounts are."""
        return self.drawn.column(name, known)

    def make(self, rows: Rows) -> pa.Array:
        """Return the changes of some rows."""
        _, ordinals, _ = rows.placed(self.along)
        later = ordinals > 0
        before = np.full(len(later), np.nan if self.start is None else self.start)
        before[later] = _floats(rows.at(rows.numbers[later] - 1).column(self.of))
        changes = _floats(rows.column(self.of)) - before
        first = _floats(self.drawn.make(rows)) if self.start is None else changes
        return self.drawn.typed(np.where(later, changes, first))


def _floats(array: pa.Array) -> Floats:
    """Return numbers, 0 for missing ones."""
    return np.array(pc.fill_null(array.cast(pa.float64()), 0.0))
