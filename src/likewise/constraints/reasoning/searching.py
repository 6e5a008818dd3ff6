"""Values for the open columns of single rows by a solver (z3): exact, for what no quick draw has met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.constraints.language.cells import Cells
from likewise.constraints.reasoning.domain import Domain, Domains, exact
from likewise.constraints.reasoning.premise import Premise
from likewise.constraints.reasoning.translating import Translator
from likewise.constraints.reasoning.words import Words

Floats = npt.NDArray[np.float64]
Span = tuple[float, float]

HALVINGS = 80
"""How often what is left of a column is halved at most."""


class Search:
    """Hold rules in one solver, and fill in row after row.

    Values are found from answers of yes and no alone, by halving what is left of a column towards a wanted value, so
    that they do not hang on what the solver has learned from other rows.
    """

    def __init__(
        self, rules: Sequence[Premise], open_ones: Domains, known: Mapping[str, Cells], words: Words, effort: int
    ) -> None:
        self.open_ones, self.words = open_ones, words
        self.known = {name: _numbers(cells, words) for name, cells in known.items()}
        domains = {**open_ones, **{name: _domain_of(cells) for name, cells in known.items()}}
        self.translator = Translator(domains, words)
        self.z3 = self.translator.z3
        self.solver = self.z3.Solver()
        self.solver.set("random_seed", 0)
        self.solver.set("rlimit", effort)
        for rule in rules:
            self.solver.add(self.translator.held(rule.expression))
        for name in open_ones:
            for formula in self.translator.declared(name):
                self.solver.add(formula)
        self.hopeless: set[tuple[float, ...]] = set()

    def fill(self, row: int, wanted: Mapping[str, float], order: Sequence[str]) -> dict[str, float] | None:
        """Return a value for each open column (ranks of texts, NaN for missing ones), None where none was found.

        `wanted` are the values that they are to be near to.
        """
        cells = {name: float(values[row]) for name, values in self.known.items()}
        key = tuple(-np.inf if np.isnan(value) else value for value in cells.values())
        if key in self.hopeless:
            return None
        self.solver.push()
        try:
            for name, value in cells.items():
                self.solver.add(self._is(name, value))
            if not self._possible():
                self.hopeless.add(key)
                return None
            found: dict[str, float] = {}
            for name in order:
                value = self._settled(name, wanted[name])
                if value is None:
                    return None
                self.solver.add(self._is(name, value))
                found[name] = value
            return found
        finally:
            self.solver.pop()

    def _possible(self, *formulas: Any) -> bool:
        return bool(self.solver.check(*formulas) == self.z3.sat)

    def _is(self, name: str, value: float) -> Any:
        term = self.translator.column(name)
        if np.isnan(value):
            return term.missing
        return self.z3.And(self.z3.Not(term.missing), term.value == self.translator.number(exact(value)))

    def _settled(self, name: str, wanted: float) -> float | None:
        """Return a value of one column that the rest of the row leaves, as near to the wanted one as halving comes."""
        if self._possible(self._is(name, wanted)):
            return wanted
        term, domain = self.translator.column(name), self.open_ones[name]
        if not self._possible(self.z3.Not(term.missing)):
            return float("nan")
        self.solver.add(self.z3.Not(term.missing))
        if domain.sort == "text":
            return self._listed(name, domain, wanted)
        return self._halved(name, domain, 0.0 if np.isnan(wanted) else wanted)

    def _listed(self, name: str, domain: Domain, wanted: float) -> float | None:
        """Return one of the texts of a column: the first that is left after the wanted one, in a circle."""
        ranks = [float(self.words.listed.index(value)) for value in domain.values or ()]
        start = 0 if np.isnan(wanted) or not ranks else int(np.searchsorted(ranks, wanted))
        turned = ranks[start:] + ranks[:start]
        return next((rank for rank in turned if self._possible(self._is(name, rank))), None)

    def _halved(self, name: str, domain: Domain, wanted: float) -> float | None:
        value = self.translator.column(name).value

        def inside(span: Span) -> Any:
            low, high = (self.translator.number(exact(end)) for end in span)
            return self.z3.And(value >= low, value <= high)

        span = next((near for near in _windows(domain, wanted) if self._possible(inside(near))), None)
        for _ in range(HALVINGS):
            if span is None or span[0] == span[1]:
                break
            first, second = _halves(span, wanted, domain)
            if domain.step is None and self._possible(self._is(name, _middle(span, wanted))):
                return _middle(span, wanted)
            span = first if self._possible(inside(first)) else second
        if span is None or span[0] == span[1] and self._possible(self._is(name, span[0])):
            return None if span is None else span[0]
        return self._exact(name) if domain.step is None else None

    def _exact(self, name: str) -> float | None:
        """Return the value that a new solver finds: of a number that is on no grid and follows from the others."""
        fresh = self.z3.Solver()
        fresh.set("random_seed", 0)
        fresh.add(self.solver.assertions())
        if fresh.check() != self.z3.sat:
            return None
        found = fresh.model().eval(self.translator.column(name).value, model_completion=True)
        if self.z3.is_algebraic_value(found):
            found = found.approx(20)
        return float(found.as_fraction())


def _windows(domain: Domain, wanted: float) -> list[Span]:
    """Return wider and wider intervals around a value, the last one all of the domain as far as it is finite."""
    low = domain.low if np.isfinite(domain.low) else -1e15
    high = domain.high if np.isfinite(domain.high) else 1e15
    wanted = min(max(wanted, low), high)
    step = float(domain.step) if domain.step else 1.0
    widths = [step * 10.0**power for power in (1, 3, 6, 9, 12)]
    return [
        (max(low, _on(wanted - w, domain)), min(high, _on(wanted + w, domain))) for w in widths if w < high - low
    ] + [(low, high)]


def _on(value: float, domain: Domain) -> float:
    if domain.step is None:
        return value
    return float(round(exact(value) / domain.step) * domain.step)


def _halves(span: Span, wanted: float, domain: Domain) -> tuple[Span, Span]:
    """Return both halves of an interval, the one first in which the wanted value lies."""
    middle = span[0] + (span[1] - span[0]) / 2
    if domain.step is None:
        left, right = (span[0], middle), (middle, span[1])
    else:
        place = exact(middle) / domain.step // 1
        left, right = (span[0], float(place * domain.step)), (float((place + 1) * domain.step), span[1])
    return (left, right) if wanted <= middle else (right, left)


def _middle(span: Span, wanted: float) -> float:
    """Return a value inside an interval: the wanted one, or a third of the way from the end that is nearer to it."""
    if span[0] <= wanted <= span[1]:
        return wanted
    third = (span[1] - span[0]) / 3
    return span[0] + third if wanted < span[0] else span[1] - third


def _numbers(cells: Cells, words: Words) -> Floats:
    return words.ranks(cells.values) if cells.sort == "text" else np.asarray(cells.values)


def _domain_of(cells: Cells) -> Domain:
    """Return a domain that holds all that a known column may be."""
    if cells.sort == "text":
        return Domain("text", missing="may")
    step = None if cells.decimals is None else exact(10.0**-cells.decimals)
    return Domain(cells.sort, step=step, missing="may")
