"""Moments as ISO 8601 texts, column by column, as logs write them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.errors import SourceError

_DAY_ENDS = 10
"""Where the date of an ISO text ends."""

_FIRST, _LAST = -62_135_596_800_000_000, 253_402_300_799_999_999
"""Microseconds from 1970 to the years 1 and 9999."""

_STEPS: tuple[tuple[str, int, int], ...] = (("s", 1_000_000, 19), ("ms", 1_000, 23), ("us", 1, 26))
"""Units, microseconds in each, and how long the text of a moment is in it."""


def iso_texts(moments: pa.Array, *, utc: bool = False, where: str | None = None) -> pa.Array:
    """Return dates or moments as `2024-05-01T10:00:00`, with as many decimals as any of them needs (0, 3 or 6).

    Moments of a zone are written as its clocks show them, with their offset from UTC. With `utc` all are in UTC and end
    in `Z`, also those of no zone. What is finer than microseconds is left out. Raises SourceError for moments that have
    no year of four digits.

    >>> iso_texts(pa.array([0, 1_500_000], pa.timestamp("us", "Europe/Berlin"))).to_pylist()
    ['1970-01-01T01:00:00.000+01:00', '1970-01-01T01:00:01.500+01:00']
    """
    if pa.types.is_date(moments.type):
        moments = moments.cast(pa.date32()).cast(pa.timestamp("us"))
    zone = moments.type.tz
    moments = moments.cast(pa.timestamp("us", tz=zone), safe=False)
    valid = moments.is_valid()
    exact = np.asarray(pc.fill_null(moments.cast(pa.int64()), 0))
    if len(exact) and (exact.min() < _FIRST or exact.max() > _LAST):
        raise SourceError("source.moments", "some moments lie before the year 1 or after the year 9999", where=where,
                          hint="correct them or leave them out")  # fmt: skip
    if utc or zone is None:
        return pc.if_else(valid, _texts(exact, "Z" if utc else ""), pa.scalar(None, pa.string()))
    local = np.asarray(pc.fill_null(pc.local_timestamp(moments).cast(pa.int64()), 0))
    shifts, whose = np.unique(local - exact, return_inverse=True)
    if (shifts % 60_000_000 != 0).any() or local.min(initial=0) < _FIRST or local.max(initial=0) > _LAST:
        return iso_texts(moments, utc=True)  # an offset is written in whole minutes, and a year in four digits
    endings = [_offset(int(shift) // 60_000_000) for shift in shifts]
    if len(endings) == 1:
        return pc.if_else(valid, _texts(local, endings[0]), pa.scalar(None, pa.string()))
    texts = pc.binary_join_element_wise(_texts(local, ""), pa.array(endings).take(pa.array(whose)), "")
    return pc.if_else(valid, texts, pa.scalar(None, pa.string()))


def _offset(minutes: int) -> str:
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _texts(micros: npt.NDArray[np.int64], ending: str) -> pa.Array:
    unit, size, width = next(step for step in _STEPS if not (micros % step[1]).any())
    texts = pa.array(micros // size, pa.timestamp(unit)).cast(pa.string())
    if not len(micros):
        return texts
    square = np.empty((len(micros), width + len(ending)), dtype=np.uint8)
    square[:, :width] = np.frombuffer(texts.buffers()[2], dtype=np.uint8)[: len(micros) * width].reshape(-1, width)
    square[:, _DAY_ENDS] = ord("T")
    square[:, width:] = np.frombuffer(ending.encode(), dtype=np.uint8)
    offsets = np.arange(len(micros) + 1, dtype=np.int32) * square.shape[1]
    return pa.Array.from_buffers(pa.string(), len(micros), [None, pa.py_buffer(offsets), pa.py_buffer(square)])
