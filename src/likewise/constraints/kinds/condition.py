"""The rows that a constraint is about, told by an expression."""

from __future__ import annotations

import numpy as np

from likewise.constraints.kinds.rule import Mask
from likewise.constraints.language.evaluating import evaluate
from likewise.constraints.language.expression import Expression
from likewise.constraints.language.reading import read_expression
from likewise.constraints.language.tables import columns_of
from likewise.constraints.language.writing import write_expression
from likewise.core.table import Table
from likewise.errors import SettingsError


def as_condition(text: str | None) -> str | None:
    """Return an expression as this house writes it. Raises SettingsError where it cannot be read."""
    return None if text is None else write_expression(read_expression(text))


def where_met(condition: Expression | None, table: Table) -> Mask:
    """Return in which rows an expression is true; all where there is none.

    Raises SettingsError where it is no truth.
    """
    if condition is None:
        return np.ones(table.rows, dtype=np.bool_)
    found = evaluate(condition, columns_of(table), table.rows)
    if found.sort != "truth":
        raise SettingsError("settings.rule", f"a condition is true or false, and this is a {found.sort}")
    return np.asarray(found.floats == 1)
