"""Guess which column somebody would want to predict."""

from __future__ import annotations

from typing import Literal

from likewise.core.schema import Column, Schema
from likewise.core.table import Table
from likewise.errors import EvaluationError, suggest

Role = Literal["target", "sensitive", "quasi", "entity", "order", "shared", "amount", "counterparty"]

CERTAIN = ("target", "label", "class", "y", "outcome")
LIKELY = ("churn", "churned", "income", "default", "revenue", "survived", "diagnosis", "response", "converted", "fraud",
          "is_fraud", "readmitted", "subscribed")  # fmt: skip


def guess_target(schema: Schema, table: Table) -> tuple[str, str] | None:
    """Return the likely target and the reason, or None.

    In this order: the declared target; a column called `target`, `label`, `class`, `y` or `outcome`; one called
    `churn`, `income`, `default...` and the like; the last column, if it is a category with 2 to 20 levels.
    """
    if schema.target is not None:
        return schema.target, "it is declared as the target"
    usable = [c for c in schema.columns if _usable(c)]
    known = {c.name.strip().casefold() for c in usable}
    for column in usable:
        name = column.name.strip().casefold()
        # Beside an `x`, a `y` is a coordinate.
        if name in CERTAIN and not (name == "y" and "x" in known):
            return column.name, "its name says so"
    for column in usable:
        name = column.name.strip().casefold()
        if (
            name in LIKELY
            or name.startswith(("default.", "default_", "target_"))
            or name.endswith(("_target", "_label"))
        ):
            return column.name, "its name is one that targets often have"
    last = schema.columns[-1] if schema.columns else None
    if last is not None and last in usable and last.is_levels:
        codes = table.codes(last.name)
        count = len(set(codes[codes >= 0].tolist()))
        if 2 <= count <= 20:
            return last.name, f"it is the last column and a category of {count} levels"
    return None


def check_column(name: str, table: Table, *, role: Role) -> None:
    """Raise EvaluationError, with the nearest name, when there is no such column to take a role."""
    if name not in table.schema:
        code, what = ("target", " to predict") if role == "target" else ("column", "")
        raise EvaluationError(f"evaluate.unknown-{code}", f"there is no column `{name}`{what}", where=role,
                              hint=suggest(name, table.names, "column"))  # fmt: skip


def _usable(column: Column) -> bool:
    return (column.is_number or column.is_levels) and column.role not in ("key", "ignore")
