"""A record: things said of one person, address or card, that agree with one another."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.counted import Bits, Counted
from likewise.core.schema import Kind
from likewise.errors import SettingsError, suggest

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Field:
    """Say what a field of a record is: its kind, what it is in one sentence, and which records it agrees with.

    `distinct` names the field that says the same with no value twice in a table, where there is one.
    """

    kind: Kind
    said: str
    beside: tuple[str, ...] = ()
    distinct: str | None = None


@dataclass(frozen=True, eq=False)
class Setting:
    """Hold where a record lives: its locale (`en_US`), and whether its values are ones that reach nobody real.

    `known` are fields that the document made otherwise, and that the record takes over as they are (a person's sex).
    `beside` gives the other records of the same rows, by their names. Ages are counted at `as_of`, never at today, so
    that a document makes the same table tomorrow.
    """

    locale: str
    safe: bool
    numbers: Ints
    random: Counted
    known: Mapping[str, pa.Array]
    beside: Callable[[str], Record]
    as_of: dt.date = dt.date(2026, 1, 1)


@dataclass(eq=False)
class Record(ABC):
    """Hold one record a row, for a block of rows; a field is made when first asked for.

    A subclass lists its `fields` and makes each in `_make` from `random(field)`, so that any row can be made alone.
    """

    name: ClassVar[str]
    fields: ClassVar[Mapping[str, Field]]

    setting: Setting
    _made: dict[str, pa.Array] = field(default_factory=dict)

    def of(self, name: str) -> pa.Array:
        """Return one field of every row: texts as strings or dictionaries, dates as date32, numbers as they are.

        Raises SettingsError for a field that the record does not have.
        """
        self.field(name)
        if name in self.setting.known:
            return self.setting.known[name]
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    @classmethod
    def field(cls, name: str) -> Field:
        """Return what a field is. Raises SettingsError, with the nearest name, where there is none of the name."""
        if name not in cls.fields:
            listed = f"its fields are: {', '.join(cls.fields)}"
            near = suggest(name, tuple(cls.fields), "field")
            raise SettingsError(
                "settings.unknown-field",
                f"a record `{cls.name}` has no field `{name}`",
                hint=f"{near} ({listed})" if near.startswith("did") else listed,
            )
        return cls.fields[name]

    def random(self, name: str) -> Bits:
        """Return 64 random bits of its own for a field of every row."""
        return self.setting.random.at(name).bits(self.setting.numbers)

    @abstractmethod
    def _make(self, name: str) -> pa.Array:
        """Make one field of every row."""
