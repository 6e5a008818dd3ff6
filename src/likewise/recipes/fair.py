"""Parity by construction: groups of a sensitive column that have the same rates of every label."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from likewise.core.conditions import levels_of
from likewise.core.schema import Column
from likewise.core.table import Table
from likewise.errors import FitError, SettingsError
from likewise.recipes.rows import Rows

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Cells:
    """Hold how many real rows each group has of each label, and how many it is to have (groups x labels)."""

    group: str
    label: str
    groups: tuple[str, ...]
    labels: tuple[str, ...]
    real: Counts
    wanted: Counts

    @property
    def lacking(self) -> list[tuple[dict[str, str], int]]:
        """What is to be drawn: conditions, and the number of rows that meet them."""
        return [
            ({self.group: group, self.label: label}, int(self.wanted[i, j] - self.real[i, j]))
            for i, group in enumerate(self.groups)
            for j, label in enumerate(self.labels)
        ]

    def weighted(self, rows: Rows) -> Rows:
        """Return rows with the weights under which each cell counts as many rows as it had, marked as such.

        The weights undo what was added: weighted rates are those of the rows before (Kamiran and Calders, 2012,
        Knowledge and Information Systems 33, weigh the other way, real rows to parity).
        """
        cell = _cells_of(rows.table, self.group, self.label, self.groups, self.labels)
        counts = np.bincount(cell[cell >= 0], minlength=self.real.size)
        per_cell = np.append(self.real.ravel() / np.maximum(counts, 1), 1.0)  # the last one is for rows of no cell
        own = 1.0 if rows.weights is None else rows.weights
        why = f"every group of `{self.group}` was given the same rates of `{self.label}`; the weights undo it"
        return replace(rows, weights=own * per_cell[cell]).unrepresentative(why)


def evened(table: Table, label: str, group: str, *, ratio: float, equal: bool) -> Cells:
    """Return what every group is to have so that all have the same rates of each label, only by adding rows.

    The common rates are those of all rows, where no label has less than `ratio` times the rows of the largest; with
    `ratio` 1 they are even, and rates agree exactly, else to within one row. `equal` gives each group as many rows.
    Raises SettingsError for a column without levels, FitError where a group has no row of a label to start from.
    """
    for name in (group, label):
        refuse_as_group(table.schema[name])
    if group == label:
        raise SettingsError("settings.fair", f"`{group}` cannot be both the label and the group", where=group,
                            hint="name a sensitive column as `fair` and what is predicted as `target`")  # fmt: skip
    groups, labels = (levels_of(table.schema[name]) for name in (group, label))
    cell = _cells_of(table, group, label, groups, labels)
    real = np.bincount(cell[cell >= 0], minlength=len(groups) * len(labels)).reshape(len(groups), len(labels))
    rows, columns = real.sum(axis=1) > 0, real.sum(axis=0) > 0
    groups, labels = (tuple(n for n, k in zip(names, keep) if k) for names, keep in ((groups, rows), (labels, columns)))
    real = real[rows][:, columns].astype(np.int64)
    if len(groups) < 2 or len(labels) < 2:
        name = group if len(groups) < 2 else label
        raise FitError("fit.one-class", f"`{name}` has one level only, so there is nothing to even out", where=name,
                       hint="give rows of at least two")  # fmt: skip
    if (real == 0).any():
        what = f"{int((real == 0).sum())} combinations of `{group}` and `{label}` have no real row to make rows from"
        raise FitError("fit.empty-cell", what, where=group, hint="join rare levels first, or balance another column")
    shares = np.maximum(real.sum(axis=0), ratio * real.sum(axis=0).max())
    shares = shares / shares.sum()
    sizes = (real / shares).max(axis=1)
    sizes = np.full(len(groups), sizes.max()) if equal else sizes
    wanted = np.maximum(real, np.round(sizes[:, None] * shares).astype(np.int64))
    return Cells(group, label, groups, labels, real, wanted)


def refuse_as_group(column: Column) -> None:
    """Refuse a column whose levels cannot be groups or labels. Raises SettingsError."""
    if not column.is_levels or column.is_pseudonymous:
        raise SettingsError("settings.fair", f"`{column.name}` ({column.kind}) has no groups", where=column.name,
                            hint="name a category or a boolean")  # fmt: skip
    if column.role == "ignore":
        raise SettingsError("settings.fair", f"`{column.name}` is ignored, so no technique learns it",
                            where=column.name, hint="give it another role in the schema")  # fmt: skip


def _cells_of(
    table: Table, group: str, label: str, groups: tuple[str, ...], labels: tuple[str, ...]
) -> npt.NDArray[np.int64]:
    """Return the cell of each row, -1 where its group or label is missing."""
    places = []
    for name, wanted in ((group, groups), (label, labels)):
        levels = levels_of(table.schema[name])
        place = np.array([wanted.index(level) if level in wanted else -1 for level in levels] + [-1], dtype=np.int64)
        places.append(place[table.codes(name)])
    first, second = places
    return np.where((first < 0) | (second < 0), -1, first * len(labels) + second)
