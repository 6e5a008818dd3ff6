"""Draw rows column by column from the trees of a fitted table."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.constraints.kinds import Constraints, Part
from likewise.core.balance import Counts
from likewise.core.card import Card
from likewise.core.conditions import Given
from likewise.core.draw import BLOCK
from likewise.core.frames import Container
from likewise.core.picking import picked
from likewise.core.progress import Progress, quiet
from likewise.core.protocol import Arrays, Model
from likewise.core.schema import Schema
from likewise.core.table import Table, concat
from likewise.errors import ConditionError
from likewise.modalities.tabular.codec import (
    Codec,
    arrow_type,
    decode,
    decode_numbers,
    load_codecs,
    save_codecs,
    weights,
)
from likewise.modalities.tabular.numbers import NumberCodec, typed_numbers
from likewise.techniques.autoregressive.completing import completed
from likewise.techniques.autoregressive.copied import asked_through, hidden_codecs, repeats_in
from likewise.techniques.autoregressive.dated import Following, as_column, moved
from likewise.techniques.autoregressive.ended import ended, ending_codecs, endings_in
from likewise.techniques.autoregressive.gates import gated
from likewise.techniques.autoregressive.grouping import can_be, draw_together
from likewise.techniques.autoregressive.likelihood import log_prob, predict_proba
from likewise.techniques.autoregressive.saving import Step, load_steps, save_steps
from likewise.techniques.autoregressive.steps import Lookup
from likewise.techniques.autoregressive.structure import balanced, bounds_of, put_in_order

if TYPE_CHECKING:
    from likewise.techniques.autoregressive.forests import Forests

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

POOL_ROUNDS = 16
"""Pools drawn for one block before rows are taken by weight instead of by rejection."""

MOST_DRAWS = 500_000
"""Rows drawn for conditions on computed columns before they are given up as too unlikely."""

BLUR = 16
"""A known number weighs as the symbols around it do, one part in so many on either side, where there are many."""

SPARE = 4096
"""Rows drawn freely to fill a cell from, where its row was only ever seen with that cell missing."""


@dataclass(frozen=True, eq=False)
class AutoregressiveModel(Model):
    """Hold a codec for each learned column, the steps that draw them in order, and what must hold in every row."""

    codecs: tuple[Codec, ...]
    steps: tuple[Step, ...]
    constraints: Constraints

    technique: ClassVar[str] = "autoregressive"
    conditions: ClassVar[Literal["native", "rejection"]] = "native"

    @property
    def learned(self) -> Schema:
        """The schema of the learned columns."""
        return Schema(columns=tuple(c for c in self.schema.columns if not c.is_generated))

    def draw(self, n: int, rng: np.random.Generator, given: Given | None) -> Table:
        """Return `n` rows; conditions hold exactly, and the other columns follow from them as in the data."""
        if given is None or n == 0:
            return self._decoded(self.propose(n, rng, {}, {})[0], rng, None)
        if given.rows is not None:
            symbols = completed(self, given.rows, rng, fill=given.fill)
            return self._decoded(symbols, rng, None, known=given.rows)
        return self._conditioned(n, rng, given)

    def draw_groups(self, groups: Sequence[Given], counts: Counts, rng: np.random.Generator) -> Table | None:
        """Draw the rows of all groups together, where each asks for levels, or for numbers that nothing else moves."""
        wanted = [self._wanted(group) for group in groups]
        if not all(self._is_simple(group, own) for group, own in zip(groups, wanted, strict=True)):
            return None
        drawn = draw_together(self.gated_steps, wanted, counts, rng)
        numbers = {name: c for name, c in groups[0].conditions.items() if c.column.is_number}
        tables = [self._decoded(drawn.symbols, rng, Given(numbers))]
        for place in np.flatnonzero(drawn.sizes < counts).tolist():
            tables.append(self._conditioned(int(counts[place]), rng, groups[place]))
        return concat(tables)

    def can_draw(self, groups: Sequence[Given], rng: np.random.Generator) -> npt.NDArray[np.bool_] | None:
        """Return which groups can be drawn, of one batch of rows for all."""
        found, wanted, places = np.zeros(len(groups), dtype=bool), list[dict[int, Floats]](), list[int]()
        for place, group in enumerate(groups):
            with suppress(ConditionError):
                wanted.append(self._wanted(group))
                places.append(place)
                if not self._is_simple(group, wanted[-1]):
                    return None
        if places:
            found[places] = can_be(self.gated_steps, wanted, rng)
        return found

    def _is_simple(self, group: Given, wanted: dict[int, Floats]) -> bool:
        """Whether rows whose symbols are wanted meet the conditions once they are decoded."""
        moved = {name for order in self.constraints.orders for name in (order.low, order.high)}
        moved |= {rule.column for rule in self.constraints.computed}
        moved |= {self.learned.names[repeats.column] for repeats in repeats_in(self.steps)}
        rare = {place: len(c.levels) for place, c in enumerate(self.codecs) if not isinstance(c, NumberCodec)}
        invented = any(place in rare and weights[rare[place]] for place, weights in wanted.items())
        return bool(group.conditions) and not invented and not moved & {*group.conditions}

    def log_prob(self, data: Any) -> Floats:
        """Return the natural logarithm of each row's probability under the model, float64 of one value a row.

        It is the sum over the learned columns, in the order they are drawn; ids are left out. A category counts by its
        probability; a number on a grid (whole numbers, cents, dates) by that of its grid value; a continuous one by its
        density, the share of its interval over the width on the scale of `Table.numbers`. A hundredth of each
        column's probability is spread evenly over its symbols: a value that cannot be drawn gets that floor. Levels
        that few rows held, or none, share the probability of the rare ones. A value that repeats another column counts
        by how likely it is to be repeated, and how a number ends (whole, in .99) by how likely that is beside the rest
        of the row. A column that follows by a formula, or is a part of a date, adds 0 where it agrees and log(1e-12)
        where it does not. Raises SchemaError when a column is missing.

        Use when odd rows are to be found or models compared. Avoid for comparing tables of different columns.

        >>> from likewise.techniques.autoregressive import Autoregressive
        >>> model = Autoregressive().fit({"sex": ["F", "M", "M", "M"] * 50})
        >>> model.log_prob({"sex": ["F", "M"]}).round(2).tolist()
        [-1.39, -0.29]
        """
        return log_prob(self, data)

    def predict_proba(self, data: Any, target: str) -> tuple[tuple[str, ...], Floats]:
        """Return the levels of a category and how likely each is given all other columns: (rows, levels).

        The joint probability of the row with each level, normalised (exact, by the chain rule); rows sum to 1. Raises
        SchemaError when another column is missing and ConditionError when the target has no levels.

        >>> from likewise.techniques.autoregressive import Autoregressive
        >>> model = Autoregressive().fit({"age": [20, 30, 40] * 60, "grown": ["no", "yes", "yes"] * 60})
        >>> levels, shares = model.predict_proba({"age": [20, 40]}, "grown")
        >>> levels, shares.round(1).tolist()
        (('no', 'yes'), [[1.0, 0.0], [0.0, 1.0]])
        """
        return predict_proba(self, data, target)

    def update(self, data: Any, *, keep: float = 0.5, seed: int = 0, progress: Progress = quiet) -> Self:
        """Return the model after it saw new rows: trees stay, and their leaves are filled anew and grown on.

        A row learned before counts `keep` as much as a new one (0 to 1), and `keep` of that after the next update.
        Levels and values beyond the bounds that `min_count` new rows bring come through; a rule that one of them breaks
        is given up; leaves keep `min_leaf` rows; boosted levels are learned anew, from rows of the model and new ones.
        The card says what was followed. The same model, data and seed give the same model.

        Use when new rows come in and the old ones are no longer at hand. Avoid when they are: a fit to both is
        quicker, and finds new rules. Raises FitError for no rows, SchemaError for columns that were
        not learned, are missing or of another kind.

        >>> from likewise.techniques.autoregressive import Autoregressive
        >>> model = Autoregressive().fit({"plan": ["basic", "plus"] * 300})
        >>> newer = model.update({"plan": ["plus", "max"] * 300}, keep=0.5)
        >>> newer.sample(400)["plan"].count("plus")  # 300 new rows of 600, and 150 of the 300 that old ones count
        200
        """
        from likewise.techniques.autoregressive.updating import updated  # it learns, and to learn a model is needed

        return updated(self, data, keep=keep, seed=seed, progress=progress)

    def propose(
        self, n: int, rng: np.random.Generator, wanted: dict[int, Floats], fixed: dict[int, Ints]
    ) -> tuple[Ints, Floats]:
        """Draw symbols (columns, n) column by column, within `wanted` and with `fixed` cells (not -1) as they are.

        The second result is how likely each row's conditions were given the columns drawn before them: the weight that
        turns these draws into draws from the conditional distribution.
        """
        symbols = np.zeros((len(self.all_codecs), n), dtype=np.int32)
        mass = np.ones(n)
        for step in self.gated_steps:
            weights, known = wanted.get(step.column), fixed.get(step.column)
            drawn = step.drawn(symbols, rng, weights, known, self._blur(step.column))
            symbols[step.column] = drawn.symbols
            if drawn.mass is not None:
                mass *= drawn.mass
            if weights is not None and known is not None:
                astray = np.flatnonzero((known < 0) & (weights[drawn.symbols] == 0))
                symbols[step.column, astray] = self._wanted_anyhow(step.column, weights, len(astray), rng)
        return symbols, mass

    @cached_property
    def gated_steps(self) -> tuple[Any, ...]:
        """The steps, with those columns kept missing that have to be."""
        return gated(self.steps, self.constraints, self.codecs, self.learned)

    @cached_property
    def all_codecs(self) -> tuple[Codec, ...]:
        """The codecs of the learned columns, and those of the hidden ones that are drawn beside them."""
        return (*self.codecs, *hidden_codecs(self.steps), *ending_codecs(self.codecs))

    @cached_property
    def endings(self) -> dict[int, int]:
        """The hidden columns that say how numbers end, by the number's column."""
        return endings_in(self.codecs, len(self.codecs) + len(repeats_in(self.steps)))

    @cached_property
    def forests(self) -> Forests:
        """Each column given all others, for rows that are known in part; grown when they are first asked for."""
        from likewise.techniques.autoregressive.forests import Forests  # it learns, and to learn a model is needed

        return Forests(self)

    def _blur(self, column: int) -> int:
        """Return how many neighbours of a known number's symbol count as much as it does."""
        codec = self.all_codecs[column]
        many = isinstance(codec, NumberCodec) and codec.symbols >= 4 * BLUR
        return codec.symbols // BLUR if many else 0

    def _wanted_anyhow(self, column: int, weights: Floats, n: int, rng: np.random.Generator) -> Ints:
        """Return wanted symbols of one column as they come in rows of any kind, where the row at hand allows none."""
        if not n:
            return np.empty(0, dtype=np.int32)
        drawn = self.propose(SPARE, rng, {}, {})[0][column]
        usable = drawn[weights[drawn] > 0]
        pool = usable if len(usable) else np.flatnonzero(weights)
        return pool[rng.integers(len(pool), size=n)].astype(np.int32)

    def _conditioned(self, n: int, rng: np.random.Generator, given: Given) -> Table:
        """Draw until `n` rows meet the conditions: nearly all do at once, those on computed columns by chance."""
        found: list[Table] = []
        have = tried = 0
        size = max(n, 256)
        while tried < MOST_DRAWS + 50 * n:
            rows = self._decoded(self._pooled(size, rng, given), rng, given)
            found.append(rows.take(given.matches(rows)))
            have, tried = have + found[-1].rows, tried + size
            if have >= n:
                return concat(found).slice(0, n)
            size = min(2 * size, BLOCK)
        raise ConditionError("given.unlikely", f"too few of the rows drawn meet {given}",
                             hint="loosen the conditions on columns that follow from others")  # fmt: skip

    def _pooled(self, n: int, rng: np.random.Generator, given: Given) -> Ints:
        """Keep proposals with a probability in proportion to their weight; by weighted draws where few would be kept.

        Rejection is exact. Where conditions are too rare for it, rows are drawn from all proposals by their weights
        (sampling importance resampling; Rubin, 1988), and may share their learned symbols with another row.
        """
        wanted = self._wanted(given)
        pools: list[Ints] = []
        masses: list[Floats] = []
        for _ in range(POOL_ROUNDS):
            symbols, mass = self.propose(max(n, 4096), rng, wanted, {})
            pools.append(symbols)
            masses.append(mass)
            most = max(float(m.max()) for m in masses)
            if most and sum(float(m.sum()) for m in masses) / most > 1.1 * n + 50:
                break
        pool, mass = np.concatenate(pools, axis=1), np.concatenate(masses)
        if not mass.any():
            raise self._impossible(given, wanted, rng)
        return pool[:, picked(mass, n, rng)]

    def _wanted(self, given: Given) -> dict[int, Floats]:
        """Return the weights of symbols under the conditions, of all columns that are drawn rather than computed."""
        computed = {formula.column for formula in self.constraints.formulas}
        place = {name: number for number, name in enumerate(self.learned.names)}
        return {
            place[name]: weights(self.codecs[place[name]], condition)
            for name, condition in given.conditions.items()
            if name not in computed
        }

    def _impossible(self, given: Given, wanted: dict[int, Floats], rng: np.random.Generator) -> ConditionError:
        """Say which condition cannot hold beside the others, and what the column can be instead."""
        names = self.learned.names
        for number in sorted(wanted, reverse=True):
            others = {place: w for place, w in wanted.items() if place != number}
            symbols, mass = self.propose(16_384, rng, others, {})
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

    def _decoded(
        self, symbols: Ints, rng: np.random.Generator, given: Given | None, known: Table | None = None
    ) -> Table:
        """Return rows for symbols: values in their intervals, in order where columns bound one another, then formulas.

        Cells of `known` stand as they are, and bound others.
        """
        schema = self.learned
        arrays: dict[str, pa.Array] = {}
        numbers = {n: known.numbers(n) for n in known.names if schema[n].is_number} if known is not None else {}
        all_repeats = {repeats.column: repeats for repeats in repeats_in(self.steps)}
        for step in self.steps:
            if step.column >= len(self.codecs):
                continue  # a hidden column
            column, codec = schema.columns[step.column], self.codecs[step.column]
            condition = given.conditions.get(column.name) if given else None
            if not isinstance(codec, NumberCodec):
                arrays[column.name] = decode(codec, column, symbols[step.column], rng)
                continue
            values = decode_numbers(codec, column, symbols[step.column], rng, condition)
            if parts := self._drawn_parts(column.name):
                values = moved(values, step.column, parts, symbols, self.codecs, schema, condition, rng)
            if which := self.endings.get(step.column):
                ways = symbols[which]
                values = ended(codec, column, values, symbols[step.column], ways, condition, rng)
            if all_repeats:
                values = asked_through([*all_repeats.values()], step.column, values, symbols, codec, schema, given, rng)
            if repeats := all_repeats.get(step.column):
                values = repeats.repeated(values, symbols, [numbers[schema.names[n]] for n in repeats.of], codec)
            values = put_in_order(column.name, values, numbers, self.constraints.orders)
            if known is not None and column.name in known.names:
                values = np.where(known.missing(column.name), values, known.numbers(column.name))
            numbers[column.name] = values
        if known is not None:
            numbers = balanced(numbers, known, self.constraints.formulas, bounds_of(schema.names, self.codecs))
        fixed = {name: ~known.missing(name) for name in known.names} if known is not None else {}
        lookups = {step.column: step for step in self.steps if isinstance(step, Lookup)}
        numbers, texts = Following(self.constraints, schema, self.codecs, lookups).computed(numbers, fixed)
        arrays |= {name: as_column(own, schema[name]) for name, own in texts.items()}
        for name, values in numbers.items():
            arrays[name] = typed_numbers(values, schema[name], arrow_type(schema[name]))
        if known is not None:
            arrays |= {name: _filled(known.column(name), arrays[name]) for name in known.names}
        return Table(pa.table([arrays[name] for name in schema.names], names=list(schema.names)), schema)

    def _drawn_parts(self, date: str) -> list[Part]:
        """Return the parts of a date that are drawn as columns of their own rather than looked up."""
        looked_up = {step.column for step in self.steps if isinstance(step, Lookup)}
        names = self.learned.names
        return [p for p in self.constraints.parts if p.of == date and names.index(p.column) not in looked_up]

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return codecs, steps and constraints as JSON values and arrays."""
        metas, arrays = save_codecs(list(self.codecs))
        steps, own = save_steps(self.steps)
        return {"codecs": metas, "steps": steps, "constraints": self.constraints.model_dump(mode="json")}, {
            **arrays,
            **own,
        }

    @classmethod
    def from_state(cls, schema: Schema, card: Card, container: Container, meta: dict[str, Any], arrays: Arrays) -> Self:
        """Rebuild the model from what `state` returned."""
        codecs, steps = load_codecs(meta["codecs"], arrays), load_steps(meta["steps"], arrays)
        return cls(schema, card, container, tuple(codecs), steps, Constraints.from_dict(meta["constraints"]))


def _filled(known: pa.Array, drawn: pa.Array) -> pa.Array:
    """Return the known cells, and the drawn ones where nothing is known."""
    if not pa.types.is_dictionary(drawn.type):
        return pc.coalesce(known.cast(drawn.type), drawn)
    levels = pc.coalesce(known.dictionary_decode(), drawn.dictionary_decode())
    return pa.DictionaryArray.from_arrays(pc.index_in(levels, drawn.dictionary), drawn.dictionary)
