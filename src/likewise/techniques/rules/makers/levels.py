"""Columns drawn from a list of values that lies in a file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from likewise.core.faults import reading
from likewise.core.permutation import order_of
from likewise.core.schema import Column
from likewise.errors import suggest
from likewise.techniques.rules.maker import Maker, Rows, told
from likewise.techniques.rules.records.chances import Chances

_HINT = "write e.g. {levels: cities.csv#name, weights: population}, {levels: [a, b]} or {levels: {a: 2, b: 1}}"


class Levels(Maker):
    """Draw from the values of a file: `{levels: cities.csv#name, weights: population}`.

    A CSV, TSV or Parquet file needs a column after `#`; any other file has one value a line. `weights` names the column
    that says how often each is drawn. A list or a mapping of weights does without a file. Paths begin where the program
    runs. The values are read once, with the document.
    """

    word: ClassVar[str] = "levels"
    beside: ClassVar[tuple[str, ...]] = ("weights",)

    values: tuple[str, ...]
    weights: tuple[float, ...] | None = None
    each: int | None = None

    @classmethod
    def read(cls, value: Any, path: str) -> Levels:
        """Read a file, a list, or a mapping of weights."""
        weights = value.get("weights") if isinstance(value, Mapping) and "levels" in value else None
        listed = value["levels"] if isinstance(value, Mapping) and "levels" in value else value
        found: list[Any] | None
        if isinstance(listed, Mapping):
            values, found = [str(each) for each in listed], list(listed.values())
        elif isinstance(listed, list | tuple):
            values, found = [str(each) for each in listed], weights if isinstance(weights, list) else None
        elif isinstance(listed, str):
            values, found = _of_file(listed, weights, path)
        else:
            raise told(path, "a file, a list or a mapping of weights is wanted", _HINT)
        if not values:
            raise told(path, "there is no value to draw", _HINT)
        return cls(values=tuple(values), weights=None if found is None else _checked(found, len(values), path))

    def distinct(self, rows: int, path: str) -> Maker:
        """Return what deals the values out, each once. Raises SettingsError where there are fewer than rows."""
        own = tuple(dict.fromkeys(self.values))
        if len(own) < rows:
            raise told(path, f"{rows:,} rows are to differ, and there are {len(own):,} values",
                       "ask for fewer rows, or list more values", "settings.unique")  # fmt: skip
        return self.model_copy(update={"values": own, "weights": None, "each": rows})

    def column(self, name: str, known: Mapping[str, Column]) -> Column:
        """Return a category, or a text where all differ."""
        if self.each is not None:
            return Column(name=name, kind="text", dtype="string")
        return Column(name=name, kind="category", dtype="string", levels=tuple(dict.fromkeys(self.values)))

    @cached_property
    def _chances(self) -> tuple[Chances, pa.DictionaryArray]:
        return Chances(self.weights or [1.0] * len(self.values)), pa.array(self.values).dictionary_encode()

    def make(self, rows: Rows) -> pa.Array:
        """Return the values of some rows."""
        chances, values = self._chances
        if self.each is not None:
            return values.dictionary.take(pa.array(order_of(len(self.values), rows.random).at(rows.numbers)))
        places = values.indices.to_numpy()[chances.draw(rows.random.bits(rows.numbers))]
        return pa.DictionaryArray.from_arrays(pa.array(places, pa.int32()), values.dictionary)


def _checked(weights: Any, size: int, path: str) -> tuple[float, ...]:
    """Return weights as numbers. Raises SettingsError where they are none, or do not fit."""
    try:
        found = np.array([float(weight) for weight in weights])
    except (TypeError, ValueError):
        raise told(f"{path}.weights", "weights are numbers", _HINT) from None
    if len(found) != size or not np.isfinite(found).all() or (found < 0).any() or not found.sum():
        raise told(f"{path}.weights", f"{size} weights that are not below 0, and not all 0, are wanted", _HINT)
    return tuple(found.tolist())


def _of_file(said: str, weights: Any, path: str) -> tuple[list[str], list[Any] | None]:
    """Return the values, and perhaps the weights, that lie in columns of a file."""
    name, _, column = said.partition("#")
    place = Path(name)
    with reading(place):
        if not column and place.suffix.lower() not in (".csv", ".tsv", ".parquet"):
            return [line for line in place.read_text(encoding="utf-8").splitlines() if line.strip()], None
        if not column:
            raise told(path, f"which column of `{name}` holds the values is not said", f"write {name}#COLUMN")
        table = _table(place)
    for wanted in (column, weights) if weights is not None else (column,):
        if wanted not in table.column_names:
            raise told(path, f"`{name}` has no column `{wanted}`", suggest(str(wanted), table.column_names, "column"))
    kept = table.filter(table[column].is_valid())
    values = kept[column].cast(pa.string()).to_pylist()
    return values, None if weights is None else kept[weights].to_pylist()


def _table(place: Path) -> pa.Table:
    if place.suffix.lower() == ".parquet":
        import pyarrow.parquet as parquet

        return parquet.read_table(place)
    from pyarrow import csv

    options = csv.ParseOptions(delimiter="\t" if place.suffix.lower() == ".tsv" else ",")
    return csv.read_csv(place, parse_options=options)
