"""Refuse rules that cannot be held on a table, all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from likewise.constraints.holding.declared import DECLARED
from likewise.constraints.holding.moving import premises
from likewise.constraints.holding.rule import RowRule, row_rules
from likewise.constraints.kinds import Constraint, Constraints
from likewise.constraints.language.expression import Absent, Name
from likewise.constraints.reasoning.contradictions import examine
from likewise.constraints.reasoning.domain import domains_of
from likewise.core.draw import pattern_of
from likewise.core.keys import capacity, make_keys
from likewise.core.schema import Schema
from likewise.core.table import Table
from likewise.errors import SettingsError

TRIED = 1000
"""Ids made to see whether a rule holds for those that a pattern makes."""


def settled(constraints: Sequence[Constraint], schema: Schema) -> tuple[Constraint, ...]:
    """Return constraints that can be held on rows of a table.

    Refuses rules on columns that are not there, left out or made anew, those that mix sorts of values, and those that
    need other tables. Raises SettingsError with every fault of a sort.
    """
    settled_ones = Constraints(items=tuple(constraints)).settled(schema).items
    found = DECLARED.validate_python(DECLARED.dump_python(settled_ones))  # read anew, for names may have changed
    faults = [f"$.constraints[{place}]: {fault}" for place, one in enumerate(found) for fault in _faults(one, schema)]
    if faults:
        raise SettingsError("settings.rule", "; ".join(faults), where="constraints",
                            hint="state rules of columns that are learned")  # fmt: skip
    return found


def consistent(constraints: Sequence[Constraint], schema: Schema) -> tuple[tuple[Constraint, ...], tuple[str, ...]]:
    """Return the constraints that are held, and sentences on those dropped for the least cost as not all can hold.

    What values the data happen to have is not taken for a rule: only kinds of columns, and whether they are ever
    missing. Raises SettingsError for the smallest set of rules that cannot hold together, with the arithmetic.
    """
    rules = row_rules(constraints, schema)
    if not rules:
        return tuple(constraints), ()
    columns = [c.model_copy(update={"bounds": None, "levels": None}) for c in schema.columns if not c.is_media]
    verdict = examine(premises(rules), domains_of(columns))
    if verdict.contradictions:
        raise verdict.contradictions[0].error(where="constraints")
    dropped = {rule.place for rule in rules if rule.said in verdict.dropped}
    notes = tuple(f"{said}: dropped, as not all rules can hold together" for said in verdict.dropped)
    return tuple(one for place, one in enumerate(constraints) if place not in dropped), notes


def check_held(constraints: Sequence[Constraint], schema: Schema) -> None:
    """Refuse rules that cannot be held on columns, or not together. Raises SettingsError."""
    consistent(settled(constraints, schema), schema)


def settled_each(constraints: Sequence[Constraint], schema: Schema) -> tuple[Constraint, ...]:
    """Return those constraints that can be held on rows of a table."""
    found: list[Constraint] = []
    for constraint in constraints:
        with suppress(SettingsError):
            found += settled([constraint], schema)
    return tuple(found)


def _faults(constraint: Constraint, schema: Schema) -> list[str]:
    """Return why a rule cannot be held on columns that are made anew or left out."""
    if constraint.scope == "tables":
        return [f"it needs other tables, and one is learned: {constraint.said()}"]
    columns = [schema[name] for name in constraint.columns]
    found = [f"`{c.name}` is left out of what is made (`role: ignore`)" for c in columns if c.role == "ignore"]
    rules = row_rules([constraint], schema)
    if not rules:
        return found
    made = [c.name for c in columns if c.is_generated]
    if made and not _holds_for_made(rules[0], made, schema):
        found.append(f"`{made[0]}` is made anew by its pattern, and what the pattern makes breaks {rules[0].said}")
    expression = rules[0].expression
    if expression is not None:
        free = {part.of.full for part in expression.walk() if isinstance(part, Absent) and isinstance(part.of, Name)}
        found += [f"`{c.name}` holds identifiers, and invented ones take their place" for c in columns
                  if c.is_pseudonymous and c.name not in free]  # fmt: skip
    return found


def _holds_for_made(rule: RowRule, made: list[str], schema: Schema) -> bool:
    """Whether a rule on ids alone holds for those that their patterns make."""
    if len(made) < len(rule.columns):
        return False
    import pyarrow as pa

    patterns = {name: pattern_of(schema[name]) for name in made}
    rows = min(TRIED, *(capacity(pattern) for pattern in patterns.values()))
    keys = {name: make_keys(pattern, 0, rows, 0) for name, pattern in patterns.items()}
    return bool(rule.holds(Table(pa.table(keys), schema.select(made))).all())
