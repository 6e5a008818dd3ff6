"""The share of rows that are so, and how many rows each group has."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Literal, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field, field_validator, model_validator

from likewise.constraints.groups import dense_codes, level_texts
from likewise.constraints.joining import own_columns
from likewise.constraints.kinds.condition import as_condition
from likewise.constraints.kinds.rule import Mask, Rule, Scope
from likewise.constraints.language.evaluating import evaluate
from likewise.constraints.language.expression import Expression
from likewise.constraints.language.reading import read_expression
from likewise.core.table import Table
from likewise.errors import SettingsError


class Share(Rule):
    """Say that the share of rows in which an expression is true lies between two, ends included.

    Counted are the rows in which it is true or false; with `by` in each group of rows. A group that breaks it breaks it
    with all of its rows.

    >>> Share(rule="fraud", low=0.001, high=0.005, by=("country",)).said()
    'between 0.1 % and 0.5 % of the rows of each `country` have `fraud`'
    """

    kind: Literal["share"] = "share"
    rule: str
    low: float = Field(default=0.0, ge=0, le=1)
    high: float = Field(default=1.0, ge=0, le=1)
    by: tuple[str, ...] = ()

    _settle = field_validator("rule")(as_condition)

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"between {self.low:g} and {self.high:g} lies no share")
        return self

    @cached_property
    def expression(self) -> Expression:
        """The expression whose share it is about."""
        return read_expression(self.rule)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it is about."""
        return tuple(dict.fromkeys((*self.expression.names(), *self.by)))

    @property
    def scope(self) -> Scope:
        """Other rows have to be seen."""
        return "rows"

    def said(self) -> str:
        """Return the constraint as a sentence."""
        ends = f"between {100 * self.low:g} % and {100 * self.high:g} %"
        return f"{ends} of the rows{_of_each(self.by)} have `{self.rule}`"

    def holds(self, table: Table) -> Mask:
        """Return which rows are in a group whose share is within the range.

        Raises SettingsError where it is of no truth.
        """
        found = evaluate(self.expression, own_columns(table, self.table), table.rows)
        if found.sort != "truth":
            raise SettingsError("settings.rule", f"a share is of a truth, and this is a {found.sort}",
                                hint="compare it with something: `amount > 0`")  # fmt: skip
        groups, known = dense_codes(table, self.by), found.known()
        size = int(groups.max(initial=-1)) + 1
        rows = np.bincount(groups[known], minlength=size)
        met = np.bincount(groups[known], found.floats[known], minlength=size)
        # Shares are compared as counts: 1 of 10 is within 0.1, however a float writes that.
        slack = 1e-9 * np.maximum(rows, 1)
        within: Mask = (met >= self.low * rows - slack) & (met <= self.high * rows + slack)
        return within[groups]


class Quota(Rule):
    """Say how many rows each group has: at `least`, at `most`, or both; groups are told by one column or several.

    With `of` it is said of some values of a single column only; one of them that no row has breaks it where at least
    one row is wanted, and then every row counts as breaking it. Rows in which a column is missing are in no group.

    >>> Quota(columns=("country",), least=10).said()
    'each `country` has at least 10 rows'
    """

    kind: Literal["quota"] = "quota"
    columns: tuple[str, ...] = Field(min_length=1)
    least: int = Field(default=0, ge=0)
    most: int | None = Field(default=None, ge=0)
    of: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _can_be_met(self) -> Self:
        if self.most is not None and self.least > self.most:
            raise ValueError(f"at least {self.least} and at most {self.most} rows is no number of rows")
        if self.of and len(self.columns) > 1:
            raise ValueError("values can be listed of one column only")
        return self

    @property
    def scope(self) -> Scope:
        """Other rows have to be seen."""
        return "rows"

    def said(self) -> str:
        """Return the constraint as a sentence."""
        of = f"each of {len(self.of)} values of " if self.of else "each "
        ends = [f"at least {self.least:,}"] if self.least else []
        ends += [] if self.most is None else [f"at most {self.most:,}"]
        many = f"exactly {self.least:,}" if self.least == self.most else " and ".join(ends) or "any number of"
        return f"{of}{' and '.join(f'`{name}`' for name in self.columns)} has {many} rows"

    def holds(self, table: Table) -> Mask:
        """Return which rows are in a group of the right size."""
        asked = np.ones(table.rows, dtype=np.bool_)
        for name in self.columns:
            asked &= ~table.missing(name)
        if self.of:
            texts, listed = values_as_text(table, self.columns[0]), pa.array(self.of, pa.string())
            if self.least and not pc.all(pc.is_in(listed, pc.unique(texts))).as_py():
                return np.zeros(table.rows, dtype=np.bool_)
            asked &= np.asarray(pc.is_in(texts, listed))
        codes = dense_codes(table, self.columns)
        counts = np.bincount(codes[asked], minlength=int(codes.max(initial=-1)) + 1)
        fits = (counts >= self.least) & (counts <= (np.inf if self.most is None else self.most))
        return ~asked | fits[codes]


def values_as_text(table: Table, name: str) -> pa.Array:
    """Return a column as texts by which a document can name its values."""
    if table.schema[name].is_number:
        return table.column(name).cast(pa.string())
    return level_texts(table, name)


def share(rule: str, between: tuple[float, float], by: Sequence[str] = (), **settings: Any) -> Share:
    """Return the rule that the share of rows in which an expression is true lies between two.

    >>> share("fraud == true", (0.001, 0.005)).said()
    'between 0.1 % and 0.5 % of the rows have `fraud == true`'
    """
    return Share(rule=rule, low=between[0], high=between[1], by=tuple(by), **settings)


def quota(*columns: str, least: int = 0, most: int | None = None, of: Sequence[str] = (), **settings: Any) -> Quota:
    """Return the rule that each group of rows has at least or at most so many.

    >>> quota("country", "sex", least=3, most=3).said()
    'each `country` and `sex` has exactly 3 rows'
    """
    return Quota(columns=columns, least=least, most=most, of=tuple(of), **settings)


def _of_each(by: Sequence[str]) -> str:
    return f" of each {' and '.join(f'`{name}`' for name in by)}" if by else ""
