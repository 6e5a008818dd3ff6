"""Categories, booleans and texts as symbols: levels that many rows share, and a stand-in for the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.conditions import levels_of
from likewise.core.dtypes import arrow_type
from likewise.core.schema import Column
from likewise.core.table import Table
from likewise.core.values import is_words, readable
from likewise.modalities.tabular.templates import Template, fit_template

Symbols = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class LevelsCodec:
    """Turn levels into symbols and back; levels that fewer than `k` rows hold share one symbol and never come back.

    Symbol `s` below `len(levels)` is a level. The next symbol stands for protected values: it decodes to one of `made`
    (levels invented in the shape of the rare ones, so that a column of codes keeps its many levels), to a string of the
    `template` (texts), or to nothing where no stand-in can be made (lists, bytes). The symbol after it stands for a
    missing value.
    """

    levels: tuple[str, ...]
    made: tuple[str, ...] = ()
    template: Template | None = None

    @property
    def symbols(self) -> int:
        """The number of symbols without the missing one."""
        return len(self.levels) + 1

    @property
    def rare(self) -> int | None:
        """The symbol that is not to be drawn, if there is one: rare values without a stand-in."""
        return None if self.made or self.template else len(self.levels)

    @property
    def output_levels(self) -> tuple[str, ...]:
        """All levels that can come back."""
        return self.levels + self.made

    def encode(self, codes: npt.NDArray[np.int32], names: tuple[str, ...]) -> Symbols:
        """Return the symbol of each code (-1 where missing), given the names of the codes."""
        place = {level: number for number, level in enumerate(self.levels)}
        lookup = np.array([place.get(n, len(self.levels)) for n in names] + [self.symbols], dtype=np.int32)
        return lookup[codes]

    def decode(self, symbols: Symbols, rng: np.random.Generator, among: frozenset[str] | None = None) -> Symbols:
        """Return for each symbol a position in `output_levels`, -1 for missing; invented ones only `among` some."""
        rare, positions = len(self.levels), np.where(symbols >= len(self.levels), -1, symbols)
        if self.made:
            rows = np.flatnonzero(symbols == rare)
            wanted = [place for place, level in enumerate(self.made) if among is None or level in among]
            if wanted:
                positions[rows] = rare + np.array(wanted)[rng.integers(len(wanted), size=len(rows))]
        return positions.astype(np.int32)

    def decode_texts(self, symbols: Symbols, rng: np.random.Generator) -> pa.Array:
        """Return a string for each symbol, missing values as nulls."""
        texts = np.array([*self.levels, None, None], dtype=object)[symbols]
        rows = np.flatnonzero(symbols == len(self.levels))
        if self.template is not None and len(rows):
            texts[rows] = self.template.make(len(rows), rng)
        return pa.array(texts, type=pa.string())

    def state(self) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
        """Return what a model file keeps of it."""
        meta: dict[str, Any] = {"levels": list(self.levels), "made": list(self.made)}
        arrays: dict[str, npt.NDArray[Any]] = {}
        if self.template is not None:
            meta["template"], arrays = self.template.state()
        return meta, arrays

    @classmethod
    def from_state(cls, meta: dict[str, Any], arrays: dict[str, npt.NDArray[Any]]) -> LevelsCodec:
        """Rebuild it from a model file."""
        template = Template.from_state(meta["template"], arrays) if "template" in meta else None
        return cls(tuple(meta["levels"]), tuple(meta["made"]), template)


def coded(table: Table, name: str) -> tuple[npt.NDArray[np.int32], tuple[str, ...]]:
    """Return a column as codes (-1 where missing) and the names of the codes; texts are coded by their values."""
    column = table.schema[name]
    if column.is_levels:
        return table.codes(name), levels_of(column)
    encoded = pc.dictionary_encode(table.texts(name))
    codes = np.asarray(pc.fill_null(encoded.indices, -1), dtype=np.int32)
    return codes, tuple(encoded.dictionary.to_pylist())


def fit_levels_codec(table: Table, column: Column, *, k: int, rng: np.random.Generator) -> LevelsCodec:
    """Learn which levels may come back.

    Declared domains (`other: refuse`, a polars Enum), booleans and what every row holds are kept whole. A level that no
    row holds is dropped as rare ones are: it may be that of a row that was held out.
    """
    codes, names = coded(table, column.name)
    counts = np.bincount(codes[codes >= 0], minlength=len(names))
    declared = column.other == "refuse" or (column.native or "").startswith("Enum")
    if declared or column.kind == "boolean" or counts.max(initial=0) == table.rows:
        return LevelsCodec(names if declared or column.kind == "boolean" else _held(names, counts, 1))
    kept = _held(names, counts, k)
    rare = [(name, int(c)) for name, c in zip(names, counts, strict=True) if 0 < c < k]
    share = sum(c for _, c in rare) / max(int(counts.sum()), 1)
    if not rare or (kept and share < 0.01):
        return LevelsCodec(kept)
    if column.is_pseudonymous:  # its levels are invented ones already (see `core.pseudonyms`)
        return LevelsCodec(kept, made=tuple(name for name, _ in rare))
    template = fit_template([name for name, _ in rare], [c for _, c in rare], k=k)
    if not column.is_levels:
        free = column.kind == "text" and is_words(arrow_type(column.dtype))
        return LevelsCodec(kept, template=template if free else None)
    invented = pa.array(_invented(template, len(rare), {*names}, rng), pa.string())
    return LevelsCodec(kept, made=tuple(readable(invented, arrow_type(column.dtype)).to_pylist()))


def _held(names: tuple[str, ...], counts: npt.NDArray[np.int64], least: int) -> tuple[str, ...]:
    return tuple(name for name, count in zip(names, counts, strict=True) if count >= least)


def _invented(template: Template, n: int, real: set[str], rng: np.random.Generator) -> tuple[str, ...]:
    """Return up to `n` different levels in the shape of the rare ones, none of them a real one if that can be."""
    drawn = dict.fromkeys(template.make(4 * n + 16, rng).tolist())
    new = [level for level in drawn if level not in real]
    return tuple((new or list(drawn))[:n])
