"""Learn a table one column at a time, each given the columns before it."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from likewise.constraints.kinds import Constraints, Determined, Part
from likewise.constraints.mining.copies import Copy, mine_copies
from likewise.constraints.mining.mine import mine
from likewise.core.card import Privacy
from likewise.core.progress import Progress
from likewise.core.protocol import Arrays, Synthesizer
from likewise.core.schema import Column, Schema
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.errors import SettingsError, suggest
from likewise.modalities.tabular.codec import Codec, bound_of, encode, fit_codec, output_schema, save_codecs
from likewise.modalities.tabular.levels import LevelsCodec
from likewise.modalities.tabular.numbers import NumberCodec
from likewise.techniques.autoregressive.boosted.decisions import Decisions
from likewise.techniques.autoregressive.boosted.learn import MOST_SYMBOLS, QUICK, THOROUGH, learn_decisions
from likewise.techniques.autoregressive.boosted.step import Boosted
from likewise.techniques.autoregressive.copying import training
from likewise.techniques.autoregressive.dated import is_told, with_part_bounded
from likewise.techniques.autoregressive.ended import with_ends_of
from likewise.techniques.autoregressive.model import AutoregressiveModel
from likewise.techniques.autoregressive.saving import Step, save_steps
from likewise.techniques.autoregressive.steps import Grown, Lookup
from likewise.techniques.autoregressive.structure import (
    bounds_of,
    computed_bounds,
    drawing_order,
    kept,
    limits_of,
    looked_up_by,
    lookup,
    turn_of,
)
from likewise.techniques.autoregressive.telling import most_levels, most_telling, outputs_for, ranked, ranks_of
from likewise.techniques.autoregressive.trees import grow

Ints = npt.NDArray[np.int32]

BYTES_A_ROW, BYTES_A_CELL = 400, 45
"""What a fit takes beside its table at its peak: measured on 20,000 to 400,000 rows of 5 to 100 columns."""


MOST_LEAVES = 2000
"""Leaves of a tree at most, where no column has many levels."""

LEAVES_A_LEVEL = 4
"""Leaves that a tree may have for each level of the column of most levels."""


BY_LEAF, FINEST = 0.5, 1 / 32
"""Share of the rows whose numbers come from leaves beside decisions; share of rows that a decision has at least."""

STRICTEST = 160
"""Rows in a leaf from which on larger leaves are not tried."""

BESIDE_DECISIONS = 100
"""Rows in a leaf at least where it only says which rows are alike, and decisions what is drawn for them."""


class Autoregressive(Synthesizer):
    """Learn each column given those before it, by trees and boosted decisions, and draw rows column by column.

    Keeps the shape of every column, atoms, missing values, the dependence between columns, and what holds in every row
    (sums, products, orders, columns that others decide); loses values that fewer than `min_count` rows hold. Leaves
    give distributions of symbols, and numbers are drawn inside an interval of at least `min_count` rows: no row is
    stored or repeated as such, though a row of common values can recur by chance. Without formal privacy guarantee.

    Use when a table should look and work like the real one, in seconds. Avoid when rows depend on one another (use a
    sequence technique) or when a guarantee is needed (use differentially private marginals).

    `effort`: `fast` takes trees alone; `standard` boosts levels, and the target most patiently; `high` boosts all as
    patiently, and numbers too. `min_leaf`: rows in a leaf at least, more protects more. `min_count`: rows that must
    share a level or an interval; fewer in tables of under 500 rows. `most_predictors`: columns that are looked at, the
    most telling ones. `keep_rules`: find formulas, orders and columns that others decide, and let them hold in every
    row; and find how numbers end (in .99, in 00), and let them end so. `order`: columns are drawn as given, or by
    falling number of values, which leans less on single rows. `known`: columns that rows to complete always come
    with; how they depend on others is not learned.

    >>> model = Autoregressive(min_leaf=30).fit({"age": [20, 30, 40] * 50, "grown": ["no", "yes", "yes"] * 50})
    >>> len(model.sample(2)["age"])
    2

    Cost: columns squared times rows times log rows; Adult (32,561 x 15) in about 3 CPU seconds with `fast`, 9
    with `standard`, 15 with `high`. Reiter, 2005, Journal of Official Statistics 21; Nowok, Raab and Dibben, 2016,
    Journal of Statistical Software 74 (synthpop); McCarter, 2024, arXiv 2407.05593 (boosted decisions).
    """

    technique: ClassVar[str] = "autoregressive"
    model_class: ClassVar[type[AutoregressiveModel]] = AutoregressiveModel
    privacy: ClassVar[Privacy] = Privacy(
        statement="no formal guarantee; rare values and extremes are protected, no row is stored"
    )

    effort: Literal["fast", "standard", "high"] = "standard"
    min_leaf: int = Field(default=20, ge=1)
    min_count: int = Field(default=10, ge=2)
    most_predictors: int = Field(default=40, ge=1)
    keep_rules: bool = True
    order: Literal["given", "falling"] = "given"
    known: tuple[str, ...] = ()

    @classmethod
    def candidates(cls) -> tuple[Autoregressive, ...]:
        """Return leaves from small (most faithful) to large (most private), the other order, more patient boosting."""
        leaves = (cls(min_leaf=rows) for rows in (20, 40, 80, 160))
        return (*leaves, cls(order="falling"), cls(effort="high", min_leaf=40))

    def stricter(self) -> Autoregressive | None:
        """Return the settings with leaves of twice the rows, up to 160: beyond, likeness falls and little is won."""
        return None if self.min_leaf >= STRICTEST else self.model_copy(update={"min_leaf": 2 * self.min_leaf})

    def memory(self, rows: int, columns: int) -> int:
        """Return about how many bytes a fit takes: symbols, features and outputs of a row (docs/concepts/auto)."""
        return rows * (BYTES_A_ROW + BYTES_A_CELL * columns)

    def learn(
        self, table: Table, *, seed: int, progress: Progress
    ) -> tuple[Schema, dict[str, Any], Arrays, tuple[str, ...]]:
        """Find what holds in every row, fit codecs, then one tree a column in the order they are to be drawn.

        Raises SettingsError where a column that is `known` is not among those that are learned.
        """
        for name in self.known:
            if name not in table.schema:
                raise SettingsError("settings.known", f"`{name}`, which is said to be known, is no column that is "
                                    "learned", where="known", hint=suggest(name, table.names, "column"))  # fmt: skip
        k = self.count_for(table.rows)
        schema = table.schema
        codecs, symbols = self._coded(table, seed)
        constraints = kept(mine(table), codecs, symbols, schema) if self.keep_rules else Constraints()
        follow = {rule.column for rule in (*constraints.computed, *constraints.determined)}
        follow |= {part.of for part in constraints.parts}  # a date that its parts move has no weekday to keep
        codecs = with_ends_of({*schema.names} - follow if self.keep_rules else (), codecs, schema.names)
        order = drawing_order(constraints, schema.names, turn_of(codecs, falling=self.order == "falling"))
        in_turn = [schema.names[number] for number in order]
        copies = mine_copies(table, constraints, in_turn) if self.keep_rules else []
        learned_from = training(table, copies, codecs, symbols)
        steps: list[Step] = []

        def learn(number: int, before: list[int], codecs: list[Codec], symbols: Ints, schema: Schema) -> Step:
            return self.learn_column(number, before, constraints, codecs, symbols, schema, seed)

        for done, number in enumerate(order):
            progress("learning columns", done, len(order))
            before = [] if schema.names[number] in self.known else [step.column for step in steps]
            steps += learned_from.learned(number, before, learn)
        progress("learning columns", len(order), len(order))
        metas, arrays = save_codecs(codecs)
        own, more = save_steps(tuple(steps))
        meta = {"codecs": metas, "steps": own, "constraints": constraints.model_dump(mode="json")}
        shown = with_computed_bounds(output_schema(codecs, schema), codecs, constraints)
        return shown, meta, {**arrays, **more}, _notes(codecs, schema, constraints, copies, k)

    def kept_rules(self, table: Table, rules: Constraints, *, seed: int = 0) -> Constraints:
        """Return those of the rules that a fit would keep: values that few rows hold are drawn, but not exactly.

        Use when rules are shown before a fit. Avoid when a model is at hand: its card says what it keeps.

        >>> from likewise.constraints.kinds import Constraints, Determined
        >>> table = Table.from_any({"city": ["Rome", "Oslo", "Bern"] * 100, "code": [39, 47, 41] * 100})
        >>> rules = Constraints(items=(Determined(column="code", by="city"),))
        >>> Autoregressive().kept_rules(table, rules) == rules
        True
        """
        codecs, symbols = self._coded(table, seed)
        return kept(rules, codecs, symbols, table.schema) if self.keep_rules else Constraints()

    def _coded(self, table: Table, seed: int) -> tuple[list[Codec], Ints]:
        """Return a codec for each column of a table, and its rows as symbols (columns, rows)."""
        k, columns = self.count_for(table.rows), table.schema.columns
        codecs = [fit_codec(table, c, k=k, rng=generator(seed, "codec", c.name)) for c in columns]
        symbols = np.empty((len(codecs), table.rows), dtype=np.int32)  # a table of ids alone has no columns to learn
        for number, column in enumerate(columns):
            symbols[number] = encode(codecs[number], table, column.name)
        return codecs, symbols

    def learn_column(
        self,
        number: int,
        before: list[int],
        constraints: Constraints,
        codecs: list[Codec],
        symbols: Ints,
        schema: Schema,
        seed: int,
    ) -> Grown | Lookup | Boosted:
        """Return the step that draws one column from those drawn before it."""
        codec, own, name = codecs[number], symbols[number], schema.names[number]
        looked_up = _looked_up(number, before, constraints, codecs, symbols, schema)
        if looked_up is not None:
            return looked_up
        if name in {part.column for part in constraints.parts} and (known := own < codec.symbols).any():
            symbols, own = symbols[:, known], own[known]  # it is missing where its date is, which needs no learning
        count = codec.symbols + 1
        is_number = isinstance(codec, NumberCodec)
        chosen = [before[place] for place in most_telling(symbols[before], own, self.most_predictors)]
        split_on = outputs_for(own, count, symbols[chosen], is_number=is_number)
        features, ranks = ranked(symbols, chosen, codecs, split_on)
        tree_seed = int(generator(seed, "tree", number).integers(2**31))
        limits = limits_of(number, before, constraints.orders, codecs, schema) if is_number else []
        decisions = None
        if chosen and not limits:
            decisions = self._decisions(features, own, codec, schema.columns[number], tree_seed)
        least = self.leaf_for(len(own), most_levels(codecs, [number, *chosen]))
        least = least if decisions is None or is_number else max(least, BESIDE_DECISIONS)
        tree = grow(features, own, split_on, rare=codec.rare, min_leaf=least, seed=tree_seed)
        grown = Grown(number, count, tree, tuple(chosen), ranks, tuple(limits))
        return grown if decisions is None else Boosted(grown, decisions, BY_LEAF if is_number else 0.0)

    def _decisions(self, features: Ints, own: Ints, codec: Codec, column: Column, seed: int) -> Decisions | None:
        """Return the decisions that the effort asks for: of levels, and at `high` of numbers, as far as they go."""
        count = codec.symbols + 1
        if isinstance(codec, NumberCodec):
            line = np.arange(count, dtype=np.int32)
            return learn_decisions(features, own, line, QUICK, seed, finest=FINEST) if self.effort == "high" else None
        if self.effort == "fast" or count > MOST_SYMBOLS:
            return None
        usable = np.flatnonzero(own != (-1 if codec.rare is None else codec.rare))
        line = np.argsort(ranks_of(own, count, features)).astype(np.int32)
        thorough = self.effort == "high" or column.role == "target"
        return learn_decisions(features[:, usable], own[usable], line, THOROUGH if thorough else QUICK, seed)

    def count_for(self, rows: int) -> int:
        """Return how many rows must share a value in a table of so many."""
        return int(np.clip(rows // 50, 2, self.min_count))

    def leaf_for(self, rows: int, levels: int) -> int:
        """Return how many rows a leaf holds at least, in a table of so many, for columns of so many levels.

        Large tables have larger leaves, so that models stay small; but some leaves for each of many levels.
        """
        return max(min(self.min_leaf, rows // 10 + 1), rows // max(MOST_LEAVES, LEAVES_A_LEVEL * levels))


def _looked_up(
    number: int, before: list[int], constraints: Constraints, codecs: list[Codec], symbols: Ints, schema: Schema
) -> Lookup | None:
    """Return the step of a column that another one decides, or the symbol of the date that it is a part of."""
    name, own = schema.names[number], symbols[number]
    rules: list[Determined | Part] = [*constraints.determined, *constraints.parts]
    for found in rules:
        if found.column == name:
            source = looked_up_by(found, constraints) if isinstance(found, Part) else found.by
            by = schema.names.index(source)
            step = Lookup(number, by, lookup(symbols[by], own, codecs[by].symbols + 1))
            if not isinstance(found, Part) or source != found.of:
                return step
            return step if by in before and is_told(found, step.symbols[symbols[by]], own) else None
    return None


def with_computed_bounds(schema: Schema, codecs: list[Codec], constraints: Constraints) -> Schema:
    """Return the schema whose computed columns are bounded by what they are computed from."""
    bounds = bounds_of(schema.names, codecs)
    for rule in constraints.computed:
        if isinstance(rule, Part):
            codec = codecs[schema.names.index(rule.column)]
            schema = with_part_bounded(rule, schema, codec, bounds.get(rule.of))
            continue
        found = computed_bounds(rule, bounds)
        column = schema[rule.column]
        shown = None if found is None else (bound_of(column, found[0]), bound_of(column, found[1]))
        schema = schema.replace(rule.column, bounds=shown)
        if found is not None:
            bounds[rule.column] = found
    return schema


def _notes(
    codecs: list[Codec], schema: Schema, constraints: Constraints, copies: list[Copy], k: int
) -> tuple[str, ...]:
    """Say what was protected and what was kept, without naming a value."""
    notes = [f"values and levels that fewer than {k} rows hold are not repeated"]
    for codec, column in zip(codecs, schema.columns, strict=True):
        if isinstance(codec, LevelsCodec) and codec.template is not None:
            notes.append(f"`{column.name}`: texts held by fewer than {k} rows are stand-ins made from a template")
        elif isinstance(codec, LevelsCodec) and codec.made and not column.is_pseudonymous:
            notes.append(
                f"`{column.name}`: rare levels are replaced by {len(codec.made):,} invented ones of their shape"
            )
    rules = [rule.said() for rule in constraints.shown]
    notes += [f"held in every row learned from, and holds in every row drawn: {rule}" for rule in rules]
    return (*notes, *(f"drawn in about the same share: {copy.said()}" for copy in copies))
