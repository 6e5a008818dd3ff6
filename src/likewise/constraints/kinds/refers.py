"""Values that have to occur as the key of a row of another table."""

from __future__ import annotations

from typing import Any, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from likewise.constraints.joining import parents_of
from likewise.constraints.kinds.rule import Mask, Rule, Scope
from likewise.core.dataset import Dataset, Relation


class Refers(Rule):
    """Say that the values of some columns occur as the key of a row of another table, or of the same one.

    As in SQL a row in which a part is missing refers to nothing and meets it.

    >>> Refers(columns=("customer_id",), to="customers", key=("id",)).said()
    '`customer_id` refers to `customers.id`'
    """

    kind: Literal["refers"] = "refers"
    columns: tuple[str, ...] = Field(min_length=1)
    to: str
    key: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _as_many(self) -> Self:
        if len(self.columns) != len(self.key):
            raise ValueError(f"{len(self.columns)} columns cannot refer to a key of {len(self.key)}")
        return self

    @property
    def scope(self) -> Scope:
        """Another table has to be seen."""
        return "tables"

    def said(self) -> str:
        """Return the constraint as a sentence."""
        return f"`{', '.join(self.columns)}` refers to `{self.to}.{', '.join(self.key)}`"

    def home(self, data: Dataset) -> str:
        """Return the table that refers: the one named, or the only other one that has the columns."""
        if self.table is None:
            able = [name for name in data if {*self.columns} <= {*data[name].names} and name != self.to]
            if len(able) == 1:
                return able[0]
        return super().home(data)

    def holds_in(self, data: Dataset) -> Mask:
        """Return which rows refer to one that is there, or to none."""
        home = self.home(data)
        relation = Relation(table=home, columns=self.columns, to=self.to, key=self.key)
        missing = np.zeros(data[home].rows, dtype=np.bool_)
        for name in self.columns:
            missing |= data[home].missing(name)
        met: Mask = missing | (parents_of(data, relation) >= 0)
        return met


def refers(*columns: str, to: str, **settings: Any) -> Refers:
    """Return the rule that columns hold the key of a row of another table: `to` is `table.column`, or `key` names it.

    >>> refers("customer_id", to="customers.id").key
    ('id',)
    """
    key = settings.pop("key", None)
    table, _, column = to.partition(".") if key is None else (to, "", "")
    return Refers(columns=columns, to=table, key=(column,) if key is None else tuple(key), **settings)
