"""Draw the rows of one table unit by unit: what is a unit's own, how many rows it has, and these in turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from likewise.core.card import Card
from likewise.core.conditions import Given
from likewise.core.draw import key_seed
from likewise.core.frames import Container
from likewise.core.protocol import Arrays, Model
from likewise.core.schema import Schema
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.privacy.contract import Contract, Domain, schema_of
from likewise.privacy.contract.outside import Id
from likewise.techniques.marginals.units.counting import mean_of
from likewise.techniques.marginals.units.levels import levels_of
from likewise.techniques.marginals.units.related import RelatedModel
from likewise.techniques.marginals.units.saving import loaded, saved
from likewise.techniques.marginals.units.tree import Tree
from likewise.techniques.marginals.units.writing import columns_of, ids_of, repeated


@dataclass(frozen=True, eq=False)
class UnitsModel(Model):
    """Hold the contract, the noisy counts that were bought, and how units and their rows are drawn: no exact count."""

    contract: Contract
    tree: Tree

    technique: ClassVar[str] = "units"

    @property
    def units(self) -> int:
        """How many units the data seem to have had."""
        return max(round(self.tree.root.total), 0)

    @property
    def rows(self) -> int:
        """How many rows the data seem to have had: a noisy count of units, and of how many rows one has."""
        level = self.tree.levels[0]
        place = level.count_of("a unit")
        return max(round(self.tree.root.total * mean_of(level, self.tree.root.bins[place], place)), 0)

    def draw(self, n: int, rng: np.random.Generator, given: Given | None) -> Table:
        """Return `n` rows of whole units; the last one's may be cut short."""
        parts, have = list[pa.Table](), 0
        while have < n or not parts:
            each = max(self.rows, 1) / max(self.units, 1)
            parts.append(self._drawn(max(round((n - have) / each * 1.05), 1) + 1, rng))
            have += parts[-1].num_rows
        whole = pa.concat_tables(parts).slice(0, n)
        schema = self.schema.select(whole.column_names)
        return Table(whole.combine_chunks(), schema)

    def _drawn(self, units: int, rng: np.random.Generator) -> pa.Table:
        """Return the rows of some units; the unit's column has its number among them."""
        above, rows = self.tree.draw(units, rng)
        root, level = self.tree.levels
        theirs = columns_of(root, above, rng)
        found = {name: values.take(pa.array(rows.parents)) for name, values in theirs.items()}
        found |= columns_of(level, rows, rng)
        unit = self._unit
        if unit is not None:
            found[unit.name] = pa.array(rows.parents).cast(
                pa.int64() if repeated(unit).kind == "integer" else pa.string()
            )
        names = [name for name in self.contract.names if name in found]
        return pa.table([found[name] for name in names], names=names)

    @property
    def _unit(self) -> Domain | None:
        """The column that says whose a row is, unless there is none or it is left out."""
        if self.contract.unit is None:
            return None
        own = self.contract[self.contract.unit]
        return own if isinstance(own, Id) else None

    def placed(self, drawn: Table, start: int, seed: int) -> Table:
        """Return rows with the ids of their units, made anew; rows of one unit stand together."""
        unit = self._unit
        if unit is None:
            return drawn
        columns = drawn.columns
        at = columns.schema.get_field_index(unit.name)
        number = np.asarray(columns.column(at).cast(pa.int64()))
        places = start + np.cumsum(np.diff(number, prepend=-1) != 0) - 1
        ids = ids_of(unit, places.astype(np.int64), key_seed(seed, unit.name))
        return Table(columns.set_column(at, unit.name, ids), drawn.schema)

    def sample_units(self, n: int, *, seed: int = 0) -> Any:
        """Return all rows of `n` new units, in the kind of object the model was fitted to.

        >>> from likewise.techniques.marginals import Units
        >>> domain = {"columns": {"who": "id", "paid": {"kind": "boolean"}}, "unit": "who", "most": 3}
        >>> model = Units(epsilon=1.0, domain=domain).fit({"who": [1, 1, 2] * 200, "paid": [True, False, True] * 200})
        >>> len(set(model.sample_units(7)["who"]))
        7
        """
        drawn = self._drawn(n, generator(seed, 0))
        table = self.placed(Table(drawn, self.schema.select(drawn.column_names)), 0, seed)
        return Table(table.columns, self.schema, self.container).to_native()

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return the contract and what was learned."""
        meta, arrays = saved(self.tree)
        fields = self.contract.to_dict()
        return {"contract": {**fields, "columns": list(map(list, fields["columns"].items()))}, **meta}, arrays

    @classmethod
    def from_state(cls, schema: Schema, card: Card, container: Container, meta: dict[str, Any], arrays: Arrays) -> Any:
        """Rebuild the model from what `state` returned: of one table, or of related ones."""
        if "contracts" in meta:
            return RelatedModel.from_state(schema, card, container, meta, arrays)
        contract = Contract.from_dict({**meta["contract"], "columns": dict(meta["contract"]["columns"])})
        return cls(schema, card, container, contract, loaded(levels_of(contract), meta, arrays))


def schema_with_units(contract: Contract) -> Schema:
    """Return the schema of rows whose units' ids repeat."""
    whole = schema_of(contract)
    if contract.unit is None:
        return whole
    columns = [repeated(contract[column.name]) if column.name == contract.unit else column for column in whole.columns]
    return Schema(columns=tuple(columns))
