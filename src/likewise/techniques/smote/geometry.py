"""How far apart rows are: numbers by their deviation, levels by SMOTE-NC's rule or by what they say of classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.techniques.smote.cells import Cells, Floats
from likewise.techniques.smote.search import Points

MOST_LOOKED_AT = 100_000
"""Rows from which the spread of a column is taken at most."""
FARTHEST = 1e6
"""Spreads from the middle beyond which a number lies no farther."""
OF_NORMAL = 2.5631031310892007
"""Standard deviations between the tenth and the ninetieth per cent of normal values."""
OUTLYING = 10.0
"""So many of these from the middle a value widens its column no more: a slip of the pen must not."""
APART = 1.0
"""The squared distance of two unequal levels."""


@dataclass(frozen=True, eq=False)
class Geometry:
    """Place rows so that squared distances add up over columns.

    A number counts by its distance in standard deviations of the rows that are moved between, so that every column of
    numbers has the same say, and rare rows may lie where the others have no width. Two levels that differ are as far
    apart as the median standard deviation of the numbers (SMOTE-NC), which is 1; where there are no numbers but
    classes, as their classes differ (`tables`: the value difference metric).
    A missing number lies in the middle, and as far aside of all known ones as two levels are apart, so that it is on
    average as far from a known one as two known ones are; a missing level is a level.
    """

    middle: Floats
    spread: Floats
    gaps: npt.NDArray[np.bool_]
    counted: npt.NDArray[np.bool_]
    tables: tuple[Floats, ...]

    def place(self, cells: Cells) -> Points:
        """Return where some rows lie."""
        used = self.spread > 0
        known = np.clip(self.scaled(cells.numbers)[:, used], -FARTHEST, FARTHEST)
        missing = np.isnan(known)
        aside = np.isnan(cells.numbers[:, self.gaps]) * np.sqrt(APART)
        codes = cells.codes[:, self.counted]
        parts = [np.where(missing, 0.0, known), aside]
        if self.tables:
            parts += [table[codes[:, place]] for place, table in enumerate(self.tables)]
            codes = codes[:, :0]
        return Points(np.ascontiguousarray(np.hstack(parts)), np.ascontiguousarray(codes + 1), APART)

    def scaled(self, numbers: Floats) -> Floats:
        """Return numbers in spreads from the middle."""
        found: Floats = (numbers - self.middle) / np.where(self.spread > 0, self.spread, 1.0)
        return found

    def state(self) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
        """Return what a model file keeps."""
        arrays = {"middle": self.middle, "spread": self.spread, "gaps": self.gaps, "counted": self.counted}
        tables = {f"table.{place}": table for place, table in enumerate(self.tables)}
        return {"tables": len(tables)}, {**arrays, **tables}

    @classmethod
    def from_state(cls, meta: dict[str, Any], arrays: dict[str, npt.NDArray[Any]]) -> Geometry:
        """Rebuild it from a model file."""
        tables = tuple(arrays[f"table.{place}"] for place in range(meta["tables"]))
        flags = arrays["gaps"].astype(bool), arrays["counted"].astype(bool)
        return cls(arrays["middle"], arrays["spread"], *flags, tables)


def fit_geometry(
    cells: Cells, counted: npt.NDArray[np.bool_], numbers: npt.NDArray[np.bool_], classes: npt.NDArray[np.int64] | None,
    rare: npt.NDArray[np.bool_],
) -> Geometry:  # fmt: skip
    """Learn how far apart rows are.

    `counted` and `numbers` say which columns of codes and of numbers count, `classes` the class of each row where there
    are any, `rare` the rows that are moved between.
    """
    middle, own = _spreads(cells.numbers[rare])
    constant = own == 0
    own[constant] = _spreads(cells.numbers[:, constant])[1]
    spread = np.where(numbers, own, 0.0)
    gaps = np.isnan(cells.numbers).any(axis=0) & numbers
    tables: tuple[Floats, ...] = ()
    if classes is not None and not spread.any() and not gaps.any():
        tables = tuple(_class_shares(column, classes) for column in cells.codes[:, counted].T)
    return Geometry(middle, spread, gaps, counted, tables)


def _spreads(numbers: Floats) -> tuple[Floats, Floats]:
    """Return the middle and the spread of each column, 0 where it is constant."""
    looked_at = numbers[:: max(1, len(numbers) // MOST_LOOKED_AT)]
    found = [_spread(column[~np.isnan(column)]) for column in looked_at.T]
    return np.array([m for m, _ in found]), np.array([s for _, s in found])


def _spread(known: Floats) -> tuple[float, float]:
    if not len(known) or (length := float(np.abs(known).max())) == 0:
        return 0.0, 0.0
    with np.errstate(under="ignore"):
        share = known / length  # squares of what is huge or tiny would leave what a float holds
    low, middle, high = (float(v) for v in np.quantile(share, [0.1, 0.5, 0.9]))
    if reach := OUTLYING * (high - low) / OF_NORMAL:
        share = np.clip(share, middle - reach, middle + reach)
    spread = float(np.std(share))
    return middle * length, spread * length if spread > 1e-13 else 0.0


def _class_shares(codes: npt.NDArray[np.int32], classes: npt.NDArray[np.int64]) -> Floats:
    """Return for each level, missing last, the shares of the classes among its rows (Stanfill and Waltz, 1986)."""
    levels, count = int(codes.max(initial=-1)) + 2, int(classes.max()) + 1
    held = np.bincount(np.where(codes < 0, levels - 1, codes) * count + classes, minlength=levels * count)
    held = held.reshape(levels, count).astype(np.float64)
    shares: Floats = held / np.maximum(held.sum(axis=1, keepdims=True), 1)
    return shares
