"""Sums, counts, means and extremes of many rows that a row has to agree with."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Literal

from pydantic import field_validator

from likewise.constraints.aggregates import of_children, over_groups, summed_table
from likewise.constraints.joining import columns_in, home_of, own_columns
from likewise.constraints.kinds.rule import Mask, Rule, Scope
from likewise.constraints.language.cells import Cells, Columns
from likewise.constraints.language.evaluating import holds
from likewise.constraints.language.expression import Call, Computed, Expression, Value
from likewise.constraints.language.functions import AGGREGATES
from likewise.constraints.language.reading import read_expression
from likewise.constraints.language.writing import write_expression
from likewise.core.dataset import Dataset
from likewise.core.table import Table
from likewise.errors import SettingsError


class Total(Rule):
    """Say that rows agree with a sum, count, mean, min or max of many rows.

    Of another table those rows count that refer to the row (`orders.total == sum(items.amount)`), of the table itself
    those that agree with it in the columns `by`, or all. Missing values are left out; the sum and the count of no rows
    are 0, and a mean, min or max of none is missing, so that the rule says nothing. `count(items)` counts rows.

    >>> Total(rule="orders.total = sum(items.amount)").said()
    '`orders.total == sum(items.amount)`'
    """

    kind: Literal["total"] = "total"
    rule: str
    by: tuple[str, ...] = ()

    @field_validator("rule")
    @classmethod
    def _as_written(cls, rule: str) -> str:
        expression = read_expression(rule)
        if not aggregates_of(expression):
            raise SettingsError("settings.rule", f"`{rule}` is of one row: it sums and counts nothing",
                                hint=f"call one of {', '.join(AGGREGATES)}, or declare it as a check")  # fmt: skip
        return write_expression(expression)

    @cached_property
    def expression(self) -> Expression:
        """The rule as an expression."""
        return read_expression(self.rule)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it is about; those of other tables as `table.column`."""
        return tuple(dict.fromkeys((*self.expression.names(), *self.by)))

    @property
    def scope(self) -> Scope:
        """`tables` where it names another table, else `rows`."""
        return "tables" if self.expression.tables() - {self.table} else "rows"

    @property
    def aggregates(self) -> tuple[Call, ...]:
        """The sums, counts, means and extremes in it."""
        return aggregates_of(self.expression)

    def said(self) -> str:
        """Return the constraint as a sentence."""
        by = f", of the rows of each {' and '.join(f'`{name}`' for name in self.by)}" if self.by else ""
        return f"`{self.rule}`{by}"

    def holds(self, table: Table) -> Mask:
        """Return which rows agree, of sums of rows of the same table."""
        columns = own_columns(table, self.table)
        found = {call: over_groups(call, table, columns, self.by) for call in self.aggregates}
        return self._agree(found, columns, table.rows)

    def home(self, data: Dataset) -> str:
        """Return the table whose rows are to agree: the one named outside the sums."""
        outside = self.expression.replaced({call: Value(None) for call in self.aggregates}).tables()
        return self.table or home_of(outside, data) or super().home(data)

    def holds_in(self, data: Dataset) -> Mask:
        """Return which rows of its table agree with the rows that refer to them, or with those of their group."""
        home = self.home(data)
        columns, found = columns_in(data, home), dict[Call, Cells]()
        for call in self.aggregates:
            child = summed_table(call, data)
            own = child is None or child == home
            found[call] = over_groups(call, data[home], columns, self.by) if own else of_children(call, data, home)
        return self._agree(found, columns, data[home].rows)

    def _agree(self, found: Mapping[Call, Cells], columns: Columns, rows: int) -> Mask:
        """Return in which rows the rule is true or unknown, given what its sums come to beside each row."""
        stand_ins: dict[Expression, Computed] = {call: Computed(f"#{number}") for number, call in enumerate(found)}
        cells = dict(zip((stand_in.label for stand_in in stand_ins.values()), found.values(), strict=True))
        rule = self.expression.replaced(stand_ins)
        return holds(rule, lambda name: cells.get(name) or columns(name), rows)


def total(rule: str, **settings: Any) -> Total:
    """Return the rule that rows agree with a sum, count, mean, min or max of many rows.

    >>> total("household == sum(income)", by=("home",)).said()
    '`household == sum(income)`, of the rows of each `home`'
    """
    return Total(rule=rule, **settings)


def aggregates_of(expression: Expression) -> tuple[Call, ...]:
    """Return the calls of sums, counts, means and extremes of many rows in an expression."""
    calls = expression.calls(AGGREGATES)
    return tuple(dict.fromkeys(call for call in calls if len(call.of) == 1))
