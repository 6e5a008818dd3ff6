"""Operations on free texts: what they change, and where words and characters begin and end."""

from __future__ import annotations

import re
import unicodedata
from abc import abstractmethod
from collections.abc import Collection, Iterable
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
from pydantic import Field, field_validator

from likewise.core.schema import Column, Kind
from likewise.core.table import Table
from likewise.techniques.noise.operation import ColumnOperation, Dice, Learned

WORD = re.compile(r"\S+")
_PIECE = re.compile(r"\s+|\S+")
_JOINERS = {"\u200d", "\ufe0e", "\ufe0f", "\u20e3"}


class TextOperation(ColumnOperation):
    """Change each text by itself: an author writes `edited`.

    Only columns of free text that came as strings are changed. `rate` is the share of characters or words that are
    edited, each on its own, `keep` lists words that are left alone, whatever their case and punctuation.
    """

    kinds: ClassVar[frozenset[Kind]] = frozenset({"text"})
    strength: ClassVar[str] = "rate"

    rate: float = Field(default=0.1, ge=0, le=1)
    keep: tuple[str, ...] = ()

    @field_validator("keep", mode="before")
    @classmethod
    def _keep_is_a_list(cls, words: Any) -> Any:
        if isinstance(words, str):
            raise ValueError("a list of words is wanted")
        return words

    def reaches(self, column: Column) -> bool:
        """Return whether a column holds free text that came as strings."""
        return super().reaches(column) and column.dtype in ("string", "large_string", "string_view")

    def change_column(self, rows: Table, column: Column, learned: Learned, dice: Dice) -> pa.Array:
        """Return the edited texts, those that are missing left missing."""
        texts = rows.texts(column.name).to_pylist()
        return pa.array(self.edited(texts, learned, dice), pa.string())

    @abstractmethod
    def edited(self, texts: list[str | None], learned: Learned, dice: Dice) -> Iterable[str | None]:
        """Return each text edited."""


def pieces_of(text: str) -> list[str]:
    """Return the words of a text and the white space between them, which together are the text.

    >>> pieces_of("two  words")
    ['two', '  ', 'words']
    """
    return _PIECE.findall(text)


def bare(word: str) -> str:
    """Return a word as it is compared: folded, without punctuation around it.

    >>> bare("(Hello!)")
    'hello'
    """
    if word.isalnum():
        return word.casefold()
    return word.strip("".join(c for c in {*word} if unicodedata.category(c)[0] in "PS")).casefold()


def is_kept(word: str, keep: Collection[str]) -> bool:
    """Return whether a word is on the list of those to leave alone."""
    return bool(keep) and bare(word) in keep


def characters(text: str) -> list[str]:
    """Return a text in what readers take for characters: letters with their accents, emoji with what belongs to them.

    >>> len(characters("e\u0301a")), len(characters("👩‍👧"))
    (2, 1)
    """
    if text.isascii():
        return [*text]
    parts: list[str] = []
    for char in text:
        if parts and (_belongs(char) or parts[-1][-1] == "\u200d" or _second_flag(char, parts[-1])):
            parts[-1] += char
        else:
            parts.append(char)
    return parts


def _belongs(char: str) -> bool:
    """Return whether a code point belongs to the one before it: accents, joiners, skin tones."""
    return char in _JOINERS or unicodedata.category(char)[0] == "M" or "\U0001f3fb" <= char <= "\U0001f3ff"


def _second_flag(char: str, before: str) -> bool:
    """Return whether two regional indicators make one flag."""
    return len(before) == 1 and all("\U0001f1e6" <= c <= "\U0001f1ff" for c in (char, before))


def chosen(sizes: list[int], rate: float, rng: np.random.Generator) -> list[list[int]]:
    """Return for each text which of its parts are edited, each by itself with the chance `rate`."""
    ends = np.cumsum(sizes, dtype=np.int64)
    hits = np.flatnonzero(rng.random(int(ends[-1]) if len(ends) else 0) < rate)
    of = np.searchsorted(ends, hits, side="right")
    found: list[list[int]] = [[] for _ in sizes]
    for hit, text in zip((hits - np.append(0, ends)[of]).tolist(), of.tolist(), strict=True):
        found[text].append(hit)
    return found
