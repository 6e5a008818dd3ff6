"""From a reference in the document to what finds the rows it means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from likewise.core.counted import Counted
from likewise.modalities.tabular.distributions import Constant
from likewise.techniques.rules.document.reference import Reference
from likewise.techniques.rules.generating.links import (
    Alone,
    Before,
    Branching,
    Even,
    Link,
    Optional,
    Ranked,
    Uniform,
    counted,
)
from likewise.techniques.rules.generating.uniqueness import most_children, single
from likewise.techniques.rules.maker import told

if TYPE_CHECKING:
    from likewise.techniques.rules.generating.tables import Tables


def linked(tables: Tables, table: str, reference: Reference, rows: int | None) -> Link:
    """Return the link of a reference from a table of so many rows; None where it settles how many there are.

    Raises SettingsError where the other table has no rows, or too few of them.
    """
    plan = tables.plan.tables[table]
    path = f"{plan.path}.columns.{reference.name}"
    random = tables.random(table, "reference", reference.name)
    if reference.to == table:
        found = _own(reference, rows or 0, random, path)
    elif rows is None:
        found = counted(reference.children, tables.rows(reference.to), random, most_children(tables, table, reference))
    else:
        alone = reference.alone or reference.columns[0] in single(plan)
        found = _shared_out(reference, tables.rows(reference.to), rows, random, path, alone=alone)
    if reference.missing:
        return Optional(found, reference.missing, tables.random(table, "none", reference.name))
    return found


def _own(reference: Reference, rows: int, random: Counted, path: str) -> Link:
    """Return the link of a table to itself."""
    children = reference.children
    if not children.settles:
        return Before(random) if reference.tree == "tree" else Uniform(max(rows, 1), random)
    if not isinstance(children.of, Constant) or children.of.value < 1 or reference.tree != "tree":
        raise told(f"{path}.children", "in its own table every row has a fixed number of rows below it, or any",
                   "write {fixed: 3}, or leave `children` out", "settings.reference")  # fmt: skip
    return Branching(int(children.of.value))


def _shared_out(
    reference: Reference, parents: int, rows: int, random: Counted, path: str, *, alone: bool
) -> Link:  # fmt: skip
    """Return the link of a given number of rows."""
    children = reference.children
    if not parents and rows:
        raise told(path, f"`{reference.to}` has no rows to refer to", "give it rows", "settings.reference")
    if alone:
        if rows > parents:
            raise told(path, f"{rows:,} rows are to refer to different rows of `{reference.to}`, which has {parents:,}",
                       "ask for fewer rows, or leave `unique` out", "settings.unique")  # fmt: skip
        return Alone(parents, random)
    if children.form == "zipf":
        return Ranked(parents, children.s, random)
    if children.form == "preferential":
        return Ranked(parents, children.mean / (children.mean + 1), random)
    if children.even:
        return Uniform(parents, random)
    if isinstance(children.of, Constant):
        return Even(rows, parents)
    raise told(f"{path}.children", f"`rows` and {children.said()} both settle how many rows there are",
               "leave one of the two out", "settings.reference")  # fmt: skip
