"""Numbers within bounds, whole or not, and multiples."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from likewise.techniques.rules.documents.asking import Demand, Unmet
from likewise.techniques.rules.documents.kinds import Kind, kind_of, same
from likewise.techniques.rules.documents.work import Work

SPAN = 1000
"""How far numbers go where an end is open."""


class Numbers:
    """Make numbers of one kind (`integer`, or `number` for those that are not whole) that meet all demands."""

    def __init__(self, kind: Kind, demands: Iterable[Demand]) -> None:
        self.kind = kind
        self.low, self.high = -math.inf, math.inf
        self._low_by: Demand | None = None
        self._high_by: Demand | None = None
        self._above = self._below = False
        self._step: Fraction | None = None
        self._steps: list[int | float] = []
        self._uneven: list[int | float] = []
        self._unlike: set[object] = set()
        self._path = "#"
        for demand in demands:
            self._take(demand)
        self._settle()

    def _take(self, demand: Demand) -> None:
        self._path = demand.node.path
        if demand.word in ("minimum", "exclusiveMinimum"):
            strict = demand.word == "exclusiveMinimum"
            if demand.value > self.low or (demand.value == self.low and strict):
                self.low, self._above, self._low_by = demand.value, strict, demand
        elif demand.word in ("maximum", "exclusiveMaximum"):
            strict = demand.word == "exclusiveMaximum"
            if demand.value < self.high or (demand.value == self.high and strict):
                self.high, self._below, self._high_by = demand.value, strict, demand
        elif demand.word == "multipleOf":
            self._steps.append(demand.value)
            step = Fraction(repr(demand.value))
            self._step = step if self._step is None else _common(self._step, step)
        elif demand.word == "uneven":
            self._uneven.append(demand.value)
        elif demand.word == "unlike":
            self._unlike.update(same(value) for value in demand.value)

    def _settle(self) -> None:
        """Find what is drawn from: a line, or the multiples `_first` to `_last` of a unit. Raises Unmet."""
        if self._low_by and self._high_by and (
            self.low > self.high or (self.low == self.high and (self._above or self._below))
        ):  # fmt: skip
            raise Unmet(self._low_by.node.path, f"`{self._low_by.word}` {self.low} and `{self._high_by.word}` "
                        f"{self.high} leave no number")  # fmt: skip
        step = self._step if self._step is not None else Fraction(1) if self.kind == "integer" else None
        if step is not None and self.kind == "integer":
            step = _common(step, Fraction(1))
        if step is not None and self.kind == "number" and step.denominator == 1:
            raise Unmet(self._path, f"every multiple of {step} is whole")
        self._unit = step
        low, high = self._ends(step or Fraction(1))
        self._from, self._to = low, high
        if step is None:
            return
        self._first, self._last = math.ceil(low / step), math.floor(high / step)
        if self._above and self._first * step == Fraction(self.low):
            self._first += 1
        if self._below and self._last * step == Fraction(self.high):
            self._last -= 1
        if self._first > self._last:
            what = "whole number" if step == 1 else f"multiple of {step}"
            raise Unmet(self._path, f"there is no {what} between {self.low} and {self.high}")

    def _ends(self, step: Fraction) -> tuple[Fraction, Fraction]:
        """Return the ends of what is drawn from; an open end lies some way off the other."""
        span = max(Fraction(SPAN), 1000 * step if step != 1 else Fraction(SPAN))
        if math.isinf(self.low) and math.isinf(self.high):
            return (Fraction(0) if not self._unlike else -span), span
        if math.isinf(self.low):
            high = Fraction(self.high)
            return (Fraction(0) if 0 < high <= span else high - max(span, abs(high) / 1000)), high
        low = Fraction(self.low)
        return low, low + max(span, abs(low) / 1000) if math.isinf(self.high) else Fraction(self.high)

    def make(self, work: Work, offer: Any) -> int | float:
        """Return a number: the one that is offered, where it meets all. Raises Unmet when many tries bring none."""
        if isinstance(offer, int | float) and not isinstance(offer, bool) and self._fits(offer):
            return offer
        for attempt in range(60):
            value = self._drawn(work, attempt)
            if value is not None and self._fits(value):
                return value
        raise Unmet(self._path, "no number was found that meets all of `multipleOf`, `not` and the bounds")

    def _drawn(self, work: Work, attempt: int) -> int | float | None:
        if self._unit is not None:
            place = work.draws.between(self._first, self._last)
            value = place * self._unit
            return int(value) if value.denominator == 1 else _floated(value)
        width = self._to - self._from
        share = Fraction(work.draws.bits() >> 11, 1 << 53)
        exact = _floated(self._from + width * share)
        if exact is None:
            return None
        places = 2 if attempt < 5 and width >= 1 else 6 if attempt < 10 else 12 if attempt < 15 else None
        return exact if places is None else round(exact, places)

    def _fits(self, value: int | float) -> bool:
        if kind_of(value) != self.kind or same(value) in self._unlike:
            return False
        if not self.low <= value <= self.high:
            return False
        if (self._above and value == self.low) or (self._below and value == self.high):
            return False
        return all(_multiple(value, step) for step in self._steps) and not any(
            _multiple(value, step) for step in self._uneven
        )


def _floated(value: Fraction) -> float | None:
    try:
        return float(value)
    except OverflowError:
        return None


def _common(one: Fraction, other: Fraction) -> Fraction:
    """Return the smallest number that is a multiple of both."""
    return Fraction(math.lcm(one.numerator * other.denominator, other.numerator * one.denominator),
                    one.denominator * other.denominator)  # fmt: skip


def _multiple(value: int | float, step: int | float) -> bool:
    """Return whether validators take a number as a multiple; they divide as computers do."""
    if isinstance(step, int):
        return value % step == 0
    quotient = value / step
    return math.isfinite(quotient) and int(quotient) == quotient
