"""Attributes of a row as the numbers that networks are conditioned on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.core.conditions import levels_of
from likewise.core.table import Table

Vectors = npt.NDArray[np.float32]

MOST_LEVELS = 1000
"""Levels of a column from which on it tells networks nothing: each would have too few rows."""

KNOTS = 65
"""Quantiles of a number that its place among the rows is read from."""


MOST_MARKS, SEEN = 32, 4
"""Values of a whole number that may be names of classes: at most so many, each seen so often at the mean."""


@dataclass(frozen=True, eq=False)
class Conditioner:
    """Turn attributes into vectors: a one for the level of a category, the normal score of a number, a one for a gap.

    `levels` has the number of levels of each column that is one of them, `knots` the quantiles of each number, `marks`
    the values of whole numbers that have only a few: classes may be named by numbers, so that each has a one as well.
    Free texts and ids are left out.
    """

    levels: dict[str, int]
    knots: dict[str, npt.NDArray[np.float64]]
    marks: dict[str, npt.NDArray[np.float64]] = field(default_factory=dict)

    @classmethod
    def fit(cls, table: Table) -> Conditioner:
        """Learn which columns there are and how their numbers lie."""
        levels: dict[str, int] = {}
        knots: dict[str, npt.NDArray[np.float64]] = {}
        marks: dict[str, npt.NDArray[np.float64]] = {}
        for column in table.schema.columns:
            if column.is_levels and 1 < (count := len(levels_of(column))) <= MOST_LEVELS:
                levels[column.name] = count
            elif column.is_number:
                known = table.numbers(column.name)
                known = known[np.isfinite(known)]
                if len(known) and known.min() < known.max():
                    knots[column.name] = np.quantile(known, np.linspace(0, 1, KNOTS))
                    values = marks_of(known)
                    if values is not None:
                        marks[column.name] = values
        return cls(levels, knots, marks)

    @property
    def width(self) -> int:
        """The length of a vector; 0 where there is nothing to be conditioned on."""
        marks = sum(len(values) for values in self.marks.values())
        return sum(self.levels.values()) + 2 * len(self.knots) + marks

    def encode(self, table: Table, rows: int | None = None) -> Vectors:
        """Return the vectors of rows: rows x width; `rows` is their number where a table without columns forgot it."""
        from scipy.special import ndtri  # not before it is used: all public names are had without it

        parts = [np.zeros((rows if rows is not None and not table.names else table.rows, 0), dtype=np.float32)]
        for name, count in self.levels.items():
            ones = np.zeros((table.rows, count + 1), dtype=np.float32)
            ones[np.arange(table.rows), table.codes(name)] = 1  # -1, missing, is the last, which is cut off
            parts.append(ones[:, :count])
        for name, knots in self.knots.items():
            values = table.numbers(name)
            gone = ~np.isfinite(values)
            place = np.interp(np.where(gone, knots[0], values), knots, np.linspace(0, 1, len(knots)))
            score = np.where(gone, 0.0, ndtri(np.clip(place, 0.005, 0.995)))
            parts.append(np.stack([score, gone], axis=1).astype(np.float32))
        parts += [(table.numbers(n)[:, None] == own).astype(np.float32) for n, own in self.marks.items()]
        return np.concatenate(parts, axis=1)

    def state(self) -> dict[str, Any]:
        """Return what a model file keeps of it, as JSON values: pairs, for their order is that of the vectors."""
        numbers = {"knots": self.knots, "marks": self.marks}
        lists = {key: [[name, own.tolist()] for name, own in part.items()] for key, part in numbers.items()}
        return {"levels": [[name, count] for name, count in self.levels.items()], **lists}

    @classmethod
    def from_state(cls, meta: dict[str, Any]) -> Conditioner:
        """Rebuild it from a model file."""
        knots, marks = ({name: np.array(own) for name, own in meta[key]} for key in ("knots", "marks"))
        return cls(dict(meta["levels"]), knots, marks)


def marks_of(numbers: npt.NDArray[np.float64]) -> npt.NDArray[np.float64] | None:
    """Return the values of whole numbers (NaN where missing) that may be names of classes; None where they are not.

    >>> marks_of(np.array([7.0, 3.0] * 4))
    array([3., 7.])
    """
    known = numbers[np.isfinite(numbers)]
    values = np.unique(known)
    few = 0 < len(values) <= min(MOST_MARKS, len(known) // SEEN)
    whole = (values == np.rint(values)) & (np.abs(values) < 2.0**53)
    return values if few and whole.all() else None
