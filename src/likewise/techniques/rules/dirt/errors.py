"""Kinds of errors: what each does to cells."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from likewise.core.schema import Column
from likewise.core.spec import Spec
from likewise.modalities.text.slips import SLIPS, Slip
from likewise.techniques.rules.maker import Ints

Bits = npt.NDArray[np.uint64]
Arrays = Mapping[str, pa.Array]

TYPING: tuple[Slip, ...] = ("swap", "drop", "repeat", "keyboard")
TEXTS = frozenset({"text", "category", "constant", "id"})


class Error(Spec, ABC):
    """Spoil a `share` of the rows, in some columns."""

    word: ClassVar[str]

    share: float = Field(gt=0, le=1)
    columns: tuple[str, ...] = Field(min_length=1)

    @abstractmethod
    def refused(self, columns: Mapping[str, Column]) -> str | None:
        """Return why these columns cannot be spoilt so; None where they can."""

    @abstractmethod
    def spoilt(self, column: str, arrays: Arrays, bits: Bits) -> pa.Array:
        """Return the cells of a column after the error; `bits` are random numbers of the rows."""

    @property
    def together(self) -> bool:
        """Whether all columns of a row are spoilt at once."""
        return False


class OnTexts(Error):
    """Spoil texts one by one."""

    def refused(self, columns: Mapping[str, Column]) -> str | None:
        """Refuse columns that hold no texts."""
        other = next((c for c in columns.values() if c.kind not in TEXTS), None)
        return None if other is None else f"`{other.name}` is a column of kind {other.kind}, and texts are spoilt so"

    def spoilt(self, column: str, arrays: Arrays, bits: Bits) -> pa.Array:
        """Return the texts after the error; a missing one stays."""
        texts = arrays[column].cast(pa.string()).to_pylist()
        return pa.array([None if text is None else self.edited(text, int(own))
                         for text, own in zip(texts, bits.tolist(), strict=True)], pa.string())  # fmt: skip

    @abstractmethod
    def edited(self, text: str, bits: int) -> str:
        """Return one text after the error."""


class Typos(OnTexts):
    """Misspell one letter or digit: two exchanged, one lost, doubled or struck beside."""

    word: ClassVar[str] = "typos"

    def edited(self, text: str, bits: int) -> str:
        """Return the text with one slip of the fingers, where it has a letter or a digit."""
        places = [place for place, char in enumerate(text) if char.isalnum()]
        if not places:
            return text
        place = places[bits % len(places)]
        other = (bits >> 24 & 0xFFFFFF) / 2**24
        for turn in range(len(TYPING)):
            parts = list(text)
            if SLIPS[TYPING[((bits >> 48) + turn) % len(TYPING)]](parts, place, [False] * len(parts), other):
                found = "".join(parts)
                if found != text:
                    return found
        return text


class Scans(OnTexts):
    """Confuse characters as a scanner does: 0 and O, 1 and l, rn and m."""

    word: ClassVar[str] = "scans"

    def edited(self, text: str, bits: int) -> str:
        """Return the text with one character misread, where it has one that is."""
        for turn in range(len(text)):
            parts = list(text)
            if SLIPS["ocr"](parts, (bits + turn) % len(text), [False] * len(parts), (bits >> 40) / 2**24):
                return "".join(parts)
        return text


class Case(OnTexts):
    """Write in capitals, or without."""

    word: ClassVar[str] = "case"

    def edited(self, text: str, bits: int) -> str:
        """Return the text in another case."""
        first, second = (text.upper(), text.lower()) if bits % 2 else (text.lower(), text.upper())
        return first if first != text else second


class Spaces(OnTexts):
    """Put a space before, behind or twice between words."""

    word: ClassVar[str] = "spaces"

    def edited(self, text: str, bits: int) -> str:
        """Return the text with a space too many."""
        return (f" {text}", f"{text} ", text.replace(" ", "  ", 1) if " " in text else f" {text}")[bits % 3]


class Swaps(Error):
    """Put the values of two columns in each other's place."""

    word: ClassVar[str] = "swaps"

    columns: tuple[str, str]

    @property
    def together(self) -> bool:
        """Both columns of a row are spoilt at once."""
        return True

    def refused(self, columns: Mapping[str, Column]) -> str | None:
        """Refuse columns of which one cannot hold the other's values."""
        first, second = (columns[name] for name in self.columns)
        alike = first.kind == second.kind or {first.kind, second.kind} <= TEXTS
        return None if alike else f"`{first.name}` is of kind {first.kind}, `{second.name}` of kind {second.kind}"

    def spoilt(self, column: str, arrays: Arrays, bits: Bits) -> pa.Array:
        """Return the values of the other column."""
        first, second = self.columns
        found = arrays[second if column == first else first]
        return found.cast(pa.string()) if pa.types.is_dictionary(found.type) else found


class Units(Error):
    """Give numbers in another unit: times a factor, of centimetres 0.3937 for inches."""

    word: ClassVar[str] = "units"

    factors: dict[str, float]

    @property
    def together(self) -> bool:
        """All numbers of a row come in the other units at once."""
        return True

    def refused(self, columns: Mapping[str, Column]) -> str | None:
        """Refuse columns that hold no numbers."""
        other = next((c for c in columns.values() if c.kind not in ("integer", "decimal", "float")), None)
        return None if other is None else f"`{other.name}` is a column of kind {other.kind}, and numbers have units"

    def spoilt(self, column: str, arrays: Arrays, bits: Bits) -> pa.Array:
        """Return the numbers in the other unit, whole where they were."""
        found = pc.multiply(arrays[column].cast(pa.float64()), self.factors[column])
        return pc.round(found).cast(pa.int64()) if pa.types.is_integer(arrays[column].type) else found


class Blanks(Error):
    """Lose values."""

    word: ClassVar[str] = "blanks"

    def refused(self, columns: Mapping[str, Column]) -> str | None:
        """Refuse nothing."""
        return None

    def spoilt(self, column: str, arrays: Arrays, bits: Bits) -> pa.Array:
        """Return nothing."""
        return pa.nulls(len(bits), arrays[column].type)


ERRORS: Mapping[str, type[Error]] = {kind.word: kind for kind in (Typos, Scans, Case, Spaces, Swaps, Units, Blanks)}


def settings_of(word: str, written: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of an error from what a document says of it: of units, `columns` are the factors."""
    found = {str(name): value for name, value in written.items()}
    columns = found.get("columns")
    if word == "units" and isinstance(columns, Mapping):
        found |= {"columns": [str(name) for name in columns], "factors": columns}
    return found


def drawn(bits: Bits, share: float) -> Ints:
    """Return the places of the rows that chance picks."""
    return np.flatnonzero((bits >> np.uint64(11)).astype(np.float64) * 2.0**-53 < share)
