"""The values of a table as they will be read back, as plain Python values: whole numbers where they lie on a grid."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.constraints.language.cells import FINEST, Sort
from likewise.constraints.language.tables import are_numbers
from likewise.core.conditions import levels_of
from likewise.core.schema import Column
from likewise.core.table import Table
from likewise.errors import SettingsError

DAY = 86_400_000_000
"""Microseconds of a day."""


@dataclass(frozen=True, eq=False)
class Values:
    """Hold a value for each row, None where missing.

    Numbers are whole ones that count steps of 10 ** -`scale`, or floats where `scale` is None; moments and durations
    count microseconds; texts are str and truths bool. `spoken` is how a truth is written (`yes/no`), `counting` whether
    all texts of the column write numbers, which then are in their order.
    """

    sort: Sort
    cells: list[Any]
    scale: int | None = 0
    spoken: str | None = None
    counting: bool = False

    def floats(self) -> list[float | None]:
        """Return the numbers as floats."""
        if self.scale in (None, 0):
            return self.cells
        step = 10**self.scale if self.scale is not None else 1
        return [None if cell is None else cell / step for cell in self.cells]


def read_back(table: Table) -> Table:
    """Return a table as it will be read again from where it is written."""
    return Table.from_arrow(table.written(), table.schema, table.container)


def values_of(table: Table, name: str) -> Values:
    """Return one column. Raises SchemaError for an unknown one."""
    column, array = table.schema[name], table.column(name)
    if column.kind in ("date", "datetime"):
        return Values("moment", _moments(array, column))
    if column.kind in ("time", "duration"):
        return Values("duration", _listed(array.cast(pa.int64())))
    if column.kind == "boolean":
        return Values("truth", array.to_pylist(), spoken=column.format or "true/false")
    if column.is_levels:
        names = [*levels_of(column), None]
        return Values("text", [names[code] for code in _codes(array)], counting=are_numbers(column))
    if column.is_number:
        return _numbers(array, column)
    if column.is_media:
        raise SettingsError("settings.rule", f"`{name}` holds arrays ({column.kind}), of which no rule can speak",
                            where=name, hint="state it of another column")  # fmt: skip
    if column.kind == "empty":
        return Values("number", [None] * len(array))
    texts = array.cast(pa.string()).to_numpy(zero_copy_only=False).tolist()
    return Values("text", texts, counting=are_numbers(column))


def _codes(array: pa.Array) -> list[int]:
    codes: list[int] = np.asarray(pc.fill_null(array.indices, -1)).tolist()
    return codes


def _listed(array: pa.Array) -> list[int | None]:
    """Return whole numbers as a list."""
    found: list[int | None] = np.asarray(pc.fill_null(array, 0)).tolist()
    if array.null_count:
        gone = np.asarray(array.is_null()).tolist()
        found = [None if missing else value for value, missing in zip(found, gone, strict=True)]
    return found


def _numbers(array: pa.Array, column: Column) -> Values:
    if column.kind == "integer":
        return Values("number", _listed(array))
    if column.kind == "float" or column.decimals is None or column.decimals > FINEST:
        cells = np.asarray(pc.fill_null(array, np.nan)).tolist()
        return Values("number", [None if cell != cell else cell for cell in cells], None)
    return Values("number", _steps(array, column.decimals), column.decimals)


def _steps(array: pa.Array, decimals: int) -> list[int | None]:
    """Return numbers as counts of the steps of their grid, rounded from what the decimals say, not in floats."""
    array = pc.if_else(pc.is_finite(array), array, None)
    try:
        exact = array.cast(pa.decimal128(18, decimals))
    except pa.ArrowInvalid:  # more than 18 digits
        texts = array.to_pylist()
        return [None if cell is None else round(Decimal(repr(cell)).scaleb(decimals)) for cell in texts]
    # Of the 16 bytes of a decimal the first 8 hold all of one with 18 digits.
    words = np.frombuffer(pc.fill_null(exact, Decimal(0)).buffers()[1], dtype="<i8")[::2]
    return _listed(pa.array(words[: len(exact)], mask=np.asarray(exact.is_null())))


def _moments(array: pa.Array, column: Column) -> list[int | None]:
    if column.kind == "date":
        return [None if day is None else day * DAY for day in _listed(array.cast(pa.int32()))]
    if column.zone is None:
        return _listed(array.cast(pa.int64()))
    # On the clocks of the zone, by Python's own calendar.
    clocks = [None if moment is None else moment.replace(tzinfo=None) for moment in array.to_pylist()]
    return [None if clock is None else microseconds(clock) for clock in clocks]


def microseconds(moment: dt.date) -> int:
    """Return a date or a moment as whole microseconds since 1970, one with an offset on the clocks of UTC."""
    if not isinstance(moment, dt.datetime):
        moment = dt.datetime(moment.year, moment.month, moment.day)
    if moment.tzinfo is not None:
        moment = moment.astimezone(dt.UTC).replace(tzinfo=None)
    return (moment - dt.datetime(1970, 1, 1)) // dt.timedelta(microseconds=1)


def constant_values(value: Any, rows: int) -> Values:
    """Return one value in every row."""
    if isinstance(value, dt.timedelta):
        return Values("duration", [value // dt.timedelta(microseconds=1)] * rows)
    if isinstance(value, dt.date):
        return Values("moment", [microseconds(value)] * rows)
    if isinstance(value, str):
        return Values("text", [value] * rows)
    if isinstance(value, bool):
        return Values("truth", [value] * rows)
    if not isinstance(value, float):
        return Values("number", [value] * rows)
    steps = Decimal(repr(value)).normalize()
    exponent = steps.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent > FINEST:
        return Values("number", [value] * rows, None)
    scale = max(0, -exponent)
    return Values("number", [int(steps.scaleb(scale))] * rows, scale)


def read_numbers(values: Values) -> Values:
    """Return texts as the numbers that they write. Raises SettingsError where one of them is no number."""
    texts = {*values.cells}
    if all(text is None or (text.isascii() and text.isdigit()) for text in texts):
        return Values("number", [None if text is None else int(text) for text in values.cells])
    read = {text: _number(text) for text in texts}
    if any(isinstance(number, Decimal) and not number.is_finite() for number in read.values()):
        return Values("number", [None if read[t] is None else float(str(read[t])) for t in values.cells], None)
    places = [-number.as_tuple().exponent for number in read.values() if number is not None]  # type: ignore[operator]
    scale = max([0, *places])
    if scale > FINEST:
        return Values("number", [None if read[t] is None else float(str(read[t])) for t in values.cells], None)
    steps = {text: None if number is None else int(number.scaleb(scale)) for text, number in read.items()}
    return Values("number", [steps[text] for text in values.cells], scale)


def _number(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except ArithmeticError:
        raise SettingsError("settings.rule", "texts that are no numbers stand where numbers are wanted",
                            hint="put texts in quotes, or write len(name) for a length") from None  # fmt: skip
