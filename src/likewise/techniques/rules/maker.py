"""What makes one column: settings in the document, and a function of the numbers of the rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Protocol, Self, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.counted import Counted
from likewise.core.schema import Column
from likewise.core.spec import Spec

Ints = npt.NDArray[np.int64]
Shared = TypeVar("Shared")


class Rows(Protocol):
    """What a maker sees of the rows that are being made: any of them, in any order."""

    @property
    def numbers(self) -> Ints:
        """The numbers of the rows in their table, from 0."""
        ...

    @property
    def random(self) -> Counted:
        """The column's own random numbers; other ones at each attempt to meet the constraints."""
        ...

    def column(self, name: str) -> pa.Array:
        """Return another column of these rows, or as `table.column` one of the rows they refer to."""
        ...

    def shared(self, name: str, make: Callable[[Counted], Shared]) -> Shared:
        """Return what several columns of these rows have in common, made when first wanted, with numbers of its own."""
        ...


class Maker(Spec, ABC):
    """Make one column. `word` is what a document calls it: `{pattern: '[A-Z]{3}-[0-9]{4}'}`."""

    word: ClassVar[str]

    @classmethod
    @abstractmethod
    def read(cls, value: Any, path: str) -> Self:
        """Read what stands behind the word in a document. Raises SettingsError with the path."""

    def needs(self) -> tuple[str, ...]:
        """Return the columns it is made from: of the same rows, or as `table.column` of the rows they refer to."""
        return ()

    @abstractmethod
    def column(self, name: str, known: Mapping[str, Column]) -> Column:
        """Return what the column means; `known` are the columns that it needs."""

    @abstractmethod
    def make(self, rows: Rows) -> pa.Array:
        """Return the column in the Arrow type that `Table` holds its kind in (texts may be dictionaries)."""
