"""Columns that put other columns together into a text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.schema import Column
from likewise.errors import SettingsError
from likewise.modalities.tabular.distributions.reading import at
from likewise.techniques.rules.maker import Maker, Rows, told
from likewise.techniques.rules.records.texts import joined

_PART = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|([{}])")


class Template(Maker):
    """Put columns together: `{template: '{first} {last} <{email}>'}`; `{{` and `}}` write braces.

    A column of the row that is referred to is written `{customers.name}`. Where a part is missing, so is the text;
    with `gaps: empty` it is left out instead, with the blanks that this leaves.
    """

    word: ClassVar[str] = "template"
    beside: ClassVar[tuple[str, ...]] = ("gaps",)

    text: str
    gaps: Literal["missing", "empty"] = "missing"

    @classmethod
    def read(cls, value: Any, path: str) -> Template:
        """Read the text, beside what is made of missing parts."""
        fields = dict(value) if isinstance(value, Mapping) else {"template": value}
        text = fields.pop("template", None)
        if not isinstance(text, str) or not text:
            raise told(path, "a template is a text", "write e.g. {template: '{first} {last}'}")
        for found in _PART.finditer(text):
            if found[2] or (found[1] is not None and not found[1].strip()):
                raise told(f"{path}.template", f"the brace at character {found.start() + 1} names no column",
                           "write {column}, and {{ for a brace")  # fmt: skip
        try:
            return cls.from_dict({"text": text, **fields})
        except SettingsError as fault:
            raise at(path, fault) from None

    @cached_property
    def _parts(self) -> tuple[tuple[bool, str], ...]:
        """The parts of the text: whether each names a column, and what it says."""
        parts, end = list[tuple[bool, str]](), 0
        for found in _PART.finditer(self.text):
            parts.append((False, self.text[end : found.start()]))
            parts.append((True, found[1].strip()) if found[1] is not None else (False, found[0][0]))
            end = found.end()
        parts.append((False, self.text[end:]))
        return tuple(part for part in parts if part[1])

    def needs(self) -> tuple[str, ...]:
        """Return the columns that the text names."""
        return tuple(dict.fromkeys(text for named, text in self._parts if named))

    def column(self, name: str, known: Mapping[str, Column]) -> Column:
        """Return a text."""
        return Column(name=name, kind="text", dtype="string")

    def make(self, rows: Rows) -> pa.Array:
        """Return the texts of some rows."""
        size = len(rows.numbers)
        parts = [_written(rows.column(text)) if named else text for named, text in self._parts]
        if self.gaps == "missing":
            return joined(*parts) if any(named for named, _ in self._parts) else pa.array([self._parts[0][1]] * size)
        gone = np.zeros(size, dtype=bool)
        for place, part in enumerate(parts):
            if not isinstance(part, str) and part.null_count:
                gone |= np.asarray(part.is_null())
                parts[place] = pc.fill_null(part.cast(pa.string()), "")
        made = joined(*parts)
        if not gone.any():
            return made
        tidy = pc.utf8_trim_whitespace(pc.replace_substring_regex(made, " {2,}", " "))
        return pc.if_else(pa.array(gone), tidy, made)


def _written(cells: pa.Array) -> pa.Array:
    """Return cells as texts."""
    if pa.types.is_dictionary(cells.type) or pa.types.is_string(cells.type):
        return cells
    if pa.types.is_boolean(cells.type):
        return pc.if_else(cells, "true", "false")
    return cells.cast(pa.string())
