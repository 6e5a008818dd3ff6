"""Levels that cells name, and how many of them are named once."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.formats import PLAIN
from likewise.core.values import MARKERS
from likewise.privacy.contract.category import NUMERAL
from likewise.privacy.contract.reading import floats_of, is_number, moment_texts, pieces, texts_of


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
    if pa.types.is_string_view(array.type) or pa.types.is_binary_view(array.type):
        return array.cast(pa.large_binary())  # of views not all can be done that is to be done
    return _plain(pc.run_end_decode(array)) if pa.types.is_run_end_encoded(array.type) else array


def names_in(column: pa.ChunkedArray) -> Counter[str]:
    """Return how often each level is named: numbers that are the same are one level, as they are in a contract."""
    found: Counter[str] = Counter()
    for array in plain_pieces(column):
        if pa.types.is_boolean(array.type):
            array = pc.if_else(array, "true", "false")
        elif is_number(array.type):
            numbers = floats_of(array)
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


def singles(names: Counter[str]) -> int:
    """Return how many levels are named once: a row more changes that by one at most.

    >>> singles(Counter("abba c"))
    2
    """
    return sum(count == 1 for count in names.values())


def _written(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
