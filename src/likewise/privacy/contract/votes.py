"""What a cell could be read as, counted over a column: each cell casts a few votes, all of them by itself."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.formats import PLAIN
from likewise.core.moments import DAY
from likewise.core.values import MARKERS, is_bytes, is_words
from likewise.privacy.contract.category import NUMERAL, Boolean
from likewise.privacy.contract.reading import (
    CLOCKS,
    ISO,
    Floats,
    Mask,
    is_number,
    moment_texts,
    moments_of,
    numbers_of,
    pieces,
    texts_of,
)

LIKE_MOMENTS = r"^[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]|^[0-9]{1,2}:[0-9]{2}"
"""What dates and times begin with: all else need not be tried."""

DECIMALS = 6
"""Decimals of a number that are told apart; numbers with more are real."""

DATES = ("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y")
"""Formats of dates that are found beside ISO 8601."""

VOTES = ("present", "number", *(f"decimals {digits}" for digits in range(DECIMALS + 1)), "real", "boolean", "moment",
         "clock", *DATES, "time")  # fmt: skip
"""What is counted of a column."""

NORM = 2.0
"""The L2 norm of the votes of one cell, at most: no cell casts more than four."""

TRUTH = Boolean(name="truth")


def plain_pieces(column: pa.ChunkedArray) -> Iterator[pa.Array]:
    """Yield a column in parts without dictionaries and runs, of at most some ten thousand cells."""
    for chunk in column.chunks:
        for piece in pieces(chunk):
            yield _plain(piece)


def _plain(array: pa.Array) -> pa.Array:
    if isinstance(array, pa.ExtensionArray):
        return _plain(array.storage)
    if pa.types.is_dictionary(array.type):
        return _plain(array.dictionary.take(array.indices))
    return _plain(pc.run_end_decode(array)) if pa.types.is_run_end_encoded(array.type) else array


def votes_of(array: pa.Array) -> Mask:
    """Return which votes each cell casts: cells x `VOTES`, at most four of them a cell."""
    numbers = numbers_of(array)
    digits = np.full(len(array), DECIMALS + 1)
    is_finite = ~np.isnan(numbers)
    near = np.where(is_finite & (np.abs(numbers) < 2.0**53), numbers, 0.0)  # all that are farther are whole
    for places in range(DECIMALS, -1, -1):
        digits[np.round(near, places) == near] = places
    spread = [is_finite & (digits == places) for places in range(DECIMALS + 2)]
    truths = TRUTH.read(array) >= 0
    return np.stack([is_present(array), is_finite, *spread, truths, *_moments(array)], axis=1)


def _moments(array: pa.Array) -> list[Mask]:
    """Return which cells are moments, moments that are not midnight, dates of each format, and times of day."""
    if is_words(array.type) or is_bytes(array.type):
        texts = texts_of(array)
        array = pc.if_else(pc.match_substring_regex(texts, LIKE_MOMENTS), texts, None)
    elif is_number(array.type):
        array = pa.nulls(len(array))
    micros, is_moment = moments_of(array, ISO)
    dates = [moments_of(array, (written,))[1] & ~is_moment for written in DATES]
    return [is_moment, is_moment & (micros % DAY != 0), *dates, moments_of(array, CLOCKS, clock=True)[1]]


def is_present(array: pa.Array) -> Mask:
    """Return which cells hold anything."""
    if is_number(array.type):
        return ~np.isnan(_numbers(array))
    valid: Mask = np.asarray(array.is_valid())
    if pa.types.is_temporal(array.type):
        return valid
    texts = texts_of(array)
    said = pc.invert(pc.is_in(texts, value_set=pa.array(["", *MARKERS])))
    held: Mask = np.asarray(pc.and_(texts.is_valid(), said))
    return held


def _numbers(array: pa.Array) -> Floats:
    """Return typed numbers, NaN where missing; an infinity is no number elsewhere, but it is something."""
    numbers = numbers_of(array)
    if not pa.types.is_floating(array.type):
        return numbers
    values = np.asarray(array.cast(pa.float64()).fill_null(0.0))
    return np.where(np.isinf(values), values, numbers)


def names_in(column: pa.ChunkedArray) -> Counter[str]:
    """Return how often each level is named: numbers that are the same are one level, as they are in a contract."""
    found: Counter[str] = Counter()
    for array in plain_pieces(column):
        if pa.types.is_boolean(array.type):
            array = pc.if_else(array, "true", "false")
        elif is_number(array.type):
            numbers = _numbers(array)
            array = pa.array([None if np.isnan(x) else _written(x) for x in numbers.tolist()], pa.string())
        elif pa.types.is_temporal(array.type):
            array = moment_texts(array)
        texts = texts_of(array).drop_null()
        for text, count in zip(*(part.to_pylist() for part in texts.value_counts().flatten()), strict=True):
            found[level_of(text)] += count
    for word in ("", *MARKERS):
        found.pop(word, None)
    return found


def level_of(text: str) -> str:
    """Return the level that a text names.

    >>> level_of("1.0"), level_of("TRUE"), level_of("01")
    ('1', 'true', '01')
    """
    if text.lower() in ("true", "false"):
        return text.lower()
    value = float(text) if re.match(NUMERAL, text) and re.match(PLAIN, text) else float("nan")
    return _written(value) if math.isfinite(value) else text


def _written(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
