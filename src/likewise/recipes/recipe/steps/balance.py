"""`balance`: add rows of what is rare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar, Self

from likewise.constraints.kinds import Constraint
from likewise.core.protocol import Synthesizer
from likewise.core.schema import Schema
from likewise.errors import LikewiseError
from likewise.recipes.balance import Balancing, balanced, balancer, refuse_to_balance
from likewise.recipes.fair import refuse_as_group
from likewise.recipes.recipe.faults import Faults
from likewise.recipes.recipe.steps.step import (
    Context,
    Made,
    Shape,
    Step,
    check_column,
    check_kinds,
    refuse_weights,
    rows_of,
)
from likewise.recipes.rows import Rows


class Balance(Step):
    """Keep the rows and add made ones until no level of a column is rarer than asked."""

    kind: ClassVar[str] = "balance"

    balance: Balancing

    def held(self, constraints: tuple[Constraint, ...]) -> Self:
        """Hold the rules in the rows that are made."""
        if self.balance.constraints:
            return self
        asked = self.balance.model_copy(update={"constraints": constraints})
        return self.model_copy(update={"balance": asked})

    def check(self, taken: Shape, named: Mapping[str, Shape], faults: Faults, path: str) -> Shape:
        """Check the technique, its settings, and that the columns are there and have levels."""
        own, asked = f"{path}.balance", self.balance
        refuse_weights(taken, faults, own)
        name = asked.column or taken.target
        try:
            check_kinds(balancer(asked, name), taken, faults, f"{own}.technique")
        except LikewiseError as error:
            faults.take(f"{own}.settings" if error.where == asked.technique else f"{own}.technique", error)
        if name is None:
            faults.add(f"{own}.column", "it is not said which column is to be balanced: name it, or a `target`")
        if check_column(name, taken, faults, f"{own}.column") and taken.schema is not None and name is not None:
            with faults.at(f"{own}.column"):
                refuse_to_balance(taken.schema[name], asked)
        if check_column(asked.fair, taken, faults, f"{own}.fair") and taken.schema is not None and asked.fair:
            with faults.at(f"{own}.fair"):
                refuse_as_group(taken.schema[asked.fair])
        return replace(taken, made=True, weighted=taken.weighted or asked.fair is not None)

    def run(self, taken: Made, context: Context) -> Rows:
        """Balance."""
        return balanced(rows_of(taken), self.balance, seed=context.seed, progress=context.progress)

    def techniques(self, schema: Schema) -> tuple[Synthesizer, ...]:
        """The one that makes what lacks."""
        return () if self.balance.technique == "auto" else (balancer(self.balance, self.balance.column),)

    def said(self) -> str:
        """Say what is evened out, and by what."""
        asked = self.balance
        fair = f", fair to {asked.fair}" if asked.fair else ""
        return f"balance {asked.column or 'the target'} by {asked.technique} to a ratio of {asked.ratio:g}{fair}"
