"""Refuse rules that cannot be held on a table, all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from likewise.constraints.holding.rule import row_rules
from likewise.constraints.language.expression import Absent, Name
from likewise.core.draw import pattern_of
from likewise.core.keys import capacity, make_keys
from likewise.core.schema import Schema
from likewise.core.table import Table
from likewise.errors import LikewiseError, SettingsError, suggest

TRIED = 1000
"""Ids made to see whether a rule holds for those that a pattern makes."""


def check_rules(constraints: Sequence[Any], table: Table) -> None:
    """Refuse rules on columns that are not there, left out or replaced, and those that mix sorts of values.

    Raises SettingsError with every fault.
    """
    faults, hint = list[str](), None
    for place, constraint in enumerate(constraints):
        path = f"$.constraints[{place}]"
        unknown = [name for name in constraint.columns if name not in table.schema]
        for name in unknown:
            faults.append(f"{path}: there is no column `{name}`")
            hint = hint or suggest(name, table.names, "column")
        if unknown:
            continue
        faults += [f"{path}: {fault}" for fault in _faults(constraint, table)]
        try:
            constraint.holds(table.slice(0, 64))
        except LikewiseError as fault:
            faults.append(f"{path}: {fault.what}")
            hint = hint or fault.hint
    if faults:
        raise SettingsError("settings.rule", "; ".join(faults), where="constraints",
                            hint=hint or "state the rules of columns that are learned")  # fmt: skip


def applicable(constraints: Sequence[Any], schema: Schema) -> tuple[Any, ...]:
    """Return the constraints of which every column is there."""
    return tuple(one for one in constraints if all(name in schema for name in one.columns))


def _faults(constraint: Any, table: Table) -> list[str]:
    """Return why a rule cannot be held on columns that are made anew or left out."""
    columns = [table.schema[name] for name in constraint.columns]
    found = [f"`{c.name}` is left out of what is made (`role: ignore`)" for c in columns if c.role == "ignore"]
    rules = row_rules([constraint], table.schema)
    if not rules:
        return found
    made = [c.name for c in columns if c.is_generated]
    if made and not _holds_for_made(rules[0], made, table):
        found.append(f"`{made[0]}` is made anew by its pattern, and what the pattern makes breaks {rules[0].said}")
    expression = rules[0].expression
    if expression is not None:
        free = {part.of.full for part in expression.walk() if isinstance(part, Absent) and isinstance(part.of, Name)}
        found += [f"`{c.name}` holds identifiers, and invented ones take their place" for c in columns
                  if c.is_pseudonymous and c.name not in free]  # fmt: skip
    return found


def _holds_for_made(rule: Any, made: list[str], table: Table) -> bool:
    """Whether a rule on ids alone holds for those that their patterns make."""
    if len(made) < len(rule.columns):
        return False
    import pyarrow as pa

    patterns = {name: pattern_of(table.schema[name]) for name in made}
    rows = min(TRIED, *(capacity(pattern) for pattern in patterns.values()))
    keys = {name: make_keys(pattern, 0, rows, 0) for name, pattern in patterns.items()}
    return bool(rule.holds(Table(pa.table(keys), table.schema.select(made))).all())
