"""What is left to every column in many rows at once, cut down step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce

import numpy as np

from likewise.constraints.reasoning.intervals import Floats, Interval, Mask, on_grid


@dataclass(frozen=True, eq=False)
class Box:
    """Hold what is left to one column in each row: an interval, of which only the `allowed` of its `values` count.

    `values` are numbers in order (texts by their ranks); None is for a column with too many of them. `allowed` has a
    row for each row and a column for each value.
    """

    low: Floats
    high: Floats
    absent: Mask
    step: Fraction | None = None
    values: Floats | None = None
    allowed: Mask | None = None

    @property
    def interval(self) -> Interval:
        """What it may come to, as an interval."""
        return Interval(self.low, self.high, self.absent, self.step)

    @property
    def none(self) -> Mask:
        """Where no value is left; it may still be missing where it is `absent`."""
        return self.low > self.high

    def cut(self, low: Floats, high: Floats) -> Box:
        """Return it cut down to values from `low` to `high`."""
        if not ((low > self.low) | (high < self.high)).any():
            return self
        if self.values is not None and self.allowed is not None:
            return self.only(self.allowed & (self.values >= low[:, None]) & (self.values <= high[:, None]))
        least = np.maximum(self.low, on_grid(low, self.step, up=True))
        most = np.minimum(self.high, on_grid(high, self.step, up=False))
        none = least > most
        return replace(self, low=np.where(none, np.inf, least), high=np.where(none, -np.inf, most))

    def only(self, allowed: Mask) -> Box:
        """Return it with these of its values."""
        assert self.values is not None
        if len(self.values) == 0:
            return replace(self, allowed=allowed)
        low = np.where(allowed, self.values, np.inf).min(axis=1)
        high = np.where(allowed, self.values, -np.inf).max(axis=1)
        return replace(self, allowed=allowed, low=low, high=high)

    def without(self, value: Floats) -> Box:
        """Return it without one value a row, NaN for none."""
        if self.values is not None and self.allowed is not None:
            return self.only(self.allowed & ~(self.values == value[:, None]))
        step = float(self.step) if self.step else 0.0
        up = self.low + step if step else np.nextafter(self.low, np.inf)
        down = self.high - step if step else np.nextafter(self.high, -np.inf)
        return self.cut(np.where(self.low == value, up, self.low), np.where(self.high == value, down, self.high))

    def known(self, where: Mask) -> Box:
        """Return it without missing values in some rows."""
        return replace(self, absent=self.absent & ~where) if (self.absent & where).any() else self

    def gone(self, where: Mask) -> Box:
        """Return it with nothing but missing values in some rows."""
        if not (where & ~self.none).any():
            return self
        return self.cut(np.where(where, np.inf, -np.inf), np.where(where, -np.inf, np.inf))


@dataclass(frozen=True, eq=False)
class Boxes:
    """Hold what is left to all columns; nothing is in rows that are `dead`."""

    of: Mapping[str, Box]
    dead: Mask

    def with_box(self, name: str, box: Box) -> Boxes:
        """Return them with another box for a column; rows in which it holds nothing are dead."""
        if box is self.of[name]:
            return self
        return Boxes({**self.of, name: box}, self.dead | (box.none & ~box.absent))

    def killed(self, where: Mask) -> Boxes:
        """Return them with more rows dead."""
        return replace(self, dead=self.dead | where) if (where & ~self.dead).any() else self

    def alike(self, other: Boxes) -> bool:
        """Return whether as much is left as in other ones that were cut from the same."""
        if not np.array_equal(self.dead, other.dead):
            return False
        return all(_alike(box, other.of[name], ~self.dead) for name, box in self.of.items())


def _alike(first: Box, second: Box, alive: Mask) -> bool:
    if first is second:
        return True
    pairs = [(first.low, second.low), (first.high, second.high), (first.absent, second.absent)]
    if first.allowed is not None and second.allowed is not None:
        pairs.append((first.allowed.sum(axis=1), second.allowed.sum(axis=1)))
    return all(np.array_equal(a[alive], b[alive]) for a, b in pairs)


def joined(states: Sequence[Boxes]) -> Boxes:
    """Return what is left where at least one of several things holds, each cut from the same boxes."""
    found: dict[str, Box] = {}
    for name, box in states[0].of.items():
        boxes = [state.of[name] for state in states]
        found[name] = box if all(other is box for other in boxes) else _union(boxes, [s.dead for s in states])
    return Boxes(found, reduce(np.logical_and, (state.dead for state in states)))


def _union(boxes: Sequence[Box], dead: Sequence[Mask]) -> Box:
    low = np.minimum.reduce([np.where(d, np.inf, box.low) for box, d in zip(boxes, dead)])
    high = np.maximum.reduce([np.where(d, -np.inf, box.high) for box, d in zip(boxes, dead)])
    absent = reduce(np.logical_or, (box.absent & ~d for box, d in zip(boxes, dead)))
    allowed = None
    if boxes[0].allowed is not None:
        allowed = reduce(np.logical_or, (box.allowed & ~d[:, None] for box, d in zip(boxes, dead)))  # type: ignore[operator]
    return replace(boxes[0], low=low, high=high, absent=absent, allowed=allowed)
