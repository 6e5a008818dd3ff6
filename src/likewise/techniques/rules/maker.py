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
from likewise.errors import SettingsError

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
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

    def meaning(self, name: str) -> Column:
        """Return what another column means."""
        ...

    def shared(self, name: str, make: Callable[[Counted], Shared]) -> Shared:
        """Return what several columns of these rows have in common, made when first wanted, with numbers of its own."""
        ...

    def placed(self, reference: str) -> tuple[Ints, Ints, Ints]:
        """Return the row that each refers to, its place among those that refer to it, from 0, and their number."""
        ...

    def at(self, numbers: Ints) -> Rows:
        """Return other rows of the same table."""
        ...

    def probed(self, numbers: Ints) -> Rows:
        """Return rows of the same table by which something is found out, before rules are met that the column is in."""
        ...

    @property
    def count(self) -> int:
        """The number of rows of the table."""
        ...

    def drawn(self) -> pa.Array:
        """Return the column itself, without its gaps."""
        ...

    def kept(self, name: str, find: Callable[[], Shared]) -> Shared:
        """Return what is found out once, of the column as a whole."""
        ...


class Maker(Spec, ABC):
    """Make one column. `word` is what a document calls it: `{pattern: '[A-Z]{3}-[0-9]{4}'}`.

    `beside` are settings that stand beside the word rather than behind it: `{person: full name, as: spouse}`. Where
    one is given, `read` gets a mapping that holds them and the word. A maker whose values follow from the row's number
    alone is `placed`; one whose values follow from the rows before `follows`.
    """

    word: ClassVar[str]
    beside: ClassVar[tuple[str, ...]] = ()
    placed: ClassVar[bool] = False
    follows: ClassVar[bool] = False

    @classmethod
    @abstractmethod
    def read(cls, value: Any, path: str) -> Self:
        """Read what stands behind the word in a document. Raises SettingsError with the path."""

    def needs(self) -> tuple[str, ...]:
        """Return the columns it is made from: of the same rows, or as `table.column` of the rows they refer to."""
        return ()

    def said(self) -> str:
        """Return in a few words what makes the column."""
        return self.word

    def distinct(self, rows: int, path: str) -> Maker:
        """Return what makes as many different values. Raises SettingsError where there are not so many."""
        raise SettingsError("settings.unique", f"{path}: what `{self.word}` makes cannot be kept from repeating",
                            where=path, hint="leave `unique` out, or take a sequence, a uuid or a pattern")  # fmt: skip

    @abstractmethod
    def column(self, name: str, known: Mapping[str, Column]) -> Column:
        """Return what the column means; `known` are the columns that it needs."""

    @abstractmethod
    def make(self, rows: Rows) -> pa.Array:
        """Return the column in the Arrow type that `Table` holds its kind in (texts may be dictionaries)."""


class Quantile(Maker):
    """Make a column whose values have a distribution, so that copulas can tie it and bounds can cut it."""

    @abstractmethod
    def values(self, shares: Floats) -> Floats:
        """Return the numbers below which such shares of all lie: of levels their places in the list."""

    @abstractmethod
    def shares(self, values: Floats) -> tuple[Floats, Floats]:
        """Return the shares of all numbers below some, and of those at most them."""

    @abstractmethod
    def typed(self, values: Floats) -> pa.Array:
        """Return numbers as the column holds them."""

    def make(self, rows: Rows) -> pa.Array:
        """Return values at even shares."""
        return self.typed(self.values(rows.random.uniforms(rows.numbers)))


def told(path: str, what: str, hint: str | None = None, code: str = "settings.rules") -> SettingsError:
    """Return the fault that lies at a path of a document."""
    return SettingsError(code, f"{path}: {what}", where=path, hint=hint)
