"""`mix`: rows of several tables in given shares."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, ClassVar, Self

import numpy as np
from pydantic import AfterValidator, Field

from likewise.core.balance import counts_for
from likewise.core.seeds import generator
from likewise.core.spec import Spec
from likewise.errors import FitError
from likewise.recipes.recipe.faults import Faults
from likewise.recipes.recipe.steps.step import Context, Made, Shape, Step, Thing
from likewise.recipes.rows import Rows, together

Weight = Annotated[float, Field(gt=0, allow_inf_nan=False)]


def _several(weights: dict[str, float]) -> dict[str, float]:
    if len(weights) < 2:
        raise ValueError("at least two tables are wanted")
    return weights


class Mixing(Spec):
    """Say of which tables rows are taken, in which proportion, and how many in all.

    Without `n`, as many as can be had without taking a row twice.
    """

    weights: Annotated[dict[str, Weight], AfterValidator(_several)]
    n: int | None = Field(default=None, ge=1)


class Mix(Step):
    """Take rows of named tables in proportion to their weights, exactly `n` in all, in random order."""

    kind: ClassVar[str] = "mix"
    takes: ClassVar[Thing | None] = None

    mix: Mixing

    def names(self) -> dict[str, str]:
        """The tables that are mixed."""
        return {f"mix.weights.{name}": name for name in self.mix.weights}

    def check(self, taken: Shape, named: Mapping[str, Shape], faults: Faults, path: str) -> Shape:
        """Check that all are rows with the same columns."""
        shapes = {name: named[name] for name in self.mix.weights if name in named}
        for name, shape in shapes.items():
            if shape.thing != "rows":
                faults.add(
                    f"{path}.mix.weights.{name}", f"`{name}` is a model, and rows are mixed: put `sample` between"
                )
        known = {name: set(shape.schema.names) for name, shape in shapes.items() if shape.schema is not None}
        for name, columns in known.items():
            lacking = sorted(set().union(*known.values()) - columns)
            if lacking:
                said = ", ".join(f"`{column}`" for column in lacking[:5])
                faults.add(f"{path}.mix.weights.{name}", f"`{name}` has not the columns of the others: it lacks {said}")
        first = next(iter(shapes.values()), taken)
        made, weighted = (any(getattr(shape, name) for shape in shapes.values()) for name in ("made", "weighted"))
        return replace(first, thing="rows", made=made, weighted=weighted)

    def run(self, taken: Made, context: Context) -> Rows:
        """Take the rows."""
        parts = [context.rows(name) for name in self.mix.weights]
        total = sum(self.mix.weights.values())
        shares = [weight / total for weight in self.mix.weights.values()]
        n = self.mix.n or int(min(part.table.rows / share for part, share in zip(parts, shares, strict=True)) + 1e-9)
        counts = counts_for(shares, n, context.seed).tolist()
        rng = generator(context.seed, "mix")
        picked = [part.take(_rows(part.table.rows, count, rng, name))
                  for part, count, name in zip(parts, counts, self.mix.weights, strict=True)]  # fmt: skip
        both = together(picked)
        return both.take(rng.permutation(n))

    def small(self, share: float) -> Self:
        """Mix a share of the rows."""
        if self.mix.n is None:
            return self
        return self.model_copy(update={"mix": self.mix.model_copy(update={"n": math.ceil(share * self.mix.n)})})

    def rows(self, taken: int, tried: float) -> int | None:
        """The rows that are asked for."""
        return round(taken * tried) if self.mix.n is None else self.mix.n

    def said(self) -> str:
        """Name the shares."""
        many = "" if self.mix.n is None else f"{self.mix.n:,} rows of "
        return f"mix {many}{', '.join(f'{name} {weight:g}' for name, weight in self.mix.weights.items())}"


def _rows(have: int, count: int, rng: np.random.Generator, name: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return rows at random, none again before all were taken. Raises FitError where there is none to take."""
    if not have and count:
        raise FitError("fit.no-rows", f"`{name}` has no rows to mix", where=name, hint="loosen what came before it")
    turns = [rng.permutation(have) for _ in range(-(-count // have))] if count else []
    return np.concatenate(turns)[:count] if turns else np.empty(0, dtype=np.int64)
