"""What every declared column has in common: its cells are numbered by the contract alone."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import field_validator

from likewise.core.dtypes import arrow_type
from likewise.core.schema import Column, Role
from likewise.core.spec import Spec
from likewise.errors import SchemaError
from likewise.privacy.contract.reading import pieces

Codes = npt.NDArray[np.int32]
Line = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], float]

UNREAD = -1
"""Stands for a cell that is missing or cannot be read, before the contract says what becomes of it."""


class Domain(Spec):
    """Declare one column.

    `missing` says whether a cell may be missing, or which texts say so. `dtype` is the Arrow type that new values are
    written in. `per` says that all rows of a unit have the same value, so that it is counted once a unit.
    """

    kind: ClassVar[str]
    name: str
    role: Role = "feature"
    missing: bool | tuple[str, ...] = False
    dtype: str | None = None
    per: Literal["row", "unit"] = "row"

    @field_validator("dtype")
    @classmethod
    def _is_a_type(cls, dtype: str | None) -> str | None:
        try:
            if dtype is not None:
                arrow_type(dtype)
        except SchemaError as fault:
            raise ValueError(fault.what) from None
        return dtype

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as they are declared under the column's name."""
        fields = super().to_dict()
        del fields["name"]
        return {"kind": self.kind, **fields}

    @property
    def has_missing(self) -> bool:
        """Whether a cell may be missing."""
        return self.missing is not False

    @property
    def is_coded(self) -> bool:
        """Whether the column is learned: neither made anew nor left out."""
        return True

    @property
    @abstractmethod
    def cells(self) -> int:
        """The number of cells that values fall into."""

    @property
    @abstractmethod
    def default(self) -> int:
        """The cell of what cannot be read where nothing may be missing."""

    @property
    def size(self) -> int:
        """The number of codes: the cells, and a last one for missing values where they are allowed."""
        return self.cells + self.has_missing

    @abstractmethod
    def read(self, array: pa.Array) -> Codes:
        """Return the cell of each value of an array without dictionary, `UNREAD` where there is none."""

    @abstractmethod
    def drawn(self, codes: Codes, rng: np.random.Generator) -> pa.Array:
        """Return a value in each of the cells, as `Table` holds columns of this kind."""

    @abstractmethod
    def column(self) -> Column:
        """Return the column of a schema, from the contract alone."""

    def line(self) -> Line | None:
        """Return the least and the greatest value of each cell, and the distance of values, 0 between reals.

        They are on the scale of `Table.numbers`; None where cells are levels.
        """
        return None

    def codes(self, array: pa.Array) -> Codes:
        """Return the code of each cell of an Arrow array of any type; a cell's code depends on that cell alone."""
        last = self.cells if self.has_missing else self.default
        found = self._found(array)
        return np.where(found == UNREAD, np.int32(last), found)

    def _found(self, array: pa.Array) -> Codes:
        if isinstance(array, pa.ExtensionArray):
            array = array.storage
        if pa.types.is_run_end_encoded(array.type):
            places = np.repeat(np.arange(len(array.values)), np.diff(_ends(array)))
            return self._found(array.values)[places]
        if pa.types.is_dictionary(array.type):
            known = self._found(array.dictionary)
            places = np.asarray(array.indices.fill_null(0)).astype(np.int64)
            gone = np.asarray(array.indices.is_null())
            return np.where(gone, UNREAD, known[places] if len(known) else UNREAD).astype(np.int32)
        parts = [self.read(part) for part in pieces(array)]
        return np.concatenate(parts) if parts else np.empty(0, np.int32)

    def decoded(self, codes: Codes, rng: np.random.Generator) -> pa.Array:
        """Return a value for each code, null for the code of missing values."""
        gone = (codes == self.cells) & self.has_missing
        array = self.drawn(np.where(gone, self.default, codes).astype(np.int32), rng)
        return array if not gone.any() else _without(array, gone)

    def markers(self) -> tuple[str, ...]:
        """Return the texts that are declared to stand for a missing value; the first is written, else nothing."""
        if isinstance(self.missing, tuple):
            return self.missing
        return () if self.missing else ("",)


def _ends(array: Any) -> npt.NDArray[np.int64]:
    """Return where each run of a run-end-encoded array, perhaps a slice, begins and ends within it."""
    ends = np.asarray(array.run_ends).astype(np.int64)
    places: npt.NDArray[np.int64] = np.concatenate([[0], ends]) - array.offset
    return np.clip(places, 0, len(array))


def _without(array: pa.Array, gone: npt.NDArray[np.bool_]) -> pa.Array:
    if pa.types.is_dictionary(array.type):
        indices = pa.array(np.asarray(array.indices), mask=gone)
        return pa.DictionaryArray.from_arrays(indices, array.dictionary, ordered=array.type.ordered)
    import pyarrow.compute as pc

    return pc.if_else(pa.array(gone), pa.scalar(None, array.type), array)
