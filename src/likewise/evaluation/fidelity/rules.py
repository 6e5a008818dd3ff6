"""Rules that every real row keeps, and the synthetic rows that break them."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.evaluation.chance import more_often, share_interval
from likewise.evaluation.fidelity.sides import Sides
from likewise.evaluation.score import ALARM, FEWEST, Score, Verdict

Mask = npt.NDArray[np.bool_]

FEWEST_KNOWN = 100
"""Real rows in which both columns are known before a rule between them is believed."""
TELLING = 0.02
"""Share of rows that would break a rule if the columns had nothing to do with one another; else it is no rule."""
MOST_COLUMNS = 100
MOST_LEVELS = 1_000
MATTERS, GRAVE = 0.001, 0.01
"""Share of rows that break a rule from which it matters, and is poor."""


@dataclass(frozen=True, eq=False)
class Rule:
    """Hold which synthetic rows break a rule, and which real ones do; `said` is the rule in plain words.

    Any rule of any origin can be put so: a declared constraint, a key, a reference, or one found in the data.
    """

    said: str
    broken: Mask
    real: Mask

    @property
    def chance(self) -> float:
        """The probability of so many breaches if synthetic rows break the rule no more often than real ones."""
        return more_often(int(self.broken.sum()), len(self.broken), int(self.real.sum()), len(self.real))


def unique_rule(said: str, synthetic: Sequence[Hashable], real: Sequence[Hashable]) -> Rule:
    """Return the rule that no key occurs twice: each row that repeats an earlier key breaks it.

    >>> unique_rule("`id` is unique", [1, 2, 2, 2], [1, 2, 3]).broken.tolist()
    [False, False, True, True]
    """
    return Rule(said, _repeats(synthetic), _repeats(real))


def reference_rule(
    said: str, children: Sequence[Hashable], parents: Sequence[Hashable],
    real_children: Sequence[Hashable], real_parents: Sequence[Hashable],
) -> Rule:  # fmt: skip
    """Return the rule that each child names a parent of its own table's side (referential integrity); None is no name.

    >>> reference_rule("", [1, 7, None], [1, 2], [3], [3]).broken.tolist()
    [False, True, False]
    """
    return Rule(said, _orphans(children, parents), _orphans(real_children, real_parents))


def _repeats(keys: Sequence[Hashable]) -> Mask:
    seen: set[Hashable] = set()
    marks = np.zeros(len(keys), dtype=np.bool_)
    for place, key in enumerate(keys):
        marks[place] = key in seen
        seen.add(key)
    return marks


def _orphans(children: Sequence[Hashable], parents: Sequence[Hashable]) -> Mask:
    known = set(parents)
    return np.array([child is not None and child not in known for child in children], dtype=np.bool_)


def found_rules(sides: Sides) -> tuple[list[Rule], int]:
    """Return the rules that all real rows keep, training and held back alike, and how many were tried.

    Two forms: one number is never more than another (start and end, part and whole), and one column's level tells
    another's (city and country). A rule that unrelated columns would hardly break is left out. At most 100 columns.
    """
    if not sides.enough:
        return [], 0
    rules: list[Rule] = []
    tried = 0
    for form in (_orders, _tells):
        for rule in form(sides):
            tried += 1
            if rule is not None:
                rules.append(rule)
    return rules, tried


def _orders(sides: Sides) -> Iterator[Rule | None]:
    numeric = [i for i, c in enumerate(sides.columns[:MOST_COLUMNS]) if c.numeric]
    kinds = {i: sides.columns[i].column.kind for i in numeric}
    moments = ("date", "datetime", "time", "duration")
    ordered = {i: np.sort(sides.real.arrays[i][~np.isnan(sides.real.arrays[i])]) for i in numeric}
    for i in numeric:
        for j in numeric:
            if i == j or not (kinds[i] == kinds[j] or not {kinds[i], kinds[j]} & set(moments)):
                continue
            yield _order(sides, i, j, ordered[i], ordered[j])


def _order(sides: Sides, i: int, j: int, low: npt.NDArray[Any], high: npt.NDArray[Any]) -> Rule | None:
    with np.errstate(invalid="ignore"):
        real = sides.real.arrays[i] > sides.real.arrays[j]
        if real.any() or not len(low) or not len(high):
            return None
        broken = sides.synthetic.arrays[i] > sides.synthetic.arrays[j]
    known = ~np.isnan(sides.real.arrays[i]) & ~np.isnan(sides.real.arrays[j])
    unrelated = 1 - float(np.searchsorted(low, high, "right").mean()) / len(low)
    if int(known.sum()) < FEWEST_KNOWN or unrelated < TELLING:
        return None
    return Rule(f"`{sides.columns[i].name}` is never more than `{sides.columns[j].name}`", broken, real)


def _tells(sides: Sides) -> Iterator[Rule | None]:
    coded = [i for i, c in enumerate(sides.columns[:MOST_COLUMNS]) if not c.numeric and len(c.levels) <= MOST_LEVELS]
    for i in coded:
        for j in coded:
            if i != j:
                yield _told(sides, i, j)


def _told(sides: Sides, i: int, j: int) -> Rule | None:
    """Return the rule that the level of one column tells that of another, if the real rows keep it."""
    first, second = sides.real.arrays[i], sides.real.arrays[j]
    known = (first >= 0) & (second >= 0)
    size, of = len(sides.columns[i].levels), max(1, len(sides.columns[j].levels))
    if int(known.sum()) < FEWEST_KNOWN or not size:
        return None
    pairs = np.unique(first[known].astype(np.int64) * of + second[known])
    tellers = pairs // of
    counts = np.bincount(first[known], minlength=size)
    # Levels of one or two rows tell anything; of most rows the level must come again and again.
    often = counts[counts >= 10].sum() >= 0.9 * known.sum()
    shares = np.bincount(second[known], minlength=of) / known.sum()
    if len(tellers) != len(np.unique(tellers)) or not often or 1 - float((shares**2).sum()) < TELLING:
        return None
    told = np.full(size + 1, -1, dtype=np.int64)
    told[tellers] = pairs % of
    ours, theirs = sides.synthetic.arrays[i], sides.synthetic.arrays[j]
    expected = told[np.where(ours >= 0, ours, size)]
    broken = (expected >= 0) & (theirs >= 0) & (theirs != expected)
    return Rule(f"`{sides.columns[i].name}` tells `{sides.columns[j].name}`", broken, np.zeros(len(first), dtype=bool))


def rules_score(rules: Sequence[Rule], sides: Sides, *, tried: int | None = None) -> Score:
    """Say how many synthetic rows break rules, and which.

    `tried` is how many rules were looked for to find these, None where they were declared: then any breach of a rule
    that no real row breaks is a fault, however few the rows.
    """
    shared: dict[str, Any] = {"name": "rules", "title": "Rules kept", "family": "fidelity", "unit": "%", "ideal": 0.0}
    sizes = {len(r.broken) for r in rules}
    rows = max(sizes, default=0)
    if not rules or rows < FEWEST:
        why = (
            "No rule was declared and none was found that all real rows keep."
            if not rules
            else "There are too few rows."
        )
        return Score(value=None, n=rows, verdict="unknown", meaning=why, **shared)
    chances = [r.chance if tried is not None or r.real.any() else float(not r.broken.any()) for r in rules]
    worst = sorted(range(len(rules)), key=lambda k: (chances[k], -rules[k].broken.mean()))
    chance = min(1.0, max(len(rules), tried or 0) * chances[worst[0]])
    # Rules of one table are broken by rows; those of several tables, each by rows of its own.
    one = len(sizes) == 1
    broken = float(np.any([r.broken for r in rules], axis=0).mean()) if one else max(r.broken.mean() for r in rules)
    fresh = max(float(r.real.mean()) for r in rules)
    named = "; ".join(f"{rules[k].said} ({100 * rules[k].broken.mean():.2g} % of rows break it)" for k in worst[:3]
                      if rules[k].broken.any())  # fmt: skip
    low, high = share_interval(round(broken * rows), rows)
    return Score(
        value=100 * broken, floor=100 * fresh, interval=(100 * low, 100 * high), chance=chance, n=rows,
        verdict=_verdict(broken - fresh, chance),
        meaning=f"{100 * broken:.2f} % of synthetic rows break one of {len(rules):,} rules that real rows keep."
        + (f" Most surely: {named}." if named else "") + sides.beside,
        **shared,
    )  # fmt: skip


def _verdict(excess: float, chance: float) -> Verdict:
    if chance >= ALARM or excess < MATTERS:
        return "good"
    return "fair" if excess < GRAVE else "poor"
