"""Take values away: completely at random, by another column, or by the value itself."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field, model_validator

from likewise.core.protocol import Arrays
from likewise.core.schema import LEVELS, NUMBERS, Kind, Schema
from likewise.core.table import Table
from likewise.techniques.noise.operation import Changed, Dice, Learned, Operation
from likewise.techniques.noise.quantile import Ranks, ranks_of

Floats = npt.NDArray[np.float64]


class Missing(Operation):
    """Take a share of values away.

    `how` is "mcar" (completely at random), "mar" (at random given `by`: more often where that column is high) or "mnar"
    (not at random: more often where the value itself is high). High of levels means late in the list, of texts long;
    the share holds in each way. Use when trying how a method stands gaps. Rubin, 1976, Biometrika 63.
    """

    op: ClassVar[str] = "missing"
    kinds: ClassVar[frozenset[Kind]] = NUMBERS | LEVELS | {"text", "json"}

    share: float = Field(default=0.1, ge=0, le=1)
    how: Literal["mcar", "mar", "mnar"] = "mcar"
    by: str | None = None

    @model_validator(mode="after")
    def _by_goes_with_mar(self) -> Missing:
        if (self.how == "mar") != (self.by is not None):
            raise ValueError("`by` names the column that gaps depend on, for how='mar' and for no other")
        return self

    def needs(self) -> tuple[str, ...]:
        """Return the column that gaps depend on."""
        return () if self.by is None else (self.by,)

    def learn(self, table: Table, names: tuple[str, ...]) -> Learned:
        """Learn the ranks of the columns that gaps depend on."""
        if self.how == "mcar":
            return Learned()
        arrays: Arrays = {}
        for number, name in enumerate(self._told_by(names)):
            values = _values(table, name)
            own = ranks_of(values[~np.isnan(values)]).arrays()
            arrays |= {f"{number}.{key}": array for key, array in own.items()}
        return Learned({}, arrays)

    def change(self, rows: Table, names: tuple[str, ...], learned: Learned, dice: Dice) -> Changed:
        """Take values away."""
        new = {}
        for number, (name, told, own) in enumerate(
            zip(names, self._told_by(names), dice.split(len(names)), strict=True)
        ):
            array, draws = rows.column(name), own.rng.random((rows.rows, 2))
            chance: Floats | float = self.share
            if self.how != "mcar":
                arrays = {key: learned.arrays.get(f"{number}.{key}") for key in ("values", "ends")}
                ranks = Ranks.from_arrays({key: found for key, found in arrays.items() if found is not None})
                chance = self._chance(ranks, _values(rows, told), draws[:, 1])
            new[name] = array.take(pa.array(np.arange(rows.rows), mask=draws[:, 0] < chance))
        return new

    def output(self, schema: Schema, names: tuple[str, ...]) -> Schema:
        """Return the schema in which the columns may be missing."""
        for name in names:
            schema = schema.replace(name, nullable=True)
        return schema

    def _told_by(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return names if self.by is None else (self.by,) * len(names)

    def _chance(self, ranks: Ranks, values: Floats, within: Floats) -> Floats:
        """Return the chance of each row, higher with the rank, on average the share."""
        if not len(ranks.values):
            return np.full(len(values), self.share)
        place = np.where(np.isnan(values), 0.5, ranks.of(values, within))
        tilt = min(1.0, 1 / self.share - 1) if self.share else 0.0
        chance: Floats = self.share * (1 + tilt * (2 * place - 1))
        return chance


def _values(table: Table, name: str) -> Floats:
    """Return what a column is ranked by: numbers, places of levels, lengths of texts; NaN where missing."""
    column = table.schema[name]
    if column.is_number:
        return table.numbers(name)
    if column.is_levels:
        codes = table.codes(name).astype(np.float64)
        return np.where(codes < 0, np.nan, codes)
    if column.kind == "empty":
        return np.full(table.rows, np.nan)
    lengths = pc.utf8_length(table.texts(name)).cast(pa.float64())
    return np.asarray(pc.fill_null(lengths, float("nan")))
