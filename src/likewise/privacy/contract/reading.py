"""Read the cells of a column one by one: what one of them means never depends on another, and none of them fails.

Whatever Arrow type a column came in, text `30`, whole number 30 and float 30.0 are one and the same here: a single
missing cell makes other libraries turn a whole column of integers into floats, and one odd cell into texts.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.formats import PLAIN, NumberStyle, plain_texts
from likewise.core.moments import DAY, SECOND, read_moments
from likewise.core.values import is_bytes, is_words

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

AT_ONCE = 65_536
"""Cells that are read at a time."""

LONGEST = 4096
"""Bytes of a text that is read; a longer one is taken for unreadable."""

FARTHEST = 2**62
"""Microseconds from 1970 to what is taken for the end of time."""

ERA = (-719_162 * DAY, 2_932_897 * DAY - 1)
"""The first and the last microsecond of the years 1 to 9999."""

ISO = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S.%f",
       "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%d %H:%M:%S.%3f", "%Y-%m-%dT%H:%M:%S.%3f", "%Y-%m-%dT%H:%M:%SZ",
       "%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%dT%H:%M:%S.%3fZ", "%Y-%m-%d %H:%M:%S%:z", "%Y-%m-%dT%H:%M:%S%:z",
       "%Y-%m-%d %H:%M:%S.%f%:z", "%Y-%m-%dT%H:%M:%S.%f%:z")  # fmt: skip
"""Ways of writing a date and a time that are read in every contract."""

CLOCKS = ("%H:%M:%S", "%H:%M", "%H:%M:%S.%f", "%H:%M:%S.%3f")
"""Ways of writing a time of day that are read in every contract."""

CLOCKED = (
    r"^(?:(?P<days>-?[0-9]{1,9}) days?,? )?(?P<h>[0-9]{1,9}):(?P<m>[0-5][0-9]):(?P<s>[0-5][0-9](?:\.[0-9]{1,6})?)$"
)
"""How Python and pandas write a duration."""

_UNITS = {"s": (SECOND, 1), "ms": (1000, 1), "us": (1, 1), "ns": (1, 1000)}


def pieces(array: pa.Array) -> Iterator[pa.Array]:
    """Yield an array in parts of at most `AT_ONCE` cells."""
    for start in range(0, len(array), AT_ONCE):
        yield array.slice(start, AT_ONCE)


def is_number(dtype: pa.DataType) -> bool:
    """Return whether cells of a type are numbers or truth values."""
    tests = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_boolean)
    return any(test(dtype) for test in tests)


def texts_of(array: pa.Array) -> pa.Array:
    """Return cells of text or bytes as trimmed strings; null where missing, no UTF-8 or longer than `LONGEST`."""
    if not is_words(array.type) and not is_bytes(array.type):
        return pa.nulls(len(array), pa.string())
    if pa.types.is_string_view(array.type) or pa.types.is_binary_view(array.type):
        array = array.cast(pa.large_binary())
    array = pc.if_else(pc.less_equal(pc.binary_length(array), LONGEST), array, pa.scalar(None, array.type))
    words = array.cast(pa.binary())
    try:
        texts = words.cast(pa.string())
    except pa.ArrowInvalid:  # some cell is no UTF-8: each by itself, so that it takes no other with it
        texts = pa.array([_decoded(cell) for cell in words.to_pylist()], pa.string())
    return pc.utf8_trim_whitespace(texts)


def _decoded(cell: bytes | None) -> str | None:
    try:
        return None if cell is None else cell.decode()
    except UnicodeDecodeError:
        return None


def numbers_of(array: pa.Array, written: str | None = None) -> Floats:
    """Return cells as doubles, NaN where they are missing, no number or more than a double holds.

    `written` is a worked number such as `$1,234.50`, by which texts are read; plain ones are read in any case.
    """
    dtype = array.type
    if pa.types.is_decimal(dtype):
        return doubles(array.cast(pa.string()))
    if pa.types.is_boolean(dtype):
        array = array.cast(pa.int8())
    elif pa.types.is_floating(dtype) and not pa.types.is_float64(dtype):
        array = array.cast(pa.float32()).cast(pa.string()).cast(pa.float64())  # 0.2, not 0.20000000298
    elif not is_number(dtype):
        return _read(texts_of(array), written)
    gone = np.asarray(array.is_null())
    values = np.asarray(array.fill_null(0)).astype(np.float64)
    return np.where(gone | ~np.isfinite(values), np.nan, values)


def _read(texts: pa.Array, written: str | None) -> Floats:
    plain = pc.if_else(pc.match_substring_regex(texts, PLAIN), texts, None)
    if written is not None:
        plain = pc.coalesce(plain_texts(texts, NumberStyle.from_worked(written)), plain)
    values = doubles(plain)
    folded = pc.utf8_lower(texts)
    for word, value in (("true", 1.0), ("false", 0.0)):
        values[np.asarray(pc.fill_null(pc.equal(folded, word), False))] = value
    return values


def doubles(plain: pa.Array) -> Floats:
    """Return plain number texts as doubles, NaN where null or not finite."""
    unsigned = pc.replace_substring_regex(plain, r"^\+", "")
    try:
        values = np.array(pc.fill_null(unsigned.cast(pa.float64()), float("nan")))
    except pa.ArrowInvalid:
        cells = unsigned.to_pylist()
        values = np.array([float("nan") if cell is None else float(cell) for cell in cells], dtype=np.float64)
    return np.where(np.isfinite(values), values, np.nan)


def moments_of(array: pa.Array, formats: tuple[str, ...], shift: int = 0, *, clock: bool = False) -> tuple[Ints, Mask]:
    """Return cells as microseconds since 1970, or of `clock` times since midnight, and which of them could be read.

    Texts are read by the formats in turn, numbers as the texts they are written as. What names no zone of its own lies
    in one that is `shift` microseconds ahead of UTC.
    """
    dtype = array.type
    if pa.types.is_temporal(dtype):
        if clock != pa.types.is_time(dtype) or not (clock or pa.types.is_date(dtype) or pa.types.is_timestamp(dtype)):
            return np.zeros(len(array), dtype=np.int64), np.zeros(len(array), dtype=bool)
        unit = (DAY, 1) if pa.types.is_date32(dtype) else (1000, 1) if pa.types.is_date64(dtype) else _UNITS[dtype.unit]
        micros, valid = _scaled(array, *unit)
        is_local = not (pa.types.is_timestamp(dtype) and dtype.tz is not None)
        return micros - shift * is_local, valid
    texts = whole_texts(numbers_of(array)) if is_number(dtype) else texts_of(array)
    return _read_moments(texts, formats, shift)


def lengths_of(array: pa.Array) -> tuple[Ints, Mask]:
    """Return cells as microseconds, and which could be read: durations, times of day, seconds, `PT90S`, `2:30:00`."""
    if pa.types.is_duration(array.type) or pa.types.is_time(array.type):
        return _scaled(array, *_UNITS[array.type.unit])
    if is_number(array.type):
        seconds = numbers_of(array)
    else:
        texts = pc.replace_substring_regex(texts_of(array), "^PT([-+0-9.eE]+)S$", r"\1")
        seconds = np.where(np.isnan(plain := numbers_of(texts)), _clocked(texts), plain)
    longest = FARTHEST / SECOND
    micros = np.round(np.clip(np.nan_to_num(seconds), -longest, longest) * SECOND)
    return micros.astype(np.int64), ~np.isnan(seconds)


def _clocked(texts: pa.Array) -> Floats:
    """Return the seconds that hours, minutes and seconds come to, NaN where a text is written otherwise."""
    parts = pc.extract_regex(texts, CLOCKED)
    days, hours, minutes, seconds = (doubles(pc.if_else(pc.equal(part, ""), None, part)) for part in parts.flatten())
    return ((np.nan_to_num(days) * 24 + hours) * 60 + minutes) * 60 + seconds


def _scaled(array: pa.Array, times: int, per: int) -> tuple[Ints, Mask]:
    counts = np.asarray(array.view(pa.int32() if array.type.bit_width == 32 else pa.int64()).fill_null(0)).astype(
        np.int64
    )
    limit = FARTHEST // times
    return np.clip(counts, -limit, limit) * times // per, np.asarray(array.is_valid())


def _read_moments(texts: pa.Array, formats: tuple[str, ...], shift: int) -> tuple[Ints, Mask]:
    micros, valid = np.zeros(len(texts), dtype=np.int64), np.zeros(len(texts), dtype=bool)
    texts = pc.replace_substring_regex(texts, r"(:[0-9]{2}\.[0-9]{6})[0-9]{3}", r"\1")  # nanoseconds
    open_cells = np.flatnonzero(np.asarray(texts.is_valid()))
    for written in formats:
        if not len(open_cells):
            break
        found = read_moments(texts.take(pa.array(open_cells)), written)
        own = 0 if found.offsets is not None or written.endswith("Z") else shift
        micros[open_cells[found.valid]] = found.micros[found.valid] - own
        valid[open_cells] = found.valid
        open_cells = open_cells[~found.valid]
    return micros, valid


def moment_texts(array: pa.Array) -> pa.Array:
    """Return typed dates and times as Python writes them, in UTC, durations as seconds; null for all other cells."""
    if pa.types.is_duration(array.type):
        seconds = np.where(np.asarray(array.is_null()), np.nan, lengths_of(array)[0] / SECOND)
        return pa.array([None if np.isnan(own) else f"PT{own!r}S" for own in seconds.tolist()], pa.string())
    is_clock = pa.types.is_time(array.type)
    micros, valid = moments_of(array, (), clock=is_clock)
    written = np.datetime_as_string(np.clip(micros, *ERA).astype("M8[us]"), unit="us")
    texts = pa.array(written, pa.string(), mask=~valid)
    texts = pc.utf8_slice_codeunits(texts, 11 if is_clock else 0, 10 if pa.types.is_date(array.type) else 26)
    return pc.replace_substring(pc.replace_substring_regex(texts, r"\.0{6}$", ""), "T", " ")


def floats_of(array: pa.Array) -> Floats:
    """Return typed numbers, NaN where missing; an infinity is no number to `numbers_of`, but it is something."""
    numbers = numbers_of(array)
    if not pa.types.is_floating(array.type):
        return numbers
    values = np.asarray(array.cast(pa.float64()).fill_null(0.0))
    return np.where(np.isinf(values), values, numbers)


def whole_texts(values: Floats) -> pa.Array:
    """Return whole numbers as they are written, null for others."""
    whole = np.isfinite(values) & (np.abs(values) < 2.0**53) & (values == np.floor(values))
    return pa.array(np.where(whole, values, 0).astype(np.int64), mask=~whole).cast(pa.string())
