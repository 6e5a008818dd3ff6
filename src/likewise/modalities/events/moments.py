"""A column of times in any form as moments."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.schema import Column
from likewise.core.table import Table
from likewise.core.values import as_texts
from likewise.errors import SchemaError, SettingsError
from likewise.modalities.events.traces import SECOND

Start = str | date | datetime | np.datetime64

_FURTHEST = 2.0**62
"""Microseconds from 1970 beyond which no moment is kept: over 140,000 years."""


def as_moments(table: Table, name: str, start: Start | None, unit: float) -> Table:
    """Return a table in which a column of dates, or of numbers of `unit` seconds since `start`, is one of moments.

    Numbers are rounded to microseconds. Raises SchemaError for a column that is no time or reaches too far,
    SettingsError for a start that is no date and a unit that is not above 0.
    """
    column = table.schema[name]
    if column.kind == "datetime":
        return table
    if column.kind == "date":
        moments = table.column(name).cast(pa.timestamp("us"))
    elif (
        not _counts(column)
        and column.kind == "constant"
        and (moment := _micros(str((column.levels or ("",))[0]))) is not None
    ):
        moments = pa.repeat(moment[0], table.rows).cast(pa.timestamp("us", tz=moment[1]))
    elif column.kind in ("integer", "decimal", "float", "duration") or _counts(column):
        moments = _since(table, column, start, unit)
    else:
        raise SchemaError("schema.not-datetime", f"`{name}` ({column.kind}) holds no times", where=name,
                          hint="name moments, dates or numbers, or say the column's `format` in a schema")  # fmt: skip
    told = Column(name=name, kind="datetime", dtype=str(moments.type), nullable=moments.null_count > 0,
                  role=column.role, reason=f"{column.kind}s as moments")  # fmt: skip
    schema = table.schema.model_copy(
        update={"columns": tuple(told if c.name == name else c for c in table.schema.columns)}
    )
    place = table.names.index(name)
    return Table(table.columns.set_column(place, name, moments), schema, table.container)


def _counts(column: Column) -> bool:
    """Return whether a column is one number in every row, or ids that are numbers."""
    return column.kind in ("constant", "id", "category") and column.dtype.startswith(("int", "uint", "double", "float"))


def _since(table: Table, column: Column, start: Start | None, unit: float) -> pa.Array:
    """Return numbers as moments after the start."""
    if start is None:
        raise SchemaError("events.no-start", f"`{column.name}` counts from a moment that is not said",
                          where=column.name, hint="say when: start='2024-01-01', and unit=60 for minutes")  # fmt: skip
    if not 0 < unit < float("inf"):
        raise SettingsError("settings.unit", "a unit of time is a number of seconds above 0", where="unit",
                            hint="unit=3600 where times are in hours")  # fmt: skip
    array = table.column(column.name)
    if column.kind == "duration":
        micros = np.asarray(pc.fill_null(array.cast(pa.int64()), 0))
    else:
        values = as_texts(array) if _counts(column) else array
        numbers = np.asarray(pc.fill_null(values.cast(pa.float64()), 0.0))
        scaled = np.rint(numbers * (unit * SECOND))
        if not (np.abs(scaled) < _FURTHEST).all():
            raise SchemaError("events.too-far", f"`{column.name}` reaches too far for a moment", where=column.name,
                              hint="say its unit: unit=1e-3 where it counts milliseconds")  # fmt: skip
        micros = scaled.astype(np.int64)
    begun = _micros(start)
    if begun is None:
        raise SettingsError("settings.start", "the start of a log is a date or a moment", where="start",
                            hint="write e.g. 2024-01-01 or 2024-01-01T08:00:00")  # fmt: skip
    first, zone = begun
    return pa.array(micros + first, pa.timestamp("us", tz=zone), mask=np.asarray(array.is_null()))


def _micros(moment: Start) -> tuple[int, str | None] | None:
    """Return a moment in microseconds since 1970, and UTC as its zone where it says one; None of what is no moment."""
    zone = None
    try:
        if isinstance(moment, str):
            moment = datetime.fromisoformat(moment)
        if isinstance(moment, datetime) and moment.tzinfo is not None:
            moment, zone = moment.astimezone(UTC).replace(tzinfo=None), "UTC"
        found = np.array(moment, dtype="datetime64[us]")
    except (ValueError, TypeError):
        return None
    return None if np.isnat(found) else (int(found.astype(np.int64)), zone)
