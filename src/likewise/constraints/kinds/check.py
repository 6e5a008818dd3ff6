"""A rule of one row that is written as an expression."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Literal

from pydantic import field_validator

from likewise.constraints.joining import columns_in, home_of, own_columns
from likewise.constraints.kinds.rule import Mask, Rule, Scope
from likewise.constraints.language.evaluating import holds
from likewise.constraints.language.expression import Expression
from likewise.constraints.language.reading import read_expression
from likewise.constraints.language.writing import write_expression
from likewise.core.dataset import Dataset
from likewise.core.table import Table


class Check(Rule):
    """Say that an expression is true in every row, or unknown as a value in it is missing.

    `rule` is the text; it may name columns of the rows that a row refers to, as `customers.signed_up`.

    >>> Check(rule="total = quantity*price").said()
    '`total == quantity * price`'
    """

    kind: Literal["check"] = "check"
    rule: str

    @field_validator("rule")
    @classmethod
    def _as_written(cls, rule: str) -> str:
        return write_expression(read_expression(rule))

    @cached_property
    def expression(self) -> Expression:
        """The rule as an expression."""
        return read_expression(self.rule)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it is about; those of other tables as `table.column`."""
        return self.expression.names()

    @property
    def scope(self) -> Scope:
        """`tables` where it names another table, else `row`."""
        return "tables" if self.expression.tables() - {self.table} else "row"

    def said(self) -> str:
        """Return the constraint as a sentence."""
        return f"`{self.rule}`"

    def holds(self, table: Table) -> Mask:
        """Return which rows meet the constraint: those in which it is true or unknown."""
        return holds(self.expression, own_columns(table, self.table), table.rows)

    def home(self, data: Dataset) -> str:
        """Return the table whose rows it is about: the one from which all others that it names are referred to."""
        return self.table or home_of(self.expression.tables(), data) or super().home(data)

    def holds_in(self, data: Dataset) -> Mask:
        """Return which rows of its table meet the constraint, beside the rows that they refer to."""
        home = self.home(data)
        return holds(self.expression, columns_in(data, home), data[home].rows)


def check(rule: str, **settings: Any) -> Check:
    """Return the rule that an expression is true in every row.

    >>> check("start <= end", cost=2).columns
    ('start', 'end')
    """
    return Check(rule=rule, **settings)
