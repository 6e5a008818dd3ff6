"""Why rules cannot hold together, in plain sentences: what each leaves of a column, up to the one that nothing meets."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from likewise.constraints.language.expression import Comparison, Every, Expression, Name, Value
from likewise.constraints.language.writing import write_expression
from likewise.constraints.reasoning.adding import Inequality, inequality, multipliers
from likewise.constraints.reasoning.boxes import Boxes
from likewise.constraints.reasoning.domain import Domain, Domains, between_said, said_value
from likewise.constraints.reasoning.facts import Fact
from likewise.constraints.reasoning.intervals import Interval
from likewise.constraints.reasoning.narrowing import Narrowing
from likewise.constraints.reasoning.premise import Premise
from likewise.constraints.reasoning.propagating import left_of_domain, settle, started
from likewise.constraints.reasoning.scaling import sort_of

MOST_STEPS = 6
"""How many steps a reason has at most; longer ones are not told step by step."""


def reason(rules: Sequence[Premise], facts: Sequence[Fact], domains: Domains) -> str | None:
    """Return why rules and facts, of which none can be left out, cannot hold together; None where it is not plain.

    The rules are on one scale; `domains` are those that only the facts are left of.
    """
    return _step_by_step(rules, domains) or _added_up(rules, facts)


def _step_by_step(rules: Sequence[Premise], domains: Domains) -> str | None:
    """Return what follows rule by rule, until one cannot be met."""
    ordered = sorted(rules, key=lambda rule: (len(rule.names) == 1, rules.index(rule)))
    narrowing, boxes = started(ordered, domains)
    end, steps = settle(ordered, narrowing, boxes)
    if not end.dead.all() or not steps:
        return None
    last, before = ordered[steps[-1][0]], steps[-2][1] if len(steps) > 1 else boxes
    told: list[str] = []
    wanted = set(last.names)
    for number in reversed(range(len(steps) - 1)):
        place, after = steps[number]
        earlier = steps[number - 1][1] if number else boxes
        changed = [name for name in after.of if name in wanted and after.of[name] is not earlier.of[name]]
        said = [_change(name, domains[name], earlier, after, narrowing) for name in changed]
        if any(said):
            wanted |= ordered[place].names
            told.insert(0, f"by {ordered[place].said}, {' and '.join(filter(None, said))}")
    if len(told) > MOST_STEPS:
        return None
    return "; ".join([*told, _unmet(last, before, narrowing, bool(told))])


def _change(name: str, domain: Domain, before: Boxes, after: Boxes, narrowing: Narrowing) -> str | None:
    """Return what has become of a column, None where nothing has."""
    old, new = (left_of_domain(domain, boxes.of[name], narrowing.words) for boxes in (before, after))
    if new.missing == "must":
        return f"`{name}` is missing" if old.missing != "must" else None
    known = "" if old.missing == new.missing else " and not missing" if old.spans != new.spans else "not missing"
    same = old.values == new.values if domain.sort == "text" else old.spans == new.spans
    return None if same and not known else f"`{name}` is {'' if same else new.said()}{known}"


def _unmet(rule: Premise, boxes: Boxes, narrowing: Narrowing, after: bool) -> str:
    """Return why a rule cannot be met where boxes are all that is left."""
    broken = _broken(rule.expression, boxes, narrowing)
    then = "so " if after else ""
    if broken is None:
        return f"{then}nothing is left that meets {rule.said}"
    sides = []
    for side in (broken.left, broken.right):
        sort = sort_of(side, narrowing.sorts)
        if not isinstance(side, Value) and sort is not None and not (after and isinstance(side, Name)):
            said = _said(narrowing.reach(side, boxes), sort == "text", narrowing, sort)
            sides.append(f"{_named(side)} is {said}")
    whole = f"`{write_expression(broken)}`" if broken is not rule.expression else rule.said
    part = "" if broken is rule.expression else f", and with it {rule.said},"
    told = f"{then}{' and '.join(sides)}, and " if sides else then
    return f"{told}{whole}{part} is false"


def _named(side: Expression) -> str:
    return f"`{side.full if isinstance(side, Name) else write_expression(side)}`"


def _said(interval: Interval, text: bool, narrowing: Narrowing, sort: str) -> str:
    low, high = float(interval.low[0]), float(interval.high[0])
    if text:
        words = narrowing.words.listed
        listed = [words[place] for place in range(len(words)) if low <= place <= high]
        return (
            f"'{listed[0]}'"
            if len(listed) == 1
            else f"between '{listed[0]}' and '{listed[-1]}'"
            if listed
            else "a text"
        )
    return between_said(low, high, sort)  # type: ignore[arg-type]


def _broken(expression: Expression, boxes: Boxes, narrowing: Narrowing) -> Comparison | None:
    """Return the comparison in a rule that can only be false, None where no single one is."""
    if isinstance(expression, Every):
        return next((found for part in expression.of if (found := _broken(part, boxes, narrowing))), None)
    if not isinstance(expression, Comparison):
        return None
    first, second = narrowing.reach(expression.left, boxes), narrowing.reach(expression.right, boxes)
    low, high, least, most = (float(ends[0]) for ends in (first.low, first.high, second.low, second.high))
    apart = {"==": low > most or high < least, "<": low >= most, "<=": low > most, ">": high <= least,
             ">=": high < least, "!=": low == high == least == most}[expression.sign]  # fmt: skip
    return expression if apart and low <= high and least <= most else None


def _added_up(rules: Sequence[Premise], facts: Sequence[Fact]) -> str | None:
    """Return how often to take each rule so that they add up to what is false."""
    told: list[tuple[str, Inequality]] = []
    for rule in rules:
        parts = rule.expression.of if isinstance(rule.expression, Every) else (rule.expression,)
        found = [inequality(part) for part in parts]
        if any(each is None for each in found):
            return None
        said = [rule.said] if len(parts) == 1 else [f"`{write_expression(part)}`" for part in parts]
        told += [(name, each) for name, each in zip(said, found) if each is not None]
    for fact in facts:
        if fact.part in ("low", "high"):
            sign, end = (-1, fact.domain.low) if fact.part == "low" else (1, fact.domain.high)
            whole = Inequality({fact.column: Fraction(sign)}, -sign * Fraction(repr(end)), False, False)
            told.append((fact.said(), whole))
        elif fact.part != "known":
            return None
    times = multipliers([each for _, each in told])
    if times is None:
        return None
    scale = lcm(*(each.denominator for each in times))
    counts = [each * scale for each in times]
    smallest = min(abs(each) for each in counts)
    counts = [each / smallest if all((c / smallest).denominator == 1 for c in counts) else each for each in counts]
    total = sum((count * one.constant for count, (_, one) in zip(counts, told)), Fraction(0))
    sign = "<" if any(one.strict for _, one in told) else "==" if all(one.equal for _, one in told) else "<="
    said = [name if count == 1 else f"{_count(count)} times {name}" for count, (name, _) in zip(counts, told)]
    return f"added up, {_listed(said)} say that {said_value(float(total), 'number')} {sign} 0"


def _count(count: Fraction) -> str:
    return said_value(float(count), "number")


def _listed(said: Sequence[str]) -> str:
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"


listed = _listed
