"""Conditions on which of some columns are empty, as rules that say so column by column, so that they can be made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from likewise.constraints.language.expression import (
    OPPOSITE,
    Absent,
    Arithmetic,
    Choice,
    Comparison,
    Every,
    Expression,
    Name,
    Not,
    Some,
    Value,
)


@dataclass(frozen=True)
class Exclusion:
    """Say that exactly one of some columns holds a value, or that all or none of them do."""

    form: Literal["one", "all or none"]
    columns: tuple[str, ...]

    def missing(self, column: str) -> float:
        """Return the share of rows in which a column is empty by chance, once those before it are settled."""
        place, last = self.columns.index(column), len(self.columns) - 1
        if self.form == "all or none":
            return 0.05 if place == 0 else 0.0
        return round(1 - 1 / (last + 1 - place), 4) if place < last else 0.0

    def rules(self) -> list[Expression]:
        """Return what is said of each column but the first, in terms of those before it.

        >>> from likewise.constraints.language.writing import write_expression
        >>> [write_expression(rule) for rule in Exclusion("one", ("a", "b")).rules()]
        ['if a is not missing then b is missing', 'if a is missing then b is not missing']
        """
        empty = [Absent(Name(column)) for column in self.columns]
        if self.form == "all or none":
            pairs = [(empty[0], one) for one in empty[1:]]
            return [rule for first, one in pairs for rule in (_if(first, one), _if(Not(first), Not(one)))]
        found: list[Expression] = []
        for place, one in enumerate(empty[1:], 1):
            found += [_if(Not(before), one) for before in empty[:place]]
        others = empty[0] if len(empty) == 2 else Every(tuple(empty[:-1]))
        return [*found, _if(others, Not(empty[-1]))]


def _if(condition: Expression, then: Expression) -> Expression:
    return Choice(condition, then, Value(True))


def exclusion_of(rule: Expression) -> Exclusion | None:
    """Return what a rule says of the emptiness of columns; None where it says something else.

    `(a is missing) != (b is missing)`, two alternatives of what is there and what is not, and a count of what is there.
    """
    match rule:
        case Comparison("!=" | "==" as sign, left, right) if _gap(left) is not None and _gap(right) is not None:
            (first, one), (second, other) = _gap(left) or ("", False), _gap(right) or ("", False)
            unlike = (sign == "!=") == (one == other)
            return None if first == second else Exclusion("one" if unlike else "all or none", (first, second))
        case Comparison("==", Arithmetic("+") as total, Value(1)):
            counted = _counted(total)
            return None if counted is None or len(set(counted)) < 2 else Exclusion("one", counted)
        case Some((Every(one), Every(other))):
            return _alternatives(one, other)
    return None


def implied(rule: Expression) -> Expression | None:
    """Return an alternative that ends in the emptiness of a column as what follows where nothing else of it holds.

    >>> from likewise.constraints.language.reading import read_expression
    >>> from likewise.constraints.language.writing import write_expression
    >>> write_expression(implied(read_expression("a > 0 or b > 0 or c is not missing")))
    'if a <= 0 and b <= 0 then c is not missing'
    """
    if not isinstance(rule, Some):
        return None
    for place, part in reversed(list(enumerate(rule.of))):
        gap = _gap(part)
        others = [*rule.of[:place], *rule.of[place + 1 :]]
        if gap is not None and not any(gap[0] in other.names() for other in others):
            unmet = [_opposite(other) for other in others]
            return _if(unmet[0] if len(unmet) == 1 else Every(tuple(unmet)), part)
    return None


def _opposite(rule: Expression) -> Expression:
    match rule:
        case Comparison(sign, left, right):
            return Comparison(OPPOSITE[sign], left, right)
        case Not(of):
            return of
    return Not(rule)


def _gap(rule: Expression) -> tuple[str, bool] | None:
    """Return a column and whether it is said to be empty."""
    match rule:
        case Absent(Name(column, None)):
            return column, True
        case Not(Absent(Name(column, None))):
            return column, False
    return None


def _counted(total: Expression) -> tuple[str, ...] | None:
    """Return the columns of which a sum counts those that hold a value."""
    match total:
        case Arithmetic("+", left, right):
            first, second = _counted(left), _counted(right)
            return None if first is None or second is None else (*first, *second)
        case Choice(Absent(Name(column, None)), Value(0), Value(1)):
            return (column,)
        case Choice(Not(Absent(Name(column, None))), Value(1), Value(0)):
            return (column,)
    return None


def _alternatives(one: tuple[Expression, ...], other: tuple[Expression, ...]) -> Exclusion | None:
    """Return what two alternatives say, each of the emptiness of the same columns."""
    first, second = [_gap(part) for part in one], [_gap(part) for part in other]
    if None in first or None in second:
        return None
    told, turned = dict(part for part in first if part), dict(part for part in second if part)
    if set(told) != set(turned) or len(told) < 2 or any(told[name] == turned[name] for name in told):
        return None
    if len(set(told.values())) == 1:
        return Exclusion("all or none", tuple(told))
    return Exclusion("one", tuple(told)) if len(told) == 2 else None
