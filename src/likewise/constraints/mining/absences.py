"""Find columns that are missing where another has certain levels or is missing."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from likewise.constraints.kinds import Missing
from likewise.core.conditions import levels_of
from likewise.core.schema import Column
from likewise.core.table import Table

Mask = npt.NDArray[np.bool_]

LEAST = 20
"""Rows in which a column must be missing, and in which it must be known, before a reason is sought."""

MOST_LEVELS = 100
"""Levels of a column that may be the reason."""

NO_CHANCE = 16.0
"""A reason is claimed when chance would make it with a probability below e to minus this, over thousands of tries."""


def find_absences(table: Table, skip: set[str]) -> list[Missing]:
    """Return why columns are missing: columns that are missing together, and levels of another that say so.

    Each column gets one reason that holds both ways, or several that hold one way; reasons never go in a circle.
    Columns in `skip` follow from others already.
    """
    columns = [c for c in table.schema.columns if not c.is_generated and c.kind != "empty" and c.name not in skip]
    gone = {c.name: table.missing(c.name) for c in columns}
    open_ones = [name for name, mask in gone.items() if LEAST <= mask.sum() <= table.rows - LEAST]
    leaders: dict[bytes, str] = {}
    found: list[Missing] = []
    for name in open_ones:
        leader = leaders.setdefault(np.packbits(gone[name]).tobytes(), name)
        if leader != name:
            support = int(gone[name].sum())
            found.append(Missing(column=name, by=leader, missing=True, exactly=True, support=support))
    followers = {reason.column for reason in found}
    for name in leaders.values():
        usable = [c for c in columns if c.name not in followers | {name} and not _leads_to(name, c.name, found)]
        reasons = [reason for c in usable if (reason := _reason(table, name, gone[name], c, gone[c.name])) is not None]
        exact = [reason for reason in reasons if reason.exactly]
        found.extend(exact[:1] or reasons)
    return [reason for reason in found if reason.exactly or not _follows(reason, found)]


def _follows(reason: Missing, found: list[Missing]) -> bool:
    """Return whether a reason follows from two others by way of a column between."""
    between = {other.by for other in found if other.column == reason.column and other.missing}
    return any(
        first.column in between
        and first.by == reason.by
        and {*first.levels} >= {*reason.levels}
        and first.missing >= reason.missing
        for first in found
    )


def _reason(table: Table, name: str, gone: Mask, by: Column, by_gone: Mask) -> Missing | None:
    """Return where `by` tells that the column is missing, if chance does not explain that it does."""
    share = float(gone.mean())
    if by.is_levels and not by.is_pseudonymous and len(levels_of(by)) <= MOST_LEVELS:
        names, codes = levels_of(by), table.codes(by.name)
    else:
        names, codes = (), np.where(by_gone, -1, 0).astype(np.int32)
    width = max(len(names), 1)
    rows = np.bincount(np.where(codes < 0, width, codes), minlength=width + 1)
    blank = np.bincount(np.where(codes < 0, width, codes)[gone], minlength=width + 1)
    always, never = (blank == rows) & (rows > 0), blank == 0
    exactly = bool((always | never).all() and always.any())
    if exactly:  # levels of few rows are told apart by chance, but hardly all of them
        exactly = float(-np.log(share**rows + (1 - share) ** rows).sum()) > NO_CHANCE
    if not exactly:
        always &= rows * -np.log(share) > NO_CHANCE
    levels = tuple(level for level, said in zip(names, always[:-1], strict=False) if said)
    missing = bool(always[-1])
    support = int(blank[always].sum())
    if support < LEAST or (not levels and not missing):
        return None
    return Missing(column=name, by=by.name, levels=levels, missing=missing, exactly=exactly, support=support)


def _leads_to(start: str, end: str, found: list[Missing]) -> bool:
    """Return whether `start` is, by way of others, a reason for `end`."""
    todo, seen = [end], set[str]()
    while todo:
        name = todo.pop()
        if name == start:
            return True
        seen.add(name)
        todo.extend(reason.by for reason in found if reason.column == name and reason.by not in seen)
    return False
