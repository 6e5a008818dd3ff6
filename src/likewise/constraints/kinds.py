"""Kinds of constraints: what each says, and which rows of a table meet it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from likewise.constraints.calendar import DOMAINS, Unit, moments_of, number_in, whole_years, written_in
from likewise.core.conditions import levels_of
from likewise.core.schema import Schema
from likewise.core.spec import Spec
from likewise.core.table import Table

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


class Order(Spec):
    """Say that one column is never above another, where both are known.

    `support` is the number of rows in which the two are known and differ.

    >>> Order(low="start", high="end").said()
    '`start` is never above `end`'
    """

    kind: Literal["order"] = "order"
    low: str
    high: str
    support: int = 0

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it is about."""
        return (self.low, self.high)

    def said(self) -> str:
        """Return the constraint as a sentence."""
        return f"`{self.low}` is never above `{self.high}`"

    def holds(self, table: Table) -> Mask:
        """Return which rows meet the constraint."""
        gap = table.numbers(self.high) - table.numbers(self.low)
        return np.isnan(gap) | (gap >= 0)


class Formula(Spec):
    """Say that a number column follows from others: their sum, product or ratio, or a multiple of one.

    A date may be the sum of a date and a number of days, and a number the whole `years` between two dates. A result is
    missing where one of its parts is, and a ratio where it would divide by zero. Of a sum, the columns in `minus` are
    taken away. Results are rounded to the column's decimals. `support` counts the rows in which it says something:
    where the least telling part of a sum is not zero, where a product or ratio is neither zero nor equal to a part.

    >>> Formula(column="total", form="product", of=("price", "count")).said()
    '`total` is `price` times `count`'
    >>> Formula(column="end", form="sum", of=("start", "in", "out"), minus=("out",)).said()
    '`end` is `start` plus `in` minus `out`'
    """

    kind: Literal["formula"] = "formula"
    column: str
    form: Literal["sum", "product", "multiple", "ratio", "years"]
    of: tuple[str, ...]
    minus: tuple[str, ...] = ()
    factor: float = 1.0
    support: int = 0

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it is about."""
        return (self.column, *self.of)

    def said(self) -> str:
        """Return the constraint as a sentence."""
        if self.form == "multiple":
            times = "equal to" if self.factor == 1 else f"{self.factor:.12g} times"
            return f"`{self.column}` is {times} `{self.of[0]}`"
        if self.form == "sum":
            rest = "".join(f" {'minus' if part in self.minus else 'plus'} `{part}`" for part in self.of[1:])
            return f"`{self.column}` is {'minus ' * (self.of[0] in self.minus)}`{self.of[0]}`{rest}"
        if self.form == "years":
            return f"`{self.column}` is the whole years from `{self.of[0]}` to `{self.of[1]}`"
        times = "" if self.factor == 1 else f"{self.factor:.12g} times "
        joined = "divided by" if self.form == "ratio" else "times"
        return f"`{self.column}` is {times}`{self.of[0]}` {joined} `{self.of[1]}`"

    def sign(self, part: str) -> int:
        """Return -1 for a part that is taken away, else 1."""
        return -1 if part in self.minus else 1

    def exact(self, values: Mapping[str, Floats]) -> Floats:
        """Return what follows from the parts before it is rounded."""
        first = values[self.of[0]]
        if self.form == "multiple":
            return self.factor * first
        if self.form == "product":
            return first * values[self.of[1]]
        if self.form == "years":
            return whole_years(first, values[self.of[1]])
        if self.form == "ratio":
            over = values[self.of[1]]
            return self.factor * first / np.where(over == 0, np.nan, over)
        total = self.sign(self.of[0]) * first
        for part in self.of[1:]:
            total = total + self.sign(part) * values[part]
        return total

    def computed(self, values: Mapping[str, Floats], schema: Schema) -> Floats:
        """Return the column from the values of those it follows from, on its own grid."""
        result, column = self.exact(values), schema[self.column]
        return result if column.kind == "float" else np.round(result, column.decimals or 0)

    def holds(self, table: Table) -> Mask:
        """Return which rows meet the constraint, within half a unit of the last decimal."""
        own = table.numbers(self.column)
        expected = self.computed({name: table.numbers(name) for name in self.of}, table.schema)
        missing = np.isnan(own) & np.isnan(expected)
        return missing | (np.abs(own - expected) <= tolerance(own, table.schema, self.column))


class Part(Spec):
    """Say that a column is a part of a date or a moment: its year, month, weekday, hour, day ...

    It is missing exactly where the date is. A number is that of the unit (Monday is 0), or is written in a `form`; of a
    unit that comes round again each may have a name of its own instead, `values`. `support` is the number of rows in
    which the date is known.

    >>> Part(column="weekday", of="ordered", unit="weekday").said()
    '`weekday` is the weekday of `ordered`'
    """

    kind: Literal["part"] = "part"
    column: str
    of: str
    unit: Unit
    form: str = ""
    values: tuple[str, ...] = ()
    support: int = 0

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it is about."""
        return (self.column, self.of)

    def said(self) -> str:
        """Return the constraint as a sentence."""
        if len({*self.values}) < len(self.values):
            return f"`{self.column}` follows from the {self.unit} of `{self.of}`"
        return f"`{self.column}` is the {self.unit} of `{self.of}`"

    def numbers(self, moments: Floats) -> Floats:
        """Return the column as numbers (see `Table.numbers`), of moments as `moments_of` gives them."""
        if self.form:
            return np.asarray(pc.fill_null(written_in(self.form, moments).cast(pa.float64()), np.nan))
        found = number_in(self.unit, moments)
        if self.values:
            named = np.append(np.array(self.values, dtype=np.float64), np.nan)
            return named[self._places(found)]
        return found

    def texts(self, moments: Floats) -> pa.Array:
        """Return the column as its levels are written."""
        if self.form:
            return written_in(self.form, moments)
        found = number_in(self.unit, moments)
        if self.values:
            return pa.array([*self.values, None], pa.string()).take(pa.array(self._places(found)))
        return pa.array(found, from_pandas=True).cast(pa.int64()).cast(pa.string())

    def _places(self, numbers: Floats) -> npt.NDArray[np.int64]:
        return np.where(np.isnan(numbers), len(self.values), numbers - DOMAINS[self.unit][0]).astype(np.int64)

    def holds(self, table: Table) -> Mask:
        """Return which rows meet the constraint."""
        moments = moments_of(table.numbers(self.of), table.schema[self.of])
        if table.schema[self.column].is_number:
            own, expected = table.numbers(self.column), self.numbers(moments)
            agreed: Mask = (own == expected) | (np.isnan(own) & np.isnan(expected))
            return agreed
        texts, computed = level_texts(table, self.column), self.texts(moments)
        same = pc.fill_null(pc.equal(texts, computed), False)
        met: Mask = np.asarray(pc.or_(same, pc.and_(texts.is_null(), computed.is_null())))
        return met


class Determined(Spec):
    """Say that one column decides another: rows that agree in the first agree in the second.

    `support` is the number of rows whose deciding value other rows share.

    >>> Determined(column="education_num", by="education").said()
    '`education` decides `education_num`'
    """

    kind: Literal["determined"] = "determined"
    column: str
    by: str
    support: int = 0

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it is about."""
        return (self.column, self.by)

    def said(self) -> str:
        """Return the constraint as a sentence."""
        return f"`{self.by}` decides `{self.column}`"

    def holds(self, table: Table) -> Mask:
        """Return which rows have the commonest value of `column` for their value of `by`."""
        source, result = group_codes(table, self.by), group_codes(table, self.column)
        width = int(result.max(initial=0)) + 1
        pairs, position, counts = np.unique(source * width + result, return_inverse=True, return_counts=True)
        order = np.lexsort((-counts, pairs // width))
        best = order[np.append(True, np.diff(pairs[order] // width) != 0)]
        common: Mask = np.isin(position, best)
        return common


class Missing(Spec):
    """Say that a column is missing where another has certain levels, or is missing itself.

    With `exactly` it is known everywhere else. `support` is the number of rows in which it is missing for this reason.

    >>> Missing(column="spouse", by="status", levels=("single", "widowed"), exactly=True).said()
    '`spouse` is missing exactly where `status` has one of 2 levels'
    >>> Missing(column="street", by="city", missing=True).said()
    '`street` is missing wherever `city` is missing'
    """

    kind: Literal["missing"] = "missing"
    column: str
    by: str
    levels: tuple[str, ...] = ()
    missing: bool = False
    exactly: bool = False
    support: int = 0

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it is about."""
        return (self.column, self.by)

    def said(self) -> str:
        """Return the constraint as a sentence; levels are counted, not named, for it stands on a model's card."""
        some = f"one of {len(self.levels)} levels" if len(self.levels) > 1 else "a certain level"
        reasons = ([f"has {some}"] if self.levels else []) + (["is missing"] if self.missing else [])
        where = "exactly where" if self.exactly else "wherever"
        return f"`{self.column}` is missing {where} `{self.by}` {' or '.join(reasons)}"

    def inside(self, table: Table) -> Mask:
        """Return the rows in which the column has to be missing."""
        found = table.missing(self.by) & self.missing
        if self.levels:
            names = levels_of(table.schema[self.by])
            found |= np.array([name in self.levels for name in names] + [False])[table.codes(self.by)]
        return found

    def holds(self, table: Table) -> Mask:
        """Return which rows meet the constraint."""
        gone, inside = table.missing(self.column), self.inside(table)
        met: Mask = gone == inside if self.exactly else gone | ~inside
        return met


class Unique(Spec):
    """Say that no two rows agree in all of some columns.

    It is found and shown only: rows are drawn one by one, and none of them knows the others. `support` is the number
    of rows that share the value of at least one of the columns.

    >>> Unique(columns=("order", "line")).said()
    '`order` and `line` together are unique'
    """

    kind: Literal["unique"] = "unique"
    columns: tuple[str, ...]
    support: int = 0

    def said(self) -> str:
        """Return the constraint as a sentence."""
        *first, last = (f"`{name}`" for name in self.columns)
        return f"{', '.join(first)} and {last} together are unique"

    def holds(self, table: Table) -> Mask:
        """Return which rows are the only ones of their values."""
        codes = np.stack([group_codes(table, name) for name in self.columns])
        _, position, counts = np.unique(codes, axis=1, return_inverse=True, return_counts=True)
        alone: Mask = counts[position.reshape(-1)] == 1
        return alone


Constraint = Annotated[Order | Formula | Part | Determined | Missing | Unique, Field(discriminator="kind")]


class Constraints(Spec):
    """List what must hold in every row of one table."""

    items: tuple[Constraint, ...] = ()

    @property
    def orders(self) -> tuple[Order, ...]:
        """The constraints on the order of two columns."""
        return tuple(item for item in self.items if isinstance(item, Order))

    @property
    def shown(self) -> tuple[Constraint, ...]:
        """The constraints worth showing: all but orders that follow from two others."""
        pairs = {(o.low, o.high) for o in self.orders}
        names = {name for pair in pairs for name in pair}

        def follows(item: Constraint) -> bool:
            if not isinstance(item, Order):
                return False
            return any((item.low, between) in pairs and (between, item.high) in pairs for between in names)

        return tuple(item for item in self.items if not follows(item))

    @property
    def kept(self) -> Constraints:
        """The constraints that can be held row by row: all but those on several rows at once."""
        return Constraints(items=tuple(item for item in self.items if not isinstance(item, Unique)))

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """The columns that follow from others by a formula."""
        return tuple(item for item in self.items if isinstance(item, Formula))

    @property
    def parts(self) -> tuple[Part, ...]:
        """The columns that are a part of a date."""
        return tuple(item for item in self.items if isinstance(item, Part))

    @property
    def computed(self) -> tuple[Formula | Part, ...]:
        """The formulas and the parts of dates, each after those that compute what it follows from."""
        waiting: list[Formula | Part] = [*self.parts, *self.formulas]
        found: list[Formula | Part] = []
        while waiting:
            open_ones = {rule.column for rule in waiting}
            ready = next(rule for rule in waiting if not open_ones & {*([rule.of] if rule.kind == "part" else rule.of)})
            waiting.remove(ready)
            found.append(ready)
        return tuple(found)

    @property
    def absences(self) -> tuple[Missing, ...]:
        """The columns that are missing where another says so."""
        return tuple(item for item in self.items if isinstance(item, Missing))

    @property
    def determined(self) -> tuple[Determined, ...]:
        """The columns that another one decides."""
        return tuple(item for item in self.items if isinstance(item, Determined))


def group_codes(table: Table, name: str) -> npt.NDArray[np.int64]:
    """Return a number from 0 for each row such that rows of one value, and all missing ones, have the same."""
    if table.schema[name].is_levels:
        return table.codes(name).astype(np.int64) + 1
    if not table.schema[name].is_number:
        encoded = pc.fill_null(pc.dictionary_encode(table.texts(name)).indices, -1)
        return np.asarray(encoded, dtype=np.int64) + 1
    return np.unique(table.numbers(name), return_inverse=True, equal_nan=True)[1].astype(np.int64)


def level_texts(table: Table, name: str) -> pa.Array:
    """Return the levels or words of a column as strings, null where missing."""
    if not table.schema[name].is_levels:
        return table.texts(name)
    codes = table.codes(name)
    return pa.array(levels_of(table.schema[name]), pa.string()).take(pa.array(codes, mask=codes < 0))


def tolerance(values: Floats, schema: Schema, name: str) -> Floats | float:
    """Return how far a computed value may lie from the written one: half a unit of the last decimal."""
    column = schema[name]
    if column.kind == "float":
        return np.abs(values) * 1e-9 + 1e-12
    return 0.5000001 * 10.0 ** -(column.decimals or 0)
