"""One document laid over another: what it says holds, and the rest stays."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from likewise.errors import SettingsError, suggest
from likewise.techniques.rules.document.document import WHOLE
from likewise.techniques.rules.document.table import FIELDS


def overlaid(below: Mapping[str, Any], over: Mapping[str, Any], *, where: str | None = None) -> dict[str, Any]:
    """Return a document with what another says of its tables and columns.

    A column is made as the upper document says, or left out where that gives `null`; constraints of both hold; of all
    else the upper one is taken. Raises SettingsError for tables and columns that the lower one does not have.

    >>> shop = {"tables": {"t": {"columns": {"id": {"sequence": 1}, "price": {"gamma": [2, 9]}}}}}
    >>> overlaid(shop, {"tables": {"t": {"rows": 5, "columns": {"price": {"constant": 3}}}}})["tables"]["t"]
    {'columns': {'id': {'sequence': 1}, 'price': {'constant': 3}}, 'rows': 5}
    """
    found = deepcopy(dict(below))
    faults: list[tuple[str, str | None]] = []
    for name, value in over.items():
        if name == "tables" and isinstance(value, Mapping):
            for table, rules in value.items():
                _table(found["tables"], str(table), rules, faults)
        elif name == "constraints":
            found["constraints"] = [*found.get("constraints", []), *(value or [])]
        elif name in WHOLE:
            found[name] = deepcopy(value)
        else:
            faults.append((f"$.{name}: a document that is laid over another has no `{name}`",
                           suggest(str(name), list(WHOLE), "part")))  # fmt: skip
    if faults:
        raise SettingsError("settings.rules", "; ".join(said for said, _ in faults), where=where or "$",
                            hint=faults[0][1])  # fmt: skip
    return found


def _table(tables: dict[str, Any], name: str, rules: Any, faults: list[tuple[str, str | None]]) -> None:
    """Lay what is said of a table over it, noting what names nothing."""
    path = f"$.tables.{name}"
    if name not in tables:
        faults.append((f"{path}: there is no table `{name}`", suggest(name, list(tables), "table")))
        return
    if not isinstance(rules, Mapping):
        faults.append((f"{path}: a mapping is wanted", "write e.g. {rows: 100, columns: {price: {gamma: [2, 9]}}}"))
        return
    table = tables[name]
    for field, value in rules.items():
        if field == "columns" and isinstance(value, Mapping):
            _columns(table, value, path, faults)
        elif field == "constraints":
            table["constraints"] = [*table.get("constraints", []), *(value or [])]
        elif field in FIELDS:
            table[field] = deepcopy(value)
        else:
            faults.append((f"{path}.{field}: there is no setting `{field}`", suggest(str(field), FIELDS, "setting")))


def _columns(
    table: dict[str, Any], columns: Mapping[Any, Any], path: str, faults: list[tuple[str, str | None]]
) -> None:
    known = [*table["columns"], *(column for one in table.get("refers", []) for column in one["columns"])]
    for column, made in columns.items():
        if column not in known and made is None:
            faults.append((f"{path}.columns.{column}: there is no column `{column}`",
                           suggest(str(column), known, "column")))  # fmt: skip
        elif made is None:
            table["columns"].pop(column, None)
        else:
            table["columns"][str(column)] = deepcopy(made)
