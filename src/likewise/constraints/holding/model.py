"""A model whose rows meet declared rules: it draws from another one, and holds the rules on what comes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar, Literal, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.constraints.holding.declared import DECLARED
from likewise.constraints.holding.drawing import Drawing
from likewise.constraints.holding.finishing import Finishing, needs_all
from likewise.constraints.holding.partial import completed
from likewise.constraints.holding.repairing import Component, components
from likewise.constraints.holding.rule import RowRule, all_hold, row_rules
from likewise.constraints.holding.saving import load_steps, save_steps
from likewise.constraints.holding.steps import Computed, Decided, Step
from likewise.constraints.holding.typed import numbers
from likewise.core.balance import Plan
from likewise.core.card import Card
from likewise.core.conditions import Given
from likewise.core.frames import Container
from likewise.core.progress import Progress, quiet
from likewise.core.protocol import Arrays, Model, Updatable
from likewise.core.registry import technique
from likewise.core.schema import Schema
from likewise.core.table import Table
from likewise.errors import FitError

Mask = npt.NDArray[np.bool_]

INNER = "inner."
"""Before the names of the arrays that belong to the model inside."""


@dataclass(frozen=True, eq=False)
class ConstrainedModel(Model):
    """Hold the model of a technique, the rules, and the steps by which some of them are met by construction.

    `acceptance` is the share of rows that met all rules when the model was made, with what follows built in.
    """

    inner: Model
    constraints: tuple[Any, ...]
    steps: tuple[Step, ...]
    acceptance: float

    technique: ClassVar[str] = "constrained"
    conditions: ClassVar[Literal["native", "rejection"]] = "native"

    @property
    def made_by(self) -> str:
        """The technique inside, and that its rows are held to rules."""
        return f"{self.inner.made_by}, held to {len(self.constraints)} rules"

    @property
    def how(self) -> dict[str, str]:
        """How each rule is met, by what the rule says."""
        said = (rule.said() for rule in self.constraints)
        found = {one: [n for n in self.card.notes if n.startswith(f"{one}: met")] for one in said}
        return {one: notes[0].removeprefix(f"{one}: ") for one, notes in found.items() if notes}

    @property
    def lacking(self) -> int:
        """The number of rows that are to be added, where the technique inside knows that."""
        inner: Any = self.inner
        return int(inner.lacking)

    @property
    def learned(self) -> Schema:
        """The columns that are drawn: all but ids."""
        return Schema(columns=tuple(c for c in self.schema.columns if not c.is_generated))

    @cached_property
    def rules(self) -> tuple[RowRule, ...]:
        """The rules on each row by itself."""
        return row_rules(self.constraints, self.learned)

    @cached_property
    def inner_names(self) -> tuple[str, ...]:
        """The columns that the technique inside draws."""
        return tuple(c.name for c in self.inner.schema.columns if not c.is_generated)

    @cached_property
    def open_rules(self) -> tuple[RowRule, ...]:
        """The rules that drawn rows can break: all but those that are met by construction as a whole."""
        built = {(step.rule, step.which) for step in self.steps}
        whole = {rule.place for rule in self.rules
                 if all((rule.place, which) in built for which in range(max(1, len(rule.demands))))}  # fmt: skip
        return tuple(rule for rule in self.rules if rule.place not in whole)

    @cached_property
    def components(self) -> tuple[Component, ...]:
        """The rules that can break, parted into those that share no column."""
        return components(self.open_rules, self.sources)

    @cached_property
    def sources(self) -> dict[str, tuple[str, ...]]:
        """The learned columns that each column which follows from others rests on."""
        found: dict[str, tuple[str, ...]] = {}
        for step in self.steps:
            reads = step.reads if isinstance(step, Computed | Decided) else ()
            rests = {source for name in reads for source in found.get(name, (name,))}
            own = set() if isinstance(step, Computed) and step.left_out else {step.column}
            found[step.column] = tuple(sorted(rests | own))
        return found

    def draw(self, n: int, rng: np.random.Generator, given: Given | None) -> Table:
        """Return `n` rows that meet all rules on single rows, and the conditions."""
        if given is not None and given.rows is not None:
            return completed(self, given, rng)
        if not self.rules and (given is None or self.inner.conditions == "native"):
            return self.built(self.inner.draw(n, rng, given))
        return Drawing(self, rng, given).rows(n)

    def met(self, rows: Table) -> Mask:
        """Return which rows meet all rules on single rows."""
        return all_hold(self.rules, rows)

    def built(self, drawn: Table) -> Table:
        """Return rows of the technique inside with the columns that were left out put in, and all that follows."""
        columns = self.learned.columns
        arrays, known = [], []
        for column in columns:
            there = column.name in drawn.schema
            arrays.append(drawn.column(column.name) if there else numbers(np.full(drawn.rows, np.nan), column))
            known.append(drawn.schema[column.name] if there else column)
        if not columns:
            return drawn
        table = pa.table(arrays, names=[c.name for c in columns])
        return self.rebuilt(Table(table, Schema(columns=tuple(known)), drawn.container))

    def rebuilt(self, rows: Table) -> Table:
        """Return rows with all that follows from others put in anew."""
        for step in self.steps:
            rows = step.applied(rows)
        return rows

    def conditions_inside(self, given: Given | None) -> Given | None:
        """Return those conditions that the technique inside can be asked for: all but those on what follows."""
        if given is None:
            return None
        follows = {step.column for step in self.steps}
        inside = {n: c for n, c in given.conditions.items() if n in self.inner_names and n not in follows}
        return Given(inside) if inside else None

    @cached_property
    def finishes(self) -> bool:
        """Whether a rule is about all rows at once."""
        return needs_all(self.constraints, frozenset(c.name for c in self.schema.columns if c.is_generated))

    def finished(self, drawn: Table, given: Given | None, plan: Plan | None, seed: int) -> Table:
        """Return all rows with the rules on all of them met."""
        return Finishing(self, drawn, given, plan, seed).run()

    def placed(self, drawn: Table, start: int, seed: int) -> Table:
        """Put in what depends on the place of rows, and what follows from that."""
        inside = drawn.select([name for name in drawn.names if name in self.inner_names])
        moved = self.inner.placed(inside, start, seed)
        return drawn if moved is inside else self.built(moved)

    def update(self, data: Any, *, keep: float = 0.5, seed: int = 0, progress: Progress = quiet) -> ConstrainedModel:
        """Return the model after the one inside saw new rows; rows that break a rule are left aside.

        Raises FitError where the technique inside cannot follow new data.
        """
        from likewise.constraints.holding.updating import updated

        if not isinstance(self.inner, Updatable):
            raise FitError("fit.not-updatable", f"a model of `{self.inner.technique}` cannot follow new data",
                           hint="fit it anew to old and new rows")  # fmt: skip
        return updated(self, data, keep=keep, seed=seed, progress=progress)

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return the model inside and the steps."""
        meta, arrays = self.inner.state()
        steps, own = save_steps(self.steps)
        inner = {"technique": self.inner.technique, "schema": self.inner.schema.to_dict(), "learned": meta,
                 "card": self.inner.card.model_dump(mode="json"), "container": self.inner.container}  # fmt: skip
        named = {f"{INNER}{name}": np.ascontiguousarray(array) for name, array in arrays.items()}
        rules = DECLARED.dump_python(self.constraints)
        return {"inner": inner, "constraints": rules, "steps": steps, "acceptance": self.acceptance}, {**named, **own}

    @classmethod
    def from_state(cls, schema: Schema, card: Card, container: Container, meta: dict[str, Any], arrays: Arrays) -> Self:
        """Rebuild the model from what `state` returned."""
        told = meta["inner"]
        own = {name.removeprefix(INNER): array for name, array in arrays.items() if name.startswith(INNER)}
        inner = technique(told["technique"]).model_class.from_state(
            Schema.from_dict(told["schema"]), Card.from_dict(told["card"]), told["container"], told["learned"], own
        )
        constraints = DECLARED.validate_python(meta["constraints"])
        bare = cls(schema, card, container, inner, constraints, (), meta["acceptance"])
        return replace(bare, steps=load_steps(meta["steps"], arrays, bare.rules))
