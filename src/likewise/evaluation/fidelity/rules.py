"""Rules that real rows keep, and the synthetic rows that break them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.core.table import Table
from likewise.evaluation.chance import more_often, share_interval
from likewise.evaluation.fidelity.sides import Sides
from likewise.evaluation.score import ALARM, FEWEST, Score, Verdict

Mask = npt.NDArray[np.bool_]

FEWEST_KNOWN = 100
"""Real rows in which all columns of a rule are known before it is believed."""
TELLING = 0.02
"""Share of rows that would break a rule if the columns had nothing to do with one another; else it is no rule."""
MATTERS, GRAVE = 0.001, 0.01
"""Share of rows that break a rule from which it matters, and is poor."""


@dataclass(frozen=True, eq=False)
class Rule:
    """Hold which synthetic rows break a rule, and which real ones do; `said` is the rule in plain words.

    Any rule of any origin can be put so: a declared constraint, a key, a reference, or one found in the data, which
    says between which columns.
    """

    said: str
    broken: Mask
    real: Mask
    between: frozenset[int] = frozenset()

    @property
    def chance(self) -> float:
        """The probability of so many breaches if synthetic rows break the rule no more often than real ones."""
        return more_often(int(self.broken.sum()), len(self.broken), int(self.real.sum()), len(self.real))


def unique_rule(said: str, synthetic: Sequence[Hashable], real: Sequence[Hashable]) -> Rule:
    """Return the rule that no key occurs twice: each row that repeats an earlier key breaks it; None is no key.

    >>> unique_rule("`id` is unique", [1, 2, 2, 2], [1, 2, 3]).broken.tolist()
    [False, False, True, True]
    """
    return Rule(said, _repeats(synthetic), _repeats(real))


def key_rules(real: Table, synthetic: Table) -> list[Rule]:
    """Return the rule that a key or id never repeats for each whose real values do not.

    Their values are made anew, so that nothing else of them is compared.
    """
    keys = [c.name for c in real.schema.columns if (c.role == "key" or c.kind == "id") and c.name in synthetic.schema]
    rules = [unique_rule(f"`{k}` never repeats", *(t.texts(k).to_pylist() for t in (synthetic, real))) for k in keys]
    return [rule for rule in rules if not rule.real.any()]


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
        marks[place] = key is not None and key in seen
        seen.add(key)
    return marks


def _orphans(children: Sequence[Hashable], parents: Sequence[Hashable]) -> Mask:
    known = set(parents)
    return np.array([child is not None and child not in known for child in children], dtype=np.bool_)


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
    tests = max(len(rules), tried or 0)
    chance = min(1.0, tests * chances[worst[0]])
    # Fresh rows break a rule that was found now and then, so that only what is surely broken counts.
    sure = [rules[k] for k in worst if tests * chances[k] < ALARM]
    # Rules of one table are broken by rows; those of several tables, each by rows of its own.
    one = len({len(r.broken) for r in sure}) == 1
    broken = float(np.any([r.broken for r in sure], axis=0).mean()) if one else max(
        (float(r.broken.mean()) for r in sure), default=0.0)  # fmt: skip
    fresh = max((float(r.real.mean()) for r in sure), default=0.0)
    named = "; ".join(f"{r.said} ({100 * r.broken.mean():.3g} % of rows break it)" for r in sure[:3])
    low, high = share_interval(round(broken * rows), rows)
    return Score(
        value=100 * broken, floor=100 * fresh, interval=(100 * low, 100 * high), chance=chance, n=rows,
        verdict=_verdict(broken - fresh, chance),
        meaning=(f"{100 * broken:.2f} % of synthetic rows break one of {len(rules):,} rules that real rows keep. Most "
                 f"surely: {named}." if sure else
                 f"None of {len(rules):,} rules that real rows keep is surely broken.") + sides.beside,
        **shared,
    )  # fmt: skip


def _verdict(excess: float, chance: float) -> Verdict:
    if chance >= ALARM or excess < MATTERS:
        return "good"
    return "fair" if excess < GRAVE else "poor"
