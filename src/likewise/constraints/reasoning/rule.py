"""A rule as it is reasoned about: what it means, how it is told, and what it costs to drop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from likewise.constraints.language.evaluating import Sort
from likewise.constraints.language.expression import Expression
from likewise.constraints.language.reading import read_expression
from likewise.constraints.reasoning.scaling import settled
from likewise.errors import SettingsError, suggest


@dataclass(frozen=True)
class Rule:
    """Hold a rule of one row. `said` is its text in messages, `cost` what it costs to drop; None is never to be dropped.

    >>> Rule.of("start <= end").said
    'start <= end'
    """

    expression: Expression
    said: str
    cost: float | None = None

    @classmethod
    def of(cls, rule: Rule | str, cost: float | None = None) -> Rule:
        """Return a rule as it is, or read it from its text."""
        return rule if isinstance(rule, Rule) else cls(read_expression(rule), rule, cost)


def on_one_scale(rules: Iterable[Rule | str], sorts: Mapping[str, Sort]) -> list[Rule]:
    """Return rules with both sides of everything on one scale. Raises SettingsError for a column that is not there."""
    found = [Rule.of(rule) for rule in rules]
    for rule in found:
        for name in rule.expression.names():
            if name not in sorts:
                raise SettingsError("settings.rule", f"`{rule.said}` speaks of `{name}`, which is not there",
                                    hint=suggest(name, list(sorts), "column"))  # fmt: skip
    return [replace(rule, expression=settled(rule.expression, sorts)) for rule in found]
