"""A record: things said of one person, address or card, that agree with one another."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.counted import Counted
from likewise.core.schema import Kind

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Field:
    """Say what a field of a record is: its kind, what it is in one sentence, and which records it agrees with."""

    kind: Kind
    said: str
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Setting:
    """Hold where a record lives: its locale (`en_US`), and whether its values are ones that reach nobody real.

    `known` are fields that the document made otherwise, and that the record takes over as they are (a person's sex).
    `beside` gives the other records of the same rows, by their names.
    """

    locale: str
    safe: bool
    numbers: Ints
    random: Counted
    known: Mapping[str, pa.Array]
    beside: Callable[[str], Record]


@dataclass(eq=False)
class Record(ABC):
    """Hold one record a row, for a block of rows; a field is made when first asked for.

    A subclass lists its `fields` and makes each in `_make`, from `setting.random.at(field).uniforms(setting.numbers)`,
    so that any row can be made alone.
    """

    name: ClassVar[str]
    fields: ClassVar[Mapping[str, Field]]

    setting: Setting
    _made: dict[str, pa.Array] = field(default_factory=dict)

    def of(self, name: str) -> pa.Array:
        """Return one field of every row: texts as strings or dictionaries, dates as date32, numbers as they are."""
        if name in self.setting.known:
            return self.setting.known[name]
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    @abstractmethod
    def _make(self, name: str) -> pa.Array:
        """Make one field of every row."""
