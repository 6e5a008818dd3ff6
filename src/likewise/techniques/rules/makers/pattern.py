"""Columns of texts that a regular expression, or the pattern of an id, describes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar, Self

import pyarrow as pa

from likewise.core.keys import capacity, keys_at
from likewise.core.permutation import order_of
from likewise.core.schema import Column, Pattern
from likewise.errors import SettingsError
from likewise.modalities.tabular.distributions.reading import at
from likewise.techniques.rules.maker import Maker, Rows, told
from likewise.techniques.rules.patterns.pattern import Pattern as Texts
from likewise.techniques.rules.patterns.pattern import compiled


class Matching(Maker):
    """Make texts that a regular expression describes: `{pattern: '[A-Z]{3}-[0-9]{4}'}`.

    `each` is how many rows there are where no two may be alike: the texts are then numbered, and rows take numbers in
    an order of their own.
    """

    word: ClassVar[str] = "pattern"

    text: str
    each: int | None = None

    @classmethod
    def read(cls, value: Any, path: str) -> Maker:  # type: ignore[override]
        """Read a regular expression, or the mapping of an id's pattern."""
        if isinstance(value, Mapping):
            try:
                return Ids(pattern=Pattern.from_dict(dict(value)))
            except SettingsError as fault:
                raise at(f"{path}.pattern", fault) from None
        if not isinstance(value, str):
            raise told(path, "a regular expression is wanted", "write e.g. {pattern: '[A-Z]{3}-[0-9]{4}'}")
        try:
            compiled(value)
        except SettingsError as fault:
            raise told(f"{path}.pattern", fault.what, fault.hint, fault.code) from None
        return cls(text=value)

    @cached_property
    def _texts(self) -> Texts:
        return compiled(self.text)

    def distinct(self, rows: int, path: str) -> Maker:
        """Return what makes so many different texts. Raises SettingsError where there are fewer, with both numbers."""
        if self._texts.room < rows:
            raise told(path, f"{rows:,} rows are to differ, and `{self.text}` makes {self._texts.count:,} texts",
                       "ask for fewer rows, or widen the pattern", "settings.unique")  # fmt: skip
        return self.model_copy(update={"each": rows})

    def said(self) -> str:
        """Return the expression."""
        return f"texts like {self.text}"

    def column(self, name: str, known: Mapping[str, Column]) -> Column:
        """Return a text."""
        return Column(name=name, kind="text", dtype="string")

    def make(self, rows: Rows) -> pa.Array:
        """Return the texts of some rows."""
        if self.each is None:
            return self._texts.draw(rows.random, rows.numbers)
        return self._texts.at(order_of(self._texts.room, rows.random).at(rows.numbers))


class Ids(Maker):
    """Make the ids of a pattern, which never repeat."""

    word: ClassVar[str] = "ids"
    placed: ClassVar[bool] = True

    pattern: Pattern

    @classmethod
    def read(cls, value: Any, path: str) -> Self:
        """Refuse to be read: `pattern` reads it."""
        raise told(path, "`ids` is no maker", "write {pattern: {form: mask, mask: A99}}")

    def distinct(self, rows: int, path: str) -> Maker:
        """Return itself. Raises SettingsError where the pattern has fewer values than rows, with both numbers."""
        if capacity(self.pattern) < rows:
            raise told(path, f"{rows:,} rows are to differ, and the pattern makes {capacity(self.pattern):,} ids",
                       "ask for fewer rows, or widen the pattern", "settings.unique")  # fmt: skip
        return self

    def column(self, name: str, known: Mapping[str, Column]) -> Column:
        """Return a text, whose pattern is known."""
        return Column(name=name, kind="text", dtype="string")

    def make(self, rows: Rows) -> pa.Array:
        """Return the ids of some rows."""
        return keys_at(self.pattern, rows.numbers, rows.random)
