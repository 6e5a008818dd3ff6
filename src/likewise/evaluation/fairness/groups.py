"""Groups of rows: levels, quarters of numbers and absences of one column, and pairs of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.core.seeds import generator
from likewise.evaluation.pairing import Compared, Paired, Part

LARGE = 50
"""Real rows from which a group is judged, and from which its level may be named."""
LEVELS = 10
"""Commonest levels of a column that are groups of their own."""
QUARTERS = ("lowest", "second", "third", "highest")

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Condition:
    """Say which rows belong: values from `low` to `high`, or missing ones where both are None.

    `named` tells it to a reader; a level is in it only if the condition was made from 50 real rows or more.
    """

    place: int
    low: float | None
    high: float | None
    named: str

    def holds(self, part: Part) -> Mask:
        """Return which rows meet it."""
        values = part.arrays[self.place]
        if self.low is None or self.high is None:
            return np.asarray(np.isnan(values) if values.dtype == np.float64 else values < 0)
        return np.asarray((values >= self.low) & (values <= self.high))


@dataclass(frozen=True)
class Group:
    """Hold the conditions that a row of the group meets, one or two of different columns; `rows` real rows do."""

    conditions: tuple[Condition, ...]
    rows: int

    @property
    def named(self) -> str:
        """The group in words."""
        return " and ".join(c.named for c in self.conditions)

    def holds(self, part: Part) -> Mask:
        """Return which rows belong to it."""
        mask = self.conditions[0].holds(part)
        for other in self.conditions[1:]:
            mask = mask & other.holds(part)
        return mask


def column_groups(columns: Sequence[Compared], place: int, real: Part) -> list[Group]:
    """Return the groups of one column that have 50 real rows or more: at most ten levels, or quarters of a number."""
    values = real.arrays[place]
    name = columns[place].name
    made = [Condition(place, None, None, f"`{name}` missing")]
    if columns[place].numeric:
        known = values[~np.isnan(values)]
        found = np.unique(known)
        if 1 < len(found) <= len(QUARTERS):
            made.extend(Condition(place, v, v, f"`{name}` at its value {i + 1}") for i, v in enumerate(found.tolist()))
        elif len(found):
            edges = np.quantile(known, [0.25, 0.5, 0.75])
            lows = [-np.inf, *(float(np.nextafter(e, np.inf)) for e in edges)]
            made.extend(
                Condition(place, low, float(high), f"`{name}` in its {q} quarter")
                for low, high, q in zip(lows, [*edges, np.inf], QUARTERS)
            )
    else:
        codes, counts = np.unique(values[values >= 0], return_counts=True)
        kept = codes[np.argsort(-counts, kind="stable")[:LEVELS]].tolist()
        made.extend(Condition(place, c, c, f"`{name}` = {columns[place].levels[c]}") for c in kept)
    sized = [Group((c,), int(c.holds(real).sum())) for c in made]
    return [g for g in sized if LARGE <= g.rows < real.rows]


def sensitive_places(paired: Paired, sensitive: Sequence[str]) -> list[int]:
    """Return where the sensitive columns stand: those named, and those whose role says so."""
    wanted = {*sensitive, *(c.name for c in paired.columns if c.column.role == "sensitive")}
    return [i for i, c in enumerate(paired.columns) if c.name in wanted]


def subgroups(
    paired: Paired, real: Part, first: Sequence[int], seed: int, *, most_single: int, most_pairs: int
) -> tuple[list[Group], int]:
    """Return groups of 50 real rows or more to depth two, and how many more were met but left out.

    Groups of the columns in `first` come first, those of others in a random order; so do pairs.
    """
    rng = generator(seed, "subgroups")
    rest = [i for i in range(len(paired.columns)) if i not in first]
    order = [*first, *rng.permutation(rest).astype(int).tolist()]
    found = [g for place in order for g in column_groups(paired.columns, place, real)]
    single = found[:most_single]
    held = np.array([g.holds(real) for g in single], dtype=np.float32).reshape(len(single), real.rows)
    shared = held @ held.T
    pairs = [
        (a, b)
        for a in range(len(single))
        for b in range(a + 1, len(single))
        if shared[a, b] >= LARGE and single[a].conditions[0].place != single[b].conditions[0].place
    ]
    chosen = [p for p in pairs if single[p[0]].conditions[0].place in first]
    others = [p for p in pairs if single[p[0]].conditions[0].place not in first]
    chosen.extend(others[i] for i in rng.permutation(len(others)).tolist())
    kept = [Group((*single[a].conditions, *single[b].conditions), int(shared[a, b])) for a, b in chosen[:most_pairs]]
    return [*single, *kept], len(found) - len(single) + len(pairs) - len(kept)
