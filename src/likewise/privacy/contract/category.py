"""Columns of declared levels, and truth values, which are two of them."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field, field_validator, model_validator

from likewise.core.formats import PLAIN
from likewise.core.schema import Column
from likewise.core.values import MARKERS
from likewise.privacy.contract.axis import MOST
from likewise.privacy.contract.domain import UNREAD, Codes, Domain
from likewise.privacy.contract.reading import LONGEST, doubles, is_number, moment_texts, numbers_of, texts_of

NUMERAL = r"^[+-]?(0|[1-9][0-9]*)?(\.[0-9]*)?([eE][+-]?[0-9]+)?$"
"""Numbers without zeros before them: `007` is a name, and not the number 7."""

UNKNOWN = -2
"""Stands for a value that is none of the words."""


class Words:
    """Find which of some words a cell says, by its text or, where both are numbers, by its value."""

    def __init__(self, words: list[tuple[str, int]]) -> None:
        self.texts: dict[str, int] = {}
        self.numbers: dict[float, int] = {}
        self.alike: list[str] = []
        for word, code in words:
            key = _key(word)
            value = _value(key)
            if self.texts.setdefault(key, code) != code or (
                value is not None and self.numbers.setdefault(value, code) != code
            ):
                self.alike.append(word)
        self._keys = pa.array([*self.texts], pa.string())
        self._codes = np.array([*self.texts.values(), UNKNOWN], dtype=np.int32)
        self._values = np.array(sorted(self.numbers), dtype=np.float64)
        self._found = np.array([*(self.numbers[v] for v in self._values.tolist()), UNKNOWN], dtype=np.int32)

    def codes(self, array: pa.Array, markers: tuple[str, ...]) -> Codes:
        """Return the code of the word in each cell, `UNREAD` where missing, `UNKNOWN` where it is none of them."""
        dtype = array.type
        if pa.types.is_boolean(dtype):
            array = pc.if_else(array, "true", "false")
        elif is_number(dtype):
            found = np.where(_gone(array), UNREAD, self._by_value(numbers_of(array))).astype(np.int32)
            return self._with_infinite(found, array) if pa.types.is_floating(dtype) else found
        elif pa.types.is_temporal(dtype):
            array = moment_texts(array)
        return self._of_texts(texts_of(array), markers)

    def _of_texts(self, texts: pa.Array, markers: tuple[str, ...]) -> Codes:
        coded = texts.dictionary_encode()
        distinct = coded.dictionary
        folded = pc.utf8_lower(distinct)
        keys = pc.if_else(pc.is_in(folded, value_set=pa.array(["true", "false"])), folded, distinct)
        found = self._codes[np.asarray(pc.fill_null(pc.index_in(keys, value_set=self._keys), -1))]
        numeral = pc.and_(pc.match_substring_regex(keys, NUMERAL), pc.match_substring_regex(keys, PLAIN))
        values = doubles(pc.if_else(numeral, keys, None))
        values = np.where(np.asarray(pc.equal(keys, "true")), 1.0, values)
        values = np.where(np.asarray(pc.equal(keys, "false")), 0.0, values)
        found = np.where(found == UNKNOWN, self._by_value(values), found)
        blank = np.asarray(pc.is_in(distinct, value_set=pa.array(["", *MARKERS, *markers], pa.string())))
        found = np.where(blank & (found == UNKNOWN), UNREAD, found).astype(np.int32)
        places = np.asarray(coded.indices.fill_null(-1))
        return np.where(places < 0, UNREAD, np.append(found, np.int32(UNREAD))[places]).astype(np.int32)

    def _with_infinite(self, found: Codes, array: pa.Array) -> Codes:
        """Return codes with those of infinities, which are words and no numbers."""
        values = np.asarray(array.cast(pa.float64()).fill_null(0.0))
        for infinite in (math.inf, -math.inf):
            found[values == infinite] = self.texts.get(repr(infinite), UNKNOWN)
        return found

    def _by_value(self, values: np.ndarray[Any, np.dtype[np.float64]]) -> Codes:
        places = np.searchsorted(self._values, values)
        near = np.append(self._values, np.nan)[places]
        return self._found[np.where(near == values, places, len(self._values))]


def _gone(array: pa.Array) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return where numbers are missing; an infinity is a value like any other that is no level."""
    return np.asarray(array.is_null(nan_is_null=pa.types.is_floating(array.type)))


def _key(word: str) -> str:
    trimmed = pc.utf8_trim_whitespace(word).as_py()
    return str(trimmed.lower() if trimmed.lower() in ("true", "false") else trimmed)


def _value(key: str) -> float | None:
    values = numbers_of(pa.array([key])) if pc.match_substring_regex(key, NUMERAL).as_py() else [float("nan")]
    return None if np.isnan(values[0]) else float(values[0])


class Category(Domain):
    """Declare levels. `other` is a level more, for all that is none of them; without it such cells count as unread."""

    kind: ClassVar[str] = "category"
    levels: tuple[str, ...] = Field(min_length=1, max_length=MOST - 1)
    other: bool | str = False
    ordered: bool = False

    @field_validator("levels", mode="before")
    @classmethod
    def _as_texts(cls, levels: Any) -> Any:
        return [_text(level) for level in levels] if isinstance(levels, list | tuple) else levels

    @model_validator(mode="after")
    def _are_different(self) -> Self:
        if any(len(level.encode()) > LONGEST for level in self.all_levels):
            raise ValueError(f"a level is longer than {LONGEST:,} bytes")
        if alike := self.words.alike:
            listed = ", ".join(f"`{level}`" for level in alike[:5])
            raise ValueError(f"levels that mean the same as others: {listed}")
        return self

    @property
    def all_levels(self) -> tuple[str, ...]:
        """The levels, that of all others last."""
        rest = {True: "other", False: None}[self.other] if isinstance(self.other, bool) else self.other
        return self.levels if rest is None else (*self.levels, rest)

    @cached_property
    def words(self) -> Words:
        """The words that the levels are found by."""
        return Words([(level, code) for code, level in enumerate(self.all_levels)])

    @property
    def cells(self) -> int:
        """The number of levels."""
        return len(self.all_levels)

    @property
    def default(self) -> int:
        """The level of all others, else the first."""
        return len(self.levels) if self.other is not False else 0

    def read(self, array: pa.Array) -> Codes:
        """Return the level of each cell."""
        found = self.words.codes(array, self.markers())
        return np.where(found == UNKNOWN, self.default if self.other is not False else UNREAD, found).astype(np.int32)

    def drawn(self, codes: Codes, rng: np.random.Generator) -> pa.Array:
        """Return the level of each code."""
        return pa.DictionaryArray.from_arrays(codes, pa.array(self.all_levels, pa.string()), ordered=self.ordered)

    def column(self) -> Column:
        """Return the column of a schema, from the contract alone."""
        return Column(name=self.name, kind="category", role=self.role, dtype=self.dtype or "string",
                      nullable=self.has_missing, missing=self.markers(), levels=self.all_levels,
                      ordered=self.ordered)  # fmt: skip


def _text(level: Any) -> Any:
    """Return a level as it is written; what YAML reads as a number or a truth value is a text here."""
    if isinstance(level, bool):
        return str(level).lower()
    if isinstance(level, float) and level.is_integer() and abs(level) < 2**53:
        return str(int(level))
    return str(level) if isinstance(level, int | float) else level


class Boolean(Domain):
    """Declare truth values; `format` is how they are written, such as `yes/no`."""

    kind: ClassVar[str] = "boolean"
    format: str | None = Field(default=None, pattern=r"^[^/]+/[^/]+$")

    @cached_property
    def words(self) -> Words:
        """The words that say false or true."""
        pairs = [tuple(self.format.split("/"))] if self.format else [("yes", "no"), ("y", "n"), ("t", "f")]
        known = {"false": 0, "0": 0, "true": 1, "1": 1}
        for yes, no in pairs:
            for say in (str.lower, str.upper, str.title, str):
                known |= {_key(say(no)): 0, _key(say(yes)): 1}
        return Words([*known.items()])

    @property
    def cells(self) -> int:
        """False and true."""
        return 2

    @property
    def default(self) -> int:
        """False."""
        return 0

    def read(self, array: pa.Array) -> Codes:
        """Return 0 for false and 1 for true."""
        return np.maximum(self.words.codes(array, self.markers()), UNREAD).astype(np.int32)

    def drawn(self, codes: Codes, rng: np.random.Generator) -> pa.Array:
        """Return truth values."""
        return pa.array(codes == 1)

    def column(self) -> Column:
        """Return the column of a schema, from the contract alone."""
        own = "string" if self.format else "bool"
        return Column(name=self.name, kind="boolean", role=self.role, dtype=self.dtype or own, format=self.format,
                      nullable=self.has_missing, missing=self.markers())  # fmt: skip
