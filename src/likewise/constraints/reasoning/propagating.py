"""Domains cut down to what rules leave of them, rule by rule, until nothing changes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from likewise.constraints.language.cells import Cells, constant
from likewise.constraints.language.expression import Value
from likewise.constraints.reasoning.boxes import Box, Boxes
from likewise.constraints.reasoning.domain import Domain, Domains, Span, nothing
from likewise.constraints.reasoning.narrowing import Narrowing
from likewise.constraints.reasoning.premise import Premise, connected, on_one_scale
from likewise.constraints.reasoning.truths import HELD
from likewise.constraints.reasoning.words import Words

FEW = 256
"""Up to how many numbers of a column are looked at one by one; of texts all are."""

ROUNDS = 40
"""How often all rules are applied at most."""

_PIECES = 64
"""Into how many pieces a column is cut at most, at the values that rules name."""


def propagate(rules: Iterable[Premise | str], domains: Domains, *, rounds: int = ROUNDS) -> dict[str, Domain]:
    """Return what the rules leave of each domain: no value that a row could have is lost, some too many may stay.

    Intervals and sets are cut by each rule in turn, forwards and backwards through its arithmetic (HC4; Benhamou et
    al., 1999, ICLP), until nothing changes or `rounds` are over; then each number column is cut at the values that
    rules name and the pieces in which nothing can lie are left out. All domains come back empty where the rules cannot
    hold together; that they do not is no proof that they can. Raises SettingsError for a column that is not there.

    >>> from likewise.constraints.reasoning.domain import Domain
    >>> day = Domain.between(0, 100, step=1)
    >>> propagate(["a < b", "b <= 10"], {"a": day, "b": day})["a"].said()
    'from 0 to 9'
    """
    return propagate_settled(on_one_scale(rules, {n: domain.sort for n, domain in domains.items()}), domains, rounds)


def propagate_settled(used: Sequence[Premise], domains: Domains, rounds: int = ROUNDS) -> dict[str, Domain]:
    """Return what rules that are on one scale leave of each domain (see `propagate`)."""
    boxes = settle(used, *started(used, domains), rounds=rounds)[0]
    if boxes.dead.all():
        return {name: nothing(domain) for name, domain in domains.items()}
    words = _words(used, domains)
    found = {name: left_of_domain(domain, boxes.of[name], words) for name, domain in domains.items()}
    for name, domain in list(found.items()):
        pieces = _pieces(domain, used, name)
        if len(pieces) > 1:
            found[name] = domain.within(_possible(used, found, name, pieces, rounds))
            if found[name].empty:
                return {each: nothing(domains[each]) for each in domains}
    return found


def started(
    rules: Sequence[Premise], domains: Domains, rows: int = 1, known: Mapping[str, Cells] | None = None
) -> tuple[Narrowing, Boxes]:
    """Return what narrows a number of rows, and the boxes of all columns that are not known."""
    words, cells = _words(rules, domains), known or {}
    boxes = {name: _box(domain, rows, words) for name, domain in domains.items() if name not in cells}
    sorts = {name: domain.sort for name, domain in domains.items()} | {name: c.sort for name, c in cells.items()}
    dead = np.zeros(rows, dtype=bool)
    for box in boxes.values():
        dead |= box.none & ~box.absent
    return Narrowing(rows, sorts, cells, words), Boxes(boxes, dead)


def settle(
    rules: Sequence[Premise], narrowing: Narrowing, boxes: Boxes, *, rounds: int = ROUNDS
) -> tuple[Boxes, list[tuple[int, Boxes]]]:
    """Return the boxes that rules leave, and the boxes after each step that changed them, with the rule's place."""
    steps: list[tuple[int, Boxes]] = []
    for _ in range(rounds):
        before = boxes
        for place, rule in enumerate(rules):
            cut = narrowing.require(rule.expression, HELD, boxes)
            if cut is not boxes and not cut.alike(boxes):
                steps.append((place, cut))
                boxes = cut
            if boxes.dead.all():
                return boxes, steps
        if boxes is before:
            break
    return boxes, steps


def _words(rules: Sequence[Premise], domains: Domains) -> Words:
    levels = [value for domain in domains.values() for value in domain.values or ()]
    return Words.of((rule.expression for rule in rules), levels)


def _box(domain: Domain, rows: int, words: Words) -> Box:
    gone, absent = domain.missing == "must", domain.missing != "never"
    values = _values(domain, words)
    low, high = (domain.low, domain.high) if domain.sort != "text" else (-math.inf, math.inf)
    if values is not None:
        low, high = (values[0], values[-1]) if len(values) else (math.inf, -math.inf)
    if gone:
        low, high = math.inf, -math.inf
    allowed = None if values is None else np.full((rows, len(values)), not gone)
    step = domain.step if domain.sort != "text" else None
    return Box(np.full(rows, low), np.full(rows, high), np.full(rows, absent), step, values, allowed)


def _values(domain: Domain, words: Words) -> np.ndarray[tuple[int], np.dtype[np.float64]] | None:
    """Return the values of a column one by one, None where there are too many."""
    if domain.sort == "text":
        return None if domain.values is None else np.array([words.listed.index(v) for v in domain.values], dtype=float)
    if domain.step is None or not domain.size <= FEW:
        return None
    return domain.listed()


def left_of_domain(domain: Domain, box: Box, words: Words) -> Domain:
    """Return a domain as far as its box is left."""
    missing = domain.missing if box.absent[0] else "never"
    if domain.missing != "never" and box.none[0]:
        missing = "must"
    if missing == "must":
        return replace(domain, missing="must", values=() if domain.sort == "text" else None, spans=())
    if domain.sort == "text":
        values = domain.values
        if box.allowed is not None:
            values = tuple(v for v, kept in zip(domain.values or (), box.allowed[0]) if kept)
        elif box.low[0] == box.high[0] == np.rint(box.low[0]):
            values = (words.listed[int(box.low[0])],)
        return replace(domain, values=values, missing=missing)
    if box.values is not None and box.allowed is not None:
        return replace(domain.within([(v, v) for v in box.values[box.allowed[0]]]), missing=missing)
    return replace(domain.within([(float(box.low[0]), float(box.high[0]))]), missing=missing)


def _pieces(domain: Domain, rules: Sequence[Premise], name: str) -> list[Span]:
    """Return a number column cut at the values that rules beside it name, none where it is looked at value by value."""
    if domain.sort in ("text", "truth") or domain.size <= FEW or domain.missing == "must":
        return []
    named = [
        part.value
        for rule in rules
        if name in rule.expression.names()
        for part in rule.expression.walk()
        if isinstance(part, Value)
    ]
    at = sorted({end for value in named if (end := _number(value, domain)) is not None})
    step = float(domain.step) if domain.step else 0.0
    found: list[Span] = []
    for low, high in domain.spans:
        for end in at:
            if low <= end <= high:
                before = end - step if step else math.nextafter(end, -math.inf)
                found += [(low, before)] if low <= before else []
                found.append((end, end))
                low = end + step if step else math.nextafter(end, math.inf)
        found += [(low, high)] if low <= high else []
    return found if len(found) <= _PIECES else []


def _number(value: object, domain: Domain) -> float | None:
    """Return a value of a rule on the scale of a column, None where it is of another sort."""
    if value is None or isinstance(value, str | bool):
        return None
    cells = constant(value, 1)
    return float(cells.floats[0]) if cells.sort == domain.sort else None


def _possible(rules: Sequence[Premise], domains: Domains, name: str, pieces: list[Span], rounds: int) -> list[Span]:
    """Return the pieces of a column in which the rules leave something, as far as they leave it."""
    near = connected(rules, [name], domains)
    narrowing, boxes = started(near, {n: domains[n] for rule in near for n in rule.names}, len(pieces))
    low, high = (np.array(ends) for ends in zip(*pieces))
    box = boxes.of[name]
    held = settle(
        near, narrowing, boxes.with_box(name, box.cut(low, high).known(np.ones(len(pieces), dtype=bool))), rounds=rounds
    )[0]
    left = held.of[name]
    return [(float(a), float(b)) for a, b, dead in zip(left.low, left.high, held.dead) if not dead and a <= b]
