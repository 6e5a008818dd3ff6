"""What rows are parted into before new ones are made: classes, stretches of a number, or the bags of several labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.core.table import Table
from likewise.errors import FitError
from likewise.techniques.smote.pools import Ints, lacking
from likewise.techniques.smote.relevance import box_plot_points, relevance_of, stretches
from likewise.techniques.smote.targets import check_known, check_lacks, check_numbers, classes_of


@dataclass(frozen=True, eq=False)
class Strata:
    """Hold the rows of each stratum, how many rows it lacks and how many are drawn of it beside the others.

    `labels` is the target of each class as a table of one row each, where new rows take it from there; else the columns
    of `targets` are moved with the others. `of` is the class of each row, where each row has one.
    """

    names: tuple[str, ...]
    rows: tuple[Ints, ...]
    lacks: Ints
    shares: npt.NDArray[np.float64]
    of: Ints | None = None
    labels: Table | None = None
    targets: tuple[str, ...] = ()

    @property
    def drawn(self) -> list[int]:
        """The strata that rows are drawn of."""
        return np.flatnonzero(self.shares).tolist()

    @property
    def largest(self) -> int:
        """The stratum with the most rows."""
        return int(np.argmax([len(rows) for rows in self.rows]))


def one_stratum(table: Table) -> Strata:
    """Take all rows alike."""
    return Strata(("all",), (np.arange(table.rows),), np.zeros(1, np.int64), np.array([float(table.rows)]))


def by_class(table: Table, target: str, ratio: float | None) -> Strata:
    """Part rows by the classes of a target. Raises FitError where there is nothing to add, or no way to."""
    classes = classes_of(table, target)
    lacks = lacking(classes.counts, ratio)
    check_lacks(classes, lacks, ratio, target)
    shares = (classes.counts if ratio is None else lacks).astype(np.float64)
    rows = _parted(classes.of, len(classes.names))
    return Strata(classes.names, rows, lacks, shares, classes.of, classes.labels, (target,))


def by_relevance(
    table: Table, target: str, variant: str, ratio: float | None, points: Sequence[tuple[float, float]] | None,
    threshold: float,
) -> Strata:  # fmt: skip
    """Part rows by stretches of a target of numbers, of which the rare ones lack rows."""
    check_numbers(table, target, variant)
    check_known(table, target)
    values = table.numbers(target)
    relevance = relevance_of(values, box_plot_points(values) if points is None else points)
    of, rare = stretches(values, relevance >= threshold, target)
    rows = _parted(of, int(of.max()) + 1)
    counts = np.array([len(own) for own in rows])
    lacks = np.where(np.isin(np.arange(len(rows)), rare), lacking(counts, ratio), 0)
    names = tuple(f"stretch {place + 1} of {target}" for place in range(len(rows)))
    _check_two(names, counts, lacks if ratio else counts, target)
    if ratio is not None and not lacks.any():
        raise FitError("fit.ratio", f"no rare stretch of `{target}` lacks rows for a ratio of {ratio:g}", where=target,
                       hint="ask for a higher ratio, up to 1")  # fmt: skip
    shares = (counts if ratio is None else lacks).astype(np.float64)
    return Strata(names, rows, lacks, shares, of, None, (target,))


def by_labels(table: Table, targets: tuple[str, ...], ratio: float | None) -> Strata:
    """Take the rows of each rare label of several as a bag; a row may lie in more than one.

    With a ratio a label is rare that fewer rows have than that share of the most frequent one; else one whose imbalance
    (the most frequent label's rows to its own) is above the mean of all (Charte et al., 2015).
    """
    for name in targets:
        if not _is_label(table, name):
            raise FitError("fit.target", f"the target `{name}` is no label that a row has or lacks", where=name,
                           hint="give truths, or categories of two levels, the second of which is yes")  # fmt: skip
        check_known(table, name)
    bags = tuple(np.flatnonzero(table.codes(name) == 1) for name in targets)
    counts = np.array([len(bag) for bag in bags])
    lacks = np.where(counts > 0, lacking(counts, ratio), 0)
    imbalance = counts.max(initial=0) / np.maximum(counts, 1)
    rarer = (counts > 0) & (imbalance > imbalance[counts > 0].mean() if counts.any() else False)
    shares = np.where(rarer, counts, 0).astype(np.float64) if ratio is None else lacks.astype(np.float64)
    if not shares.any():
        raise FitError("fit.ratio", "no label lacks rows", where=targets[0],
                       hint="ask for a higher ratio, up to 1, or give labels of unlike frequency")  # fmt: skip
    _check_two(targets, counts, shares, targets[0])
    return Strata(targets, bags, lacks, shares, None, None, targets)


def _is_label(table: Table, name: str) -> bool:
    column = table.schema[name]
    return column.kind == "boolean" or (column.kind == "category" and len(column.levels or ()) == 2)


def _check_two(names: Sequence[str], counts: Ints, drawn: npt.NDArray[np.number], target: str) -> None:
    alone = [name for name, count, wanted in zip(names, counts, drawn, strict=True) if wanted > 0 and count == 1]
    if alone:
        said = ", ".join(f"`{name}`" for name in alone[:3]) + (", ..." if len(alone) > 3 else "")
        raise FitError("fit.one-row", f"one row has no neighbour, and a single row is in {said}", where=target,
                       hint="leave such rows out, or widen what counts as rare")  # fmt: skip


def _parted(of: Ints, count: int) -> tuple[Ints, ...]:
    order = np.argsort(of, kind="stable")
    ends = np.cumsum(np.bincount(of, minlength=count))
    return tuple(np.split(order, ends[:-1]))
