"""Days and times as messages write them, each different day spelled once."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa

from likewise.industries.finance.messages.blocks import Block, Ints

_DAY = 86_400_000_000
_STYLES = {"iso": "{0}-{1}-{2}", "YYYYMMDD": "{0}{1}{2}", "YYMMDD": "{3}{1}{2}", "MMDD": "{1}{2}", "YYMM": "{3}{1}"}


class Days:
    """Hold the days of rows, counted from 1970, to be written in several ways.

    >>> days = Days(np.array([0, 19_782]))
    >>> days.written("iso").to_pylist(), days.written("YYMMDD").to_pylist()
    (['1970-01-01', '2024-02-29'], ['700101', '240229'])
    """

    def __init__(self, days: Ints) -> None:
        self.days = days
        found, places = np.unique(days, return_inverse=True)
        self._places = pa.array(places)
        self._found = found.astype("datetime64[D]")
        self._parts = [text.split("-") for text in np.datetime_as_string(self._found).tolist()]

    def written(self, style: str) -> pa.Array:
        """Return the days in a style: `iso`, `YYYYMMDD`, `YYMMDD`, `MMDD`, `YYMM`, or `YDDD`, the day of the year."""
        if style == "YDDD":
            first = self._found.astype("datetime64[Y]").astype("datetime64[D]")
            count = (self._found - first).astype(int) + 1
            texts = [f"{part[0][-1]}{day:03d}" for part, day in zip(self._parts, count.tolist())]
        else:
            texts = [_STYLES[style].format(*part, part[0][2:]) for part in self._parts]
        return pa.array(texts, pa.string()).take(self._places)

    @property
    def years(self) -> Ints:
        """The year of each row."""
        years: Ints = self._found.astype("datetime64[Y]").astype(np.int64)[self._places.to_numpy()] + 1970
        return years


def moments(block: Block, column: str = "time") -> tuple[Days, Ints]:
    """Return days and seconds of the day of a column of moments; raises SchemaError where they cannot be written."""
    block.filled(column)
    days, rest = np.divmod(block[column].cast(pa.int64()).to_numpy(), _DAY)
    _writable(block, column, days)
    return Days(days), rest // 1_000_000


def dates(block: Block, column: str) -> Days:
    """Return a column of days; raises SchemaError where they cannot be written."""
    block.filled(column)
    days = block[column].cast(pa.int32()).to_numpy().astype(np.int64)
    _writable(block, column, days)
    return Days(days)


def clock(seconds: Ints, point: str = ":") -> pa.Array:
    """Return seconds of the day as hours, minutes and seconds.

    >>> clock(np.array([0, 86_399])).to_pylist()
    ['00:00:00', '23:59:59']
    """
    return _clock(point).take(pa.array(seconds))


@cache
def _clock(point: str) -> pa.Array:
    two = [f"{n:02d}" for n in range(60)]
    return pa.array([f"{h}{point}{m}{point}{s}" for h in two[:24] for m in two for s in two])


_FIRST, _LAST = -719_162, 2_932_896
"""The first day of the year 1 and the last of 9999."""


def _writable(block: Block, column: str, days: Ints) -> None:
    block.refuse("schema.time", "times outside of the years 1 to 9999", column, (days < _FIRST) | (days > _LAST),
                 "messages write years in four digits, or two")  # fmt: skip
