"""The cells of a media column that are measured: which rows, seen how, and their labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.core.schema import Column
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.evaluation.media.looks import Look, look_of
from likewise.evaluation.media.shapes import Cell, Pixels
from likewise.evaluation.pairing import Paired, Part
from likewise.evaluation.score import FEWEST

CELLS, BRIEF = 5_000, 2_000
"""Cells of a table that are looked at, at most, and in a brief judgement."""
VALUES = 30_000_000
"""Numbers that the cells of a side may come to once they are brought to one size."""
FEWEST_TO_PART = 400
"""Real cells from which on some are kept for learning features alone."""
MOST_CLASSES, FEW_OF_CLASS = 100, 10

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Side:
    """Hold cells seen as pictures, the rows that they are of, and the codes of their labels (-1: none)."""

    pictures: Pixels
    rows: Codes
    labels: Codes

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, which: slice | npt.NDArray[Any]) -> Side:
        """Return some of the cells."""
        return Side(self.pictures[which], self.rows[which], self.labels[which])

    @property
    def labelled(self) -> Side:
        """The cells that have a label."""
        known = self.labels >= 0
        return self if bool(known.all()) else self.take(known)


@dataclass(frozen=True, eq=False)
class Sides:
    """Hold the cells of one column: real ones to learn features from and to compare with, synthetic and fresh ones.

    `fresh` are rows held back where `held`, else real ones that stand in for them, which are no part of `real` then.
    `label` names the column whose levels tell cells apart, None where there is none. Where there are too `few` cells to
    compare, these are to be shown alone, and `fresh` are the real ones.
    """

    column: Column
    look: Look
    real: Side
    synthetic: Side
    fresh: Side
    held: bool
    label: str | None
    levels: tuple[str, ...]
    kept: int
    few: bool = False

    @property
    def learn(self) -> Side:
        """The real cells that features are learned from: half of them, where there are enough."""
        return self.real.take(slice(0, self.kept))

    @property
    def ground(self) -> Side:
        """The real cells that others are compared with: those that no features were learned from, where possible."""
        return self.real.take(slice(self.kept, None)) if self.kept < len(self.real) else self.real


def sides_of(
    column: Column, tables: Sequence[Table], paired: Paired, target: str | None, *, seed: int, brief: bool
) -> Sides | None:
    """Choose cells of a column at random and see them as pictures; None where one of the tables has no cell.

    `tables` are the real, the synthetic and perhaps the holdout table, `paired` the same aligned.
    """
    most = BRIEF if brief else CELLS
    known = [_known_rows(t, column.name, most, seed) for t in tables]
    if not min(map(len, known[:2])):
        return None
    few = min(map(len, known)) < FEWEST
    place = _label(paired, target)
    parts = [paired.real, paired.synthetic, *([] if paired.holdout is None or few else [paired.holdout])]
    first = cells_of(tables[0], column.name, known[0])
    look = look_of(column, first)
    most = max(FEWEST, VALUES // max(1, look.look(first[:1]).size))
    sides = []
    for table, rows, part in zip(tables, known, parts):
        rows = rows[:most]
        cells = first[:most] if table is tables[0] else cells_of(table, column.name, rows)
        labels = np.full(len(rows), -1) if place is None else part.arrays[place][rows]
        sides.append(Side(look.look(cells), rows, labels.astype(np.int64)))
    label = None if place is None else paired.columns[place].name
    levels = () if place is None else paired.columns[place].levels
    fresh = sides[2] if len(sides) > 2 else sides[0]
    found = Sides(column, look, sides[0], sides[1], fresh, len(sides) > 2, label, levels, 0, few)
    return found if few else _arranged(found)


def _arranged(sides: Sides) -> Sides:
    """Part real cells into those that features are learned from, the ground, and stand-ins where nothing was held."""
    if not sides.held:
        cut = max(FEWEST, len(sides.real) // 4)
        if len(sides.real) - cut >= FEWEST:
            sides = replace(sides, fresh=sides.real.take(slice(0, cut)), real=sides.real.take(slice(cut, None)))
    rows = len(sides.real)
    return replace(sides, kept=rows // 2 if rows >= FEWEST_TO_PART else rows)


def _known_rows(table: Table, name: str, most: int, seed: int) -> Codes:
    """Return the rows of a table that have a cell, at most so many of them, in a seeded order."""
    known = np.flatnonzero(~table.missing(name))
    return generator(seed, "media", name).permutation(known)[:most]


def cells_of(table: Table, name: str, rows: Codes) -> list[Cell]:
    """Return the cells of some rows, none of which is missing."""
    return [cell for cell in table.select([name]).take(rows).tensor(name) if cell is not None]


def _label(paired: Paired, target: str | None) -> int | None:
    """Return the place of the column whose levels tell cells apart: the target, else the first category; or None."""
    fits = [i for i, c in enumerate(paired.columns) if not c.numeric and _parts(paired.real, i)]
    named = [i for i in fits if paired.columns[i].name == target or paired.columns[i].column.role == "target"]
    return next(iter([*named, *fits]), None)


def _parts(real: Part, place: int) -> bool:
    codes = real.arrays[place]
    counts = np.bincount(codes[codes >= 0])
    return int((counts >= FEW_OF_CLASS).sum()) > 1 and int((counts > 0).sum()) <= MOST_CLASSES
