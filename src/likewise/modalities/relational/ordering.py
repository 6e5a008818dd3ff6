"""In which order related tables are filled."""

from __future__ import annotations

from collections.abc import Sequence

from likewise.core.dataset import Relation


def parents_first(tables: Sequence[str], relations: Sequence[Relation]) -> list[str]:
    """Return the tables so that each comes after those it refers to; where they refer in a circle, as they stand.

    >>> relation = Relation(table="orders", columns=("customer",), to="customers", key=("id",))
    >>> parents_first(["orders", "customers"], [relation])
    ['customers', 'orders']
    """
    waiting = {name: {own.to for own in relations if own.table == name} - {name} for name in tables}
    found: list[str] = []
    while waiting:
        ready = [name for name, above in waiting.items() if not above & waiting.keys()] or [next(iter(waiting))]
        for name in ready:
            del waiting[name]
        found += ready
    return found
