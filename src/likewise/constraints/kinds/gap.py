"""The time between one event of an entity and the next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Literal, Self, cast

import numpy as np
from pydantic import field_validator, model_validator

from likewise.constraints.groups import dense_codes, places_in_order
from likewise.constraints.joining import own_columns
from likewise.constraints.kinds.rule import Mask, Rule, Scope
from likewise.constraints.language.cells import Cells, compared, constant
from likewise.constraints.language.expression import Value
from likewise.constraints.language.reading import read_expression
from likewise.constraints.language.writing import write_value
from likewise.core.moments import DAY
from likewise.core.table import Table
from likewise.errors import SettingsError


class Gap(Rule):
    """Say how far consecutive events of an entity lie apart: at `least`, at `most`, and never at the same time.

    Gaps are texts such as `30 minutes`; a plain number counts days between moments, and units between numbers. The
    events of an entity (the columns `by`; all rows without) follow one another in time, or in `order`, and then none
    may lie before the one that it follows. An event whose time is missing says nothing.

    >>> Gap(column="visited", by=("patient",), least="30 minutes").said()
    '`visited` of each `patient` lie at least 30 minutes apart'
    """

    kind: Literal["gap"] = "gap"
    column: str
    by: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    least: str | None = None
    most: str | None = None
    strictly: bool = False

    @field_validator("least", "most", mode="before")
    @classmethod
    def _as_written(cls, gap: Any) -> str | None:
        length = None if gap is None else _length(gap)
        whole = isinstance(length, float) and length.is_integer()
        return None if length is None else write_value(int(length) if isinstance(length, float) and whole else length)

    @model_validator(mode="after")
    def _can_be_met(self) -> Self:
        if self.least is None and self.most is None and not self.strictly and not self.order:
            raise ValueError("at least, at most or strictly is wanted")
        told = [end for end in (self.least, self.most) if end is not None]
        alike = len({_has_unit(end) for end in told}) == 1  # what a plain number counts is told by the column only
        if alike and self.shortest is not None and self.longest is not None and self.shortest > self.longest:
            raise ValueError(f"at least {self.least} and at most {self.most} is no time")
        return self

    @property
    def shortest(self) -> float | None:
        """The least gap: microseconds, or days where it is a plain number (see `unit`)."""
        return _number(self.least)

    @property
    def longest(self) -> float | None:
        """The greatest gap, as `shortest`."""
        return _number(self.most)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it is about."""
        return tuple(dict.fromkeys((self.column, *self.by, *self.order)))

    @property
    def scope(self) -> Scope:
        """Other rows have to be seen."""
        return "rows"

    def said(self) -> str:
        """Return the constraint as a sentence."""
        of = f" of each {' and '.join(f'`{name}`' for name in self.by)}" if self.by else ""
        ends = [f"{word} {end}" for word, end in (("at least", self.least), ("at most", self.most)) if end is not None]
        if not ends:
            return f"`{self.column}`{of} {'rises from row to row' if self.strictly else 'never falls'}"
        return f"`{self.column}`{of} lie {' and '.join(ends)} apart{', never together' * self.strictly}"

    def holds(self, table: Table) -> Mask:
        """Return which rows come at the right time after the one before them.

        Raises SettingsError where the column holds no times.
        """
        cells = own_columns(table, self.table)(self.column)
        if cells.sort not in ("moment", "duration", "number"):
            raise SettingsError("settings.rule", f"`{self.column}` holds no times, so nothing lies between them",
                                hint="name a date, a time or a number")  # fmt: skip
        known = np.flatnonzero(cells.known())
        part = table.take(known)
        places = places_in_order(part, self.by, self.order or (self.column,))
        groups, values = dense_codes(part, self.by)[places], cells.floats[known][places]
        same = groups[1:] == groups[:-1]
        apart = np.diff(values)
        fits = np.ones(len(apart), dtype=np.bool_)
        for end, wanted in ((self.least, self.shortest), (self.most, self.longest)):
            if end is not None and wanted is not None:
                limit = wanted * DAY if cells.sort != "number" and not _has_unit(end) else wanted
                sign = ">=" if end is self.least else "<="
                fits &= compared(sign, Cells("number", apart, cells.decimals), constant(limit, len(apart))).floats != 0
        if self.order:
            fits &= apart >= 0
        if self.strictly:
            fits &= apart > 0
        met = np.ones(table.rows, dtype=np.bool_)
        met[known[places[1:]]] = fits | ~same
        return met


def _length(gap: Any) -> dt.timedelta | float:
    """Return the length that a gap means. Raises SettingsError where it is none."""
    read = read_expression(gap) if isinstance(gap, str) else Value(gap)
    length = read.value if isinstance(read, Value) else None
    none = isinstance(length, bool) or not isinstance(length, int | float | dt.timedelta)
    if none or str(length).startswith("-"):
        raise SettingsError("settings.rule", f"`{gap}` is no length of time", hint="write e.g. `30 minutes`")
    return cast("dt.timedelta | float", length)


def _number(gap: str | None) -> float | None:
    if gap is None:
        return None
    length = _length(gap)
    return length / dt.timedelta(microseconds=1) if isinstance(length, dt.timedelta) else float(length)


def _has_unit(gap: str) -> bool:
    return isinstance(_length(gap), dt.timedelta)


def gap(column: str, by: Sequence[str] = (), **settings: Any) -> Gap:
    """Return the rule of how far consecutive events of an entity lie apart.

    >>> gap("when", ["customer"], least="30 minutes", most="2 days").said()
    '`when` of each `customer` lie at least 30 minutes and at most 2 days apart'
    """
    return Gap(column=column, by=tuple(by), **settings)
