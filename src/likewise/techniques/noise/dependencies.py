"""Which columns follow which when noise changes them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt

from likewise.core.schema import LEVELS
from likewise.core.table import Table
from likewise.techniques.noise.links import LINKED, ROWS_A_VALUE, Link, groups_of, links_of, numbered, preferred
from likewise.techniques.noise.operation import KEPT, Operation

LOOK = 2_000
"""Rows by which most pairs of columns are found not to depend, before all are looked at."""
EVIDENCE = 30.0
"""How unlikely a dependency must be by chance: the logarithm of one in so many."""


def dependencies(table: Table, operations: Sequence[Operation]) -> tuple[dict[str, str], list[Link]]:
    """Return which column leads each follower, and the links.

    Columns that tell one another one to one lead and follow; a category that tells another column (a town its country)
    leads it. Columns that operations name go their own way, and so does what one operation moves together as its
    columns tell one another. Followers of the target, or of a key, stay as these do: they are led by no column.
    """
    asked = {name for operation in operations for name in operation.columns or ()}
    asked |= {c.name for o in operations if o.alone and o.columns is None for c in table.schema.columns if o.takes(c)}
    leaders, links = _one_to_one(table, operations, asked)
    moved = {c.name for c in table.schema.columns if c.name in asked or _is_taken(c.name, table, operations)}
    own = asked | {*leaders} | {name for name in table.names if _is_tied(name, table, operations)}
    free = [c.name for c in table.schema.columns if c.name not in own and c.role not in KEPT]
    for follower, leader in _told(table, free, [n for n in table.names if n in moved or n in leaders]).items():
        leaders[follower] = leader
        links += links_of(table, leader, [follower], both_ways=False)
    return leaders, links


def in_order(links: Sequence[Link], moved: Collection[str]) -> tuple[Link, ...]:
    """Return the links whose leaders may move, each after the one that moves its leader."""
    left, found, reached = [*links], [], {*moved}
    while ready := [k for k in left if k.leader in reached and all(k.leader != o.follower for o in left)]:
        found += ready
        reached |= {link.follower for link in ready}
        left = [link for link in left if link not in ready]
    return tuple(found)


def _one_to_one(
    table: Table, operations: Sequence[Operation], asked: Collection[str]
) -> tuple[dict[str, str], list[Link]]:
    """Return leaders and links of the columns that tell one another."""
    leaders: dict[str, str] = {}
    links: list[Link] = []
    for group in groups_of(table):
        if any(table.schema[name].role in KEPT and name not in asked for name in group):
            leaders |= {name: "" for name in group if table.schema[name].role not in KEPT}
            continue
        if any(_is_tied(name, table, operations) for name in group):
            continue
        able = [n for n in group if n in asked] or [n for n in group if _is_taken(n, table, operations)]
        if able:
            leader = able[0] if able[0] in asked else preferred(able, table.schema)
            followers = [name for name in group if name != leader and name not in asked]
            leaders |= dict.fromkeys(followers, leader)
            links += links_of(table, leader, followers)
    return leaders, links


def _told(table: Table, followers: Sequence[str], leaders: Sequence[str]) -> dict[str, str]:
    """Return for each column that a category tells the category of fewest levels that does."""
    schema = table.schema
    coded = {
        name: numbered(table.column(name))
        for name in {*followers, *leaders}
        if schema[name].kind in LINKED and not schema[name].is_pseudonymous
    }
    by_levels = sorted((n for n in leaders if n in coded and schema[n].kind in LEVELS), key=lambda n: coded[n][1])
    found = {}
    for follower in (name for name in followers if name in coded and coded[name][1] > 1):
        codes, count = coded[follower]
        for leader in by_levels:
            own, levels = coded[leader]
            if count < levels <= table.rows / ROWS_A_VALUE and _tells(own, levels, codes):
                found[follower] = leader
                break
    return found


def _tells(leader: npt.NDArray[np.int32], levels: int, follower: npt.NDArray[np.int32]) -> bool:
    """Return whether each level of one column has one value of another, and would hardly have by chance."""
    for rows in (slice(0, LOOK), slice(None)):
        known = leader[rows] >= 0
        own, other = leader[rows][known], follower[rows][known]
        value = np.full(levels, -1, dtype=np.int32)
        value[own[::-1]] = other[::-1]
        if not (value[own] == other).all():
            return False
    commonest = np.bincount(other + 1).max(initial=0) / max(len(other), 1)
    return commonest < 1 and bool((len(own) - levels) * -np.log(max(commonest, 1e-12)) > EVIDENCE)


def _is_taken(name: str, table: Table, operations: Sequence[Operation]) -> bool:
    return any(o.columns is None and o.takes(table.schema[name]) for o in operations)


def _is_tied(name: str, table: Table, operations: Sequence[Operation]) -> bool:
    """Return whether an operation moves the column together with others, as they tell one another."""
    tying = (operation for operation in operations if operation.ties)
    return any(name in o.columns if o.columns else o.takes(table.schema[name]) for o in tying)
