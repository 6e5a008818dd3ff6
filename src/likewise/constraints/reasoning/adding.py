"""Inequalities that cannot hold together because they add up to one that is false."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from likewise.constraints.language.cells import constant
from likewise.constraints.language.expression import Arithmetic, Comparison, Expression, Name, Negative, Value
from likewise.constraints.reasoning.domain import exact


@dataclass(frozen=True)
class Inequality:
    """Hold that a sum of columns, each times a number, is at most 0, or below 0 where `strict`, or 0 where `equal`."""

    terms: Mapping[str, Fraction]
    constant: Fraction
    strict: bool
    equal: bool


def inequality(comparison: Expression) -> Inequality | None:
    """Return a comparison of plain sums as an inequality, None for any other expression."""
    if not isinstance(comparison, Comparison) or comparison.sign == "!=":
        return None
    sign = -1 if comparison.sign in (">", ">=") else 1
    left, right = _sum(comparison.left), _sum(comparison.right)
    if left is None or right is None:
        return None
    terms, free = dict(left[0]), left[1] - right[1]
    for name, times in right[0].items():
        terms[name] = terms.get(name, Fraction(0)) - times
    return Inequality({name: sign * times for name, times in terms.items() if times}, sign * free,
                      comparison.sign in ("<", ">"), comparison.sign == "==")  # fmt: skip


def multipliers(inequalities: Sequence[Inequality]) -> list[Fraction] | None:
    """Return how often to take each inequality so that they add up to a false one; None where none is plain.

    Where none of them can be left out there is one way at most to cancel all columns (Farkas, 1902), found by
    elimination.
    """
    names = sorted({name for each in inequalities for name in each.terms})
    rows = [[each.terms.get(name, Fraction(0)) for each in inequalities] for name in names]
    free = _null_space(rows, len(inequalities))
    if free is None:
        return None
    for times in (free, [-each for each in free]):
        if all(each > 0 or one.equal for each, one in zip(times, inequalities)):
            total = sum((each * one.constant for each, one in zip(times, inequalities)), Fraction(0))
            strict = any(one.strict for one in inequalities)
            if total > 0 or (total == 0 and strict) or (total != 0 and all(one.equal for one in inequalities)):
                return times
    return None


def _sum(expression: Expression) -> tuple[dict[str, Fraction], Fraction] | None:
    match expression:
        case Name():
            return {expression.full: Fraction(1)}, Fraction(0)
        case Value(value):
            number = _number(value)
            return None if number is None else ({}, number)
        case Negative(of):
            return _scaled(_sum(of), Fraction(-1))
        case Arithmetic("+" | "-" as operation, left, right):
            first, second = _sum(left), _scaled(_sum(right), Fraction(1 if operation == "+" else -1))
            if first is None or second is None:
                return None
            names = {**first[0], **second[0]}
            return {n: first[0].get(n, Fraction(0)) + second[0].get(n, Fraction(0)) for n in names}, first[1] + second[
                1
            ]
        case Arithmetic("*" | "/" as operation, left, Value(value)):
            number = _number(value)
            return None if not number else _scaled(_sum(left), number if operation == "*" else 1 / number)
        case Arithmetic("*", Value(value), right):
            number = _number(value)
            return None if not number else _scaled(_sum(right), number)
        case _:
            return None


def _number(value: Any) -> Fraction | None:
    if value is None or isinstance(value, str | bool):
        return None
    return Fraction(value) if isinstance(value, int) else exact(float(constant(value, 1).floats[0]))


def _scaled(
    of: tuple[dict[str, Fraction], Fraction] | None, by: Fraction
) -> tuple[dict[str, Fraction], Fraction] | None:
    return None if of is None else ({name: times * by for name, times in of[0].items()}, of[1] * by)


def _null_space(rows: list[list[Fraction]], width: int) -> list[Fraction] | None:
    """Return the one direction in which all rows come to 0, None where there is none or several."""
    pivots: list[int] = []
    for column in range(width):
        place = len(pivots)
        found = next((row for row in range(place, len(rows)) if rows[row][column]), None)
        if found is None:
            continue
        rows[place], rows[found] = rows[found], rows[place]
        rows[place] = [value / rows[place][column] for value in rows[place]]
        for row in range(len(rows)):
            if row != place and rows[row][column]:
                times = rows[row][column]
                rows[row] = [a - times * b for a, b in zip(rows[row], rows[place])]
        pivots.append(column)
    open_ones = [column for column in range(width) if column not in pivots]
    if len(open_ones) != 1:
        return None
    direction = [Fraction(0)] * width
    direction[open_ones[0]] = Fraction(1)
    for row, column in enumerate(pivots):
        direction[column] = -rows[row][open_ones[0]]
    return direction if all(direction) else None
