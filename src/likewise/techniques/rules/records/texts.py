"""Columns of texts, made for whole blocks: drawn from lists, joined from parts, written as digits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, TypeGuard

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.counted import Bits, Counted
from likewise.techniques.rules.records.chances import Chances

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.void]
"""Bytes that are copied together, never read."""

WORDS = (16, 32)
"""Bytes that are copied at a time when texts are joined: the first that hold the longest text, or the last."""

AT_ONCE = 4096
"""Rows that are joined at a time."""

FOURS = (np.arange(10_000)[:, None] // [1000, 100, 10, 1] % 10 + ord("0")).astype(np.uint8).view(np.uint32).ravel()
"""The four characters of each number below 10,000."""

_GROUP = np.uint64(10_000)


class Texts:
    """Hold texts with their chances, perhaps in groups, and draw one for each row.

    >>> names = Texts(["Ann", "Bob"], [3, 1])
    >>> names.of(Counted(0, "name"), np.arange(4)).to_pylist()
    ['Bob', 'Ann', 'Ann', 'Ann']
    """

    __slots__ = ("_chances", "_places", "texts")

    def __init__(self, texts: Sequence[str], weights: Sequence[float] | None = None, sizes: Sequence[int] = ()) -> None:
        """Take texts and what they weigh; `sizes` says how many of them make up each group, of at least one text."""
        listed = pa.array(texts, pa.string()).dictionary_encode()
        self.texts = listed.dictionary
        self._places = None if len(self.texts) == len(texts) else listed.indices.to_numpy()
        self._chances = Chances(np.ones(len(texts)) if weights is None else np.asarray(weights, float), sizes)

    @classmethod
    def grouped(cls, groups: Sequence[Mapping[str, float]]) -> Texts:
        """Hold texts with their chances in groups; a text may stand in several."""
        if all([*group.items()] == [*groups[0].items()] for group in groups):
            groups = groups[:1]  # then it tells nothing which group a row is of
        texts = [text for group in groups for text in group]
        weights = [weight for group in groups for weight in group.values()]
        return cls(texts, weights, [len(group) for group in groups])

    def codes(self, bits: Bits, group: npt.NDArray[np.integer] | int = 0) -> Codes:
        """Return the place in `texts` that each 64 random bits stand for, within a group or a group of each row."""
        drawn = self._chances.draw(bits, group)
        return drawn if self._places is None else self._places.take(drawn)

    def of(self, random: Counted, rows: Ints, group: npt.NDArray[np.integer] | int = 0) -> pa.DictionaryArray:
        """Return a text for each row."""
        return coded(self.codes(random.bits(rows), group), self.texts)


def coded(codes: npt.NDArray[np.integer], texts: pa.Array) -> pa.DictionaryArray:
    """Return the texts at some places of a list, which must lie in it, without copying them."""
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32, copy=False)), texts, safe=False)


def coded_again(part: pa.DictionaryArray, texts: pa.Array) -> pa.DictionaryArray:
    """Return the same places of another list."""
    return pa.DictionaryArray.from_arrays(part.indices, texts, safe=False)


def encoded(texts: pa.Array) -> pa.DictionaryArray:
    """Return texts as places of a list of them."""
    return texts if isinstance(texts, pa.DictionaryArray) else texts.cast(pa.string()).dictionary_encode()


@cache
def numerals(width: int) -> pa.Array:
    """Return all numbers of some digits as texts with leading zeros: number k at place k."""
    return fixed(digits(np.arange(10**width), width))


def digits(numbers: npt.NDArray[np.integer], width: int) -> Bytes:
    """Return the last `width` decimal digits of numbers as characters, of shape (numbers, width)."""
    written = np.empty((len(numbers), width), np.uint8)
    put(written, numbers)
    return written


def put(out: Bytes, numbers: npt.NDArray[np.integer]) -> None:
    """Write the last decimal digits of numbers, as many as `out` has columns, four at a time."""
    rest, end = numbers.astype(np.uint64), out.shape[1]
    while end >= 4:
        above = rest // _GROUP
        rest -= above * _GROUP
        out[:, end - 4 : end].view(np.uint32)[:, 0] = FOURS[rest.view(np.int64)]
        rest, end = above, end - 4
    if end:
        rest %= np.uint64(10**end)
        out[:, :end] = FOURS[rest.view(np.int64)].view(np.uint8).reshape(-1, 4)[:, 4 - end :]


def fixed(characters: Bytes) -> pa.Array:
    """Return texts of one length from their characters, of shape (texts, length)."""
    count, width = characters.shape
    ends = np.arange(count + 1, dtype=np.int32) * np.int32(width)
    values = pa.py_buffer(np.ascontiguousarray(characters))
    return pa.Array.from_buffers(pa.string(), count, [None, pa.py_buffer(ends), values])


def joined(*parts: pa.Array | str) -> pa.Array:
    """Return the parts of each row joined to one text; where one is missing, so is the text.

    A text alone stands in every row; at least one part is an array. Each text is copied in whole words, and what a
    word writes beyond its text, the next one overwrites: that takes half the time of Arrow's join of dictionaries.

    >>> joined(pa.array(["a", "b"]), "-", pa.array(["c", None])).to_pylist()
    ['a-c', None]
    """
    rows = next(len(part) for part in parts if not isinstance(part, str))
    folded = _folded(list(parts))
    longest = max(_longest(part) for part in folded)
    word = next((size for size in WORDS if longest <= size), WORDS[-1])
    pieces = [piece for part in folded for piece in _pieces(part, rows, word)]
    written = pa.allocate_buffer(sum(_most_bytes(part, rows) for part in folded) + word, resizable=True)
    target = np.ndarray((len(written) - word + 1,), f"V{word}", np.frombuffer(written, np.uint8), strides=(1,))
    offsets = np.zeros(rows + 1, np.int32)
    done = 0
    for first in range(0, rows, AT_ONCE):
        done = _write(pieces, target, offsets[first : first + AT_ONCE + 1], first, done)
    del target
    written.resize(done + word)
    made = pa.Array.from_buffers(pa.string(), rows, [None, pa.py_buffer(offsets), written])
    for part in parts:
        if not isinstance(part, str) and part.null_count:
            made = pc.if_else(part.is_valid(), made, pa.scalar(None, pa.string()))
    return made


def _folded(parts: list[pa.Array | str]) -> list[pa.Array | str]:
    """Write texts that stand in every row into the lists of the parts beside them, where those are short."""
    folded: list[pa.Array | str] = []
    for part in parts:
        before = folded[-1] if folded else None
        if isinstance(before, str) and _is_short(part):
            folded[-1] = coded_again(part, pc.binary_join_element_wise(pa.scalar(before), part.dictionary, ""))
        elif isinstance(part, str) and before is not None and _is_short(before):
            folded[-1] = coded_again(before, pc.binary_join_element_wise(before.dictionary, pa.scalar(part), ""))
        else:
            folded.append(part)
    return folded


def _is_short(part: Any) -> TypeGuard[pa.DictionaryArray]:
    return isinstance(part, pa.DictionaryArray) and len(part.dictionary) * 4 < len(part)


class _Piece(NamedTuple):
    """A word of a part: how many bytes of each text count, which they are, and the text of each row (None: its own)."""

    lengths: Ints
    words: Words
    places: npt.NDArray[np.integer] | None


def _write(pieces: list[_Piece], target: Words, offsets: npt.NDArray[np.int32], first: int, done: int) -> int:
    """Write some rows behind what is done, and return how far that goes."""
    rows = len(offsets) - 1
    bounds = np.empty(1 + rows * len(pieces), np.int64)
    bounds[0] = done
    lengths = bounds[1:].reshape(rows, len(pieces))
    words = np.empty((rows, len(pieces)), target.dtype)
    for at, piece in enumerate(pieces):
        if piece.places is None:
            lengths[:, at], words[:, at] = piece.lengths[first : first + rows], piece.words[first : first + rows]
        else:
            places = piece.places[first : first + rows]
            lengths[:, at], words[:, at] = piece.lengths.take(places), piece.words.take(places)
    bounds.cumsum(out=bounds)
    target[bounds[:-1]] = words.ravel()
    offsets[1:] = bounds[len(pieces) :: len(pieces)]
    return int(bounds[-1])


def _pieces(part: pa.Array | str, rows: int, word: int) -> list[_Piece]:
    if isinstance(part, pa.DictionaryArray) and len(part.dictionary) == 0:
        part = ""  # all are missing
    if isinstance(part, str):
        return [_Piece(*own, np.zeros(rows, np.intp)) for own in _words(pa.array([part]), word)]
    if not isinstance(part, pa.DictionaryArray):
        return [_Piece(*own, None) for own in _words(part, word)]
    codes = pc.fill_null(part.indices, 0) if part.null_count else part.indices
    places = codes.to_numpy().astype(np.intp)
    return [_Piece(*own, places) for own in _words(part.dictionary, word)]


def _most_bytes(part: pa.Array | str, rows: int) -> int:
    """Return how many bytes the texts of a part take at most."""
    if isinstance(part, str):
        return len(part.encode()) * rows
    if not isinstance(part, pa.DictionaryArray):
        return int(pc.sum(pc.binary_length(part)).as_py() or 0)
    if (longest := _longest(part)) <= 2 * WORDS[-1] or part.null_count == len(part):
        return longest * rows
    lengths = pc.fill_null(pc.binary_length(part.dictionary), 0)
    return int(pc.sum(lengths.take(pc.fill_null(part.indices, 0))).as_py())


def _longest(part: pa.Array | str) -> int:
    """Return how many bytes a text of a part has at most."""
    if isinstance(part, str):
        return len(part.encode())
    texts = part.dictionary if isinstance(part, pa.DictionaryArray) else part
    return int(pc.max(pc.binary_length(texts)).as_py() or 0)


def _words(texts: pa.Array, word: int) -> list[tuple[Ints, Words]]:
    texts = pc.fill_null(texts.cast(pa.string()), "")
    if len(texts) == 0:
        return [(np.zeros(0, np.int64), np.zeros(0, f"V{word}"))]
    _, ends, held = texts.buffers()
    bounds = np.frombuffer(ends, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    length = np.diff(bounds).astype(np.int64)
    values = np.zeros(int(bounds[-1]) + word * (2 + int(length.max()) // word), np.uint8)
    if held is not None:
        values[: bounds[-1]] = np.frombuffer(held, np.uint8)[: bounds[-1]]
    window = np.ndarray((len(values) - word + 1,), f"V{word}", values, strides=(1,))
    return [
        (np.clip(length - done, 0, word), window[bounds[:-1] + done])
        for done in range(0, max(int(length.max()), 1), word)
    ]
