"""Constraints beside the tables that they are about: what does not fit is told before any row is seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from likewise.constraints.kinds.check import Check
from likewise.constraints.kinds.gap import Gap
from likewise.constraints.kinds.order import Order
from likewise.constraints.kinds.range import Range
from likewise.constraints.kinds.refers import Refers
from likewise.constraints.kinds.rule import Rule
from likewise.constraints.kinds.running import Running
from likewise.constraints.kinds.share import Share
from likewise.constraints.kinds.total import Total
from likewise.constraints.kinds.unique import Unique
from likewise.constraints.kinds.within import Within
from likewise.constraints.language.expression import Expression, Name
from likewise.constraints.language.sorts import Fault, Sorts, sort_of_column
from likewise.constraints.language.writing import write_expression
from likewise.core.schema import Schema
from likewise.errors import SettingsError, suggest

ALONE = ""
"""What a table is called that needs no name, as it is the only one."""


def settled(items: Iterable[Rule], schemas: Schema | Mapping[str, Schema], path: str) -> tuple[Rule, ...]:
    """Return constraints that fit a table, or several by name; columns of nested ones are named as the table does.

    Raises SettingsError with every fault: unknown columns and tables (the nearest is named), and values of sorts that
    cannot be compared or reckoned with.
    """
    tables = {ALONE: schemas} if isinstance(schemas, Schema) else dict(schemas)
    found, told, hints = [], [], []
    for number, item in enumerate(items):
        sorts = Sorts(tables, _home(item, tables))
        _look(item, sorts)
        found.append(_named(item, tables[sorts.home]))
        told += [f"{path}[{number}]: {fault.what}" for fault in sorts.faults]
        hints += [fault.hint for fault in sorts.faults if fault.hint]
    if told:
        raise SettingsError("settings.rule", "; ".join(told), hint=hints[0] if hints else None)
    return tuple(found)


def _home(item: Rule, tables: Mapping[str, Schema]) -> str:
    """Return the table that a constraint is about, as far as its names tell: any where they do not."""
    if item.table in tables:
        return str(item.table)
    named = [name.split(".", 1)[0] for name in getattr(item, "columns", ()) if "." in name]
    told = next((name for name in named if name in tables), None)
    if told is not None:
        return told
    others = [name for name in tables if not (isinstance(item, Refers) and name == item.to)]
    able = [name for name in others if {*getattr(item, "columns", ())} <= {*tables[name].names}]
    return (able or [*tables])[0]


def _look(item: Rule, sorts: Sorts) -> None:
    """Note all that does not fit in one constraint."""
    if item.table is not None and item.table not in sorts.schemas and ALONE not in sorts.schemas:
        sorts.faults.append(Fault(f"there is no table `{item.table}`", suggest(item.table, [*sorts.schemas], "table")))
        return
    for expression in _expressions(item):
        sorts.truth(expression)
    for name in getattr(item, "columns", ()):
        if name in sorts.schemas and name not in sorts.schemas[sorts.home]:
            continue  # `count(items)` counts the rows of a table
        table, _, column = str(name).partition(".")
        known = name in sorts.schemas[sorts.home] or table in sorts.schemas or name in sorts.schemas
        sorts.column(Name(column, table) if column and known and table in sorts.schemas else Name(str(name)))
    _look_closer(item, sorts)


def _look_closer(item: Rule, sorts: Sorts) -> None:
    """Note what does not fit in kinds that ask for numbers or times, or name another table."""
    numbers: tuple[str, ...] = ()
    schema = sorts.schemas[sorts.home]
    if isinstance(item, Order | Range | Within):
        numbers = item.columns
    elif isinstance(item, Gap):
        numbers = (item.column,)
    for name in numbers:
        if name not in schema:
            continue
        column = schema[name]
        if not column.is_number and sort_of_column(column) is not None:
            sorts.fault(f"`{name}` is a {column.kind}, and a number or a time is wanted")
    if isinstance(item, Refers) and ALONE not in sorts.schemas:
        if item.to not in sorts.schemas:
            sorts.fault(f"there is no table `{item.to}`", suggest(item.to, [*sorts.schemas], "table"))
            return
        for name in item.key:
            sorts.column(Name(name, item.to))


def _expressions(item: Rule) -> list[Expression]:
    """Return the truths that a constraint is written with."""
    if isinstance(item, Check | Total | Running | Share):
        return [item.expression]
    return [item.condition] if isinstance(item, Unique) and item.condition is not None else []


def _named(item: Rule, schema: Schema) -> Rule:
    """Return a constraint whose `address.city` is the column of that name, where the table has one."""
    if not isinstance(item, Check | Total | Running | Share):
        return item
    names = [part for part in item.expression.walk() if isinstance(part, Name) and part.table and part.full in schema]
    if not names:
        return item
    changes: dict[Expression, Expression] = {name: Name(name.full) for name in names}
    return item.model_copy(update={"rule": write_expression(item.expression.replaced(changes))})
