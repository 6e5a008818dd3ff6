"""Schema files of dbt: models, sources and seeds as tables, their tests as constraints, read as SQL."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from likewise.errors import SettingsError
from likewise.modalities.relational.sql_names import quoted
from likewise.techniques.rules.reading.plain import plain_values
from likewise.techniques.rules.reading.sql.document import ROWS, Reading, read_sql
from likewise.techniques.rules.reading.sql.names import words_of
from likewise.techniques.rules.reading.sql.schema import Note

GROUPS = ("models", "seeds", "snapshots")

TYPES: tuple[tuple[str, str], ...] = (
    (r"^(is|has|can|was|should) |\b(flag|active|enabled|deleted)$", "boolean"),
    (r"\b(at|timestamp|ts|datetime)$", "timestamp"),
    (r"\b(date|day|on|dob|birthday)$", "date"),
    (r"\b(amount|price|cost|total|revenue|fee|tax|discount|balance|rate|pct|percent|share|latitude|longitude)\b",
     "numeric(12,2)"),
    (r"\b(id|key|sk)$", "integer"),
    (r"\b(count|number of|num|quantity|qty|age|year|month|rank|score|days|minutes|seconds)\b", "integer"),
)  # fmt: skip
"""The type of a column that says none, by the words of its name; else a text."""


def is_dbt(value: Any) -> bool:
    """Return whether plain values are a schema file of dbt."""
    if not isinstance(value, Mapping):
        return False
    listed = [value[group] for group in (*GROUPS, "sources") if isinstance(value.get(group), list)]
    return any(isinstance(item, Mapping) and "name" in item for items in listed for item in items)


def read_dbt(path: str | Path | Mapping[str, Any], *, rows: int = ROWS) -> Reading:
    """Return the document of the tables that a schema file of dbt describes.

    Read are the tests `unique`, `not_null`, `accepted_values` and `relationships`, of the packages dbt_utils and
    dbt_expectations ranges, sets, patterns, expressions and combinations of columns, and the constraints of contracts.
    What is not read is noted. Raises SourceError and SettingsError.

    >>> shop = read_dbt({"models": [{"name": "orders", "columns": [{"name": "id", "tests": ["unique", "not_null"]}]}]})
    >>> shop.document["tables"]["orders"]["key"]
    'id'
    """
    where = None if isinstance(path, Mapping) else str(path)
    value = path if isinstance(path, Mapping) else plain_values(Path(path), "a schema file of dbt")
    tables = {table["name"]: _Table(table) for table in _tables(value)}
    if not tables:
        raise SettingsError("settings.dbt", "there is no model with columns in this file", where=where,
                            hint="list the columns of models under `columns:`")  # fmt: skip
    for table in tables.values():
        table.read(tables)
    found = read_sql("\n".join(table.statement() for table in tables.values()), rows=rows)
    notes = tuple(Note(place, said) for table in tables.values() for place, said in table.notes)
    return dataclasses.replace(found, notes=(*notes, *found.notes))


def _tables(value: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for group in GROUPS:
        yield from (table for table in value.get(group) or () if _has_columns(table))
    for source in value.get("sources") or ():
        yield from (table for table in source.get("tables") or () if _has_columns(table))


def _has_columns(table: Any) -> bool:
    if not isinstance(table, Mapping) or "name" not in table or not isinstance(table.get("columns"), list):
        return False
    return bool(table["columns"]) and all(
        isinstance(column, Mapping) and "name" in column for column in table["columns"]
    )


class _Column:
    """Hold what is read of one column."""

    def __init__(self, name: str, kind: str) -> None:
        self.name, self.kind = name, kind
        self.required = self.unique = self.key = False
        self.checks: list[str] = []
        self.to: tuple[str, str] | None = None


class _Table:
    """Read one table into a statement of SQL."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self.name, self._fields = str(fields["name"]), fields
        self.notes: list[tuple[str, str]] = []
        self.columns = {str(column["name"]): _Column(str(column["name"]), _type_of(column))
                        for column in fields["columns"]}  # fmt: skip
        self._rest: list[str] = []
        self._key: tuple[str, ...] = ()

    def read(self, tables: Mapping[str, _Table]) -> None:
        """Read all tests and constraints; `tables` are those that references may mean."""
        for fields in self._fields["columns"]:
            column = self.columns[str(fields["name"])]
            for name, own in _tests(fields):
                self._column_test(column, name, own, tables)
            for own in fields.get("constraints") or ():
                self._constraint(own, [column.name], tables)
        for name, own in _tests(self._fields):
            self._table_test(name, own)
        for own in self._fields.get("constraints") or ():
            self._constraint(own, list(own.get("columns") or ()), tables)

    def _column_test(self, column: _Column, name: str, own: Mapping[str, Any], tables: Mapping[str, _Table]) -> None:
        spelled = quoted(column.name)
        match name:
            case "unique" | "expect_column_values_to_be_unique":
                column.unique = True
            case "not_null" | "expect_column_values_to_not_be_null":
                column.required = True
            case "accepted_values" | "expect_column_values_to_be_in_set":
                values = own.get("values", own.get("value_set")) or []
                column.checks.append(f"{spelled} IN ({', '.join(_literal(value) for value in values)})")
            case "relationships":
                self._refer([column.name], own.get("to"), [own.get("field")], tables)
            case "accepted_range" | "expect_column_values_to_be_between":
                strict = own.get("inclusive") is False or own.get("strictly") is True
                for key, sign in (("min_value", ">"), ("max_value", "<")):
                    if key in own:
                        column.checks.append(f"{spelled} {sign}{'' if strict else '='} {_literal(own[key])}")
            case "expect_column_values_to_match_regex":
                column.checks.append(f"{spelled} ~ {_literal(own.get('regex', ''))}")
            case "expression_is_true":
                column.checks.append(f"{spelled} {own.get('expression', '')}")
            case _:
                self.notes.append((f"{self.name}.{column.name}", f"the test `{name}` is not read"))

    def _table_test(self, name: str, own: Mapping[str, Any]) -> None:
        match name:
            case "unique_combination_of_columns" | "expect_compound_columns_to_be_unique":
                self._unique(own.get("combination_of_columns", own.get("column_list")) or [])
            case "expression_is_true":
                self._rest.append(f"CHECK ({own.get('expression', 'TRUE')})")
            case _:
                self.notes.append((self.name, f"the test `{name}` is not read"))

    def _constraint(self, own: Mapping[str, Any], columns: list[str], tables: Mapping[str, _Table]) -> None:
        kind = own.get("type")
        if kind == "not_null":
            for name in columns:
                self.columns[name].required = True
        elif kind == "unique":
            self._unique(columns)
        elif kind == "primary_key":
            self._key = tuple(columns)
        elif kind == "check" and own.get("expression"):
            self._rest.append(f"CHECK ({own['expression']})")
        elif kind == "foreign_key" and own.get("to"):
            self._refer(columns, own["to"], list(own.get("to_columns") or ()), tables)
        else:
            self.notes.append((self.name, f"the constraint `{kind}` is not read"))

    def _unique(self, columns: list[str]) -> None:
        if len(columns) == 1 and columns[0] in self.columns:
            self.columns[columns[0]].unique = True
        elif columns:
            self._rest.append(f"UNIQUE ({', '.join(map(quoted, columns))})")

    def _refer(self, columns: list[str], to: Any, key: list[Any], tables: Mapping[str, _Table]) -> None:
        names = re.findall(r"'([^']*)'|\"([^\"]*)\"", str(to))
        name = next((one or other for one, other in names[::-1]), str(to))
        place = f"{self.name}.{', '.join(columns)}"
        if name not in tables or not key or any(str(column) not in tables[name].columns for column in key):
            self.notes.append((place, f"it refers to `{name}`, which is not described here: made by itself"))
            return
        if len(key) == 1:
            tables[name].columns[str(key[0])].unique = True
        self._rest.append(f"FOREIGN KEY ({', '.join(map(quoted, columns))}) REFERENCES {quoted(name)} "
                          f"({', '.join(quoted(str(column)) for column in key)})")  # fmt: skip

    def statement(self) -> str:
        """Return the statement that makes the table."""
        keys = [column.name for column in self.columns.values() if column.unique and column.required]
        key = self._key or tuple(keys[:1])
        lines = []
        for column in self.columns.values():
            line = f"{quoted(column.name)} {column.kind}"
            line += " NOT NULL" if column.required or column.name in key else ""
            line += " UNIQUE" if column.unique and key != (column.name,) else ""
            lines.append(line + "".join(f" CHECK ({check})" for check in column.checks))
        if key:
            lines.append(f"PRIMARY KEY ({', '.join(map(quoted, key))})")
        return f"CREATE TABLE {quoted(self.name)} ({', '.join([*lines, *self._rest])});"


def _tests(fields: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the tests by their names, without the package's, and what they are told."""
    for test in [*(fields.get("tests") or ()), *(fields.get("data_tests") or ())]:
        if isinstance(test, str):
            yield test.split(".")[-1], {}
        elif isinstance(test, Mapping):
            for name, own in test.items():
                if name in ("name", "config", "description"):
                    continue
                told = own if isinstance(own, Mapping) else {}
                yield str(name).split(".")[-1], {**told, **(told.get("arguments") or {})}


def _type_of(column: Mapping[str, Any]) -> str:
    if column.get("data_type"):
        return str(column["data_type"])
    tests = dict(_tests(column))
    listed = [value for name in ("accepted_values", "expect_column_values_to_be_in_set")
              for value in tests.get(name, {}).get("values", tests.get(name, {}).get("value_set")) or ()]  # fmt: skip
    if listed:
        return "boolean" if all(isinstance(value, bool) for value in listed) else (
            "integer" if all(isinstance(value, int) for value in listed) else "varchar(100)")  # fmt: skip
    words = words_of(str(column["name"]))
    return next((kind for pattern, kind in TYPES if re.search(pattern, words)), "varchar(100)")


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return repr(value)
    return "'" + str(value).replace("'", "''") + "'"
