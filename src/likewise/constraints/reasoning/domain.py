"""The values that a column may take: intervals on a grid, or a set of texts, and whether it may be missing."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

import numpy as np
import numpy.typing as npt

from likewise.constraints.calendar import moments_of
from likewise.constraints.language.cells import Sort
from likewise.core.conditions import levels_of
from likewise.core.moments import DAY
from likewise.core.scale import grid_of, reach
from likewise.core.schema import Column

Span = tuple[float, float]
Missing = Literal["never", "may", "must"]

NOTHING: Span = (math.inf, -math.inf)
EVERYTHING: Span = (-math.inf, math.inf)


@dataclass(frozen=True)
class Domain:
    """Hold what a column may be: `spans` of numbers, ends included, in order and apart; or texts.

    Numbers are on the scale of rules: moments and durations in microseconds (moments since 1970), truth as 0 and 1.
    They are multiples of `step`; None is for numbers that lie anywhere. Texts are one of `values`; None is for any
    text, or any that the whole of `pattern` describes and whose length lies in `lengths`.

    >>> Domain.between(0, 120, step=1).said()
    'from 0 to 120'
    """

    sort: Sort
    spans: tuple[Span, ...] = (EVERYTHING,)
    step: Fraction | None = None
    values: tuple[str, ...] | None = None
    pattern: str | None = None
    lengths: tuple[int, int | None] = (0, None)
    missing: Missing = "never"

    @classmethod
    def between(
        cls, low: float = -math.inf, high: float = math.inf, *, step: float | Fraction | None = None,
        sort: Sort = "number", missing: Missing = "never",
    ) -> Domain:  # fmt: skip
        """Return the numbers from `low` to `high`, both included."""
        grid = None if step is None else exact(step)
        return cls(sort, _settled([(low, high)], grid), grid, missing=missing)

    @classmethod
    def among(cls, values: Iterable[str], *, missing: Missing = "never") -> Domain:
        """Return a set of texts."""
        return cls("text", values=tuple(sorted(set(values))), missing=missing)

    @property
    def low(self) -> float:
        """The least number, infinite where there is none."""
        return self.spans[0][0] if self.spans else math.inf

    @property
    def high(self) -> float:
        """The greatest number."""
        return self.spans[-1][1] if self.spans else -math.inf

    @property
    def size(self) -> float:
        """How many different values it holds, missing ones not counted; infinite where they cannot be counted."""
        if self.missing == "must":
            return 0
        if self.sort == "text":
            return math.inf if self.values is None else len(self.values)
        if self.step is None:
            return sum(1 if low == high else math.inf for low, high in self.spans)
        ends = ((exact(low), exact(high)) if math.isfinite(high - low) else None for low, high in self.spans)
        return sum(math.inf if end is None else math.floor((end[1] - end[0]) / self.step) + 1 for end in ends)

    @property
    def empty(self) -> bool:
        """Whether not even a missing value is left."""
        return self.missing == "never" and self.size == 0

    def listed(self) -> npt.NDArray[np.float64]:
        """Return all of its numbers, of which there must be few, in order."""
        assert self.step is not None
        step = self.step
        places = [np.arange(round(exact(low) / step), round(exact(high) / step) + 1) for low, high in self.spans]
        return np.concatenate([*places, np.zeros(0)]) * step.numerator / step.denominator

    def holds(self, value: float | str | None) -> bool:
        """Return whether a value, None for a missing one, is in it; patterns and lengths are not looked at."""
        if value is None:
            return self.missing != "never"
        if self.missing == "must":
            return False
        if isinstance(value, str):
            return self.sort == "text" and (self.values is None or value in self.values)
        on_grid = self.step is None or (exact(value) / self.step).denominator == 1
        return on_grid and any(low <= value <= high for low, high in self.spans)

    def within(self, spans: Iterable[Span]) -> Domain:
        """Return it cut down to some intervals."""
        cut = [(max(a, c), min(b, d)) for a, b in self.spans for c, d in spans]
        return replace(self, spans=_settled(cut, self.step))

    def known(self) -> Domain:
        """Return it without missing values."""
        return replace(self, missing="never") if self.missing != "must" else nothing(self)

    def said(self) -> str:
        """Return it in a few words."""
        if self.missing == "must":
            return "missing"
        if self.empty:
            return "nothing"
        if self.sort == "text":
            return "any text" if self.values is None else f"one of {quoted(self.values)}"
        return " or ".join(between_said(low, high, self.sort) for low, high in self.spans)


def nothing(domain: Domain) -> Domain:
    """Return a domain of the same kind that holds no value, not even a missing one."""
    return replace(domain, spans=(), values=() if domain.sort == "text" else None, missing="never")


def domain_of(column: Column) -> Domain:
    """Return what the schema lets a column be: its bounds, its grid, its levels, and missing where it is nullable.

    Media and other columns that rules cannot speak of are any text.

    >>> domain_of(Column(name="age", kind="integer", bounds=(0, 120), nullable=True))
    Domain(sort='number', spans=((0.0, 120.0),), step=Fraction(1, 1), values=None, pattern=None, lengths=(0, None), missing='may')
    """
    missing: Missing = "must" if column.kind == "empty" else "may" if column.nullable else "never"
    if column.kind == "boolean":
        return Domain.between(0, 1, step=1, sort="truth", missing=missing)
    if column.is_levels:
        levels = levels_of(column)
        return Domain.among(levels, missing=missing) if levels else Domain("text", missing=missing)
    if not column.is_number:
        return Domain("text", missing=missing)
    low, high = reach(column) or EVERYTHING
    sort: Sort = "number"
    step: float | Fraction | None = exact(grid_of(column)) or None
    if column.kind in ("date", "datetime"):
        sort, step = "moment", DAY if column.kind == "date" else 1
        low, high = (float(end) for end in moments_of(np.array([low, high]), column)) if column.bounds else (low, high)
    elif column.kind in ("time", "duration"):
        sort, step = "duration", 1
    return Domain.between(low, high, step=step, sort=sort, missing=missing)


def domains_of(columns: Iterable[Column], table: str | None = None) -> dict[str, Domain]:
    """Return the domain of each column by its name, or as `table.column`."""
    return {c.name if table is None else f"{table}.{c.name}": domain_of(c) for c in columns}


def exact(number: float | Fraction) -> Fraction:
    """Return a number as it is written: 0.1 is a tenth."""
    return number if isinstance(number, Fraction) else Fraction(repr(float(number)))


def _settled(spans: Iterable[Span], step: Fraction | None) -> tuple[Span, ...]:
    """Return intervals in order, their ends on the grid, those that touch joined and empty ones left out."""
    found: list[Span] = []
    for low, high in sorted((snapped(low, step, up=True), snapped(high, step, up=False)) for low, high in spans):
        if low > high:
            continue
        reached = found[-1][1] if found else -math.inf
        gap = float(step) if step else 0.0
        if found and low <= max(reached + gap, math.nextafter(reached, math.inf)):
            found[-1] = (found[-1][0], max(reached, high))
        else:
            found.append((low, high))
    return tuple(found)


def snapped(end: float, step: Fraction | None, *, up: bool) -> float:
    """Return the nearest multiple of `step` from an end inwards, that is up or down."""
    if step is None or not math.isfinite(end):
        return float(end)
    places = exact(end) / step
    return float((math.ceil(places) if up else math.floor(places)) * step)


def quoted(values: Iterable[str], most: int = 6) -> str:
    """Return texts in quotes, only the first few of many."""
    all_of_them = list(values)
    said = ", ".join(f"'{value}'" for value in all_of_them[:most])
    return said if len(all_of_them) <= most else f"{said} and {len(all_of_them) - most} more"


def said_value(value: float, sort: Sort) -> str:
    """Return a number of the scale as it is written in a rule.

    >>> said_value(0.0, "moment"), said_value(2.5, "number")
    ('1970-01-01', '2.5')
    """
    if sort == "truth":
        return "true" if value else "false"
    if sort == "duration":
        days, rest = divmod(value, DAY)
        return f"{days:.0f} days" if not rest else str(dt.timedelta(microseconds=value))
    if sort == "moment" and abs(value) < 5e16:
        moment = dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=value)
        return moment.date().isoformat() if value % DAY == 0 else moment.isoformat()
    return f"{value:.12g}"


def between_said(low: float, high: float, sort: Sort) -> str:
    """Return an interval in a few words."""
    if low == high:
        return said_value(low, sort)
    if math.isinf(low) and math.isinf(high):
        return {"number": "any number", "moment": "any moment"}.get(sort, f"any {sort}")
    if math.isinf(low):
        return f"at most {said_value(high, sort)}"
    if math.isinf(high):
        return f"at least {said_value(low, sort)}"
    return f"from {said_value(low, sort)} to {said_value(high, sort)}"


Domains = Mapping[str, Domain]
