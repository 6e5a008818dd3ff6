"""From a reference in the document to what finds the rows it means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from likewise.constraints.language.evaluating import evaluate
from likewise.constraints.language.expression import Expression, Name
from likewise.constraints.language.reading import read_expression
from likewise.core.counted import Counted, Ints
from likewise.core.draw import BLOCK
from likewise.errors import SettingsError
from likewise.modalities.tabular.distributions import Constant
from likewise.techniques.rules.document.reference import Reference
from likewise.techniques.rules.generating.links import (
    Alone,
    Among,
    Before,
    Branching,
    Even,
    Link,
    Numbered,
    Optional,
    Ranked,
    Uniform,
    counted,
)
from likewise.techniques.rules.generating.offsets import Offsets
from likewise.techniques.rules.generating.uniqueness import children_allowed, single
from likewise.techniques.rules.maker import told
from likewise.techniques.rules.makers.along.states import States
from likewise.techniques.rules.makers.cells import cells_of
from likewise.techniques.rules.makers.formula import needed, with_sums

if TYPE_CHECKING:
    from likewise.techniques.rules.generating.tables import Tables


def linked(tables: Tables, table: str, reference: Reference, rows: int | None) -> Link:
    """Return the link of a reference from a table of so many rows; None where it settles how many there are.

    Raises SettingsError where the other table has no rows, or too few of them.
    """
    plan = tables.plan.tables[table]
    path = f"{plan.path}.columns.{reference.name}"
    random = tables.random(table, "reference", reference.name)
    if reference.where is not None:
        found = _among(tables, table, reference, rows, random, path)
    elif reference.to == table:
        found = _own(reference, rows or 0, random, path)
    elif rows is None and reference.children.form == "states":
        found = _until_the_end(tables, table, reference, path)
    elif rows is None:
        found = counted(reference.children, tables.rows(reference.to), random,
                        *children_allowed(tables, table, reference))  # fmt: skip
    else:
        alone = reference.alone or reference.columns[0] in single(plan)
        found = _shared_out(reference, tables.rows(reference.to), rows, random, path, alone=alone)
    if reference.missing:
        return Optional(found, reference.missing, tables.random(table, "none", reference.name))
    return found


def _until_the_end(tables: Tables, table: str, reference: Reference, path: str) -> Link:
    """Return the link that gives each row so many as lead its column of states to an end."""
    column = reference.children.column
    maker = tables.plan.tables[table].makers.get(column)
    if not isinstance(maker, States) or maker.along != reference.name:
        raise told(f"{path}.children", f"`{column}` is no column of states along `{reference.name}`",
                   f"write {column}: {{states: ..., along: {reference.name}}}", "settings.reference")  # fmt: skip
    random = tables.random(table, column)
    return Numbered(Offsets(lambda parents: maker.lengths(parents, random), tables.rows(reference.to)))


def _among(
    tables: Tables, table: str, reference: Reference, rows: int | None, random: Counted, path: str
) -> Link:  # fmt: skip
    """Return the link to those rows of another table that meet a condition; they are listed, 8 bytes each."""
    where = f"{path}.where"
    if rows is None or reference.to == table:
        raise told(where, "rows are restricted where their number is given and they refer to another table",
                   "give the table its `rows`, and leave `children` out", "settings.reference")  # fmt: skip
    listed = rows_where(tables, reference.to, reference.where or "true", where)
    if not len(listed):
        raise told(where, f"no row of `{reference.to}` meets `{reference.where}`", "loosen it", "settings.reference")
    alone = reference.alone or reference.columns[0] in single(tables.plan.tables[table])
    return Among(_shared_out(reference, len(listed), rows, random, path, alone=alone), listed)


def rows_where(tables: Tables, table: str, condition: str, path: str) -> Ints:
    """Return the numbers of the rows of a table in which a condition is true. Raises SettingsError."""
    from likewise.techniques.rules.generating.rows import Block

    plan = tables.plan.tables[table]
    try:
        read = read_expression(condition)
        own: dict[Expression, Expression] = {part: Name(part.column) for part in read.walk()
                                             if isinstance(part, Name) and part.table == table}  # fmt: skip
        expression = with_sums(read.replaced(own))
        found = []
        for start in range(0, tables.rows(table), BLOCK):
            block = Block(tables, plan, np.arange(start, min(start + BLOCK, tables.rows(table))))
            cells = {name: cells_of(block.column(name), block.meaning(name)) for name in needed(expression)}
            truth = evaluate(expression, cells.__getitem__, len(block.numbers))
            found.append(block.numbers[truth.floats == 1])
    except SettingsError as fault:
        raise told(path, fault.what, fault.hint, fault.code) from None
    return np.concatenate(found) if found else np.empty(0, dtype=np.int64)


def _own(reference: Reference, rows: int, random: Counted, path: str) -> Link:
    """Return the link of a table to itself."""
    children = reference.children
    if not children.settles:
        return Before(random) if reference.tree == "tree" else Uniform(max(rows, 1), random)
    if not isinstance(children.of, Constant) or int(children.of.value) < 1 or reference.tree != "tree":
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
        if rows > parents * int(children.of.value) > 0:
            raise told(f"{path}.children", f"{rows:,} rows are more than {children.of.value} for each of {parents:,}",
                       "leave `rows` out", "settings.reference")  # fmt: skip
        return Even(rows, parents)
    raise told(f"{path}.children", f"`rows` and {children.said()} both settle how many rows there are",
               "leave one of the two out", "settings.reference")  # fmt: skip
