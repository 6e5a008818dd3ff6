"""Tables that a document declares, in the words of a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from likewise.constraints.language.reading import read_expression
from likewise.core.schema import Column
from likewise.errors import SettingsError
from likewise.modalities.relational.sql_names import Dialect
from likewise.techniques.rules.document.document import Document
from likewise.techniques.rules.generating.plan import Plan, TablePlan
from likewise.techniques.rules.makers.uuid import Uuid
from likewise.techniques.rules.reading.sql.meanings import Meaning
from likewise.techniques.rules.writing.conditions import Unwritable, condition_of
from likewise.techniques.rules.writing.kinds import meaning_of_column, type_of
from likewise.techniques.rules.writing.tables import (
    ColumnText,
    ReferenceText,
    Script,
    TableText,
    script_of,
)


def planned_script(plan: Plan, order: Sequence[str], dialect: Dialect) -> Script:
    """Return the statements that make the tables of a document: with its keys, its references and, as CHECKs, those of
    its rules that SQL has words for.
    """
    notes: list[str] = []
    tables = [_table(plan.document, plan.tables[name], set(order), dialect, notes) for name in order]
    found = script_of(tables, dialect)
    return Script(found.before, found.after, notes=(*found.notes, *notes))


def _table(document: Document, plan: TablePlan, order: set[str], dialect: Dialect, notes: list[str]) -> TableText:
    rules = plan.rules
    columns = tuple(_column(plan, column, dialect) for column in plan.schema.columns)
    alone = [(name,) for name, rule in rules.columns.items() if rule.settings.unique and (name,) != rules.key]
    groups = tuple(dict.fromkeys(group for group in (*alone, *rules.unique) if group != rules.key))
    targets = [reference for reference in rules.references if reference.to in order]
    references = tuple(
        ReferenceText(reference.columns, reference.to, reference.key)
        for reference in targets
        if _is_key(document.tables[reference.to], reference.key)
    )
    checks = []
    for written in rules.constraints:
        if isinstance(written, str):
            try:
                checks.append(condition_of(read_expression(written), dialect))
            except (Unwritable, SettingsError) as fault:
                notes.append(f"{plan.name}: `{written}` is not put into the database: {fault}")
        elif isinstance(written, Mapping) and isinstance(written.get("unique"), list) and set(written) == {"unique"}:
            groups = (*groups, tuple(map(str, written["unique"])))
    return TableText(plan.name, columns, rules.key, tuple(dict.fromkeys(groups)), references, tuple(checks))


def _is_key(table: Any, key: tuple[str, ...]) -> bool:
    """Return whether columns are kept from repeating, so that a database lets others refer to them."""
    alone = len(key) == 1 and table.columns[key[0]].settings.unique
    return alone or set(key) == set(table.key) or any(set(key) == set(group) for group in table.unique)


def _column(plan: TablePlan, column: Column, dialect: Dialect) -> ColumnText:
    meaning = meaning_of_column(column)
    if isinstance(plan.makers[column.name], Uuid):
        meaning = Meaning("uuid")
    required = not column.nullable or column.name in plan.rules.key
    return ColumnText(column.name, type_of(meaning, dialect), "NOT NULL" if required else "")
