"""A balance that runs on from row to row."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Literal, Self

import numpy as np
from pydantic import field_validator, model_validator

from likewise.constraints.groups import dense_codes, places_in_order
from likewise.constraints.joining import own_columns, taken
from likewise.constraints.kinds.rule import Mask, Rule, Scope
from likewise.constraints.language.cells import Cells
from likewise.constraints.language.evaluating import evaluate, holds
from likewise.constraints.language.expression import Call, Comparison, Computed, Expression, Name, Value
from likewise.constraints.language.functions import PREVIOUS
from likewise.constraints.language.reading import read_expression
from likewise.constraints.language.writing import write_expression
from likewise.core.table import Table
from likewise.errors import SettingsError


class Running(Rule):
    """Say what a row has to do with the row before it: `balance == previous(balance) + amount`.

    The rows of an entity (the columns `by`; all rows without) follow one another in `order`, or as they lie. Before the
    first one the column on the left has the value `start`, and every other column none, so that the rule says nothing
    of the first row where there is no start. The column on the left is never below `floor`.

    >>> Running(rule="balance == previous(balance) + amount", by=("account",), start=0, floor=0).said()
    '`balance == previous(balance) + amount` for each `account`, from 0, never below 0'
    """

    kind: Literal["running"] = "running"
    rule: str
    by: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    start: float | None = None
    floor: float | None = None

    @field_validator("rule")
    @classmethod
    def _as_written(cls, rule: str) -> str:
        return write_expression(read_expression(rule))

    @model_validator(mode="after")
    def _speaks_of_the_row_before(self) -> Self:
        if not self.previous:
            raise SettingsError("settings.rule", f"`{self.rule}` says nothing of the row before",
                                hint="write e.g. `balance == previous(balance) + amount`")  # fmt: skip
        if self.column is None and (self.start is not None or self.floor is not None):
            raise SettingsError("settings.rule", f"`{self.rule}` names no column that could start or have a floor",
                                hint="put the column alone on the left: `balance == ...`")  # fmt: skip
        return self

    @cached_property
    def expression(self) -> Expression:
        """The rule as an expression."""
        return read_expression(self.rule)

    @property
    def previous(self) -> tuple[Call, ...]:
        """What of the row before it speaks of."""
        return tuple(dict.fromkeys(self.expression.calls((PREVIOUS,))))

    @property
    def column(self) -> str | None:
        """The column on the left that runs on, None where there is none."""
        rule = self.expression
        return rule.left.full if isinstance(rule, Comparison) and isinstance(rule.left, Name) else None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it is about."""
        return tuple(dict.fromkeys((*self.expression.names(), *self.by, *self.order)))

    @property
    def scope(self) -> Scope:
        """Other rows have to be seen."""
        return "rows"

    def said(self) -> str:
        """Return the constraint as a sentence."""
        told = f"`{self.rule}`"
        if self.by:
            told += f" for each {' and '.join(f'`{name}`' for name in self.by)}"
        if self.order:
            told += f" in the order of {' and '.join(f'`{name}`' for name in self.order)}"
        if self.start is not None:
            told += f", from {self.start:g}"
        return told + ("" if self.floor is None else f", never below {self.floor:g}")

    def holds(self, table: Table) -> Mask:
        """Return which rows agree with the row before them."""
        columns, rows = own_columns(table, self.table), table.rows
        before, found = _before(table, self.by, self.order), dict[str, Cells]()
        calls = self.previous
        stand_ins: dict[Expression, Computed] = {call: Computed(f"#{number}") for number, call in enumerate(calls)}
        for call, stand_in in zip(calls, stand_ins.values(), strict=True):
            cells = taken(evaluate(call.of[0], columns, rows), before)
            if self.start is not None and call.of[0] == Name(str(self.column)):
                cells = Cells(cells.sort, np.where(before < 0, self.start, cells.floats))
            found[stand_in.label] = cells
        rule = self.expression.replaced(stand_ins)
        met = holds(rule, lambda name: found.get(name) or columns(name), rows)
        if self.floor is not None and self.column is not None:
            met &= holds(Comparison(">=", Name(self.column), Value(self.floor)), columns, rows)
        return met


def _before(table: Table, by: Sequence[str], order: Sequence[str]) -> Any:
    """Return the row before each row among those of its entity, -1 for the first."""
    places, groups = places_in_order(table, by, order), dense_codes(table, by)
    before = np.full(table.rows, -1, dtype=np.int64)
    same = groups[places[1:]] == groups[places[:-1]]
    before[places[1:][same]] = places[:-1][same]
    return before


def running(rule: str, by: Sequence[str] = (), **settings: Any) -> Running:
    """Return the rule that each row agrees with the row before it.

    >>> running("n == previous(n) + 1", order=("n",)).said()
    '`n == previous(n) + 1` in the order of `n`'
    """
    return Running(rule=rule, by=tuple(by), **settings)
