"""Linkability: do synthetic rows let an attacker join two halves of a record that are held apart?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from likewise.core.seeds import generator
from likewise.evaluation.chance import more_often, share_interval
from likewise.evaluation.distance import nearest_neighbours, scale
from likewise.evaluation.pairing import Compared, Part
from likewise.evaluation.score import ALARM, FEWEST, Score, Verdict

TARGETS = 1_500
ROWS = 10_000
"""Synthetic rows that are searched."""
NEIGHBOURS = 3
SPLITS = 2
"""Ways to part the columns that are tried where no quasi-identifiers are declared."""
GAIN = (0.01, 0.03)
"""Share of the records joined beyond the control from which linking is fair and poor."""


@dataclass(frozen=True)
class Linked:
    """Hold how many members and how many others have a synthetic row near both of their halves."""

    members: int
    of: int
    others: int
    others_of: int
    chance: float

    @property
    def gain(self) -> float:
        """By how much more of the members are joined."""
        return self.members / self.of - self.others / self.others_of


def linkability(
    columns: Sequence[Compared], real: Part, synthetic: Part, holdout: Part, *, quasi: Sequence[str] = (), seed: int
) -> Linked | None:
    """Return how often the three synthetic rows nearest to each half of a record have one in common.

    The halves are the quasi-identifiers and the rest, where declared, else random halves of the columns, tried twice;
    the worse counts, its chance allowing for both. None with fewer than 50 rows on a side or less than two columns.

    WP29, Opinion 05/2014 (linkability); the control as in Giomi et al., 2023, PoPETs.
    """
    size = min(real.rows, holdout.rows, TARGETS)
    if min(size, synthetic.rows) < FEWEST or len(columns) < 2:
        return None
    members, others = (p.sample(size, seed, "link", k) for k, p in enumerate((real, holdout)))
    made = synthetic.sample(ROWS, seed, "link", "made")
    tried = []
    for half in _halves(columns, quasi, seed):
        linked = _linked(columns, half, members, others, made)
        chance = more_often(linked[0], size, linked[1], size)
        tried.append(Linked(linked[0], size, linked[1], size, chance))
    worst = min(tried, key=lambda t: t.chance)
    return replace(worst, chance=min(1.0, len(tried) * worst.chance))


def _halves(columns: Sequence[Compared], quasi: Sequence[str], seed: int) -> list[set[int]]:
    declared = {i for i, c in enumerate(columns) if c.name in quasi}
    if 0 < len(declared) < len(columns):
        return [declared]
    orders = [generator(seed, "link", "halves", k).permutation(len(columns)) for k in range(SPLITS)]
    return [set(order[: len(columns) // 2].tolist()) for order in orders]


def _linked(columns: Sequence[Compared], half: set[int], members: Part, others: Part, made: Part) -> list[int]:
    places: list[list[np.ndarray[tuple[int, int], np.dtype[np.int64]]]] = []
    for side in (sorted(half), [i for i in range(len(columns)) if i not in half]):
        some = [columns[i] for i in side]
        parts = [Part(tuple(p.arrays[i] for i in side), p.rows) for p in (made, members, others)]
        rows, *asked = scale(some, parts[0], parts, robust=True)
        places.append([nearest_neighbours(a, rows, min(NEIGHBOURS, made.rows))[1] for a in asked])
    return [int((a[:, :, None] == b[:, None, :]).any(axis=(1, 2)).sum()) for a, b in zip(*places, strict=True)]


def linkability_score(found: Linked | None, *, trouble: str = "") -> Score:
    """Say how much more often halves of members' records can be joined than those of others."""
    shared = {"name": "linkability", "title": "Records joined", "family": "privacy", "unit": "%", "ideal": 0.0}
    if found is None:
        text = trouble or f"Two columns and {FEWEST} rows on each side are needed to join records."
        return Score.model_validate({**shared, "value": None, "n": 0, "verdict": "unknown", "meaning": text})
    low, high = share_interval(found.members, found.of)
    return Score.model_validate(
        {
            **shared,
            "value": 100 * found.members / found.of,
            "floor": 100 * found.others / found.others_of,
            "interval": (100 * low, 100 * high),
            "n": found.of,
            "of": "members",
            "chance": found.chance,
            "verdict": "unknown" if trouble else _verdict(found),
            "meaning": f"Synthetic rows would join the two halves of {100 * found.members / found.of:.1f} % of the "
            f"records that were learned from, and of {100 * found.others / found.others_of:.1f} % of others, where "
            f"nothing but coincidence joins them. {trouble}".strip(),
        }
    )


def _verdict(found: Linked) -> Verdict:
    if found.chance < ALARM:
        return "poor" if found.gain > GAIN[1] else "fair" if found.gain > GAIN[0] else "good"
    return "good" if found.of >= 4 * FEWEST else "unknown"
