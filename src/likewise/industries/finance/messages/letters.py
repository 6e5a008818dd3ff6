"""Texts in the letters that banks send one another: SWIFT's set x, which is SEPA's too."""

from __future__ import annotations

import unicodedata

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.industries.finance.messages.pieces import Bytes, bytes_of, ends_of

PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-?:().,'+ "
"""All that set x holds, line ends aside."""

_INSTEAD = {
    "!": ".", '"': ".", "#": ".", "$": ".", "%": ".", "&": "+", "*": ".", ";": ",", "<": ".", "=": ".", ">": ".",
    "@": ".", "[": "(", "\\": "/", "]": ")", "^": ".", "_": "-", "`": "'", "{": "(", "|": "/", "}": ")", "~": "-",
}  # fmt: skip
"""What stands for the other characters of ASCII (European Payments Council, EPC217-08)."""

_LETTERS = {
    "æ": "ae", "ø": "o", "œ": "oe", "ß": "ss", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ħ": "h", "ŋ": "n",
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k", "λ": "l",
    "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t", "υ": "y", "φ": "f",
    "χ": "ch", "ψ": "ps", "ω": "o",
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i", "к": "k", "л": "l",
    "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "ts",
    "ч": "ch", "ш": "sh", "щ": "sht", "ъ": "a", "ы": "y", "ь": "y", "э": "e", "ю": "yu", "я": "ya", "і": "i",
    "є": "ye", "ґ": "g", "ђ": "dj", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c", "џ": "dz",
    "–": "-", "—": "-", "‘": "'", "’": "'", "“": "'", "”": "'", "„": "'", "€": "EUR", "£": "GBP", "…": "...",
}  # fmt: skip
"""Latin letters that are more than a letter with a mark, Greek and Cyrillic ones, and common signs."""

_SYLLABLES = ("HANGUL SYLLABLE ", "HIRAGANA LETTER ", "KATAKANA LETTER ")
"""How Unicode names characters whose name ends in how they are read."""

_STAND_IN = "."


class _Signs(dict[int, str]):
    """Hold what stands for each character, found when it is first met."""

    def __missing__(self, code: int) -> str:
        name = unicodedata.name(chr(code), "")
        read = next((name.rpartition(" ")[2].lower() for start in _SYLLABLES if name.startswith(start)), None)
        self[code] = made = "".join(map(_sign, unicodedata.normalize("NFKD", chr(code)))) if read is None else read
        return made


def _sign(sign: str) -> str:
    """Return what stands for a character, marks on letters taken off before."""
    if sign.isascii():
        return sign
    if sign in _LETTERS:
        return _LETTERS[sign]
    if sign.lower() in _LETTERS:
        return _LETTERS[sign.lower()].capitalize()
    kind = unicodedata.category(sign)
    if kind in ("Mn", "Me", "Cf"):
        return ""
    return " " if kind.startswith("Z") else _STAND_IN


def _table() -> Bytes:
    """Return the byte that stands for each byte of ASCII: a space for what cannot be printed."""
    table = np.full(256, ord(" "), np.uint8)
    for sign in PLAIN:
        table[ord(sign)] = ord(sign)
    for sign, other in _INSTEAD.items():
        table[ord(sign)] = ord(other)
    return table


_SIGNS, _TABLE = _Signs(), _table()


def plain(texts: pa.Array) -> pa.Array:
    """Return texts in set x, without blanks around them; null where nothing is left.

    Letters lose their marks, Greek, Cyrillic, kana and hangul are spelled in Latin letters; what has no such spelling
    becomes a full stop. Cost: a look at each byte, and Python's own speed for each different text that is not ASCII.

    >>> plain(pa.array(["Grün & Söhne", "Δήμητρα", "Ив", "田中", " "])).to_pylist()
    ['Grun + Sohne', 'Dimitra', 'Iv', '..', None]

    European Payments Council, EPC217-08.
    """
    if texts.null_count == len(texts):
        return texts
    written = bytes_of(texts)
    if len(written) and written.max() >= 128:
        texts = _spelled(texts)
        written = bytes_of(texts)
    made = np.take(_TABLE, written)
    if not np.array_equal(made, written):
        ends = (ends_of(texts) - ends_of(texts)[0]).astype(np.int32)
        valid = None if not texts.null_count else pc.is_valid(texts).buffers()[1]
        texts = pa.Array.from_buffers(pa.string(), len(texts), [valid, pa.py_buffer(ends), pa.py_buffer(made)])
    texts = pc.ascii_trim(texts, " ")
    return pc.if_else(pc.equal(pc.binary_length(texts), 0), pa.scalar(None, pa.string()), texts)


def _spelled(texts: pa.Array) -> pa.Array:
    """Return texts with what is not ASCII spelled in it."""
    odd = pc.fill_null(pc.invert(pc.string_is_ascii(texts)), False)
    coded = texts.filter(odd).dictionary_encode()
    made = pa.array([text.translate(_SIGNS) for text in coded.dictionary.to_pylist()], pa.string())
    return pc.replace_with_mask(texts, odd, made.take(coded.indices))
