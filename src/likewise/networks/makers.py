"""What a fitted network makes: the cells of a media column for rows whose attributes are known, or rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Protocol, Self, runtime_checkable

import numpy as np
import numpy.typing as npt

from likewise.core.conditions import Given
from likewise.core.protocol import Arrays
from likewise.core.table import Table
from likewise.core.tensors import Array, Cells

Latents = npt.NDArray[np.float32]
"""Points of a latent space: rows x width. All that is needed to decode a row is in its point."""

State = tuple[dict[str, Any], Arrays]
"""Everything learned as JSON values and arrays, for a model file."""


class CellMaker(ABC):
    """Make images, sounds, clips or series, a cell for each row of attributes.

    `way` names the file that wrote it (`image`), so that a model file finds it again.
    """

    way: ClassVar[str]

    @abstractmethod
    def make(self, attributes: Table, rng: np.random.Generator) -> Cells:
        """Return a cell for each row of attributes, typed and shaped as the column's schema says.

        All that is random comes from `rng`; on a processor the same `rng` gives the same bytes.
        """

    @abstractmethod
    def state(self) -> State:
        """Return everything learned."""

    @classmethod
    @abstractmethod
    def from_state(cls, meta: dict[str, Any], arrays: Arrays) -> Self:
        """Rebuild it from what `state` returned."""


class RowMaker(ABC):
    """Make rows of ordinary columns: a whole table, or the attributes beside media."""

    way: ClassVar[str]

    @abstractmethod
    def draw(self, n: int, rng: np.random.Generator, given: Given | None) -> Table:
        """Return `n` rows that meet the conditions. Raises ConditionError where they cannot be met."""

    @abstractmethod
    def state(self) -> State:
        """Return everything learned."""

    @classmethod
    @abstractmethod
    def from_state(cls, schema: Any, meta: dict[str, Any], arrays: Arrays) -> Self:
        """Rebuild it from the schema of its rows and what `state` returned."""


@runtime_checkable
class Reaching(Protocol):
    """Make one long series as long as is wanted: what a CellMaker of series offers."""

    def reaching(self, steps: int) -> CellMaker:
        """Return the maker of series of so many steps."""


@runtime_checkable
class CellEncoding(Protocol):
    """Turn cells into points of a latent space and back: what a CellMaker may offer beside making."""

    def encode(self, cells: list[Array], attributes: Table) -> Latents:
        """Return the point of each cell, the same whatever cells are beside it; `attributes` has a row for each."""

    def decode(self, latents: Latents, rng: np.random.Generator) -> Cells:
        """Return the cell of each point; raises SettingsError for points of another width."""

    def errors(self, cells: list[Array], attributes: Table) -> npt.NDArray[np.float64]:
        """Return how badly the model explains each cell: of cells like those learned from it is low."""


@runtime_checkable
class RowEncoding(Protocol):
    """Turn rows into points of a latent space and back: what a RowMaker may offer beside drawing."""

    def encode(self, table: Table) -> Latents:
        """Return the point of each row, the same every time."""

    def decode(self, latents: Latents, rng: np.random.Generator) -> Table:
        """Return a row for each point; raises SettingsError for points of another width."""

    def errors(self, table: Table) -> npt.NDArray[np.float64]:
        """Return how badly the model explains each row: of rows like those learned from it is low."""
