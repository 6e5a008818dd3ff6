"""Find number columns that follow from others in every row: sums, products, ratios and multiples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from likewise.constraints.kinds import Formula, tolerance
from likewise.constraints.mining.sums import long_sums
from likewise.core.schema import Schema
from likewise.core.table import Table

Floats = npt.NDArray[np.float64]

PROBE = 500
"""Rows on which a guess is tried before it is tried on all."""

GLANCE = 24
"""Rows of the probe on which nearly all wrong guesses fail."""

MOST_NUMBERS = 60
"""Number columns that formulas are sought among; with more, triples would take too long."""

LEAST_SUPPORT = 20
"""Rows in which a formula must say something, so that parts that are nearly always zero prove nothing."""


@dataclass(frozen=True, eq=False)
class Probe:
    """Hold some rows in which all number columns are known: values (columns, rows), and how exact they are written."""

    names: tuple[str, ...]
    values: Floats
    slack: Floats
    schema: Schema

    def __getitem__(self, name: str) -> Floats:
        own: Floats = self.values[self.names.index(name)]
        return own

    def without(self, names: set[str]) -> Probe:
        """Return the probe without some of the columns."""
        kept = [place for place, name in enumerate(self.names) if name not in names]
        return Probe(tuple(self.names[place] for place in kept), self.values[kept], self.slack[kept], self.schema)


def find_formulas(table: Table, skip: set[str] | frozenset[str] = frozenset()) -> list[Formula]:
    """Return the formulas that hold in every row, each after those that its parts follow from.

    Columns in `skip` follow from others already, and are only what others follow from.
    Guesses hold on a probe of rows: multiples first, long sums, sums of two, then products and ratios.
    """
    probe = _probe(table)
    found: list[Formula] = []
    if probe.values.shape[1] < LEAST_SUPPORT:
        return found
    values = {name: table.numbers(name) for name in probe.names}

    def accept(guesses: Iterator[Formula] | list[Formula]) -> None:
        for guess in guesses:
            if guess.column in {*skip, *(formula.column for formula in found)} or _circular(guess, found):
                continue
            if (support := _support(guess, values)) >= LEAST_SUPPORT and guess.holds(table).all():
                found.append(guess.model_copy(update={"support": support}))

    accept(_multiples(probe))
    free = probe.without({formula.column for formula in found})
    accept(long_sums(free.names, free.values, free.slack))
    accept(_pairs(free, "sum"))
    accept(_scaled(probe))
    return _in_turn(found)


def _probe(table: Table) -> Probe:
    """Return some rows in which all columns are known, the busiest first, without the columns that are seldom known."""
    columns = [c for c in table.schema.columns if c.kind in ("integer", "decimal", "float")][:MOST_NUMBERS]
    values = {c.name: table.numbers(c.name) for c in columns}
    values = {n: own for n, own in values.items() if len(np.unique(own[~np.isnan(own)])) > 2}
    gone = {name: np.isnan(own) for name, own in values.items()}
    names = list(values)
    known = ~np.any([gone[name] for name in names], axis=0) if names else np.zeros(0, dtype=bool)
    while names and known.sum() < PROBE and any(gone[name].any() for name in names):
        names.remove(max(names, key=lambda name: int(gone[name].sum())))
        known = ~np.any([gone[name] for name in names], axis=0) if names else known
    stacked = np.stack([values[name] for name in names])[:, known] if names else np.empty((0, 0))
    busy = np.argsort(-(stacked != 0).sum(axis=0), kind="stable")
    taken = stacked[:, busy[: 4 * PROBE : max(1, min(len(busy), 4 * PROBE) // PROBE)]]
    slack = [np.broadcast_to(tolerance(own, table.schema, n), own.shape) for n, own in zip(names, taken, strict=True)]
    return Probe(tuple(names), taken, np.stack(slack) if slack else np.empty((0, 0)), table.schema)


def _multiples(probe: Probe) -> Iterator[Formula]:
    for first, second in combinations(probe.names, 2):
        factor = _multiple(probe[first], probe[second])
        if factor is not None:
            yield Formula(column=second, form="multiple", of=(first,), factor=factor)


def _multiple(first: Floats, second: Floats) -> float | None:
    """Return the constant that makes `second` out of `first`, if there is one."""
    at = np.argmax(np.abs(first))
    if not first[at] or not second[at]:
        return None
    factor = float(f"{second[at] / first[at]:.12g}")
    slack = 1e-9 * np.abs(second) + 1e-15 * np.abs(second[at])
    return factor if factor and (np.abs(first * factor - second) <= slack).all() else None


def _pairs(probe: Probe, form: str, factor: float = 1.0) -> Iterator[Formula]:
    """Yield the sums, products or ratios of two columns that hold on the probe."""
    glance, slack = probe.values[:, :: PROBE // GLANCE], probe.slack[:, :: PROBE // GLANCE]
    for first, second in combinations(range(len(probe.names)), 2):
        for a, b in ((first, second), (second, first)) if form == "ratio" else ((first, second),):
            of = (probe.names[a], probe.names[b])
            guess = Formula.model_validate({"column": of[0], "form": form, "of": of, "factor": factor})
            expected = guess.exact({of[0]: glance[a], of[1]: glance[b]})
            for place in np.flatnonzero((np.abs(glance - expected) <= slack).all(axis=1)):
                if place in (a, b):
                    continue
                whole = guess.exact({of[0]: probe.values[a], of[1]: probe.values[b]})
                if (np.abs(probe.values[place] - whole) <= probe.slack[place]).all():
                    yield guess.model_copy(update={"column": probe.names[place]})


def _scaled(probe: Probe) -> list[Formula]:
    """Return products and ratios; of those on the same columns, first the one that rounding was done for.

    A product rounded to few decimals often leaves its factor a ratio too. Where a result was rounded, its errors fill
    half a unit; elsewhere they are small. Exact ones are products.
    """
    guesses = [*_pairs(probe, "product"), *_pairs(probe, "ratio"), *_pairs(probe, "ratio", factor=100.0)]

    def filled(guess: Formula) -> float:
        place = probe.names.index(guess.column)
        error = np.abs(probe.values[place] - guess.exact({part: probe[part] for part in guess.of}))
        return (
            -round(float((error / probe.slack[place]).mean()), 3) if probe.schema[guess.column].kind != "float" else 0.0
        )

    return sorted(guesses, key=filled)


def _support(guess: Formula, values: dict[str, Floats]) -> int:
    """Return in how many rows the formula says something (see `Formula`)."""
    own, parts = values[guess.column], [values[part] for part in guess.of]
    known = ~np.isnan(own)
    if guess.form in ("sum", "multiple"):
        return min(int((known & (part != 0)).sum()) for part in parts)
    telling = known & (own != 0) & np.all([own != part for part in parts], axis=0)
    return int(telling.sum()) if len(np.unique(own[telling])) > 2 else 0


def _circular(guess: Formula, found: list[Formula]) -> bool:
    """Return whether the formula's own column is needed to compute what it follows from."""
    needs = {formula.column: formula.of for formula in found}
    todo, seen = list(guess.of), set[str]()
    while todo:
        name = todo.pop()
        if name == guess.column:
            return True
        if name not in seen:
            seen.add(name)
            todo.extend(needs.get(name, ()))
    return False


def _in_turn(found: list[Formula]) -> list[Formula]:
    """Return the formulas such that each comes after those that compute its parts."""
    waiting, ordered = list(found), list[Formula]()
    while waiting:
        open_ones = {formula.column for formula in waiting}
        ready = next(formula for formula in waiting if not open_ones & {*formula.of})
        waiting.remove(ready)
        ordered.append(ready)
    return ordered
