"""How many synthetic rows break each declared constraint, and how many real ones do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from likewise.constraints.kinds import Constraints
from likewise.constraints.verifying.verify import verify
from likewise.core.spec import Spec
from likewise.core.table import Table
from likewise.evaluation.fidelity.rules import Rule


class KeptRule(Spec):
    """Hold one constraint: of `rows` synthetic rows `violations` break it, of `real_rows` real ones `real_violations`.

    `first` are the first synthetic rows that break it, counted from 0; no value is told. `met` says how the rule was
    met when the rows were made, where their maker tells, and `cost` what it was said to cost to drop it.
    """

    rule: str
    name: str | None = None
    rows: int
    violations: int
    first: tuple[int, ...] = ()
    real_rows: int
    real_violations: int
    met: str = ""
    cost: float | None = None

    @property
    def label(self) -> str:
        """What a table calls it: its name and what it says."""
        return self.rule if self.name is None else f"{self.name}: {self.rule}"


def kept_rules(
    constraints: Constraints, real: Table, synthetic: Table, met: Mapping[str, str] | None = None
) -> tuple[KeptRule, ...]:
    """Count, by code that shares nothing with what keeps them, the rows of both sides that break each constraint.

    `met` tells by the sentence of a rule how it was met. Raises SettingsError where a constraint does not fit the
    table, or is about several.

    >>> real = Table.from_any({"low": [1, 2, 3], "high": [2, 3, 3]})
    >>> made = Table.from_any({"low": [1, 5, 3], "high": [2, 3, 3]})
    >>> [(kept.violations, kept.real_violations) for kept in kept_rules(Constraints.of(["low <= high"]), real, made)]
    [(1, 0)]
    """
    told = met or {}
    rules = constraints.settled(real.schema)
    return tuple(
        KeptRule(
            rule=of_made.rule, name=of_made.name, rows=of_made.rows, violations=of_made.violations,
            first=of_made.first, real_rows=of_real.rows, real_violations=of_real.violations,
            met=told.get(of_made.rule, ""), cost=of_made.cost,
        )
        for of_made, of_real in zip(verify(rules, synthetic), verify(rules, real), strict=True)
    )  # fmt: skip


def as_rules(constraints: Constraints, real: Table, synthetic: Table) -> list[Rule]:
    """Return declared constraints as rules that are scored: which rows of each side break them."""
    rules = constraints.settled(real.schema)
    return [Rule(rule.said(), ~rule.holds(synthetic), ~rule.holds(real)) for rule in rules.items]


def told(rules: Sequence[KeptRule]) -> str:
    """Say in a sentence how many constraints were declared and how many rows break one.

    >>> told([KeptRule(rule="`a <= b`", rows=10, violations=0, real_rows=10, real_violations=1)])
    '1 rule is declared: no violation in 10 synthetic rows; 1 in 10 real ones.'
    """
    count = f"{len(rules):,} rules are declared" if len(rules) != 1 else "1 rule is declared"
    made, real = sum(rule.violations for rule in rules), sum(rule.real_violations for rule in rules)
    rows, real_rows = max(rule.rows for rule in rules), max(rule.real_rows for rule in rules)
    many = "no violation" if made == 0 else f"{made:,} violation{'s' * (made != 1)}"
    return f"{count}: {many} in {rows:,} synthetic rows; {real:,} in {real_rows:,} real ones."
