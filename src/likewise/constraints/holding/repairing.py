"""Mend rows that break rules: only the columns involved are drawn again, beside the rest of the row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from likewise.constraints.holding.moving import solved
from likewise.constraints.holding.nearest import nearest_donors
from likewise.constraints.holding.rule import RowRule, all_hold
from likewise.constraints.holding.typed import with_rows
from likewise.core.conditions import Given
from likewise.core.table import Table
from likewise.errors import ConditionError

if TYPE_CHECKING:
    from likewise.constraints.holding.model import ConstrainedModel

Mask = npt.NDArray[np.bool_]

ROUNDS = 4
"""Times that columns are completed anew by the technique itself."""


FEWEST_DONORS = 200
"""Rows that meet a group of rules, at least, for others to be mended from them."""


@dataclass(frozen=True, eq=False)
class Component:
    """Hold rules that share columns, and the learned columns that they rest on."""

    rules: tuple[RowRule, ...]
    columns: tuple[str, ...]


def components(rules: Sequence[RowRule], sources: dict[str, tuple[str, ...]]) -> tuple[Component, ...]:
    """Return the rules parted into those that have nothing to do with one another.

    `sources` gives the learned columns that each column rests on.
    """
    parts: list[tuple[list[RowRule], set[str]]] = []
    for rule in rules:
        own = {source for name in rule.columns for source in sources.get(name, (name,))}
        touched = [part for part in parts if part[1] & own]
        parts = [part for part in parts if part not in touched]
        parts.append(([r for part in touched for r in part[0]] + [rule], own.union(*(part[1] for part in touched))))
    return tuple(Component(tuple(sorted(r, key=lambda one: one.place)), tuple(sorted(c))) for r, c in parts)


def repaired(
    model: ConstrainedModel, rows: Table, donors: Table, rng: np.random.Generator, given: Given | None
) -> Table:  # fmt: skip
    """Return rows in which each group of rules that share columns is met, where that can be done.

    The columns of a group that breaks are first completed by the technique given the rest of the row, where it can
    complete rows; then taken together from the nearest of other drawn rows that meet the group; then solved.
    """
    for component in model.components:
        for way in (_completed, _donated, _solved):
            bad = np.flatnonzero(~all_hold(component.rules, rows))
            if not len(bad):
                break
            new = way(model, rows.take(bad), donors, component, rng, given)
            if new is not None:
                rows = with_rows(rows, bad, new, rows.names)
    return rows


def _completed(
    model: ConstrainedModel, rows: Table, donors: Table, component: Component, rng: np.random.Generator,
    given: Given | None,
) -> Table | None:  # fmt: skip
    """Return the rows with the columns of a component drawn anew by the technique, a few times; None if it cannot."""
    known = [name for name in model.inner_names if name not in component.columns]
    known = [name for name in known if rows.schema[name].is_number or rows.schema[name].is_levels]
    if model.inner.conditions != "native" or not known or (given is not None and {*given.names} & {*component.columns}):
        return None
    for _ in range(ROUNDS):
        bad = np.flatnonzero(~all_hold(component.rules, rows))
        if not len(bad):
            break
        partial = Given(rows=rows.select(known).take(bad))
        try:
            drawn = model.built(model.inner.draw(len(bad), rng, partial))
        except ConditionError:  # a technique that draws whole rows only
            return None
        fresh = with_rows(rows.take(bad), np.arange(len(bad)), drawn, component.columns)
        rows = with_rows(rows, bad, model.rebuilt(fresh), rows.names)
    return rows


def _donated(
    model: ConstrainedModel, rows: Table, donors: Table, component: Component, rng: np.random.Generator,
    given: Given | None,
) -> Table | None:  # fmt: skip
    """Return the rows with the columns of a component taken from drawn rows that meet it, the nearest by the rest."""
    able = donors.take(all_hold(component.rules, donors))
    if able.rows < min(rows.rows, FEWEST_DONORS):  # of few donors each would come back in many rows
        return None
    others = tuple(name for name in model.inner_names if name not in component.columns)
    chosen = able.take(nearest_donors(rows, able, others, rng))
    return model.rebuilt(with_rows(rows, np.arange(rows.rows), chosen, component.columns))


def _solved(
    model: ConstrainedModel, rows: Table, donors: Table, component: Component, rng: np.random.Generator,
    given: Given | None,
) -> Table | None:  # fmt: skip
    """Return the rows with the columns of a component moved to where the rules leave room, one after another."""
    return solved(model, rows, donors, component.rules, component.columns, rng)
