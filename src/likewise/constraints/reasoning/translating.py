"""Rules as formulas of a solver (z3): exact numbers, texts by their ranks, and beside each value whether it is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from likewise.constraints.language.cells import Cells, Sort, constant
from likewise.constraints.language.evaluating import evaluate
from likewise.constraints.language.expression import (
    Absent,
    Arithmetic,
    Call,
    Choice,
    Comparison,
    Every,
    Expression,
    Name,
    Negative,
    Not,
    Some,
    Value,
)
from likewise.constraints.reasoning.domain import Domains, exact
from likewise.constraints.reasoning.facts import Fact, facts_of
from likewise.constraints.reasoning.intervals import decimals_of_step
from likewise.constraints.reasoning.scaling import half_unit, sort_of
from likewise.constraints.reasoning.words import Words
from likewise.core.extras import require
from likewise.core.moments import DAY

MOST_LISTED = 400
"""Up to how many values of a column are written out where a function of it has no formula."""


@dataclass(frozen=True, eq=False)
class Term:
    """Hold a value of the solver and when it is missing."""

    value: Any
    missing: Any


@dataclass(frozen=True, eq=False)
class Truth:
    """Hold when something is true and when it is false; else it is unknown."""

    true: Any
    false: Any


class Translator:
    """Write rules over columns as formulas. `free` are the parts that have no formula: they may come to anything."""

    def __init__(self, domains: Domains, words: Words) -> None:
        self.z3 = require("z3", extra="rules")
        self.domains, self.words = domains, words
        self.sorts: Mapping[str, Sort] = {name: domain.sort for name, domain in domains.items()}
        self.decimals = {name: decimals_of_step(domain.step) for name, domain in domains.items()}
        self.free: list[Expression] = []
        self._columns: dict[str, Term] = {}

    # -- columns -----------------------------------------------------------------------------------------------------
    def column(self, name: str) -> Term:
        """Return the value of a column: a number, the place on its grid times the step, or the rank of a text."""
        if name not in self._columns:
            z3, domain = self.z3, self.domains[name]
            missing = z3.Bool(f"{name} is missing")
            if domain.sort == "text" or domain.step is None:
                listed = domain.sort == "text" and domain.values is not None
                value = z3.Int(name) if listed else z3.Real(name)
            else:
                value = self.place(name) * self.number(domain.step)
            self._columns[name] = Term(value, missing)
        return self._columns[name]

    def place(self, name: str) -> Any:
        """Return the place of a column on its grid."""
        return self.z3.Int(f"{name} on its grid")

    def number(self, value: Fraction | int) -> Any:
        """Return a number that does not change."""
        fraction = Fraction(value)
        if fraction.denominator == 1:
            return self.z3.IntVal(fraction.numerator)
        return self.z3.Q(fraction.numerator, fraction.denominator)

    def declared(self, name: str) -> list[Any]:
        """Return all that the domain of a column says of it."""
        found = self.always(name)
        for fact in facts_of(self.domains, [name]):
            found += self.fact(fact)
        return found

    def always(self, name: str) -> list[Any]:
        """Return what the sort of a column says of it: a truth is 0 or 1."""
        own = self.column(name)
        return [self.z3.Or(own.value == 0, own.value == 1)] if self.domains[name].sort == "truth" else []

    def fact(self, fact: Fact) -> list[Any]:
        """Return what a fact says of a column."""
        z3, own, domain = self.z3, self.column(fact.column), fact.domain
        if fact.part in ("known", "missing"):
            return [z3.Not(own.missing) if fact.part == "known" else own.missing]
        if fact.part == "values":
            ways = [own.value == self.words.listed.index(value) for value in domain.values or ()]
            return [z3.Or(own.missing, *ways)]
        spans = domain.spans if fact.part == "gaps" else ((domain.low, domain.high),)
        ways = []
        for low, high in spans:
            ends = [own.value >= self.number(exact(low))] if low > -np.inf and fact.part != "high" else []
            ends += [own.value <= self.number(exact(high))] if high < np.inf and fact.part != "low" else []
            ways.append(z3.And(ends))
        return [z3.Or(own.missing, *ways)]

    # -- values ------------------------------------------------------------------------------------------------------
    def value(self, expression: Expression) -> Term:
        """Return what an expression comes to."""
        z3 = self.z3
        match expression:
            case Name():
                return self.column(expression.full)
            case Value(value):
                return self.constant(value)
            case Negative(of):
                term = self.value(of)
                return Term(-term.value, term.missing)
            case Arithmetic(operation, left, right):
                return self.reckoned(expression, operation, self.value(left), self.value(right), right)
            case Choice(condition, then, otherwise):
                met, first, second = self.truth(condition).true, self.value(then), self.value(otherwise)
                return Term(z3.If(met, first.value, second.value), z3.If(met, first.missing, second.missing))
            case Call():
                return self.called(expression)
            case _:
                truth = self.truth(expression)
                return Term(z3.If(truth.true, 1, 0), z3.Not(z3.Or(truth.true, truth.false)))

    def constant(self, value: Any) -> Term:
        no = self.z3.BoolVal(value is None)
        if value is None:
            return Term(self.number(0), no)
        if isinstance(value, str):
            return Term(self.number(self.words.listed.index(value)), no)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return Term(self.number(Fraction(value) if isinstance(value, int) else exact(value)), no)
        return Term(self.number(exact(float(constant(value, 1).floats[0]))), no)

    def reckoned(self, whole: Expression, operation: str, first: Term, second: Term, right: Expression) -> Term:
        """Return the result of an operation; what would divide by zero is missing."""
        z3 = self.z3
        missing = z3.Or(first.missing, second.missing)
        if operation == "+":
            return Term(first.value + second.value, missing)
        if operation == "-":
            return Term(first.value - second.value, missing)
        if operation == "*":
            return Term(first.value * second.value, missing)
        if operation == "**":
            power = right.value if isinstance(right, Value) else None
            if not isinstance(power, int) or isinstance(power, bool) or not 0 <= power <= 4:
                return self.opaque(whole)
            found = self.number(1)
            for _ in range(power):
                found = found * first.value
            return Term(found, missing)
        quotient = z3.ToReal(first.value) if z3.is_int(first.value) else first.value
        quotient = quotient / (z3.ToReal(second.value) if z3.is_int(second.value) else second.value)
        missing = z3.Or(missing, second.value == 0)
        if operation == "/":
            return Term(quotient, missing)
        floor = z3.ToInt(quotient)
        return Term(floor if operation == "//" else first.value - second.value * floor, missing)

    def called(self, call: Call) -> Term:
        """Return what a function makes of its arguments: by a formula, or value by value of a single column."""
        z3, terms = self.z3, [self.value(part) for part in call.of] if call.function in _FORMULAS else []
        if not terms:
            return self.listed(call)
        missing = z3.Or([term.missing for term in terms])
        values = [term.value for term in terms]
        if call.function == "coalesce":
            found = terms[-1]
            for term in reversed(terms[:-1]):
                found = Term(z3.If(term.missing, found.value, term.value), z3.And(term.missing, found.missing))
            return found
        if call.function == "round":
            digits = call.of[1].value if len(call.of) > 1 and isinstance(call.of[1], Value) else 0
            if len(call.of) > 1 and not isinstance(call.of[1], Value):
                return self.opaque(call)
            scale = Fraction(10) ** int(digits)  # type: ignore[arg-type]
            up = z3.ToInt(_real(z3, z3.If(values[0] >= 0, values[0], -values[0])) * self.number(scale) + z3.Q(1, 2))
            size = _real(z3, up) / self.number(scale)
            return Term(z3.If(values[0] >= 0, size, -size), missing)
        return Term(_FORMULAS[call.function](z3, *values), missing)

    def listed(self, expression: Expression) -> Term:
        """Return a value for each value of the only column in an expression; anything where there are too many."""
        found = self.tabulated(expression)
        if found is None:
            return self.opaque(expression)
        z3, (where, cells) = self.z3, found
        values = self.words.ranks(cells.values) if cells.sort == "text" else np.asarray(cells.values)
        value, missing = self.number(0), z3.BoolVal(False)
        for place, number in zip(where, values):
            known = not np.isnan(number)
            value = z3.If(place, self.number(exact(float(number))), value) if known else value
            missing = missing if known else z3.Or(missing, place)
        return Term(value, missing)

    def tabulated(self, expression: Expression) -> tuple[list[Any], Cells] | None:
        """Return when the only column in an expression has each of its values or none, and what it then comes to."""
        names = expression.names()
        domain = self.domains[names[0]] if len(names) == 1 else None
        if domain is None or not domain.size <= MOST_LISTED:
            return None
        own = self.column(names[0])
        if domain.sort == "text":
            ranks = np.array([self.words.listed.index(value) for value in domain.values or ()], dtype=float)
            column = Cells("text", self.words.texts_of(np.append(ranks, np.nan)))
            numbers = [int(rank) for rank in ranks]
        else:
            values = domain.listed()
            column = Cells(domain.sort, np.append(values, np.nan), self.decimals[names[0]])
            numbers = [exact(float(value)) for value in values]  # type: ignore[misc]
        where = [self.z3.And(self.z3.Not(own.missing), own.value == self.number(number)) for number in numbers]
        return [*where, own.missing], evaluate(expression, lambda name: column, len(numbers) + 1)

    def opaque(self, expression: Expression) -> Term:
        """Return anything, for a part that has no formula."""
        self.free.append(expression)
        name = f"part {len(self.free)}"
        return Term(self.z3.Real(name), self.z3.Bool(f"{name} is missing"))

    # -- truths ------------------------------------------------------------------------------------------------------
    def truth(self, expression: Expression) -> Truth:
        """Return when an expression is true and when it is false."""
        z3 = self.z3
        match expression:
            case Not(of):
                truth = self.truth(of)
                return Truth(truth.false, truth.true)
            case Every(of):
                truths = [self.truth(part) for part in of]
                return Truth(z3.And([t.true for t in truths]), z3.Or([t.false for t in truths]))
            case Some(of):
                truths = [self.truth(part) for part in of]
                return Truth(z3.Or([t.true for t in truths]), z3.And([t.false for t in truths]))
            case Absent(of):
                missing = self.value(of).missing
                return Truth(missing, z3.Not(missing))
            case Choice(condition, then, otherwise):
                met, first, second = self.truth(condition).true, self.truth(then), self.truth(otherwise)
                return Truth(z3.If(met, first.true, second.true), z3.If(met, first.false, second.false))
            case Comparison():
                return self.compared(expression)
            case Name() | Value():
                term = self.value(expression)
                known = z3.Not(term.missing)
                return Truth(z3.And(known, term.value != 0), z3.And(known, term.value == 0))
            case _:
                return self.listed_truth(expression)

    def compared(self, comparison: Comparison) -> Truth:
        z3 = self.z3
        left, right = comparison.left, comparison.right
        texts = {sort_of(side, self.sorts) == "text" for side in (left, right) if side != Value(None)}
        if len(texts) > 1 or any(
            isinstance(part, Call) and part.function not in _FORMULAS for part in comparison.walk()
        ):
            return self.listed_truth(comparison)
        first, second = self.value(left), self.value(right)
        known = z3.Not(z3.Or(first.missing, second.missing))
        give = half_unit(left, right, self.decimals, self.sorts)
        a, b = first.value, second.value
        if comparison.sign in ("==", "!=") and give:
            near = z3.And(a - b <= self.number(give), b - a <= self.number(give))
            met = near if comparison.sign == "==" else z3.Not(near)
        else:
            met = {"==": lambda: a == b, "!=": lambda: a != b, "<": lambda: a < b, "<=": lambda: a <= b,
                   ">": lambda: a > b, ">=": lambda: a >= b}[comparison.sign]()  # fmt: skip
        return Truth(z3.And(known, met), z3.And(known, z3.Not(met)))

    def listed_truth(self, expression: Expression) -> Truth:
        """Return the truth of an expression value by value of its only column; anything where that cannot be."""
        z3, found = self.z3, self.tabulated(expression)
        if found is None:
            term = self.opaque(expression)
            return Truth(z3.And(z3.Not(term.missing), term.value > 0), z3.And(z3.Not(term.missing), term.value <= 0))
        where, cells = found
        truths = np.asarray(cells.values)
        return Truth(*(z3.Or([place for place, truth in zip(where, truths) if truth == wanted]) for wanted in (1, 0)))

    def held(self, expression: Expression) -> Any:
        """Return that a rule is not broken: true, or unknown."""
        return self.z3.Not(self.truth(expression).false)


def _real(z3: Any, value: Any) -> Any:
    return z3.ToReal(value) if z3.is_int(value) else value


def _floor(z3: Any, x: Any) -> Any:
    return x if z3.is_int(x) else z3.ToInt(x)


def _extreme(sign: int) -> Any:
    def made(z3: Any, *of: Any) -> Any:
        found = of[0]
        for other in of[1:]:
            found = z3.If(found <= other if sign < 0 else found >= other, found, other)
        return found

    return made


_FORMULAS: dict[str, Any] = {
    "abs": lambda z3, x: z3.If(x >= 0, x, -x),
    "sign": lambda z3, x: z3.If(x > 0, 1, z3.If(x < 0, -1, 0)),
    "floor": _floor, "ceil": lambda z3, x: -_floor(z3, -x), "round": None, "coalesce": None,
    "min": _extreme(-1), "max": _extreme(1),
    "days_between": lambda z3, a, b: z3.ToInt(_real(z3, b) / DAY) - z3.ToInt(_real(z3, a) / DAY),
}  # fmt: skip
"""Functions that have a formula."""
