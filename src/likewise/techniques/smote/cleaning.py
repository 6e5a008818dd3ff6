"""Leave out rows that lie among another class: edited nearest neighbours and Tomek links."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from likewise.core.protocol import learned_part
from likewise.core.table import Table
from likewise.errors import FitError, SettingsError
from likewise.techniques.smote.geometry import fit_geometry
from likewise.techniques.smote.maker import Maker
from likewise.techniques.smote.pools import Floats, Ints
from likewise.techniques.smote.search import Index, Points, squared
from likewise.techniques.smote.spaces import fit_space
from likewise.techniques.smote.targets import check_texts, classes_of, target_of

TRIED = 200
"""Rows of each pool that are drawn to see what cleaning leaves."""

Method = Literal["enn", "tomek"]
Mask = npt.NDArray[np.bool_]


class Judge:
    """Say which rows lie among another class than theirs, by rows whose class is known.

    `enn`: a row goes when more than half of its k neighbours are of other classes (Wilson, 1972; Batista et al., 2004).
    `tomek`: it goes when it and a row of another class are each other's nearest (Tomek, 1976).
    """

    def __init__(self, points: Points, of: Ints, method: str, k: int) -> None:
        self.points, self.of, self.method, self.k = points, of, method, k

    @cached_property
    def _index(self) -> Index:
        return Index(self.points)

    @cached_property
    def _gaps(self) -> Floats:
        """The squared distance from each known row to its nearest other, NaN until it is asked for."""
        return np.full(len(self.points), np.nan)

    def kept(self, points: Points, of: Ints, *, own: Ints | None = None) -> Mask:
        """Return which rows stay; `own` says which of the known ones they are, where they are among them."""
        k = 1 if self.method == "tomek" else self.k
        near = self._index.nearest(points, k, own=own)
        other = self.of[near] != of[:, None]
        if self.method == "enn":
            return np.asarray(2 * other.sum(axis=1) <= near.shape[1])
        linked = other[:, 0] if near.shape[1] else np.zeros(len(of), dtype=bool)
        rows = np.flatnonzero(linked)
        gap = squared(points.take(rows), self.points.take(near[rows, 0]))
        linked[rows] = gap <= self._gap(near[rows, 0]) * (1 + 1e-12)
        return ~linked

    def _gap(self, rows: Ints) -> Floats:
        unknown = np.unique(rows[np.isnan(self._gaps[rows])])
        if len(unknown):
            nearest = self._index.nearest(self.points.take(unknown), 1, own=unknown)
            self._gaps[unknown] = squared(self.points.take(unknown), self.points.take(nearest[:, 0]))
        found: Floats = self._gaps[rows]
        return found


def left_by(judge: Judge, maker: Maker, names: Sequence[str], rng: np.random.Generator) -> str:
    """Return a sentence on how many drawn rows are left by cleaning. Raises FitError where none is of a class."""
    counts = np.full(len(maker.pools), TRIED, dtype=np.int64)
    made, pool = maker.made(counts, rng)
    kept = judge.kept(maker.geometry.place(made), maker.groups[pool])
    left = np.bincount(maker.groups[pool[kept]], minlength=len(names))
    for group in np.unique(maker.groups).tolist():
        if not left[group]:
            raise FitError("fit.clean", f"cleaning leaves no row of `{names[group]}`: they lie among other classes",
                           where="clean", hint="fit with clean='none', or clean once rows are added")  # fmt: skip
    return f"cleaning leaves {100 * kept.mean():.0f} % of the rows that are drawn"


def cleaned(data: Any, target: str | None = None, *, method: Method = "enn", k_neighbors: int = 3) -> Any:
    """Return the rows that do not lie among another class, in the kind of object that was given.

    `enn` leaves out rows of which more than half of the `k_neighbors` nearest are of other classes, `tomek` both rows
    of each pair of unlike rows that are each other's nearest. Distances are those of `SMOTE`; `target=None` takes the
    schema's target. Raises SettingsError for an unknown method, SchemaError for an unknown target and FitError for one
    without two classes.

    Use when classes overlap at the border, after rows were added to a rare one. Avoid with a class so rare that most of
    its rows lie among another: they would go.

    >>> rows = {"load": [1.0, 1.1, 1.2, 1.3, 9.0, 9.1, 9.2, 1.15], "fault": ["no"] * 4 + ["yes"] * 4}
    >>> cleaned(rows, "fault")["load"]
    [1.0, 1.1, 1.2, 1.3, 9.0, 9.1, 9.2]

    Cost: a search of all rows. Wilson, 1972, IEEE Transactions on Systems, Man, and Cybernetics 2; Tomek, 1976, in 6.
    """
    table = Table.from_any(data)
    return table.take(uncontradicted(table, target, method=method, k_neighbors=k_neighbors)).to_native()


def uncontradicted(table: Table, target: str | None, *, method: Method = "enn", k_neighbors: int = 3) -> Ints:
    """Return the places of the rows that `cleaned` keeps, in order.

    >>> table = Table.from_any({"load": [1.0, 1.1, 1.2, 1.3, 9.0, 9.1, 9.2, 1.15], "fault": ["no"] * 4 + ["yes"] * 4})
    >>> uncontradicted(table, "fault").tolist()
    [0, 1, 2, 3, 4, 5, 6]
    """
    if method not in ("enn", "tomek"):
        raise SettingsError("settings.method", f"there is no method `{method}` of cleaning", where="method",
                            hint="write 'enn' or 'tomek'")  # fmt: skip
    if isinstance(k_neighbors, bool) or not isinstance(k_neighbors, int) or k_neighbors < 1:
        raise SettingsError("settings.k-neighbors", "the number of neighbours is a whole number of at least 1",
                            where="k_neighbors", hint="use e.g. k_neighbors=3")  # fmt: skip
    name = target_of(table.schema, target)
    if name is None:
        raise SettingsError("settings.target", "cleaning wants to know the target", where="target",
                            hint="name the column of classes")  # fmt: skip
    used = learned_part(table)
    classes = classes_of(used, name)
    features = used.select([n for n in used.names if n != name])
    check_texts(features.schema)
    space = fit_space("values", features, 0)
    cells = space.read(features)
    every = np.ones(cells.numbers.shape[1], dtype=bool)
    geometry = fit_geometry(cells, ~space.silent, every, classes.of, classes.of != np.argmax(classes.counts))
    judge = Judge(geometry.place(cells), classes.of, method, k_neighbors)
    return np.flatnonzero(judge.kept(judge.points, classes.of, own=np.arange(table.rows)))
