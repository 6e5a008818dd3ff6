"""What `given` asks of the rows to be drawn, checked against the schema before anything is drawn."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.core.schema import Column, Schema
from likewise.core.table import MICROSECONDS_A_DAY, Table
from likewise.errors import ConditionError, SchemaError, suggest

Range = tuple[float, float]
_OPERATION = re.compile(r"^\s*(>=|<=|>|<|=|==)\s*(.+?)\s*$", re.DOTALL)
_CLAUSE = re.compile(r"^\s*(?P<name>.+?)\s*(?P<operation>>=|<=|==|=|>|<)\s*(?P<value>.*?)\s*$", re.DOTALL)


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

    def __str__(self) -> str:
        if self.column.role == "sensitive":
            return f"{self.column.name}=(a sensitive value)"
        said = [_say_range(self.column, low, high) for low, high in self.ranges] + sorted(self.levels)
        return f"{self.column.name}={'|'.join(said + ['missing'] * self.missing)}"


@dataclass(frozen=True)
class Given:
    """Hold the conditions on all rows, or the known part of each row (imputation), never both."""

    conditions: Mapping[str, Condition] = field(default_factory=dict)
    rows: Table | None = None

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
    as `>=60`, or None for a missing value. Raises ConditionError for unknown columns, values and kinds.
    """
    if given is None or isinstance(given, Given):
        return given
    if isinstance(given, str):
        given = parse(given, schema)
    if not isinstance(given, Mapping) or _is_columns(given):
        return Given(rows=_partial_rows(given, schema))
    return Given({name: _condition(_column(str(name), schema), wanted) for name, wanted in given.items()}) or None


def parse(text: str, schema: Schema) -> dict[str, Any]:
    """Read `name=value` clauses joined by commas; `a=x|y` is a set, `age>=60`, `age=20..30` ranges."""
    wanted: dict[str, Any] = {}
    for clause in _clauses(text, schema):
        match = _CLAUSE.match(clause)
        if match is None:
            raise ConditionError("given.unreadable", "a condition is not of the form name=value", where=clause.strip(),
                                 hint="write e.g. 'sex=Female,age>=60' or 'state=CA|NY'")  # fmt: skip
        name, operation, value = match["name"].strip("`"), match["operation"], match["value"]
        column = _column(name, schema)
        if operation in ("=", "=="):
            asked: Any = [None if part == "" else _ends(part, column) for part in value.split("|")]
        else:
            asked = f"{operation}{value}"
            if isinstance(wanted.get(name), str):
                low, high = _one_range(column, wanted[name]), _one_range(column, asked)
                asked = Condition(column, ranges=((max(low[0], high[0]), min(low[1], high[1])),))
        wanted[name] = asked
    return wanted


def levels_of(column: Column) -> tuple[str, ...]:
    """Return the names of a column's levels in the order of `Table.codes`."""
    return ("false", "true") if column.kind == "boolean" else column.levels or ()


def on_scale(column: Column, value: Any) -> float:
    """Return a value of a number column on the scale of `Table.numbers`: dates in days, times in microseconds."""
    try:
        if column.kind in ("integer", "decimal", "float"):
            return float(value)
        return _temporal(column, value)
    except (TypeError, ValueError, OverflowError):
        shape = {"date": "a date such as 2024-05-31", "time": "a time such as 13:45"}.get(column.kind, "a number")
        shape = "a moment such as 2024-05-31T13:45" if column.kind == "datetime" else shape
        raise ConditionError("given.value", f"column `{column.name}` ({column.kind}) wants {shape}",
                             where=column.name) from None  # fmt: skip


def from_scale(column: Column, value: float) -> str:
    """Return a value on the scale of `Table.numbers` as a reader would write it."""
    if not np.isfinite(value):
        return ""
    if column.kind == "date":
        return (dt.date(1970, 1, 1) + dt.timedelta(days=int(value))).isoformat()
    if column.kind == "datetime":
        return (dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=int(value))).isoformat(sep=" ")
    if column.kind == "time":
        return (dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=int(value))).time().isoformat()
    if column.kind == "duration":
        return str(dt.timedelta(microseconds=int(value)))
    return f"{value:.15g}"


def _temporal(column: Column, value: Any) -> float:
    if isinstance(value, str):
        value = _read_temporal(column, value)
    if isinstance(value, np.datetime64 | np.timedelta64):
        value = value.astype("M8[us]" if isinstance(value, np.datetime64) else "m8[us]").item()
    if isinstance(value, dt.timedelta):
        return float(value // dt.timedelta(microseconds=1))
    if isinstance(value, dt.time):
        return float(((value.hour * 60 + value.minute) * 60 + value.second) * 1_000_000 + value.microsecond)
    if not isinstance(value, dt.datetime):
        value = dt.datetime(value.year, value.month, value.day) if isinstance(value, dt.date) else None
    if value is None:
        raise ValueError
    if value.tzinfo is not None:
        value = value.astimezone(dt.UTC).replace(tzinfo=None)
    microseconds = (value - dt.datetime(1970, 1, 1)) // dt.timedelta(microseconds=1)
    return float(microseconds // MICROSECONDS_A_DAY if column.kind == "date" else microseconds)


def _read_temporal(column: Column, text: str) -> dt.datetime | dt.time | dt.timedelta:
    if column.kind == "time":
        return dt.time.fromisoformat(text)
    if column.kind == "duration":
        return dt.timedelta(seconds=float(text))
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        if not column.format:
            raise
        moment = dt.datetime.strptime(text, column.format)
    if column.zone and moment.tzinfo is None:
        from zoneinfo import ZoneInfo

        moment = moment.replace(tzinfo=ZoneInfo(column.zone))
    return moment


def _column(name: str, schema: Schema) -> Column:
    if name not in schema:
        raise ConditionError("given.unknown-column", f"`given` names a column that is not there: `{name}`",
                             where=name, hint=suggest(name, schema.names, "column"))  # fmt: skip
    column = schema[name]
    if not (column.is_number or column.is_levels):
        raise ConditionError("given.kind", f"column `{name}` ({column.kind}) is generated anew and cannot be given",
                             where=name, hint="give a number, category, boolean, date or time column")  # fmt: skip
    return column


def _condition(column: Column, wanted: Any) -> Condition:
    if isinstance(wanted, Condition):
        return wanted
    if isinstance(wanted, slice):
        wanted = (wanted.start, wanted.stop)
    values = list(wanted) if isinstance(wanted, list | set | frozenset | range | np.ndarray) else [wanted]
    if not values:
        raise ConditionError("given.empty", f"no value is given for column `{column.name}`", where=column.name)
    missing = any(_is_missing(v) for v in values)
    known = [v for v in values if not _is_missing(v)]
    if column.is_number:
        return Condition(column, ranges=tuple(_one_range(column, v) for v in known), missing=missing)
    return Condition(column, levels=frozenset(_level(column, v) for v in known), missing=missing)


def _one_range(column: Column, wanted: Any) -> Range:
    if isinstance(wanted, str) and (match := _OPERATION.match(wanted)):
        value, nudge = on_scale(column, match[2]), _grid(column)
        return {
            ">=": (value, np.inf),
            "<=": (-np.inf, value),
            ">": (value + nudge if nudge else np.nextafter(value, np.inf), np.inf),
            "<": (-np.inf, value - nudge if nudge else np.nextafter(value, -np.inf)),
        }.get(match[1], (value, value))
    if isinstance(wanted, tuple) and len(wanted) == 2:
        low = -np.inf if wanted[0] is None else on_scale(column, wanted[0])
        high = np.inf if wanted[1] is None else on_scale(column, wanted[1])
        if low > high:
            raise ConditionError("given.range", f"the range for `{column.name}` ends before it starts",
                                 where=column.name, hint="write it as (low, high)")  # fmt: skip
        return low, high
    value = on_scale(column, wanted)
    return value, value


def _grid(column: Column) -> float:
    return 0.0 if column.kind == "float" else 10.0 ** -(column.decimals or 0)


def _level(column: Column, value: Any) -> str:
    levels = levels_of(column)
    text = str(value).lower() if column.kind == "boolean" else str(value)
    if text not in levels and isinstance(value, float) and value.is_integer():
        text = str(int(value))
    if text not in levels:
        # The levels of a sensitive column are not listed; the nearest one is what was nearly typed.
        hint = None if column.role == "sensitive" else suggest(text, levels, "level")
        raise ConditionError("given.unseen", f"column `{column.name}` has no level like the one given",
                             where=column.name, hint=hint)  # fmt: skip
    return text


def _ends(text: str, column: Column) -> Any:
    low, dots, high = text.partition("..")
    if dots and column.is_number:
        return (low.strip() or None, high.strip() or None)
    return text.strip().strip("'\"")


def _clauses(text: str, schema: Schema) -> Iterable[str]:
    """Split at commas that start a new `name operation`; a comma inside a value stays."""
    parts: list[str] = []
    for piece in text.split(","):
        if parts and _CLAUSE.match(piece) is None:
            parts[-1] += "," + piece
        elif piece.strip():
            parts.append(piece)
    return parts


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and np.isnan(value))


def _is_columns(given: Mapping[Any, Any]) -> bool:
    """Whether a mapping is a frame of columns rather than conditions: all values are arrays of one length."""
    return bool(given) and all(hasattr(v, "dtype") for v in given.values())


def _partial_rows(given: Any, schema: Schema) -> Table:
    from likewise.core.frames import to_raw
    from likewise.core.infer import type_columns

    raw, _, _ = to_raw(given) if not isinstance(given, Table) else (given.written(), {}, "table")
    for name in raw.column_names:
        _column(name, schema)
    part = schema.select([n for n in schema.names if n in raw.column_names])
    try:
        typed, resolved = type_columns(raw.select(list(part.names)), part)
    except SchemaError as fault:
        raise ConditionError("given.rows", f"the partial rows do not fit the schema: {fault.what}",
                             where=fault.where, hint=fault.hint) from None  # fmt: skip
    return Table(typed, resolved)


def _say_range(column: Column, low: float, high: float) -> str:
    return from_scale(column, low) if low == high else f"{from_scale(column, low)}..{from_scale(column, high)}"
