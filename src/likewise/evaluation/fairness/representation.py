"""Are all groups as frequent as in the real data?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from likewise.evaluation.fairness.groups import LARGE, column_groups
from likewise.evaluation.pairing import Paired
from likewise.evaluation.score import ALARM, FEWEST, Score
from likewise.evaluation.utility.contest import verdict_by
from likewise.evaluation.utility.split import train_and_test


@dataclass(frozen=True)
class Share:
    """Hold the share of one group among synthetic, real and held rows, and among the last two together (`both`).

    `chance` is that of synthetic and all other rows so unlike: exact, two-sided (Fisher, 1935), not corrected. `named`
    holds a level only if 50 real rows have it.
    """

    named: str
    synthetic: float
    real: float
    held: float
    both: float
    chance: float

    @property
    def ratio(self) -> float:
        """How many times as frequent the group is among synthetic as among real rows."""
        return self.synthetic / max(self.real, 1e-12)


@dataclass(frozen=True)
class Representation:
    """Hold the groups of all sensitive columns; `rows` are the synthetic ones."""

    groups: tuple[Share, ...]
    rows: int
    held: bool


def compare_representation(paired: Paired, places: Sequence[int], *, seed: int) -> Representation:
    """Return the share of every group of the sensitive columns; small ones of a column count as one group.

    A group is a level, a quarter of a number or an absence with 50 real rows or more.
    """
    real, held, seen = train_and_test(paired, seed)
    made = paired.synthetic
    found = []
    if min(made.rows, held.rows, real.rows) < FEWEST:
        return Representation((), made.rows, not seen)
    for place in places:
        groups = column_groups(paired.columns, place, real)
        members = [[g.holds(p) for g in groups] for p in (made, real, held)]
        named = [g.named for g in groups]
        others = [~np.any(m, axis=0) if m else np.ones(p.rows, bool) for m, p in zip(members, (made, real, held))]
        if any(bool(o.any()) for o in others) and groups:
            named.append(
                f"all groups of `{paired.columns[place].name}` with fewer than {LARGE} rows, or beyond the commonest"
            )
            members = [[*m, o] for m, o in zip(members, others)]
        for k, name in enumerate(named):
            counts = [int(m[k].sum()) for m in members]
            shares = [c / p.rows for c, p in zip(counts, (made, real, held))]
            beside, of = counts[1] + counts[2], real.rows + held.rows
            chance = _differ(counts[0], made.rows, beside, of)
            found.append(Share(name, shares[0], shares[1], shares[2], beside / of, chance))
    return Representation(tuple(found), made.rows, not seen)


def _differ(found: int, of: int, beside: int, beside_of: int) -> float:
    from scipy.stats import hypergeom

    whole = of + beside_of, found + beside, of
    return float(min(1.0, 2 * min(hypergeom.sf(found - 1, *whole), hypergeom.cdf(found, *whole))))


def representation_score(found: Representation) -> Score:
    """Say which group is farthest from its share."""
    name, title = "representation", "Representation of groups"
    if not found.groups:
        return Score(name=name, title=title, family="fairness", value=None, unit="ratio", ideal=1.0, n=found.rows,
                     verdict="unknown", meaning="No group of a sensitive column is large enough.")  # fmt: skip
    tests = len(found.groups)
    clear = [g for g in found.groups if g.chance * tests < ALARM]
    worst = max(clear, key=_loss) if clear else min(found.groups, key=lambda g: g.chance)
    chance = min(1.0, min(g.chance for g in found.groups) * tests)
    said = "more than chance does" if clear else "no more than chance does"
    return Score(
        name=name, title=title, family="fairness", value=worst.ratio, unit="ratio", ideal=1.0,
        floor=worst.held / max(worst.real, 1e-12), chance=chance, n=found.rows,
        verdict=verdict_by(_loss(worst), chance, fair=0.1, poor=0.25),
        meaning=f"Of {tests} groups, the farthest from its real share is {worst.named}: {worst.ratio:.2f} times as "
        f"frequent among synthetic as among real rows (held back real rows: "
        f"{worst.held / max(worst.real, 1e-12):.2f}), which is {said}.",
    )  # fmt: skip


def _loss(share: Share) -> float:
    """Return how far a ratio is below 1, or its inverse if it is above."""
    ratio = share.synthetic / max(share.both, 1e-12)
    return 1 - min(ratio, 1 / max(ratio, 1e-12))
