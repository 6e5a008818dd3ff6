"""A rule of one row as it is reasoned from: what it means, how it is told, and what it costs to drop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from likewise.constraints.language.cells import Sort
from likewise.constraints.language.expression import Choice, Expression, Not, Value
from likewise.constraints.language.reading import read_expression
from likewise.constraints.reasoning.scaling import settled
from likewise.errors import SettingsError, suggest


@dataclass(frozen=True)
class Premise:
    """Hold a rule of one row. `said` is how messages call it, `cost` what it costs to drop; None is never to be dropped.

    >>> Premise.of("start <= end").said
    '`start <= end`'
    """

    expression: Expression
    said: str
    cost: float | None = None

    @classmethod
    def of(cls, rule: Premise | str, cost: float | None = None) -> Premise:
        """Return a rule as it is, or read it from its text."""
        return rule if isinstance(rule, Premise) else cls(read_expression(rule), f"`{rule}`", cost)

    def asked(self, of: type[Not] | None = None) -> Premise:
        """Return the rule that it is true, and not only unknown; or that `Not` of it is."""
        told = self.expression if of is None else of(self.expression)
        known = Choice(told, Value(True), Value(False))
        return Premise(known, self.said if of is None else f"not {self.said}", self.cost)

    @property
    def names(self) -> frozenset[str]:
        """The columns that it speaks of."""
        return frozenset(self.expression.names())


def on_one_scale(rules: Iterable[Premise | str], sorts: Mapping[str, Sort]) -> list[Premise]:
    """Return rules with both sides of everything on one scale. Raises SettingsError for a column that is not there."""
    found = [Premise.of(rule) for rule in rules]
    for rule in found:
        for name in rule.expression.names():
            if name not in sorts:
                raise SettingsError("settings.rule", f"{rule.said} speaks of `{name}`, which is not there",
                                    hint=suggest(name, list(sorts), "column"))  # fmt: skip
    return [replace(rule, expression=settled(rule.expression, sorts)) for rule in found]


def connected(rules: Sequence[Premise], start: Iterable[str], through: Iterable[str]) -> list[Premise]:
    """Return the rules that say something of some columns, also by way of others that are open."""
    reached, open_ones = set(start), set(through)
    found: list[Premise] = []
    waiting = list(rules)
    while near := [rule for rule in waiting if rule.names & reached]:
        found += near
        waiting = [rule for rule in waiting if rule not in near]
        reached |= {name for rule in near for name in rule.names} & open_ones
    return [rule for rule in rules if rule in found]
