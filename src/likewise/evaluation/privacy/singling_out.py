"""Singling out: do synthetic rows tell how to describe one person, and no other, among those learned from?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.core.seeds import generator
from likewise.evaluation.pairing import Array, Compared, Part
from likewise.evaluation.score import ALARM, FEWEST, Score, Verdict

ROWS = 5_000
"""Rows of each side that descriptions are tried on, and synthetic rows that descriptions are taken from."""
DESCRIPTIONS = 1_500
COLUMNS = (2, 3, 4)
"""Columns that a description combines; beside these, values that occur once in a column are tried alone."""
WITHIN = 0.01
"""Share of synthetic rows on either side of a number that a description of it takes in."""
GAIN = (0.005, 0.02)
"""Share of all descriptions that single out more members than others from which this is fair and poor."""


@dataclass(frozen=True)
class Singled:
    """Hold how many of `members` and of as many `others` exactly one description singles out, and of how many tried.

    `chance` is that of so many more members if both are alike.
    """

    members: int
    others: int
    tried: int
    rows: int
    chance: float

    @property
    def gain(self) -> float:
        """By how much more members are singled out, as a share of the descriptions tried."""
        return (self.members - self.others) / max(1, self.tried)


def singling_out(
    columns: Sequence[Compared], real: Part, synthetic: Part, holdout: Part, *, seed: int
) -> Singled | None:
    """Return how many members, and how many others, match a description made from synthetic rows that no other matches.

    A description is a value that occurs once in a synthetic column, or the values of two to four columns of a synthetic
    row, numbers within a percentile. Each person counts once. Descriptions single out by nature too, which the others
    tell. None with fewer than 50 rows on a side.

    WP29, Opinion 05/2014; Cohen and Nissim, 2020, PNAS 117 (predicate singling out).
    """
    size = min(real.rows, holdout.rows, ROWS)
    if min(size, synthetic.rows) < FEWEST or not columns:
        return None
    sides = [p.sample(size, seed, "single", k) for k, p in enumerate((real, holdout))]
    made = synthetic.sample(ROWS, seed, "single", "made")
    singled: list[set[int]] = [set(), set()]
    tried = _lone_values(columns, made, sides, singled)
    rng = generator(seed, "single", "descriptions")
    spans = [_span(c, a) for c, a in zip(columns, made.arrays, strict=True)]
    for _ in range(DESCRIPTIONS if len(columns) > 1 else 0):
        row = int(rng.integers(made.rows))
        width = min(int(rng.choice(COLUMNS)), len(columns))
        which = rng.permutation(len(columns))[:width]
        tried += 1
        for side, found in zip(sides, singled, strict=True):
            place = _only_match([(side.arrays[i], spans[i][0][row], spans[i][1][row]) for i in which])
            if place is not None:
                found.add(place)
    return Singled(len(singled[0]), len(singled[1]), tried, size, _more(len(singled[0]), len(singled[1])))


def _span(compared: Compared, values: Array) -> tuple[Array, Array]:
    """Return for each value the lowest and the highest that a description of it takes in."""
    if not compared.numeric:
        return values, values
    line = np.sort(values[~np.isnan(values)])
    if not len(line):
        return values, values
    reach = int(WITHIN * len(line))
    low = np.maximum(np.searchsorted(line, values, "left") - reach, 0)
    high = np.minimum(np.searchsorted(line, values, "right") - 1 + reach, len(line) - 1)
    gone = np.isnan(values)
    return (np.where(gone, np.nan, line[np.minimum(low, len(line) - 1)]), np.where(gone, np.nan, line[high]))


def _only_match(description: Sequence[tuple[Array, float, float]]) -> int | None:
    """Return the one row that matches, None where none or several do; a gap is matched by a gap."""
    rows: npt.NDArray[np.int64] | None = None
    for values, low, high in description:
        values = values if rows is None else values[rows]
        match = np.isnan(values) if low != low else (values >= low) & (values <= high)
        rows = np.flatnonzero(match) if rows is None else rows[match]
        if not len(rows):
            return None
    return int(rows[0]) if rows is not None and len(rows) == 1 else None


def _lone_values(columns: Sequence[Compared], made: Part, sides: Sequence[Part], singled: Sequence[set[int]]) -> int:
    """Add the rows that hold, alone on their side, a value that occurs once among synthetic rows; return how many."""
    tried = 0
    for i, compared in enumerate(columns):
        values, counts = np.unique(made.arrays[i], return_counts=True)
        lone = values[(counts == 1) & (~np.isnan(values) if compared.numeric else values >= 0)]
        tried += len(lone)
        for side, found in zip(sides, singled, strict=True):
            known, first, times = np.unique(side.arrays[i], return_index=True, return_counts=True)
            found.update(first[(times == 1) & np.isin(known, lone)].tolist())
    return tried


def _more(members: int, others: int) -> float:
    """Return the chance of so many more members, each person singled out being either by the toss of a coin."""
    from scipy.stats import binom

    return float(binom.sf(members - 1, members + others, 0.5)) if members + others else 1.0


def singling_out_score(found: Singled | None, *, trouble: str = "") -> Score:
    """Say how many more members than others descriptions from synthetic rows single out."""
    shared = {"name": "singling_out", "title": "People singled out", "family": "privacy", "unit": "share", "ideal": 0.0}
    if found is None:
        text = trouble or f"Fewer than {FEWEST} rows on one side are too few to single anybody out."
        return Score.model_validate({**shared, "value": None, "n": 0, "verdict": "unknown", "meaning": text})
    spread = 1.96 * float(np.sqrt(found.members + found.others)) / max(1, found.tried)
    return Score.model_validate(
        {
            **shared,
            "value": found.gain,
            "floor": 0.0,
            "interval": (found.gain - spread, found.gain + spread),
            "n": found.tried,
            "of": "descriptions",
            "chance": found.chance,
            "verdict": "unknown" if trouble else _verdict(found),
            "meaning": f"{found.tried:,} descriptions made from synthetic rows single out {found.members:,} of "
            f"{found.rows:,} people that were learned from, and {found.others:,} of as many others, whom they cannot "
            f"know. {trouble}".strip(),
        }
    )


def _verdict(found: Singled) -> Verdict:
    if found.chance < ALARM:
        return "poor" if found.gain > GAIN[1] else "fair" if found.gain > GAIN[0] else "good"
    return "good" if found.rows >= 4 * FEWEST else "unknown"
