"""Dates, times of day, both, and how long something takes, with declared bounds."""

from __future__ import annotations

import datetime as dt
import re
from functools import cached_property
from typing import Any, ClassVar, Literal, Self
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from pydantic import field_validator, model_validator

from likewise.core.moments import DAY, SECOND, kind_of_format, offset_of
from likewise.core.schema import Column, Kind
from likewise.core.values import micros_array
from likewise.privacy.contract.axis import Axis
from likewise.privacy.contract.domain import UNREAD, Codes, Domain, Line
from likewise.privacy.contract.reading import CLOCKS, ISO, Ints, Mask, lengths_of, moments_of

Resolution = Literal["day", "hour", "minute", "second", "millisecond", "microsecond"]
RESOLUTIONS: dict[str, int] = {"day": DAY, "hour": 3600 * SECOND, "minute": 60 * SECOND, "second": SECOND,
                               "millisecond": 1000, "microsecond": 1}  # fmt: skip


class Moment(Domain):
    """Hold what dates, times and both have in common: bounds in ISO 8601, a format of texts, a grid of time."""

    min: str
    max: str
    format: str | None = None

    @field_validator("min", "max", mode="before")
    @classmethod
    def _as_text(cls, bound: Any) -> Any:
        return bound.isoformat() if hasattr(bound, "isoformat") else bound

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        for name, bound in (("min", self.min), ("max", self.max)):
            if self._bound(bound) is None:
                raise ValueError(f"`{name}` is no {self.kind} in ISO 8601")
        if self.low > self.high:
            raise ValueError("`min` is after `max`")
        for written in self._formats():
            if kind_of_format(written) != self.kind or not _is_whole(written, self.kind):
                raise ValueError(f"`format` does not write a whole {self.kind}")
        if (self.high - self.low) // self.grain >= 2**53:
            raise ValueError("there are more values between the bounds than a double can tell; widen `resolution`")
        return self

    @property
    def grain(self) -> int:
        """The microseconds between neighbouring values."""
        return DAY

    @property
    def shift(self) -> int:
        """The microseconds that what names no zone is ahead of UTC."""
        return 0

    def _formats(self) -> tuple[str, ...]:
        return tuple(self.format.split(" | ")) if self.format else ()

    def _read_formats(self) -> tuple[str, ...]:
        return (*self._formats(), *ISO)

    def _bound(self, text: str) -> int | None:
        clock = self.kind == "time"
        micros, valid = moments_of(pa.array([text]), CLOCKS if clock else ISO, self.shift, clock=clock)
        return int(micros[0]) if valid[0] else None

    @cached_property
    def low(self) -> int:
        """The first moment, in microseconds."""
        return (self._bound(self.min) or 0) // self.grain * self.grain

    @cached_property
    def high(self) -> int:
        """The last moment, in microseconds."""
        return (self._bound(self.max) or 0) // self.grain * self.grain

    @cached_property
    def axis(self) -> Axis:
        """The cells."""
        return Axis.of_steps((self.high - self.low) // self.grain + 1)

    @property
    def cells(self) -> int:
        """The number of cells."""
        return self.axis.cells

    @property
    def default(self) -> int:
        """The middle cell, the lower of two."""
        return (self.cells - 1) // 2

    def _micros(self, array: pa.Array) -> tuple[Ints, Mask]:
        """Return cells as microseconds, and which of them could be read."""
        return moments_of(array, self._read_formats(), self.shift, clock=self.kind == "time")

    def read(self, array: pa.Array) -> Codes:
        """Return the cell of each moment; those out of bounds count as the nearest bound."""
        micros, valid = self._micros(array)
        places = (np.clip(micros, self.low, self.high) - self.low) // self.grain
        return np.where(valid, self.axis.codes(places.astype(np.float64)), UNREAD).astype(np.int32)

    def drawn(self, codes: Codes, rng: np.random.Generator) -> pa.Array:
        """Return a moment in each cell, every one in it as likely as another."""
        micros = self.low + self.axis.draw(codes, rng).astype(np.int64) * self.grain
        return micros_array(micros, np.zeros(len(codes), dtype=bool), self.column())

    def line(self) -> Line:
        """Return the first and the last moment of each cell, and the distance of moments."""
        unit = DAY if self.kind == "date" else 1
        first, last = ((self.low + places * self.grain) / unit for places in self.axis.ends)
        return first, last, self.grain / unit

    def _column(self, kind: Kind, dtype: str, zone: str | None = None) -> Column:
        return Column.model_validate({
            "name": self.name, "kind": kind, "role": self.role, "dtype": self.dtype or dtype, "zone": zone,
            "bounds": (self._iso(self.low, zone), self._iso(self.high, zone)), "nullable": self.has_missing,
            "missing": self.markers(), "format": self.format,
        })  # fmt: skip

    def _iso(self, micros: int, zone: str | None) -> str:
        """Return a bound as a schema writes it."""
        if self.kind == "duration":
            return f"PT{micros / SECOND:.6f}".rstrip("0").rstrip(".") + "S"
        moment = dt.datetime(1970, 1, 1, tzinfo=dt.UTC if zone else None) + dt.timedelta(microseconds=micros)
        return (moment.date() if self.kind == "date" else moment.time() if self.kind == "time" else moment).isoformat()


class Date(Moment):
    """Declare dates from `min` to `max`; `format` is the strptime pattern of texts, ISO 8601 where there is none."""

    kind: ClassVar[str] = "date"

    def column(self) -> Column:
        """Return the column of a schema, from the contract alone."""
        return self._column("date", "string" if self.format else "date32[day]")


class Datetime(Moment):
    """Declare moments from `min` to `max` in steps of `resolution`, as clocks in `zone` show them.

    Bounds and texts without a zone are in `zone` where it is fixed, such as `+02:00`, and in UTC where it is a place.
    """

    kind: ClassVar[str] = "datetime"
    resolution: Resolution = "second"
    zone: str | None = None

    @field_validator("zone")
    @classmethod
    def _is_a_zone(cls, zone: str | None) -> str | None:
        if zone is not None and not re.fullmatch(r"[+-]\d\d:\d\d", zone):
            try:
                ZoneInfo(zone)
            except (OSError, ValueError, LookupError):
                raise ValueError("there is no such time zone; write UTC, +02:00 or Europe/Berlin") from None
        return zone

    @property
    def grain(self) -> int:
        """The microseconds between neighbouring values."""
        return RESOLUTIONS[self.resolution]

    @property
    def shift(self) -> int:
        """The microseconds that what names no zone is ahead of UTC."""
        return offset_of(self.zone) * 60 * SECOND

    def column(self) -> Column:
        """Return the column of a schema, from the contract alone."""
        own = f"timestamp[us, tz={self.zone}]" if self.zone else "timestamp[us]"
        return self._column("datetime", "string" if self.format else own, self.zone)


class Time(Moment):
    """Declare times of day from `min` to `max` in steps of `resolution`."""

    kind: ClassVar[str] = "time"
    min: str = "00:00:00"
    max: str = "23:59:59"
    resolution: Resolution = "second"

    @property
    def grain(self) -> int:
        """The microseconds between neighbouring values."""
        return RESOLUTIONS[self.resolution]

    def _read_formats(self) -> tuple[str, ...]:
        return (*self._formats(), *CLOCKS)

    def column(self) -> Column:
        """Return the column of a schema, from the contract alone."""
        return self._column("time", "string" if self.format else "time64[us]")


class Duration(Moment):
    """Declare how long something takes, from `min` to `max` in steps of `resolution`.

    Bounds and cells are numbers of seconds, or written as `PT90S`.
    """

    kind: ClassVar[str] = "duration"
    resolution: Resolution = "second"

    @field_validator("min", "max", mode="before")
    @classmethod
    def _in_seconds(cls, bound: Any) -> Any:
        return f"PT{bound}S" if isinstance(bound, int | float) and not isinstance(bound, bool) else bound

    @property
    def grain(self) -> int:
        """The microseconds between neighbouring values."""
        return RESOLUTIONS[self.resolution]

    def _micros(self, array: pa.Array) -> tuple[Ints, Mask]:
        return lengths_of(array)

    def _bound(self, text: str) -> int | None:
        micros, valid = lengths_of(pa.array([text]))
        return int(micros[0]) if valid[0] else None

    def column(self) -> Column:
        """Return the column of a schema, from the contract alone."""
        return self._column("duration", "duration[us]")


def _is_whole(written: str, kind: str) -> bool:
    """Return whether a format writes all parts that a date or a time needs."""
    parts = {token[-1] for token in re.findall(r"%(?:-|:|3)?[A-Za-z]", written)}
    has_day = "d" in parts and bool(parts & {"Y", "y"}) and bool(parts & {"m", "b", "B"})
    has_clock = "H" in parts or {"I", "p"} <= parts
    return has_clock if kind == "time" else has_day and (kind == "date" or has_clock)
