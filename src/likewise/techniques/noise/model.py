"""A model of noise: rows that were learned or are given, changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Self

import numpy as np
import numpy.typing as npt

from likewise.core.alike import rows_like
from likewise.core.card import Card
from likewise.core.cells import put
from likewise.core.conditions import Given
from likewise.core.draw import BLOCK, block_rows
from likewise.core.frames import Container
from likewise.core.packing import packed, unpacked
from likewise.core.protocol import Arrays, Model
from likewise.core.schema import Schema
from likewise.core.seeds import generator, origin
from likewise.core.table import Table, concat
from likewise.errors import ConditionError
from likewise.techniques.noise.composition import Composition, with_arrays
from likewise.techniques.noise.difference import differ
from likewise.techniques.noise.operation import placed
from likewise.techniques.noise.order import ordered
from likewise.techniques.noise.sensitivity import Sensitivity, measured

TRIES = 4
"""How often a row that noise took out of the conditions is changed anew, before it keeps what is asked of it."""


@dataclass(frozen=True, eq=False)
class NoiseModel(Model):
    """Hold the learned rows, and how rows are changed."""

    rows: Table
    composition: Composition

    technique: ClassVar[str] = "noise"
    conditions: ClassVar[Literal["native", "rejection"]] = "native"

    def perturb(self, data: Any, *, seed: int = 0) -> Any:
        """Return the same rows in their order, changed as the settings say, in the kind of object that was given.

        Ids, keys and columns that were not learned stay as they are. Rows are changed in blocks of 65,536, each by its
        own generator: the first rows of a table come out the same whatever follows them. Who has the model and knows
        the seed can take noise off again: keep both. Raises SchemaError when a column that is changed is not in the
        data, or is not of the kind that was learned.

        >>> from likewise.techniques.noise import Noise
        >>> model = Noise(steps=["gaussian"]).fit({"height": [1.62, 1.75, 1.81, 1.70] * 10})
        >>> model.perturb({"name": ["Ada", "Ben"], "height": [1.70, 1.80]})["name"]
        ['Ada', 'Ben']
        """
        generator(seed)
        table = rows_like(data, self.schema, wanted=self.composition.needed)
        changed = self.changed(table, seed)
        cells = {}
        for name in self.composition.names:
            mask = differ(table.column(name), changed.column(name))
            if mask.any():
                cells[name] = mask
        return put(data, changed, cells)

    def sensitivity(
        self, data: Any, strengths: Sequence[float] = (0.25, 0.5, 1.0, 2.0, 4.0), *, seed: int = 0
    ) -> Sensitivity:
        """Return what noise does to `data` at so many times the strength of the steps: what it costs and what it hides.

        At each strength: how many cells of each column change, and by how much means, spreads and distributions move;
        how much of the correlations is kept; how many rows can be linked to their originals by distance. Measured on at
        most 20,000 rows. Raises SchemaError as `perturb` does, SettingsError for a strength below 0.

        >>> from likewise.techniques.noise import Noise
        >>> data = {"height": [1.5 + 0.01 * (7 * i % 41) for i in range(100)]}
        >>> print(Noise(steps=["gaussian"]).fit(data).sensitivity(data, [0, 1]).points[0].columns[0].changed)
        0.0
        """
        table = rows_like(data, self.schema, wanted=self.composition.needed)
        return measured(self.rows, self.composition, table, strengths, linked=bool(self.composition.links), seed=seed)

    def changed(self, table: Table, seed: int) -> Table:
        """Return a typed table of the learned kinds changed, block by block."""
        key = self._key(seed, "perturb")
        parts = []
        for index, start in enumerate(range(0, max(table.rows, 1), BLOCK)):
            rng = generator(key, index)
            parts.append(self.composition.changed(table.slice(start, BLOCK), rng, key))
        schema = _wide(parts, self.composition.output(table.schema))
        return concat([with_arrays(p, {}).with_schema(schema) for p in parts])

    def draw(self, n: int, rng: np.random.Generator, given: Given | None) -> Table:
        """Return `n` learned rows changed, each row used once before any is used twice, all of them as is asked."""
        if given is not None and given.rows is not None:
            raise ConditionError("given.rows-unsupported", "technique `noise` cannot complete partial rows",
                                 hint="fit with technique='autoregressive', or change them with `perturb`")  # fmt: skip
        candidates = np.arange(self.rows.rows) if given is None else np.flatnonzero(given.matches(self.rows))
        if not len(candidates):
            raise ConditionError("given.unseen", f"no real row meets {given}", hint="loosen the conditions")
        seed, path = origin(rng)
        key = self._key(seed, "sample")
        start = block_rows(self.schema) * path[0] if path else 0
        picked = self.rows.take(candidates[ordered(len(candidates), start, n, key, "order")])
        own = generator(key, int(rng.integers(2**62)))
        drawn = self.composition.changed(picked, own, key)
        return drawn if given is None else self._within(drawn, picked, given, own, key)

    def _within(self, drawn: Table, picked: Table, given: Given, rng: np.random.Generator, key: int) -> Table:
        """Return the rows, those that noise took out of the conditions changed anew, or kept where that fails."""
        for _ in range(TRIES):
            gone = np.flatnonzero(~given.matches(drawn))
            if not len(gone):
                return drawn
            again = self.composition.changed(picked.take(gone), rng, key)
            drawn = _with_rows(drawn, gone, again, drawn.names)
        gone = np.flatnonzero(~given.matches(drawn))
        return _with_rows(drawn, gone, picked.take(gone), self.composition.together(given.names))

    def _key(self, seed: int, call: str) -> int:
        """Return the number that everything of a call is drawn by; without the data's digest the seed tells nothing."""
        return int(generator(seed, int(self.card.data_digest, 16), call).integers(2**62))

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return the rows and what the steps learned."""
        schema, rows = packed(self.rows)
        meta, arrays = self.composition.state()
        return {"schema": schema, **meta}, {"rows": rows, **arrays}

    @classmethod
    def from_state(cls, schema: Schema, card: Card, container: Container, meta: dict[str, Any], arrays: Arrays) -> Self:
        """Rebuild the model from what `state` returned."""
        rows = unpacked(meta["schema"], arrays["rows"])
        return cls(schema, card, container, rows, Composition.from_state(meta, arrays))


def _with_rows(rows: Table, places: npt.NDArray[np.int64], new: Table, names: tuple[str, ...]) -> Table:
    """Return rows with some columns of others at some places."""
    return with_arrays(rows, {name: placed(rows.column(name), places, new.column(name)) for name in names})


def _wide(parts: list[Table], schema: Schema) -> Schema:
    """Return the schema that allows for what is missing in any part."""
    for part in parts:
        for column in part.schema.columns:
            if column.nullable and not schema[column.name].nullable:
                schema = schema.replace(column.name, nullable=True)
    return schema
