"""Cut columns into cells that can be counted, alike for both sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.evaluation.fidelity.sides import Sides

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Cells:
    """Hold the cell of each row in each column, the synthetic rows before the real ones, and how many cells there are.

    Cells stand for the rows of both sides together, so that no side is favoured: whichever way the rows were dealt to
    the sides, the cells would be the same (but for those beyond the real range, of which fresh rows hold hardly one).
    """

    codes: tuple[Codes, ...]
    sizes: tuple[int, ...]
    synthetic: int
    rows: int

    def joint(self, subset: tuple[int, ...]) -> tuple[Codes, int]:
        """Return the cells of several columns taken together, and how many there may be."""
        code, size = self.codes[subset[0]], self.sizes[subset[0]]
        for i in subset[1:]:
            code, size = code * self.sizes[i] + self.codes[i], size * self.sizes[i]
        return code, size

    def take(self, rows: npt.NDArray[np.bool_]) -> Cells:
        """Return some of the rows."""
        return Cells(tuple(c[rows] for c in self.codes), self.sizes, int(rows[: self.synthetic].sum()), int(rows.sum()))


def cut(sides: Sides, bins: int, *, beyond: bool = True) -> Cells:
    """Cut every column into about `bins` cells, with one more for missing values.

    Where `beyond`, values below and above all real ones have a cell each. Numbers: cells of equally many rows, each
    value that would fill one alone (a spike) in a cell of its own. Levels: the commonest, and one for the rest.
    """
    codes, sizes = [], []
    for column, real, synthetic in zip(sides.columns, sides.real.arrays, sides.synthetic.arrays, strict=True):
        both = np.concatenate([synthetic, real])
        found = cut_numbers(both, real if beyond else both, bins) if column.numeric else cut_levels(both, bins)
        used, code = np.unique(found, return_inverse=True)
        codes.append(code.astype(np.int64))
        sizes.append(len(used))
    return Cells(tuple(codes), tuple(sizes), sides.synthetic.rows, sides.synthetic.rows + sides.real.rows)


def cut_numbers(both: npt.NDArray[np.float64], real: npt.NDArray[np.float64], bins: int) -> Codes:
    """Return 0 where missing, 1 below and 2 above the range of `real`, and from 3 on the cells of the others.

    >>> cut_numbers(np.array([np.nan, 9.0, 1.0, 2.0, 2.0]), np.array([1.0, 2.0, 2.0]), 4).tolist()
    [0, 2, 4, 5, 5]
    """
    code = np.zeros(len(both), dtype=np.int64)
    known = ~np.isnan(both)
    if not known.any():
        return code
    values, counts = np.unique(both[known], return_counts=True)
    spike = counts * bins >= known.sum()
    rest = np.repeat(values[~spike], counts[~spike])
    parts = max(1, round(bins * len(rest) / int(known.sum())))
    edges = np.unique(np.quantile(rest, np.arange(1, parts) / parts)) if len(rest) else np.empty(0)
    code[known] = 3 + np.searchsorted(edges, both[known], "right")
    atoms = values[spike]
    if len(atoms):
        place = np.minimum(np.searchsorted(atoms, both[known]), len(atoms) - 1)
        code[known] = np.where(atoms[place] == both[known], 4 + len(edges) + place, code[known])
    if not np.isnan(real).all():
        code[both < np.nanmin(real)] = 1
        code[both > np.nanmax(real)] = 2
    return code


def cut_levels(both: npt.NDArray[Any], bins: int) -> Codes:
    """Return 0 where missing, from 1 on the commonest levels, the first of equals first, and `bins` for all others."""
    counts = np.bincount(both[both >= 0], minlength=1)
    rank = np.empty(len(counts) + 1, dtype=np.int64)
    rank[np.argsort(-counts, kind="stable")] = np.minimum(np.arange(len(counts)) + 1, bins)
    rank[-1] = 0
    return np.asarray(rank[both])


def fitting_bins(rows: int, columns: int, most: int) -> int:
    """Return how many cells a column may have so that about 8 rows fall into each of several columns together.

    An even number, so that the median is an edge.

    >>> fitting_bins(5_000, 2, 20), fitting_bins(750, 2, 20), fitting_bins(750, 3, 6), fitting_bins(50, 3, 6)
    (20, 8, 4, 2)
    """
    return max(2, min(most, 2 * int((rows / 8) ** (1 / columns) / 2)))
