"""Columns whose values never come twice together."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Literal

import numpy as np
from pydantic import Field, field_validator

from likewise.constraints.groups import dense_codes
from likewise.constraints.kinds.condition import as_condition, where_met
from likewise.constraints.kinds.rule import Mask, Rule, Scope
from likewise.constraints.language.expression import Expression
from likewise.constraints.language.reading import read_expression
from likewise.core.table import Table


class Unique(Rule):
    """Say that no two rows agree in one column, or in all of several.

    As in SQL, a row in which one of them is missing agrees with none. With `where` it is said of the rows only in which
    that expression is true. `support` is the number of rows that share the value of at least one of the columns.

    >>> Unique(columns=("order", "line")).said()
    '`order` and `line` together are unique'
    """

    kind: Literal["unique"] = "unique"
    columns: tuple[str, ...] = Field(min_length=1)
    where: str | None = None
    support: int = 0

    _settle = field_validator("where")(as_condition)

    @property
    def scope(self) -> Scope:
        """Other rows have to be seen."""
        return "rows"

    @cached_property
    def condition(self) -> Expression | None:
        """The expression of `where`."""
        return None if self.where is None else read_expression(self.where)

    def said(self) -> str:
        """Return the constraint as a sentence."""
        *first, last = (f"`{name}`" for name in self.columns)
        where = "" if self.where is None else f" where `{self.where}`"
        if not first:
            return f"{last} is unique{where}"
        return f"{', '.join(first)} and {last} together are unique{where}"

    def holds(self, table: Table) -> Mask:
        """Return which rows are the only ones of their values."""
        asked = where_met(self.condition, table)
        for name in self.columns:
            asked = asked & ~table.missing(name)
        codes = dense_codes(table, self.columns)[asked]
        alone = np.ones(table.rows, dtype=np.bool_)
        alone[asked] = np.bincount(codes)[codes] == 1
        return alone


def unique(*columns: str, **settings: Any) -> Unique:
    """Return the rule that no two rows agree in one column, or in all of several.

    >>> unique("order", "line").said()
    '`order` and `line` together are unique'
    """
    return Unique(columns=columns, **settings)
