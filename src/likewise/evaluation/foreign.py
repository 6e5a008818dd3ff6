"""Columns in which no row of another table can equal a real one, because they are written in another way or empty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.evaluation.pairing import OTHERS, Compared, Paired, Part
from likewise.evaluation.score import ALARM

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Foreign:
    """Name a column, by its place, that has nothing in common with the real one; `said` is a sentence on it."""

    place: int
    said: str


def foreign_columns(paired: Paired, other: Part, called: str = OTHERS[0]) -> tuple[Foreign, ...]:
    """Return the columns of `other` that hold no value at all, or none that occurs in the real column.

    Where rows are as fresh ones, those of one value fall on the two sides as coins do; that none is on both is believed
    only where chance would not explain it, for in columns of free numbers it says nothing. Where rows are compared
    whole, such a column hides every copy.
    """
    alarm = np.log(ALARM / max(1, len(paired.columns)))
    found = []
    for place, column in enumerate(paired.columns):
        said = _said(column, paired.real.arrays[place], other.arrays[place], called, alarm)
        if said:
            found.append(Foreign(place, said))
    return tuple(found)


def _said(column: Compared, real: Array, other: Array, called: str, alarm: float) -> str:
    ours, theirs = _known(real), _known(other)
    if not len(ours):
        return ""
    if not len(theirs):
        return f"`{column.name}` has no value in the {called}."
    if np.isin(theirs, ours).any() or _chance_apart(ours, theirs) >= alarm:
        return ""
    if column.numeric:
        return f"No value of `{column.name}` in the {called} occurs in the real table: another unit or rounding?"
    folded = [{column.levels[k].strip().casefold() for k in np.unique(side)} for side in (ours, theirs)]
    how = " They differ in case or blanks only." if folded[1] <= folded[0] else ""
    return f"No level of `{column.name}` in the {called} occurs in the real table: renamed?{how}"


def _known(values: Array) -> Array:
    return values[~np.isnan(values)] if values.dtype == np.float64 else values[values >= 0]


def _chance_apart(ours: Array, theirs: Array) -> float:
    """Return the logarithm of the chance that no value is on both sides, given how often each occurs on either."""
    _, counts = np.unique(np.concatenate([ours, theirs]), return_counts=True)
    share = len(ours) / (len(ours) + len(theirs))
    return float(np.logaddexp(counts * np.log(share), counts * np.log1p(-share)).sum())
