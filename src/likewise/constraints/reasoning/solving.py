"""Values for open cells that meet all rules, with the known cells of each row as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from likewise.constraints.language.cells import Cells
from likewise.constraints.language.evaluating import evaluate, holds
from likewise.constraints.language.expression import Expression, Name, Value
from likewise.constraints.reasoning.bounding import take
from likewise.constraints.reasoning.diving import candidates, cells_of, dive, taken
from likewise.constraints.reasoning.domain import Domain, Domains
from likewise.constraints.reasoning.intervals import decimals_of_step
from likewise.constraints.reasoning.premise import Premise, on_one_scale
from likewise.constraints.reasoning.propagating import settle, started
from likewise.constraints.reasoning.searching import Search
from likewise.core.counted import Counted
from likewise.errors import MissingExtra

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

DIVES = 4
"""How often rows are filled in at random, all at once, before each one that is left is searched for."""

EFFORT = 100_000
"""How much the solver tries at most for one answer about one row (z3's `rlimit`)."""

TRIES = 16
"""How many values of a column are tried beside each other where the first draw has met no row."""

PASSES = 8
"""How often all rules are applied at most before columns are filled in."""


@dataclass(frozen=True, eq=False)
class Solved:
    """Hold the open columns of some rows, in which rows they meet all rules, and how many a solver had to fill in.

    Where they do not the cells are missing.
    """

    columns: Mapping[str, Cells]
    met: Mask
    searched: int = 0


def solve(
    rules: Iterable[Premise | str], domains: Domains, known: Mapping[str, Cells], numbers: Counted, rows: Ints, *,
    preferred: Mapping[str, Cells] | None = None, effort: int = EFFORT,
) -> Solved:  # fmt: skip
    """Return values of all columns of `domains` that are not `known`, such that every row meets all rules.

    Each row's values are a function of its own known and preferred cells and of the numbers that its place in `rows`
    counts, so the same row comes out the same alone, in any chunk, on any machine. Values lie on their columns' grids
    and are spread over what the rules leave; `preferred` ones (those of a draw that broke a rule) are kept where they
    can be, and only moved where they must be. Rows are first filled in at random, column by column within what the
    rules leave; rows for which that fails are searched for one by one (z3). Rows that no search has met are told by
    `met`. Texts are taken from a column's values or are preferred ones: none is made up.

    Cost: 20,000 to 200,000 rows a second at random, 100 to 1,000 by search.

    >>> from likewise.constraints.reasoning.domain import Domain
    >>> whole = Domain.between(0, 100, step=1)
    >>> start = Cells("number", np.array([10.0, 99.0]), 0)
    >>> found = solve(["start < end"], {"start": whole, "end": whole}, {"start": start}, Counted(7), np.arange(2))
    >>> found.columns["end"].values[1], found.met.all()
    (np.float64(100.0), np.True_)
    """
    open_ones = {name: domain for name, domain in domains.items() if name not in known}
    sorts = {name: domain.sort for name, domain in domains.items()} | {n: cells.sort for n, cells in known.items()}
    used = on_one_scale(rules, sorts)
    work = _Work(used, open_ones, dict(known), dict(preferred or {}), numbers, rows)
    work.draw()
    searched = work.search(effort)
    return Solved(work.cells(), work.met, searched)


class _Work:
    """Hold rows while they are filled in."""

    def __init__(
        self, rules: Sequence[Premise], open_ones: Domains, known: dict[str, Cells], preferred: dict[str, Cells],
        numbers: Counted, rows: Ints,
    ) -> None:  # fmt: skip
        self.rules, self.open_ones, self.known, self.numbers, self.rows = rules, open_ones, known, numbers, rows
        self.preferred = {name: cells for name, cells in preferred.items() if name in open_ones}
        self.met = np.zeros(len(rows), dtype=bool)
        self.domains = {name: _with_texts(domain, self.preferred.get(name)) for name, domain in open_ones.items()}
        self.narrowing, self.boxes = started(rules, self.domains, len(rows), known)
        self.values = {name: np.full(len(rows), np.nan) for name in open_ones}
        self.decimals = {name: decimals_of_step(domain.step) for name, domain in open_ones.items()}

    def wanted(self, rows: Ints) -> dict[str, Floats]:
        """Return the preferred values of some rows as numbers."""
        words = self.narrowing.words
        cells = {name: take(own, rows) for name, own in self.preferred.items()}
        return {n: words.ranks(c.values) if c.sort == "text" else np.asarray(c.values) for n, c in cells.items()}

    def draw(self) -> None:
        """Fill in all rows at random, those again that break a rule."""
        names = list(self.open_ones)
        for attempt in range(DIVES):
            left = np.flatnonzero(~self.met)
            if not len(left):
                return
            known = {name: take(cells, left) for name, cells in self.known.items()}
            narrowing, boxes = started(self.rules, self.domains, len(left), known)
            boxes, _ = settle(self.rules, narrowing, boxes, rounds=PASSES)
            order = names if attempt % 2 == 0 else names[::-1]
            wanted = self.wanted(left) if attempt < DIVES - 1 else {}
            random, tries = self.numbers.at(attempt), 1 if attempt == 0 else TRIES
            values, dead = dive(self.rules, narrowing, boxes, order, wanted, random, self.rows[left], tries)
            met = ~dead & self._hold(values, known, len(left))
            for name in names:
                self.values[name][left[met]] = values[name][met]
            self.met[left[met]] = True

    def _hold(self, values: Mapping[str, Floats], known: Mapping[str, Cells], rows: int) -> Mask:
        """Return which rows meet all rules, as they are checked afterwards."""
        cells = {**known, **{name: self._cells(name, own) for name, own in values.items()}}
        met = np.ones(rows, dtype=bool)
        for rule in self.rules:
            met &= holds(rule.expression, cells.__getitem__, rows)
        return met

    def _cells(self, name: str, values: Floats) -> Cells:
        return cells_of(values, name, self.narrowing, self.decimals[name])

    def search(self, effort: int) -> int:
        """Search for each row that is left, and return how many were found. Without z3 none is."""
        left = np.flatnonzero(~self.met)
        if not len(left):
            return 0
        rules, known = _folded(self.rules, {name: take(cells, left) for name, cells in self.known.items()}, len(left))
        names = {name for rule in rules for name in rule.names}
        try:
            search = Search(
                rules, self.domains, {n: c for n, c in known.items() if n in names}, self.narrowing.words, effort
            )
        except MissingExtra:
            return 0
        wanted = self._wished(left)
        found = 0
        for place, row in enumerate(left):
            values = search.fill(place, {name: float(own[place]) for name, own in wanted.items()}, list(self.open_ones))
            if values is None:
                continue
            alone = {name: np.array([value]) for name, value in values.items()}
            if self._hold(alone, {name: take(cells, np.array([row])) for name, cells in self.known.items()}, 1)[0]:
                found += 1
                self.met[row] = True
                for name, value in values.items():
                    self.values[name][row] = value
        return found

    def _wished(self, rows: Ints) -> dict[str, Floats]:
        """Return what the values of some rows are to be near to: preferred ones, else any of the column."""
        random = self.numbers.at("search")
        drawn = {
            name: candidates(taken(box, rows), random.at(name).uniforms(self.rows[rows]), 1)[:, 0]
            for name, box in self.boxes.of.items()
        }
        return {**drawn, **self.wanted(rows)}

    def cells(self) -> dict[str, Cells]:
        """Return the open columns."""
        return {name: self._cells(name, values) for name, values in self.values.items()}


def _with_texts(domain: Domain, preferred: Cells | None) -> Domain:
    """Return a domain whose texts are the preferred ones where it lists none."""
    if domain.sort != "text" or domain.values is not None or preferred is None:
        return domain
    return replace(domain, values=tuple(sorted({text for text in preferred.texts.to_pylist() if text is not None})))


def _folded(rules: Sequence[Premise], known: Mapping[str, Cells], rows: int) -> tuple[list[Premise], dict[str, Cells]]:
    """Return rules in which each part that only known columns make up is a known column of its own."""
    cells = dict(known)
    changes: dict[Expression, Expression] = {}

    def fold(expression: Expression) -> None:
        names = expression.names()
        if names and all(name in known for name in names):
            if not isinstance(expression, Name) and expression not in changes:
                label = f"known part {len(changes) + 1}"
                cells[label] = evaluate(expression, known.__getitem__, rows)
                changes[expression] = Name(label)
            return
        for part in expression.parts():
            if not isinstance(part, Value):
                fold(part)

    for rule in rules:
        fold(rule.expression)
    return [replace(rule, expression=rule.expression.replaced(changes)) for rule in rules], cells
