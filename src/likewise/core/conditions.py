"""What `given` asks of the rows to be drawn, checked against the schema before anything is drawn."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.frames import to_raw
from likewise.core.infer import type_columns
from likewise.core.scale import Range, from_scale, grid_of, on_scale, reach
from likewise.core.schema import Column, Schema
from likewise.core.table import Table
from likewise.errors import ConditionError, SchemaError, suggest

_OPERATION = re.compile(r"^\s*(>=|<=|==|=|>|<)\s*(.+?)\s*$", re.DOTALL)
_DAY = re.compile(r"^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}\s*$")
_CLAUSE = re.compile(r"^\s*(?P<name>`[^`]+`|.+?)\s*(?P<operation>>=|<=|==|=|>|<)\s*(?P<value>.*?)\s*$", re.DOTALL)


@dataclass(frozen=True)
class Condition:
    """Say which values of one column are wanted: closed ranges on its number scale, or levels, or missing."""

    column: Column
    ranges: tuple[Range, ...] = ()
    levels: frozenset[str] = frozenset()
    missing: bool = False

    def matches(self, table: Table) -> npt.NDArray[np.bool_]:
        """Return which rows of a table meet the condition."""
        name = self.column.name
        found = table.missing(name) & self.missing
        if self.column.is_number:
            values = table.numbers(name)
            for low, high in self.ranges:
                found |= (values >= low) & (values <= high)
            return found
        levels = levels_of(table.schema[name])
        wanted = np.array([level in self.levels for level in levels] + [False])
        codes: npt.NDArray[np.bool_] = wanted[table.codes(name)]
        return found | codes

    def both(self, other: Condition) -> Condition:
        """Return the condition that holds where both do. Raises ConditionError when no value meets both."""
        pairs = [(max(a, c), min(b, d)) for a, b in self.ranges for c, d in other.ranges]
        ranges = tuple((low, high) for low, high in pairs if low <= high)
        met = Condition(self.column, ranges, self.levels & other.levels, self.missing and other.missing)
        if not (met.ranges or met.levels or met.missing):
            name = self.column.name
            raise ConditionError("given.contradiction", f"no value of `{name}` meets all that is asked of it",
                                 where=name, hint="drop one of its conditions")  # fmt: skip
        return met

    def __str__(self) -> str:
        if self.column.role == "sensitive":
            return f"{self.column.name}=(a sensitive value)"
        said = [_say_range(self.column, low, high) for low, high in self.ranges] + sorted(self.levels)
        return f"{self.column.name}={'|'.join(said + ['missing'] * self.missing)}"


@dataclass(frozen=True)
class Given:
    """Hold the conditions on all rows, or the known part of each row, never both.

    `fill` asks that no cell which the rows leave open comes out missing (imputation); their levels may be new ones.
    """

    conditions: Mapping[str, Condition] = field(default_factory=dict)
    rows: Table | None = None
    fill: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that are conditioned on."""
        return self.rows.names if self.rows is not None else tuple(self.conditions)

    def matches(self, table: Table) -> npt.NDArray[np.bool_]:
        """Return which rows of a table meet every condition."""
        found = np.ones(table.rows, dtype=bool)
        for condition in self.conditions.values():
            found &= condition.matches(table)
        return found

    def __str__(self) -> str:
        return ", ".join(str(c) for c in self.conditions.values())


def understand(given: Any, schema: Schema) -> Given | None:
    """Turn what a user wrote into conditions: a mapping, a text (`sex=Female,age>=60`), or a table of partial rows.

    In a mapping a value is one value, a list or set of values, a (low, high) pair whose ends may be None, a text such
    as `>=60` or `20..30`, or None for a missing value. A date stands for its whole day in a column of moments. A
    mapping is always conditions; partial rows come as a frame, an Arrow table, a Table or a list of dicts. Nothing
    asked for is None. Raises ConditionError for unknown columns and levels, for kinds that cannot be given, and for
    what lies wholly outside the schema's bounds.
    """
    if given is None or isinstance(given, Given):
        return given
    if isinstance(given, str):
        given = parse(given, schema)
    if not isinstance(given, Mapping):
        return Given(rows=_partial_rows(given, schema))
    asked = {str(name): _condition(_column(str(name), schema), wanted) for name, wanted in given.items()}
    return Given(asked) if asked else None


def parse(text: str, schema: Schema) -> dict[str, Condition]:
    """Read `name=value` clauses joined by commas; `a=x|y` is a set, `age>=60`, `age=20..30` ranges.

    Clauses on the same column must all hold. A name that holds a sign is put in back quotes, a value in quotes.
    """
    wanted: dict[str, Condition] = {}
    for clause in _clauses(text):
        match = _CLAUSE.match(clause)
        if match is None:
            raise ConditionError("given.unreadable", "a condition is not of the form name=value", where=clause.strip(),
                                 hint="write e.g. 'sex=Female,age>=60' or 'state=CA|NY'")  # fmt: skip
        name, operation, value = match["name"].strip("`"), match["operation"], match["value"]
        column = _column(name, schema)
        if operation in ("=", "=="):
            asked = _condition(column, [None if part == "" else unquoted(part) for part in pieces(value, "|")])
        else:
            asked = _condition(column, f"{operation}{value}")
        wanted[name] = wanted[name].both(asked) if name in wanted else asked
    return wanted


def levels_of(column: Column) -> tuple[str, ...]:
    """Return the names of a column's levels in the order of `Table.codes`."""
    return ("false", "true") if column.kind == "boolean" else column.levels or ()


def _column(name: str, schema: Schema) -> Column:
    if name not in schema:
        raise ConditionError("given.unknown-column", f"`given` names a column that is not there: `{name}`",
                             where=name, hint=suggest(name, schema.names, "column"))  # fmt: skip
    column = schema[name]
    if not (column.is_number or column.is_levels):
        why = "holds arrays" if column.is_media else "is generated anew"
        raise ConditionError("given.kind", f"column `{name}` ({column.kind}) {why} and cannot be given",
                             where=name, hint="give a number, category, boolean, date or time column")  # fmt: skip
    return column


def _condition(column: Column, wanted: Any) -> Condition:
    if isinstance(wanted, Condition):
        return wanted
    if isinstance(wanted, slice):
        wanted = (wanted.start, wanted.stop)
    values = _listed(column, wanted)
    if not values:
        raise ConditionError("given.empty", f"no value is given for column `{column.name}`", where=column.name,
                             hint="leave the column out to let it be anything")  # fmt: skip
    known = [v for v in values if not _is_missing(v)]
    missing = len(known) < len(values)
    if missing and not known and not column.nullable:
        raise ConditionError("given.unseen", f"column `{column.name}` is never missing", where=column.name,
                             hint="leave the column out, or give a value")  # fmt: skip
    if column.is_number:
        return Condition(column, ranges=tuple(_within_bounds(column, _one_range(column, v)) for v in known),
                         missing=missing)  # fmt: skip
    return Condition(column, levels=frozenset(_level(column, v) for v in known), missing=missing)


def _listed(column: Column, wanted: Any) -> list[Any]:
    """Return the values of any collection; a pair is one range of a number, and two levels of a category."""
    if isinstance(wanted, np.ndarray):
        wanted = wanted.ravel().tolist()
    alone = isinstance(wanted, str | bytes | Mapping) or (isinstance(wanted, tuple) and column.is_number)
    values = [wanted] if alone or not isinstance(wanted, Iterable) else list(wanted)
    return [v.as_py() if isinstance(v, pa.Scalar) else v for v in values]


def _one_range(column: Column, wanted: Any) -> Range:
    if isinstance(wanted, str) and (match := _OPERATION.match(wanted)):
        first, last = on_scale(column, match[2]), _end(column, match[2])
        return {
            ">=": (first, np.inf),
            "<=": (-np.inf, last),
            ">": (_next(column, last, 1), np.inf),
            "<": (-np.inf, _next(column, first, -1)),
        }.get(match[1], (first, last))
    if isinstance(wanted, str) and ".." in wanted:
        low_text, _, high_text = wanted.partition("..")
        wanted = (low_text.strip() or None, high_text.strip() or None)
    if isinstance(wanted, tuple) and len(wanted) == 2:
        low = -np.inf if wanted[0] is None else on_scale(column, wanted[0])
        high = np.inf if wanted[1] is None else _end(column, wanted[1])
        if low > high:
            raise ConditionError("given.range", f"the range for `{column.name}` ends before it starts",
                                 where=column.name, hint="write it as (low, high)")  # fmt: skip
        return low, high
    return on_scale(column, wanted), _end(column, wanted)


def _end(column: Column, value: Any) -> float:
    """Return where a value ends on the scale: a date stands for its whole day where moments are wanted."""
    if column.kind == "datetime":
        with suppress(ValueError, OverflowError):  # no such day, or the last that Python has
            day = dt.date.fromisoformat(value.strip()) if isinstance(value, str) and _DAY.match(value) else value
            if isinstance(day, dt.date) and not isinstance(day, dt.datetime):
                return on_scale(column, day + dt.timedelta(days=1)) - 1
    return on_scale(column, value)


def _next(column: Column, value: float, way: int) -> float:
    """Return the nearest number above (way 1) or below (way -1) that the column's grid holds."""
    grid = grid_of(column)
    if not grid:
        return float(np.nextafter(value, way * np.inf))
    steps = np.floor(way * value / grid + 1e-6) + 1
    return float(round(way * steps * grid, column.decimals or 0))


def _within_bounds(column: Column, asked: Range) -> Range:
    """Refuse a range that no value can lie in, and name the nearest value that can be."""
    ends = reach(column)
    if ends is None:
        return asked
    slack = 1e-12 * max(abs(ends[0]), abs(ends[1])) + 1e-3 * grid_of(column)
    if asked[0] <= ends[1] + slack and asked[1] >= ends[0] - slack:
        return asked
    nearest = from_scale(column, ends[1] if asked[0] > ends[1] else ends[0])
    sensitive = column.role == "sensitive"
    raise ConditionError("given.unseen", f"no row that was learned meets {Condition(column, (asked,))}",
                         where=column.name, hint=None if sensitive else
                         f"the nearest value that can be drawn is {nearest}")  # fmt: skip


def _level(column: Column, value: Any) -> str:
    levels = levels_of(column)
    text = str(value)
    if column.kind == "boolean":
        said = dict(zip((column.format or "true/false").casefold().split("/", 1), ("true", "false"), strict=True))
        text = said.get(text.casefold(), text.lower())
    if text not in levels and isinstance(value, float) and value.is_integer():
        text = str(int(value))
    if text not in levels:
        # Sensitive levels and identifiers are not listed; the nearest one is what was nearly typed.
        sensitive = column.role == "sensitive" or column.is_pseudonymous
        said_of = "like the one given" if sensitive else repr(text)
        raise ConditionError("given.unseen", f"column `{column.name}` has no level {said_of}", where=column.name,
                             hint=None if sensitive else suggest(text, levels, "level"))  # fmt: skip
    return text


def unquoted(text: str) -> str:
    """Return a text without the quotes around it."""
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text


def _clauses(text: str) -> Iterable[str]:
    """Split at commas that start a new `name operation`; a comma inside a value stays."""
    parts: list[str] = []
    for piece in pieces(text, ","):
        if parts and _CLAUSE.match(piece) is None:
            parts[-1] += "," + piece
        elif piece.strip():
            parts.append(piece)
    return parts


def pieces(text: str, separator: str) -> list[str]:
    """Split at a separator outside quotes; a quote opens where a name or a value starts (not in O'Brien)."""
    pieces, quote, previous = [""], "", separator
    for char in text:
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"`" and previous in "=<>|,":
            quote = char
        elif char == separator:
            pieces.append("")
            previous = separator
            continue
        pieces[-1] += char
        previous = previous if char.isspace() else char
    return pieces


def _is_missing(value: Any) -> bool:
    """Whether a value stands for a missing one: None, NaN, NaT or pandas' NA."""
    if value is None or type(value).__name__ == "NAType":
        return True
    return bool(isinstance(value, float | np.floating | np.datetime64 | np.timedelta64 | dt.date) and value != value)


def _partial_rows(given: Any, schema: Schema) -> Table:
    raw, _, _ = to_raw(given) if not isinstance(given, Table) else (given.written(), {}, "table")
    for name in raw.column_names:
        _column(name, schema)
    part = Schema(columns=tuple(_closed(c) for c in schema.columns if c.name in raw.column_names))
    try:
        typed, resolved = type_columns(raw.select(list(part.names)), part)
    except SchemaError as fault:
        raise ConditionError("given.rows", f"the partial rows do not fit the schema: {fault.what}",
                             where=fault.where, hint=fault.hint) from None  # fmt: skip
    return Table(typed, resolved)


def _closed(column: Column) -> Column:
    """Return a column that takes no new levels: a row cannot be completed to one that was never learned."""
    return column.model_copy(update={"other": "refuse", "bounds": None} if column.levels else {"bounds": None})


def _say_range(column: Column, low: float, high: float) -> str:
    return from_scale(column, low) if low == high else f"{from_scale(column, low)}..{from_scale(column, high)}"
