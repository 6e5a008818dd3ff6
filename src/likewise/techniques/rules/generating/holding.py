"""How the rows of a block are made to meet the rules that chance alone would break."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.constraints.language.evaluating import holds
from likewise.constraints.reasoning.contradictions import contradiction
from likewise.constraints.reasoning.solving import solve
from likewise.core.counted import Ints
from likewise.core.schema import Schema
from likewise.core.table import Table
from likewise.errors import SettingsError
from likewise.techniques.rules.generating.components import Component
from likewise.techniques.rules.generating.constraints import RowRule
from likewise.techniques.rules.makers.cells import array_of, cells_of

if TYPE_CHECKING:
    from likewise.techniques.rules.generating.rows import Again, Block

Mask = npt.NDArray[np.bool_]

FREELY = 12
"""How often rows that break a rule are drawn again freely, so that those which meet it keep their distribution."""

BOUNDED = 8
"""How often the rows that are left are drawn within what the rules leave of each column."""


def met(block: Block, component: Component) -> Mask:
    """Return which rows of a block meet all rules of a component."""
    found = np.ones(len(block.numbers), dtype=np.bool_)
    for rule in component.rules:
        found &= meets(block, rule)
    return found


def meets(block: Block, rule: RowRule) -> Mask:
    """Return which rows of a block meet a rule."""
    meaning = block.meaning
    if rule.expression is not None:
        try:
            return holds(rule.expression, lambda name: cells_of(block.column(name), meaning(name)), len(block.numbers))
        except SettingsError as fault:
            if fault.where == rule.path:
                raise
            raise SettingsError(fault.code, f"{rule.path}: {fault.what}", where=rule.path, hint=fault.hint) from None
    names = list(rule.needs)
    schema = Schema(columns=tuple(meaning(name).model_copy(update={"name": name}) for name in names))
    return rule.rule.holds(Table(pa.table([block.column(name) for name in names], names=names), schema))


def check(block: Block) -> None:
    """Refuse rows that break a rule which no row can be drawn anew for. Raises SettingsError."""
    fixed = [rule for component in block.plan.components if not component.columns for rule in component.rules]
    why = [(rule, "which follows from the rows before them") for rule in block.plan.settled.checked]
    why += [(rule, "none of whose columns can be made anew") for rule in fixed]
    for rule, reason in why:
        broken = int((~meets(block, rule)).sum())
        if broken:
            raise SettingsError("settings.unmet", f"{rule.path}: {broken:,} of {len(block.numbers):,} rows of "
                                f"`{block.plan.name}` break {rule.said()}, {reason}",
                                where=rule.path, hint="loosen it, or what its columns are made from")  # fmt: skip


def held(block: Block, component: Component) -> dict[str, pa.Array]:
    """Return the columns of a component, in which rows that break a rule are made again until none does.

    A row is first drawn anew as it was, so that rows which meet the rules are as likely as before among themselves;
    then within the bounds that the rules leave; then it is solved. Raises SettingsError where that fails too.
    """
    failing = np.flatnonzero(~met(block, component))
    columns = sorted(component.columns)
    if not len(failing):
        return {name: block.column(name) for name in columns}
    parts: list[tuple[Block, Ints, Ints]] = []
    freely = block.tables.freely(block.plan.name, block.plan.components.index(component))
    for attempt in range(1, freely + BOUNDED + 1):
        again = block.again(failing, component, attempt, bounded=attempt > freely)
        if attempt <= freely:
            for chain in component.chains:
                again.sort(chain)
        good = met(again, component)
        parts.append((again, failing[good], np.flatnonzero(good)))
        failing = failing[~good]
        if not len(failing):
            break
    if len(failing):
        again = solved(block, component, failing)
        good = met(again, component)
        for name in component.open:  # what has no value breaks no rule, but is no way out where none may be missing
            if not block.plan.gaps[name].some:
                good &= np.asarray(again.column(name).is_valid())
        parts.append((again, failing[good], np.flatnonzero(good)))
        if not good.all():
            raise unmet(block, component, failing[~good])
    return {name: _put(block.column(name), name, parts) for name in columns}


def solved(block: Block, component: Component, failing: Ints) -> Again:
    """Return rows whose open columns are found by a solver, as near to those that were drawn as can be."""
    again = block.again(failing, component, FREELY + BOUNDED, bounded=True)
    premises, domains = block.plan.premises[block.plan.components.index(component)]
    cells = {name: cells_of(again.column(name), block.meaning(name)) for name in domains}
    drawn = {name: domains[name] for name in domains if name in component.open}
    known = {name: own for name, own in cells.items() if name not in drawn}
    wanted = {name: own for name, own in cells.items() if name in drawn}
    random = block.tables.random(block.plan.name, "solved")
    found = solve(premises, drawn, known, random, again.numbers, preferred=wanted)
    for name in drawn:
        again.put(name, array_of(found.columns[name], block.meaning(name)))
    return again


def _put(array: pa.Array, name: str, parts: list[tuple[Block, Ints, Ints]]) -> pa.Array:
    """Return a column with rows of other blocks in their places."""
    places = np.arange(len(array))
    arrays, start = [array], len(array)
    for block, rows, own in parts:
        if len(rows):
            arrays.append(block.column(name).take(pa.array(own)))
            places[rows] = start + np.arange(len(rows))
            start += len(rows)
    return joined(arrays).take(pa.array(places))


def joined(arrays: list[pa.Array]) -> pa.Array:
    """Return arrays of one column one after the other, dictionaries made one."""
    if len(arrays) > 1 and pa.types.is_dictionary(arrays[0].type):
        return pa.chunked_array(arrays).unify_dictionaries().combine_chunks()
    return pa.concat_arrays(arrays)


def unmet(block: Block, component: Component, failing: Ints) -> SettingsError:
    """Return the error that some rows cannot meet the rules, with the one that they break most often."""
    premises, domains = block.plan.premises[block.plan.components.index(component)]
    against = contradiction(premises, domains)
    if against is not None:
        return against.error(component.rules[0].path)
    some = block.again(failing, component, FREELY + BOUNDED, bounded=True)
    broken = [(int((~meets(some, rule)).sum()), rule) for rule in component.rules]
    worst = max(broken, key=lambda pair: pair[0])[1]
    listed = ", ".join(rule.said() for rule in component.rules[:4]) + (", ..." if len(component.rules) > 4 else "")
    return SettingsError("settings.unmet", f"{worst.path}: {len(failing):,} of {len(block.numbers):,} rows of "
                         f"`{block.plan.name}` cannot be made to meet {listed}", where=worst.path,
                         hint=f"most often {worst.said()} is broken: loosen it, or what the columns are drawn "
                              "from")  # fmt: skip
