"""What rules say of single columns: their bounds, values, patterns and lengths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from likewise.constraints.language.expression import (
    TURNED,
    Absent,
    Call,
    Comparison,
    Every,
    Expression,
    Matches,
    Name,
    Not,
    Sign,
    Some,
    Value,
    Within,
)


@dataclass
class Facts:
    """Hold what is known of one column.

    `low` and `high` are bounds, each with whether it is itself excluded. `values` are all that it may be, `patterns`
    what its texts match, `shortest` and `longest` how many characters they have. `special` are
    whole numbers of which a rule says something that it says of no others. `case` is that of all letters.
    """

    low: tuple[Any, bool] | None = None
    high: tuple[Any, bool] | None = None
    values: tuple[Any, ...] | None = None
    patterns: list[str] = field(default_factory=list)
    shortest: int = 0
    longest: int | None = None
    special: set[int] = field(default_factory=set)
    case: Literal["lower", "upper"] | None = None

    def bound(self, sign: Sign, value: Any) -> None:
        """Take over a bound, where it is closer than the one known."""
        if value is None or isinstance(value, bool):
            return
        edge = (value, sign in ("<", ">"))
        if sign in (">", ">=") and (self.low is None or _follows(value, self.low[0])):
            self.low = edge
        if sign in ("<", "<=") and (self.high is None or _follows(self.high[0], value)):
            self.high = edge

    def among(self, values: tuple[Any, ...]) -> None:
        """Take over a list of values."""
        known = tuple(value for value in values if value is not None)
        self.values = known if self.values is None else tuple(value for value in self.values if value in known)


def facts_of(rules: list[Expression], columns: Mapping[str, Any]) -> dict[str, Facts]:
    """Return what rules say of each column by itself.

    >>> from likewise.constraints.language.expression import Name, Value
    >>> facts_of([Comparison(">", Name("a"), Value(0))], {"a": None})["a"].low
    (0, True)
    """
    found = {name: Facts() for name in columns}
    for rule in rules:
        for part in _parts(rule):
            _take(part, found)
    return found


def _parts(rule: Expression) -> Iterator[Expression]:
    """Yield the conditions that all must hold where the column is there at all."""
    if isinstance(rule, Every):
        for part in rule.of:
            yield from _parts(part)
    elif isinstance(rule, Some) and len(others := [part for part in rule.of if not isinstance(part, Absent)]) == 1:
        if len({part.names() for part in rule.of}) == 1:  # `a is missing or a > 0`
            yield from _parts(others[0])
    else:
        yield rule


def _take(rule: Expression, found: dict[str, Facts]) -> None:
    match rule:
        case Comparison(sign, Value() as value, other) if not isinstance(other, Value):
            _take(Comparison(TURNED[sign], other, value), found)
        case Comparison("==", Call(), Name() as other):
            _take(Comparison("==", other, rule.left), found)
        case Comparison("==", Name(column, None), Call("lower" | "upper" as case, (Name(own, None),))) if column == own:
            if column in found:
                found[column].case = case
        case Comparison("==", Name(column, None), Value(value)) if column in found:
            found[column].among((value,))
        case Comparison(sign, Name(column, None), Value(value)) if column in found and sign != "!=":
            found[column].bound(sign, value)
        case Comparison(sign, Call("len", (Name(column, None),)), Value(int(size))) if column in found:
            _length(found[column], sign, size)
        case Comparison(sign, Call("len", (Call("trim", (Name(column, None),)),)), Value(int(size))) if column in found:
            _length(found[column], sign, size)
        case Within(Name(column, None), among) if column in found:
            found[column].among(tuple(value.value for value in among))
        case Matches(Name(column, None), pattern) if column in found:
            found[column].patterns.append(pattern)
        case Some(of) if _listed(of) is None:
            for part in of:
                match part:
                    case Comparison("!=", Name(column, None), Value(int(value))) if column in found:
                        found[column].special.add(value)
        case Some(of) if _listed(of) is not None:
            name, values = _listed(of) or ("", ())
            if name in found:
                found[name].among(values)
        case Not(Absent()):
            pass


def _listed(of: tuple[Expression, ...]) -> tuple[str, tuple[Any, ...]] | None:
    """Return a column and its values, where alternatives each name one value of the same column."""
    found: list[tuple[str, Any]] = []
    for part in of:
        match part:
            case Comparison("==", Name(column, None), Value(value)):
                found.append((column, value))
            case _:
                return None
    names = {name for name, _ in found}
    return (names.pop(), tuple(value for _, value in found)) if len(names) == 1 else None


def _length(facts: Facts, sign: Sign, size: int) -> None:
    least = {">": size + 1, ">=": size, "==": size}.get(sign)
    most = {"<": size - 1, "<=": size, "==": size}.get(sign)
    facts.shortest = max(facts.shortest, least or 0)
    if most is not None:
        facts.longest = most if facts.longest is None else min(facts.longest, most)


def _follows(one: Any, other: Any) -> bool:
    try:
        return bool(one > other)
    except TypeError:
        return False
