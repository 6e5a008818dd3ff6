"""Dates and moments moved by days, as they are stored or as texts that spell them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.moments import DAY, kind_of_format, read_moments, write_moments
from likewise.core.spelling import find_formats
from likewise.core.values import BROKEN_SHARE, MARKERS, is_words
from likewise.errors import SettingsError

Ints = npt.NDArray[np.int64]

_DAYS = {"s": 86_400, "ms": 86_400_000, "us": DAY, "ns": DAY * 1000}
"""What a day counts in the units of moments."""

_FIRST, _LAST = (int(np.datetime64(day, "D").astype(np.int64)) for day in ("0002-01-01", "9999-01-01"))
"""The first day that is moved, and the day after the last: the years 1 and 9999 stand for never and for ever."""


def moved(array: pa.Array, days: Ints, name: str) -> pa.Array | None:
    """Return dates or moments moved by days; None where they are none.

    Those of the years 1 and 9999 stay. Texts that spell no date among such that do are missing. Raises SettingsError
    where one would leave the years between.
    """
    if is_words(array.type):
        return _spelled(array.cast(pa.string()), days, name)
    if pa.types.is_date32(array.type):
        return _sum(array.cast(pa.int32()).cast(pa.int64()), days, 1, name).cast(pa.int32()).cast(array.type)
    if pa.types.is_date64(array.type) or pa.types.is_timestamp(array.type):
        unit = "ms" if pa.types.is_date64(array.type) else array.type.unit
        return _sum(array.cast(pa.int64()), days, _DAYS[unit], name).cast(array.type)
    return array if pa.types.is_null(array.type) else None


def _sum(values: pa.Array, days: Ints, day: int, name: str) -> pa.Array:
    """Return moments, of which so many are a day, after so many days."""
    there = np.asarray(values.fill_null(0))
    place = there // day
    inside = (place >= _FIRST) & (place < _LAST)
    after = place + days
    room = (2**63 - 1) // day - 1  # what fits the unit
    gone = inside & np.asarray(values.is_valid()) & ((after < max(_FIRST, -room)) | (after >= min(_LAST, room)))
    if gone.any():
        raise SettingsError("masking.range", f"`{name}`: {int(gone.sum()):,} dates would leave the years that can be "
                            "told", where=name, hint="move by fewer days, or `blank` the column")  # fmt: skip
    found = np.where(inside, there + np.where(inside, days, 0) * day, there)
    return pa.array(found, mask=np.asarray(values.is_null()))


def _spelled(texts: pa.Array, days: Ints, name: str) -> pa.Array | None:
    """Return texts that spell dates after some days, in the writing of each."""
    trimmed = pc.utf8_trim_whitespace(texts)
    empty = pc.is_in(trimmed, value_set=pa.array([*MARKERS, "", None], pa.string()))
    told = trimmed.filter(pc.invert(empty)).unique()
    formats = find_formats(told)[0] if len(told) else []
    if len(told) and not formats:
        return None
    found = pc.if_else(empty, texts, pa.scalar(None, pa.string()))
    open_ones = ~np.asarray(empty)
    for written in formats:
        if kind_of_format(written) not in ("date", "datetime"):
            return None
        moments = read_moments(trimmed, written)
        valid = moments.valid & open_ones
        open_ones &= ~valid
        after = _sum(pa.array(moments.micros, mask=~valid), days, DAY, name).fill_null(0)
        offsets = np.zeros(len(texts), np.int64) if moments.offsets is None else moments.offsets
        for offset in np.unique(offsets[valid]).tolist():
            own = valid & (offsets == offset)
            found = pc.if_else(pa.array(own), write_moments(np.asarray(after), written, offset), found)
    return found if open_ones.sum() <= BROKEN_SHARE * (len(texts) - int(pc.sum(empty).as_py() or 0)) else None
