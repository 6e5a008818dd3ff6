"""Two ways to take a table as cells and to write it back: as values, or in the codes of symbols."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.conditions import levels_of
from likewise.core.scale import reach
from likewise.core.schema import Column, Schema
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.modalities.tabular.codec import (
    Codec,
    arrow_type,
    decode,
    encode,
    fit_codec,
    load_codecs,
    output_schema,
    rounded,
    save_codecs,
)
from likewise.modalities.tabular.numbers import grid_step, typed_numbers
from likewise.modalities.tabular.precision import Precision, precision_of
from likewise.techniques.smote.cells import Cells, Codes, Floats

State = tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]

MOST = float(np.nextafter(2.0**63, 0))
"""The largest float that a 64-bit integer holds."""
ENOUGH = 10
"""Rows that share a text, or an interval of codes, at least."""


@dataclass(frozen=True, eq=False)
class Space(ABC):
    """Turn tables of one `schema` into cells and back."""

    schema: Schema

    name: ClassVar[str]

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """The names of the columns of numbers."""
        return tuple(c.name for c in self.schema.columns if c.is_number)

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """The names of the columns of codes."""
        return tuple(c.name for c in self.schema.columns if not c.is_number and c.kind != "empty")

    @cached_property
    def silent(self) -> npt.NDArray[np.bool_]:
        """Which columns of codes say nothing of how alike rows are: free texts."""
        return np.array([not self.schema[name].is_levels for name in self.levels], dtype=bool)

    @property
    @abstractmethod
    def shown(self) -> Schema:
        """The schema of the tables that are written."""

    @abstractmethod
    def read(self, table: Table) -> Cells:
        """Return the cells of a table."""

    @abstractmethod
    def settled(self, numbers: Floats) -> Floats:
        """Return numbers moved to the nearest that a cell may hold."""

    @abstractmethod
    def write(self, cells: Cells, rng: np.random.Generator) -> dict[str, pa.Array]:
        """Return the typed columns of some cells."""

    @abstractmethod
    def state(self) -> State:
        """Return what a model file keeps."""


@dataclass(frozen=True, eq=False)
class Values(Space):
    """Take values as they are; numbers keep their grid, decimals and range, levels their names.

    Free texts are symbols: what fewer than ten rows hold is made up in its shape. `grids` holds for each column of
    numbers where its grid begins, its step (0 for none), and its least and greatest value; `precisions` how finely
    those without a grid are written.
    """

    grids: Floats
    precisions: tuple[Precision | None, ...]
    texts: tuple[Codec, ...]

    name: ClassVar[str] = "values"

    @classmethod
    def fit(cls, table: Table, seed: int) -> Self:
        """Learn the grids of numbers and the shapes of texts."""
        names = [c.name for c in table.schema.columns if c.is_number]
        grids = [_grid(table.numbers(name), table.schema[name]) for name in names]
        precisions = tuple(
            precision_of(table.numbers(name)) if table.schema[name].kind == "float" else None for name in names
        )
        words = [c for c in table.schema.columns if not (c.is_number or c.is_levels or c.kind == "empty")]
        texts = tuple(fit_codec(table, c, k=ENOUGH, rng=generator(seed, "codec", c.name)) for c in words)
        return cls(table.schema, np.array(grids).reshape(-1, 4), precisions, texts)

    @cached_property
    def shown(self) -> Schema:
        """The schema of the tables that are written: a text that cannot be made up comes back as missing."""
        schema = self.schema
        for name, codec in self._codec.items():
            schema = schema.replace(name, nullable=schema[name].nullable or codec.rare == 0)
        return schema.model_copy(update={"columns": tuple(c.model_copy(update={"reason": ""}) for c in schema.columns)})

    @cached_property
    def _codec(self) -> dict[str, Codec]:
        words = [name for name, silent in zip(self.levels, self.silent, strict=True) if silent]
        return dict(zip(words, self.texts, strict=True))

    def read(self, table: Table) -> Cells:
        """Return the cells of a table."""
        numbers = [table.numbers(name) for name in self.numbers]
        codes = [
            _open(encode(self._codec[name], table, name), self._codec[name]) if name in self._codec
            else table.codes(name) for name in self.levels
        ]  # fmt: skip
        return Cells(_stacked(numbers, table.rows, np.float64), _stacked(codes, table.rows, np.int32))

    def settled(self, numbers: Floats) -> Floats:
        """Return numbers moved to the nearest that a cell may hold: on their grid, within what was seen."""
        origin, step, low, high = self.grids.T
        settled = np.clip(numbers, low, high)
        for place, name in enumerate(self.numbers):
            column = settled[:, place]
            if step[place]:
                column = origin[place] + np.round((column - origin[place]) / step[place]) * step[place]
            if (precision := self.precisions[place]) is not None:
                column = precision.of(column)
            if precision is not None or step[place] or self.schema[name].kind != "float":
                settled[:, place] = np.clip(rounded(column, self.schema[name]), low[place], high[place])
        return settled

    def write(self, cells: Cells, rng: np.random.Generator) -> dict[str, pa.Array]:
        """Return the typed columns of some cells."""
        found: dict[str, pa.Array] = {}
        for name, column in zip(self.numbers, cells.numbers.T, strict=True):
            own = self.schema[name]
            found[name] = typed_numbers(np.ascontiguousarray(column), own, arrow_type(own))
        for name, codes in zip(self.levels, cells.codes.T, strict=True):
            found[name] = self._written(name, codes, rng)
        return found | {c.name: pa.nulls(len(cells)) for c in self.schema.columns if c.kind == "empty"}

    def _written(self, name: str, codes: Codes, rng: np.random.Generator) -> pa.Array:
        column = self.schema[name]
        if name in self._codec:
            return decode(self._codec[name], column, _closed(codes, self._codec[name]), rng)
        if column.kind == "boolean":
            return pa.array(codes == 1, mask=codes < 0)
        return pa.DictionaryArray.from_arrays(
            pa.array(codes, mask=codes < 0), pa.array(levels_of(column), type=pa.string())
        )

    def state(self) -> State:
        """Return what a model file keeps."""
        metas, arrays = save_codecs(list(self.texts))
        precisions = [None if known is None else [known.decimals, known.digits] for known in self.precisions]
        meta = {"schema": self.schema.to_dict(), "precisions": precisions, "codecs": metas}
        return meta, {**arrays, "grids": self.grids}

    @classmethod
    def from_state(cls, meta: dict[str, Any], arrays: dict[str, npt.NDArray[Any]]) -> Self:
        """Rebuild it from a model file."""
        precisions = tuple(None if known is None else Precision(*known) for known in meta["precisions"])
        codecs = tuple(load_codecs(meta["codecs"], arrays))
        return cls(Schema.from_dict(meta["schema"]), arrays["grids"], precisions, codecs)


@dataclass(frozen=True, eq=False)
class Symbols(Space):
    """Take every cell as a symbol: a level, an atom, or an interval that ten rows or more share.

    Between two symbols lies one of those between them, and a value is drawn within it: no value that few rows hold
    comes back because it was there.
    """

    codecs: tuple[Codec, ...]

    name: ClassVar[str] = "codes"

    @classmethod
    def fit(cls, table: Table, seed: int) -> Self:
        """Learn how each column becomes symbols."""
        columns = table.schema.columns
        k = max(1, min(ENOUGH, table.rows // 20))
        return cls(table.schema, tuple(fit_codec(table, c, k=k, rng=generator(seed, "codec", c.name)) for c in columns))

    @cached_property
    def shown(self) -> Schema:
        """The schema of the tables that are written, with the bounds and levels that can come back."""
        return output_schema(list(self.codecs), self.schema)

    @cached_property
    def _codec(self) -> dict[str, Codec]:
        return dict(zip(self.schema.names, self.codecs, strict=True))

    def read(self, table: Table) -> Cells:
        """Return the symbols of a table."""
        numbers = []
        for name in self.numbers:
            symbols = encode(self._codec[name], table, name)
            numbers.append(np.where(symbols < self._codec[name].symbols, symbols, np.nan))
        codes = [_open(encode(self._codec[name], table, name), self._codec[name]) for name in self.levels]
        return Cells(_stacked(numbers, table.rows, np.float64), _stacked(codes, table.rows, np.int32))

    def settled(self, numbers: Floats) -> Floats:
        """Return numbers moved to the nearest symbol."""
        most = np.array([self._codec[name].symbols - 1 for name in self.numbers], dtype=np.float64)
        return np.clip(np.round(numbers), 0, most)

    def write(self, cells: Cells, rng: np.random.Generator) -> dict[str, pa.Array]:
        """Return typed columns: within each symbol a value is drawn."""
        found: dict[str, pa.Array] = {}
        for name, column in zip(self.numbers, cells.numbers.T, strict=True):
            codec = self._codec[name]
            symbols = np.where(np.isnan(column), codec.symbols, column).astype(np.int32)
            found[name] = decode(codec, self.shown[name], symbols, rng)
        for name, codes in zip(self.levels, cells.codes.T, strict=True):
            found[name] = decode(self._codec[name], self.shown[name], _closed(codes, self._codec[name]), rng)
        return found | {c.name: pa.nulls(len(cells)) for c in self.schema.columns if c.kind == "empty"}

    def state(self) -> State:
        """Return what a model file keeps."""
        metas, arrays = save_codecs(list(self.codecs))
        return {"schema": self.schema.to_dict(), "codecs": metas}, arrays

    @classmethod
    def from_state(cls, meta: dict[str, Any], arrays: dict[str, npt.NDArray[Any]]) -> Self:
        """Rebuild it from a model file."""
        return cls(Schema.from_dict(meta["schema"]), tuple(load_codecs(meta["codecs"], arrays)))


def fit_space(name: str, table: Table, seed: int) -> Space:
    """Return the space in which rows of a table are moved: `values` or `codes`."""
    return Symbols.fit(table, seed) if name == "codes" else Values.fit(table, seed)


def load_space(name: str, meta: dict[str, Any], arrays: dict[str, npt.NDArray[Any]]) -> Space:
    """Rebuild a space from a model file."""
    return Symbols.from_state(meta, arrays) if name == "codes" else Values.from_state(meta, arrays)


def _grid(values: Floats, column: Column) -> tuple[float, float, float, float]:
    known = values[~np.isnan(values)]
    if not len(known):
        return 0.0, 0.0, 0.0, 0.0
    low, high = float(known.min()), float(known.max())
    if (ends := reach(column)) is not None:
        low, high = max(low, ends[0]), min(high, ends[1])
    if not pa.types.is_floating(arrow_type(column)):
        high = min(high, MOST)
    return float(known[0]), grid_step(known, column), low, high


def _open(symbols: Codes, codec: Codec) -> Codes:
    """Return symbols with -1 where missing; in place of a value that must not come back one that may, in turn."""
    found = np.where(symbols == codec.symbols, -1, symbols).astype(np.int32)
    if codec.rare:  # the symbols below it are levels that many rows hold
        protected = np.flatnonzero(found == codec.rare)
        found[protected] = np.arange(len(protected)) % codec.rare
    return found


def _closed(codes: Codes, codec: Codec) -> Codes:
    """Return codes as the symbols that a codec decodes."""
    found: Codes = np.where(codes < 0, codec.symbols, codes).astype(np.int32)
    return found


def _stacked(columns: Sequence[npt.NDArray[Any]], rows: int, dtype: type[Any]) -> npt.NDArray[Any]:
    found = np.empty((rows, len(columns)), dtype=dtype)
    for place, column in enumerate(columns):
        found[:, place] = column
    return found
