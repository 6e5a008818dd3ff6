"""Which characters stand for which: a digit for a digit, a letter for a letter of its own alphabet and case."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint32]
Ints = npt.NDArray[np.int64]

ALPHABETS = (
    ("0", "9"), ("A", "Z"), ("a", "z"), ("À", "Ö"), ("Ø", "Þ"), ("ß", "ö"), ("ø", "ÿ"), ("Ā", "ſ"), ("Α", "Ρ"),
    ("Σ", "Ω"), ("α", "ω"), ("А", "Я"), ("а", "я"), ("א", "ת"), ("ء", "غ"), ("ف", "ي"), ("अ", "ह"), ("ぁ", "ゖ"),
    ("ァ", "ヺ"), ("一", "鿿"), ("가", "힣"),
)  # fmt: skip
"""The first and the last character of each alphabet; what lies in none stays as it is."""

FIRST = np.array([ord(first) for first, _ in ALPHABETS], np.int64)
SIZE = np.array([ord(last) - ord(first) + 1 for first, last in ALPHABETS], np.int64)

_WIDEST = 0x110000


def _places() -> npt.NDArray[np.int8]:
    """Return for each character which alphabet it lies in, -1 for none."""
    found = np.full(_WIDEST, -1, np.int8)
    for place, (first, size) in enumerate(zip(FIRST, SIZE, strict=True)):
        found[first : first + size] = place
    return found


PLACES = _places()


def split(codes: Codes) -> tuple[Ints, Ints, Ints]:
    """Return the place of each character in its alphabet, how many the alphabet has (1: it stays), and its first one.

    >>> [part.tolist() for part in split(np.array([ord("c"), ord("-"), ord("7")], np.uint32))]
    [[2, 0, 7], [26, 1, 10], [97, 45, 48]]
    """
    place = PLACES[codes]
    inside = place >= 0
    first = np.where(inside, FIRST[place], codes)
    return codes.astype(np.int64) - first, np.where(inside, SIZE[place], 1), first
