"""What the values of one quasi-identifier may be written as: themselves, ranges, groups of groups, or anything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.privacy.anonymity.steps import calendar_rungs, step_rungs

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

ANY = "*"
"""What is written where a value may be anything, a missing one too."""
SHOWN = 12
"""Levels that are listed in one cell at most; more are written as anything."""
RARE = 0.01
"""Share of the rows below which a level that stands in no group is put together with the other rare ones."""


@dataclass(frozen=True, eq=False)
class Rung:
    """Hold one rung of a ladder: the group of each code, and what the groups are written as."""

    of: Ints
    labels: pa.Array


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """Hold the distinct values of a column in order, and what they are generalised to.

    Code 0 is a missing value, the others are values from the least on. `rungs` go from fine to coarse, and each group
    lies within one of the next rung. Without rungs any range of numbers, and any few levels beside one another, may be
    written. `places` are where numbers lie, `rows` how many rows have each code.
    """

    name: str
    kind: Literal["whole", "number", "date", "datetime", "level"]
    labels: pa.Array
    rows: Ints
    places: Floats
    rungs: tuple[Rung, ...] = ()

    @property
    def count(self) -> int:
        """The number of codes, that of a missing value among them."""
        return len(self.rows)

    def laddered(self) -> Hierarchy:
        """Return it with rungs: ranges of round widths, parts of the calendar, or rare levels put together."""
        if self.rungs or self.count < 3:
            return self
        if self.kind == "level":
            return replace(self, rungs=self._rare())
        if self.kind in ("date", "datetime"):
            return replace(self, rungs=rungs_of(calendar_rungs(self.places, self.kind), self.places))
        return replace(self, rungs=rungs_of(step_rungs(self.places, None, whole=self.kind == "whole"), self.places))

    def _rare(self) -> tuple[Rung, ...]:
        rare = self.rows < RARE * self.rows.sum()
        rare[0] = False
        if rare.sum() < 2 or rare[1:].all():
            return ()
        names = pc.if_else(pa.array(rare), pa.scalar("other"), self.labels)
        return (grouped(names),)

    def apart(self, one: Ints, other: Ints) -> Ints:
        """Return on how many rungs two codes differ, one more for each where one is missing: how much parts them."""
        found = np.zeros(len(one), np.int64)
        for rung in self.rungs:
            found += rung.of[one] != rung.of[other]
        found += (len(self.rungs) + 1) * ((one == 0) != (other == 0))
        return found

    def extent(self, low: Ints, high: Ints) -> tuple[Ints, Ints]:
        """Return the first and the last code that a cell may stand for that all codes from low to high are in."""
        first, last = low, high
        if self.rungs:
            first, last = np.zeros(len(low), np.int64), np.full(len(low), self.count - 1)
            for rung in reversed(self.rungs):
                group, (starts, ends) = rung.of[low], ends_of(rung.of)
                same = group == rung.of[high]
                first, last = np.where(same, starts[group], first), np.where(same, ends[group], last)
        anything = (low == 0) & (high > 0)
        if self.kind == "level":
            anything |= (high - low >= SHOWN) & (self.rungs == ())
        first, last = np.where(anything, 0, first), np.where(anything, self.count - 1, last)
        return np.where(low == high, low, first), np.where(low == high, low, last)

    def loss(self, first: Ints, last: Ints) -> Floats:
        """Return what is lost where a cell may stand for the codes from one to another: 0 (nothing) to 1 (all).

        The share of the line, or of the levels, that it spans (Iyengar, 2002, KDD).
        """
        line = np.arange(self.count, dtype=np.float64) if self.kind == "level" else self.places
        span = line[-1] - line[1] if self.count > 2 else 1.0
        found = np.minimum((line[last] - line[first]) / span, 1.0)
        return np.asarray(np.where(first == last, 0.0, np.where(first == 0, 1.0, found)))

    def written(self, low: Ints, high: Ints) -> pa.Array:
        """Return what all codes from one to another are written as, null where they are missing."""
        pairs, inverse = np.unique(low * self.count + high, return_inverse=True)
        return self._written(pairs // self.count, pairs % self.count).take(pa.array(inverse.reshape(-1)))

    def _written(self, low: Ints, high: Ints) -> pa.Array:
        if self.rungs:
            found = pa.array([ANY] * len(low), pa.string())
            for rung in reversed(self.rungs):
                same = pa.array(rung.of[low] == rung.of[high])
                found = pc.if_else(same, rung.labels.take(pa.array(rung.of[low])), found)
        elif self.kind == "level":
            listed = self.labels.to_pylist()
            texts = [" | ".join(listed[a : b + 1]) if a > 0 and b - a < SHOWN else ANY
                     for a, b in zip(low.tolist(), high.tolist(), strict=True)]  # fmt: skip
            found = pa.array(texts, pa.string())
        else:
            ends = (self.labels.take(pa.array(codes)) for codes in (low, high))
            found = pc.binary_join_element_wise(*ends, "..")
        anything = (low == 0) | ((low == 1) & (high == self.count - 1) & (self.rungs == ()))
        found = pc.if_else(pa.array(anything), ANY, found)
        return pc.if_else(pa.array(low == high), self.labels.take(pa.array(low)), found)

    def climbed(self, level: int) -> tuple[Ints, pa.Array]:
        """Return the group of each code at a level, and what each group is written as.

        Level 0 are the values themselves; the last, `top`, is anything.
        """
        if level == 0:
            return np.arange(self.count), self.labels
        if level > len(self.rungs):
            return np.zeros(self.count, np.int64), pa.array([ANY])
        return self.rungs[level - 1].of, self.rungs[level - 1].labels

    @property
    def top(self) -> int:
        """The level at which all is written as anything."""
        return len(self.rungs) + 1


def grouped(names: pa.Array) -> Rung:
    """Return the rung that writes each code as a name; equal names that follow one another are a group."""
    coded = names.dictionary_encode("encode")
    return Rung(np.asarray(coded.indices).astype(np.int64), coded.dictionary)


def rungs_of(names: list[pa.Array], places: Floats) -> tuple[Rung, ...]:
    """Return rungs from what the values at each are written as, without those that change nothing or leave one."""
    rungs: list[Rung] = []
    before = len(places)
    for own in names:
        rung = grouped(pa.concat_arrays([pa.nulls(1, pa.string()), own]))
        if 2 < len(rung.labels) < before:
            rungs.append(rung)
            before = len(rung.labels)
    return tuple(rungs)


def ends_of(of: Ints) -> tuple[Ints, Ints]:
    """Return the first and the last code of each group."""
    count = int(of.max()) + 1
    first, last = np.full(count, len(of)), np.zeros(count, np.int64)
    np.minimum.at(first, of, np.arange(len(of)))
    np.maximum.at(last, of, np.arange(len(of)))
    return first, last
