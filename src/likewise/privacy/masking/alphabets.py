"""Which characters stand for which: a digit for a digit, a letter for a letter of its own alphabet and case."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint32]
Mask = npt.NDArray[np.bool_]

ALPHABETS = (
    ("0", "9"), ("A", "Z"), ("a", "z"), ("À", "Ö"), ("Ø", "Þ"), ("ß", "ö"), ("ø", "ÿ"), ("Ā", "ſ"), ("Α", "Ρ"),
    ("Σ", "Ω"), ("α", "ω"), ("А", "Я"), ("а", "я"), ("א", "ת"), ("ء", "غ"), ("ف", "ي"), ("अ", "ह"), ("ぁ", "ゖ"),
    ("ァ", "ヺ"), ("一", "鿿"), ("가", "힣"), ("\ue000", "\ue00f"),
)  # fmt: skip
"""The first and the last character of each alphabet; what lies in none stays as it is. The last, of private use, is
that of hexadecimal digits while a UUID is masked."""

_WIDEST = 0x110000


def _tables() -> tuple[Codes, Codes]:
    """Return for each character the first of its alphabet and how many that has: itself and 1 where it is in none."""
    first, size = np.arange(_WIDEST, dtype=np.uint32), np.ones(_WIDEST, np.uint32)
    for start, last in ALPHABETS:
        first[ord(start) : ord(last) + 1] = ord(start)
        size[ord(start) : ord(last) + 1] = ord(last) - ord(start) + 1
    return first, size


FIRST, SIZE = _tables()


def is_counted(codes: Codes) -> Mask:
    """Return which characters lie in an alphabet.

    >>> is_counted(np.array([ord("c"), ord("-"), ord("7")], np.uint32)).tolist()
    [True, False, True]
    """
    found: Mask = SIZE[codes] > 1
    return found
