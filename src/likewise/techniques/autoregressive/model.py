"""Draw rows column by column from the trees of a fitted table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.card import Card
from likewise.core.conditions import Condition, Given
from likewise.core.frames import Container
from likewise.core.protocol import Arrays, Model
from likewise.core.schema import Schema
from likewise.core.table import Table
from likewise.errors import ConditionError
from likewise.modalities.tabular.codec import Codec, decode, encode, load_codecs, save_codecs, weights
from likewise.techniques.autoregressive.trees import Tree

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

POOL_ROUNDS = 16
"""Pools drawn for one block before rows are taken by weight instead of by rejection."""

CANDIDATES = 32
"""Completions drawn for each partial row, one of which is kept."""


LEAST_SHARE = 1e-6
"""Share of a leaf that a known symbol is taken to have where the leaf never saw it, so that a row stays possible."""


@dataclass(frozen=True, eq=False)
class Step:
    """Hold one column's tree, the columns it looks at and how their levels are ranked (None for numbers)."""

    tree: Tree
    predictors: tuple[int, ...]
    ranks: tuple[Ints | None, ...]

    def leaves(self, symbols: Ints) -> Ints:
        """Return the leaf of each row, given the symbols (columns, rows) drawn so far."""
        features = np.empty((len(self.predictors), symbols.shape[1]), dtype=np.int32)
        for place, (predictor, ranks) in enumerate(zip(self.predictors, self.ranks, strict=True)):
            features[place] = symbols[predictor] if ranks is None else ranks[symbols[predictor]]
        return self.tree.leaves(features)


@dataclass(frozen=True, eq=False)
class AutoregressiveModel(Model):
    """Hold one codec and one step a learned column, in the order they are drawn."""

    codecs: tuple[Codec, ...]
    steps: tuple[Step, ...]

    technique: ClassVar[str] = "autoregressive"
    conditions: ClassVar[Literal["native", "rejection"]] = "native"

    @property
    def learned(self) -> Schema:
        """The schema of the learned columns."""
        return Schema(columns=tuple(c for c in self.schema.columns if not c.is_generated))

    def draw(self, n: int, rng: np.random.Generator, given: Given | None) -> Table:
        """Return `n` rows; conditions hold exactly, and the other columns follow from them as in the data."""
        if given is None or n == 0:
            return self._decoded(self._propose(n, rng, {}, {})[0], rng, {})
        if given.rows is not None:
            return self._completed(given.rows, rng)
        symbols = self._conditioned(n, rng, given)
        return self._decoded(symbols, rng, dict(given.conditions))

    def _propose(
        self, n: int, rng: np.random.Generator, wanted: dict[int, Floats], fixed: dict[int, Ints]
    ) -> tuple[Ints, Floats]:
        """Draw symbols (columns, n) column by column, within `wanted` and with `fixed` cells (not -1) as they are.

        The second result is how likely each row's conditions were given the columns drawn before them: the weight that
        turns these draws into draws from the conditional distribution.
        """
        symbols = np.empty((len(self.steps), n), dtype=np.int32)
        mass = np.ones(n)
        for number, step in enumerate(self.steps):
            leaves = step.leaves(symbols)
            if number in fixed:
                known = fixed[number] >= 0
                symbols[number] = np.where(known, fixed[number], step.tree.draw(leaves, rng))
                share = step.tree.share(leaves, np.maximum(fixed[number], 0))
                mass *= np.where(known, np.maximum(share, LEAST_SHARE), 1)
            elif number in wanted:
                symbols[number], share = step.tree.draw_weighted(leaves, wanted[number], rng)
                mass *= share
            else:
                symbols[number] = step.tree.draw(leaves, rng)
        return symbols, mass

    def _conditioned(self, n: int, rng: np.random.Generator, given: Given) -> Ints:
        """Keep proposals with a probability in proportion to their weight; by weighted draws where few would be kept.

        Rejection is exact. Where conditions are too rare for it, rows are drawn from all proposals by their weights
        (sampling importance resampling; Rubin, 1988), and may share their learned symbols with another row.
        """
        place = {name: number for number, name in enumerate(self.learned.names)}
        wanted = {place[name]: weights(self.codecs[place[name]], c) for name, c in given.conditions.items()}
        pools: list[Ints] = []
        masses: list[Floats] = []
        kept = 0
        for _ in range(POOL_ROUNDS):
            symbols, mass = self._propose(max(n, 4096), rng, wanted, {})
            pools.append(symbols)
            masses.append(mass)
            most = max(float(m.max()) for m in masses)
            kept = int(sum(m.sum() for m in masses) / most) if most else 0
            if kept > 1.1 * n + 50:
                break
        pool, mass = np.concatenate(pools, axis=1), np.concatenate(masses)
        if not mass.any():
            raise self._impossible(given, wanted, rng)
        chosen = np.flatnonzero(rng.random(len(mass)) * mass.max() < mass)
        if len(chosen) >= n:
            return pool[:, rng.permutation(chosen)[:n]]
        steps = (rng.random() + np.arange(n)) / n * mass.sum()
        drawn = np.minimum(np.searchsorted(np.cumsum(mass), steps, side="right"), len(mass) - 1)
        return pool[:, rng.permutation(drawn)]

    def _impossible(self, given: Given, wanted: dict[int, Floats], rng: np.random.Generator) -> ConditionError:
        """Say which condition cannot hold beside the others, and what the column can be instead."""
        names = self.learned.names
        for number in sorted(wanted, reverse=True):
            others = {place: w for place, w in wanted.items() if place != number}
            symbols, mass = self._propose(16_384, rng, others, {})
            if not mass.any():
                continue
            likely = np.bincount(symbols[number], weights=mass).argsort()[::-1][:3]
            column = self.learned.columns[number]
            shown = decode(self.codecs[number], column, likely.astype(np.int32), rng).to_pylist()
            hint = f"beside the other conditions `{names[number]}` is likely to be {', '.join(map(str, shown))}"
            if column.role == "sensitive":
                hint = f"drop the condition on `{names[number]}`"
            return ConditionError("given.impossible", f"no row that was learned can meet all of: {given}",
                                  where=names[number], hint=hint)  # fmt: skip
        return ConditionError("given.impossible", f"no row that was learned can meet all of: {given}",
                              hint="drop some of the conditions")  # fmt: skip

    def _completed(self, rows: Table, rng: np.random.Generator) -> Table:
        """Complete partial rows: draw candidates for each, keep one by its weight, and the known cells as they are."""
        place = {name: number for number, name in enumerate(self.learned.names)}
        fixed = {}
        for name in rows.names:
            known = np.where(rows.missing(name), -1, encode(self.codecs[place[name]], rows, name))
            fixed[place[name]] = np.repeat(known.astype(np.int32), CANDIDATES)
        symbols, mass = self._propose(rows.rows * CANDIDATES, rng, {}, fixed)
        totals = np.cumsum(mass.reshape(rows.rows, CANDIDATES), axis=1)
        picked = (rng.random(rows.rows)[:, None] * totals[:, -1:] >= totals).sum(axis=1)
        best = np.arange(rows.rows) * CANDIDATES + np.minimum(picked, CANDIDATES - 1)
        drawn = self._decoded(symbols[:, best], rng, {})
        arrays = [
            _filled(rows.column(name), drawn.column(name)) if name in rows.names else drawn.column(name)
            for name in drawn.names
        ]
        return Table(pa.table(arrays, names=list(drawn.names)), drawn.schema)

    def _decoded(self, symbols: Ints, rng: np.random.Generator, conditions: dict[str, Condition]) -> Table:
        schema = self.learned
        arrays = [
            decode(codec, column, symbols[number], rng, conditions.get(column.name))
            for number, (codec, column) in enumerate(zip(self.codecs, schema.columns, strict=True))
        ]
        return Table(pa.table(arrays, names=list(schema.names)), schema)

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return codecs and trees as JSON values and arrays."""
        metas, arrays = save_codecs(list(self.codecs))
        for number, step in enumerate(self.steps):
            arrays.update({f"tree.{number}.{name}": array for name, array in step.tree.arrays().items()})
            ranked = {f"tree.{number}.rank.{p}": r for p, r in enumerate(step.ranks) if r is not None}
            arrays.update(ranked)
        return {"codecs": metas, "predictors": [list(s.predictors) for s in self.steps]}, arrays

    @classmethod
    def from_state(cls, schema: Schema, card: Card, container: Container, meta: dict[str, Any], arrays: Arrays) -> Self:
        """Rebuild the model from what `state` returned."""
        steps = []
        for number, predictors in enumerate(meta["predictors"]):
            prefix = f"tree.{number}."
            tree = Tree(**{name: arrays[prefix + name] for name in Tree.__dataclass_fields__})
            ranks = tuple(arrays.get(f"{prefix}rank.{place}") for place in range(len(predictors)))
            steps.append(Step(tree, tuple(predictors), ranks))
        return cls(schema, card, container, tuple(load_codecs(meta["codecs"], arrays)), tuple(steps))


def _filled(known: pa.Array, drawn: pa.Array) -> pa.Array:
    """Return the known cells, and the drawn ones where nothing is known."""
    if not pa.types.is_dictionary(drawn.type):
        return pc.coalesce(known.cast(drawn.type), drawn)
    levels = pc.coalesce(known.dictionary_decode(), drawn.dictionary_decode())
    return pa.DictionaryArray.from_arrays(pc.index_in(levels, drawn.dictionary), drawn.dictionary)
