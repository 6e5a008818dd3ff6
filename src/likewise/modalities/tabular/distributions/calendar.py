"""Dates, moments and times: any of a range alike, or so long after one of them."""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import BeforeValidator, model_validator

from likewise.core.scale import on_scale
from likewise.core.schema import Column, Kind
from likewise.modalities.tabular.distributions.altered import Rounded, Scaled, Shifted
from likewise.modalities.tabular.distributions.atoms import DiscreteUniform
from likewise.modalities.tabular.distributions.combined import only_numbers
from likewise.modalities.tabular.distributions.distribution import Distribution, Floats
from likewise.modalities.tabular.distributions.reading import Part

Unit = Literal["seconds", "minutes", "hours", "days", "weeks", "years"]

SECOND = 1_000_000
"""Moments and times count microseconds, and are drawn in whole seconds."""

_SECONDS: dict[Unit, float] = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400, "weeks": 604_800,
                               "years": 365.2425 * 86_400}  # fmt: skip


def _moment(value: Any) -> Any:
    """Return a date, moment or time as Python has it, read from ISO 8601 where it is a text. Raises ValueError."""
    if isinstance(value, str):
        for read in (dt.date.fromisoformat, dt.time.fromisoformat, dt.datetime.fromisoformat):
            try:
                value = read(value.strip())
                break
            except ValueError:
                continue
    if not isinstance(value, dt.date | dt.time):
        raise ValueError(
            "a date such as 2024-05-31, a moment such as 2024-05-31T13:45 or a time such as 13:45 is wanted"
        )
    if isinstance(value, dt.datetime | dt.time) and value.tzinfo is not None:
        raise ValueError("a moment without a zone is wanted: leave the zone out")
    return value


Moment = Annotated[Any, BeforeValidator(_moment)]


def _kind_of(moment: Any) -> Kind:
    return "time" if isinstance(moment, dt.time) else "datetime" if isinstance(moment, dt.datetime) else "date"


def _place(moment: Any) -> int:
    """Return a moment on the scale of its kind: days or microseconds."""
    return int(on_scale(Column(name="moment", kind=_kind_of(moment)), moment))


class _OnCalendar(Distribution):
    """A distribution of moments that another one, of numbers on the scale, stands behind."""

    @property
    @abstractmethod
    def _behind(self) -> Distribution:
        """The distribution of numbers."""

    @property
    def discrete(self) -> bool:
        """Days and seconds are atoms."""
        return True

    @property
    def support(self) -> tuple[float, float]:
        """The first and the last one, on the scale."""
        return self._behind.support

    def moments(self) -> tuple[float, float]:
        """Return the mean and the variance, on the scale."""
        return self._behind.moments()

    def _log_prob(self, x: Floats) -> Any:
        return self._behind.log_prob(x)

    def _cdf(self, x: Floats) -> Any:
        return self._behind.cdf(x)

    def _sf(self, x: Floats) -> Any:
        return self._behind.sf(x)

    def _ppf(self, q: Floats) -> Any:
        return self._behind.ppf(q)

    def _isf(self, q: Floats) -> Any:
        return self._behind.isf(q)

    def _sample(self, n: int, rng: np.random.Generator) -> Any:
        return self._behind.sample(n, rng)


class DateRange(_OnCalendar):
    """Every date (or second, for moments and times) from `first` to `last` alike, both included.

    >>> DateRange("2024-01-01", "2024-12-31").kind
    'date'
    """

    name: ClassVar[str] = "date-range"

    first: Moment
    last: Moment

    @model_validator(mode="after")
    def _ends_are_in_order(self) -> Self:
        if _kind_of(self.first) != _kind_of(self.last):
            raise ValueError("`first` and `last` are two dates, two moments or two times")
        if self.first > self.last:
            raise ValueError("`first` is not after `last`")
        return self

    @property
    def kind(self) -> Kind:
        """That of its ends."""
        return _kind_of(self.first)

    @cached_property
    def _behind(self) -> Distribution:
        first, last = _place(self.first), _place(self.last)
        if self.kind == "date":
            return DiscreteUniform(first, last)
        steps = DiscreteUniform(0, (last - first) // SECOND)
        return Shifted(Scaled(steps, float(SECOND)), float(first))


class Since(_OnCalendar):
    """So long after `origin` as a distribution `of` numbers says, in a `unit`: `Since("1990-01-01", Gamma(2, 400))`.

    Numbers below zero lie before. Whole days from a date, whole seconds from a moment or time; hours after a date make
    moments. Of times the distribution must keep within the day.

    >>> Since("2024-02-28", {"constant": 2}).kind
    'date'
    """

    name: ClassVar[str] = "since"

    origin: Moment
    of: Part
    unit: Unit = "days"

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        only_numbers(self.of)
        low, high = self._behind.support
        if self.kind == "time" and not (low >= 0 and high < 86_400 * SECOND):
            raise ValueError("a time stays within its day: cut `of` with `truncated`")
        first, last = ((_place(dt.date(year, 1, 1)) for year in (1, 9999)) if self.kind == "date" else
                       (_place(dt.datetime(year, 1, 1)) for year in (1, 9999)))  # fmt: skip
        ends = self._behind.ppf(1e-9), self._behind.isf(1e-9)
        if not first <= ends[0] <= ends[1] <= last:
            raise ValueError("`of` leaves the years 1 to 9999: cut it with `truncated`")
        return self

    @property
    def kind(self) -> Kind:
        """Dates after a date, unless counted in less than days."""
        kind = _kind_of(self.origin)
        return "datetime" if kind == "date" and _SECONDS[self.unit] < 86_400 else kind

    @cached_property
    def _behind(self) -> Distribution:
        origin, seconds = self.origin, _SECONDS[self.unit]
        if self.kind == "date":
            return Shifted(Rounded(Scaled(self.of, seconds / 86_400)), float(_place(origin)))
        if _kind_of(origin) == "date":
            origin = dt.datetime(origin.year, origin.month, origin.day)
        return Shifted(Scaled(Rounded(Scaled(self.of, seconds)), float(SECOND)), float(_place(origin)))
