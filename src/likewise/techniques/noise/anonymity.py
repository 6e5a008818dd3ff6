"""Give each row the quasi-identifiers of at least k: k-anonymity, counted afterwards."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field

from likewise.core.conditions import levels_of
from likewise.core.protocol import Arrays
from likewise.core.schema import LEVELS, NUMBERS, Column, Kind
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.errors import FitError
from likewise.privacy.anonymity.measures import k_anonymity
from likewise.techniques.noise.additive import centre_of, spread_of
from likewise.techniques.noise.levels import relevelled
from likewise.techniques.noise.lines import Floats, Line, line_of
from likewise.techniques.noise.matching import distinct, nearest
from likewise.techniques.noise.microaggregation import grouped, means_of, standard
from likewise.techniques.noise.operation import Changed, Dice, Learned, RowOperation

SIDES = 16
"""Dimensions that levels are laid out in, at most: of more levels, any two are about equally far apart."""

Ints = npt.NDArray[np.int64]


class Anonymize(RowOperation):
    """Give each row the same values of `columns` as at least `k` rows have, moving as few and as little as it can.

    Combinations that `k` rows have stay as they are. The others are grouped with those nearest to them (MDAV, over
    numbers and levels), and a group takes the mean of its numbers and the commonest of its levels; a missing value is a
    value. `columns` None takes those of role quasi-identifier. Holds, and is counted, for all the rows that were
    learned together; a row that was not learned takes the combination of the nearest that was.

    Use before a table of people is shown to those who may know their age, place or job. It says nothing of what the
    other columns give away. Domingo-Ferrer and Torra, 2005, DMKD 11; Sweeney, 2002, IJUFKS 10. Raises FitError where
    there are fewer than `k` rows.
    """

    op: ClassVar[str] = "anonymize"
    kinds: ClassVar[frozenset[Kind]] = NUMBERS | LEVELS
    alone: ClassVar[bool] = True
    strength: ClassVar[str] = "k"
    most: ClassVar[float] = 1_000_000

    k: int = Field(default=5, ge=2, le=1_000_000)
    share: float = Field(default=1.0, ge=1, le=1)

    def takes(self, column: Column) -> bool:
        """Return whether it changes a column that nobody named: a quasi-identifier."""
        return column.role == "quasi-identifier" and self.reaches(column)

    def wants(self) -> str:
        """Return what it changes, for a hint."""
        named = "`quasi` beside `k_anonymity`, in `columns` of a step"
        return f"name the quasi-identifiers, numbers or levels ({named}), or give them that role in the schema"

    def scaled(self, factor: float) -> Anonymize:
        """Return it for so many times as many rows, 2 at least."""
        return self.model_copy(update={"k": int(min(self.most, max(2, round(self.k * factor))))})

    def learn(self, table: Table, names: tuple[str, ...]) -> Learned:
        """Group the combinations, and learn what each group takes."""
        if table.rows < self.k:
            what = f"{self.k:,} rows cannot share their values: the table has {table.rows:,}"
            raise FitError("fit.k-anonymity", what, where="k_anonymity", hint=f"ask for k of at most {table.rows:,}")
        if not names:  # all of them are the same in every row
            return Learned({"least": table.rows})
        meta, arrays = _layout(table, names)
        points, of, weights = distinct(_points(table, names, Learned(meta, arrays)))
        group = _groups(points, weights, self.k)
        common = weights >= self.k
        telling = np.flatnonzero(
            (common | ~np.isin(group, group[common]))[of]
        )  # rare ones join common ones as they are
        rows, own, count = table.take(telling), group[of][telling], int(group.max()) + 1
        for number, name in enumerate(names):
            arrays[f"{number}.taken"] = _taken(rows, name, own, count)
        arrays |= {"points": points, "group": group.astype(np.int32)}
        return self._counted(table, names, Learned(meta, arrays))

    def change_rows(self, rows: Table, names: tuple[str, ...], learned: Learned, dice: Dice) -> Changed:
        """Return what the groups take; a combination that is a group of its own stays."""
        if not rows.rows or not names:
            return {name: rows.column(name) for name in names}
        arrays = learned.arrays
        group = arrays["group"][nearest(_points(rows, names, learned), arrays["points"])]
        return {
            name: _as_taken(rows, name, arrays[f"{number}.taken"][group], learned.meta["lines"][number])
            for number, name in enumerate(names)
        }

    def _counted(self, table: Table, names: tuple[str, ...], learned: Learned) -> Learned:
        """Count the classes of the table as it comes out, and keep the smallest."""
        changed = self.change_rows(table, names, learned, Dice(generator(0), 0))
        least = smallest_class(list(changed.values()))
        if least < self.k:
            what = f"a combination of {', '.join(names)} is left with {least} rows"
            hint = f"ask for k of at most {least}, or name fewer columns"
            raise FitError("fit.k-anonymity", what, where="k_anonymity", hint=hint)
        return Learned({**learned.meta, "least": least}, learned.arrays)


def smallest_class(arrays: list[pa.Array]) -> int:
    """Return how many rows share their values in all of the arrays, at least; a gap equals a gap.

    >>> smallest_class([pa.array(["a", "a", "b", "b", "b"])])
    2
    """
    of = np.zeros(len(arrays[0]), dtype=np.int64)
    for array in arrays:
        coded = (array.indices if pa.types.is_dictionary(array.type) else array).dictionary_encode()
        codes = np.asarray(coded.indices.fill_null(len(coded.dictionary)), dtype=np.int64)
        _, of = np.unique(of * (len(coded.dictionary) + 1) + codes, return_inverse=True)
    return k_anonymity(of)


def _groups(points: Floats, weights: Ints, k: int) -> Ints:
    """Return the group of each combination: those that enough rows have by themselves, the others together."""
    group = np.full(len(points), -1, dtype=np.int64)
    common = np.flatnonzero(weights >= k)
    rare = np.flatnonzero(weights < k)
    group[common] = np.arange(len(common))
    if not len(rare):
        return group
    if weights[rare].sum() >= k:
        group[rare] = grouped(points[rare], weights[rare], k) + len(common)
    else:
        group[rare] = group[common][nearest(points[rare], points[common])]
    return group


def _layout(table: Table, names: tuple[str, ...]) -> tuple[dict[str, list[dict[str, float]]], Arrays]:
    """Learn where the values of each column lie: numbers on a line, levels in as many dimensions as they need."""
    lines, arrays = [], {}
    for number, name in enumerate(names):
        column = table.schema[name]
        if column.is_number:
            values = table.numbers(name)
            lines.append(line_of(table, column).to_meta())
            arrays[f"{number}.scale"] = np.array([centre_of(values), spread_of(values)])
            continue
        lines.append({})
        count = len(levels_of(column)) + 1  # one more for a missing one
        places = np.linspace(-1.7, 1.7, count).reshape(-1, 1) if column.ordered else np.eye(count)
        if places.shape[1] > SIDES:
            places = generator(0, "levels", name).standard_normal((count, SIDES)) / np.sqrt(SIDES)
        arrays[f"{number}.places"] = places
    return {"lines": lines}, arrays


def _points(rows: Table, names: tuple[str, ...], learned: Learned) -> Floats:
    """Return rows as points: each column moves them about as far as the others."""
    parts = []
    for number, name in enumerate(names):
        if rows.schema[name].is_number:
            centre, spread = learned.arrays[f"{number}.scale"]
            parts.append(standard([rows.numbers(name)], np.array([centre]), np.array([spread])))
        else:
            places = learned.arrays[f"{number}.places"]
            codes = rows.codes(name)
            parts.append(places[np.where(codes < len(places) - 1, codes, -1)])
    return np.column_stack(parts)


def _taken(table: Table, name: str, group: Ints, count: int) -> npt.NDArray[np.float64]:
    """Return what each group takes of one column: a mean on the scale, or a code; NaN where most is missing."""
    column = table.schema[name]
    if not column.is_number:
        codes = table.codes(name).astype(np.int64) + 1
        width = len(levels_of(column)) + 1
        pairs, counts = np.unique(group * width + codes, return_counts=True)
        order = np.lexsort((counts, pairs // width))
        last = np.searchsorted((pairs // width)[order], np.arange(count), side="right") - 1
        best = pairs[order][last] % width - 1
        return np.where(best < 0, np.nan, best)
    values = table.numbers(name)
    some = np.bincount(group[~np.isnan(values)], minlength=count)
    return np.where(2 * some >= np.bincount(group, minlength=count), means_of(values, group, count), np.nan)


def _as_taken(rows: Table, name: str, values: Floats, line: dict[str, float]) -> pa.Array:
    column = rows.schema[name]
    if column.is_number:
        return Line.from_meta(column, line).typed(values, values)
    return relevelled(rows.column(name), np.where(np.isnan(values), -1, values).astype(np.int32))
