"""Near copies: synthetic rows that agree with a real row more than a fresh row does, by a hair's breadth or in part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from likewise.evaluation.chance import share_interval
from likewise.evaluation.pairing import Compared, Part
from likewise.evaluation.privacy.agreement import By, Floats, Marks, Places, agreement, likely_pairs, mark
from likewise.evaluation.privacy.tails import Tail, far_end, fewest_found
from likewise.evaluation.privacy.trials import trial_copies
from likewise.evaluation.score import ALARM, FEWEST, Score, Verdict

WAYS: tuple[By, ...] = ("rank", "range", "value")
"""What two numbers have in common: their rank, their place in the range, or every digit; each is tried."""

ROWS = 40_000
"""Rows of each table that are looked at; more are sampled down."""
LEVELS = (0.0025, 0.005, 0.02, 0.25)
"""Shares of the rows of two groups that count as agreeing most; each is tried, and the chance allows for that."""
AGREED = 0.05
"""Chance, by the test that holds for any generator, below which the sharper one that assumes a good one is believed."""
SOFTENED = np.float32(0.1)
"""What is added to both sides of a ratio of shortfalls, in nats, so that agreement to the last bit is not infinite."""
TRIED = 500
"""Copies of each kind that the power is reckoned with."""
DRAWN = 0.1
"""Share of synthetic rows that have, beyond nature's, a value of learned rows only: such a column tells little."""
SURELY = 1.64
"""Standard deviations of a count that it falls short by in one case of twenty."""
DOSE = 0.05
"""Share of near copies that must be detectable for a verdict."""
FEW, MANY = (0.001, 1.5, 0.02), (0.005, 2.0, 0.1)
"""What is fair and what is poor: a share of rows beyond nature's, that is so many times nature's; or a share alone."""


@dataclass(frozen=True)
class NearCopies:
    """Hold what the search found where it found most.

    `synthetic` counts synthetic rows that agree most with rows that were learned from, beside real ones that do;
    `chance` is that of so many if synthetic rows are as fresh ones, and 1 where learned rows have no more synthetic
    ones close by than held-back rows have. `dose` is the least share of copies, their numbers moved by up
    to 1 % of the range, that would be found; 1 if none.
    """

    synthetic: Tail
    chance: float
    doses: tuple[tuple[str, float], ...]

    @property
    def dose(self) -> float:
        """The least share of copies, their numbers moved by up to 1 % of the range, that would be found."""
        return self.doses[0][1]


@dataclass(frozen=True, eq=False)
class _Closest:
    """Hold by how much rows fall short of full agreement with the closest row that was learned from, held, made."""

    learned: Floats
    held: Floats
    made: Floats


def near_copies(
    columns: Sequence[Compared], real: Part, synthetic: Part, holdout: Part, *, seed: int
) -> NearCopies | None:
    """Return how many synthetic rows agree with a real row beyond what held-back rows do, and what would be found.

    Agreement is weighed by rarity and compared with the closest other row, so that units, skew, crowds and a few
    changed cells matter little. None with fewer than 50 rows on a side. At most 40,000 rows a table.

    Use when: a generator may repeat rows with noise or with some cells changed. Avoid when: rows have so few columns
    that everything agrees by nature; `dose` then says that little would be found.

    Weights: Lin, 1998, ICML; the holdout as witness: Platzer and Reutterer, 2021, Frontiers in Big Data 4.
    """
    if min(real.rows, synthetic.rows, holdout.rows) < FEWEST or not columns:
        return None
    real, synthetic, holdout = (
        p.sample(ROWS, seed, "near copies", k) for k, p in enumerate((real, synthetic, holdout))
    )  # fmt: skip
    known = _joined(real, holdout)
    trials = trial_copies(columns, real, synthetic, TRIED, seed=seed)
    asked = reduce(_joined, (synthetic, *trials.values(), known))
    made, itself = synthetic.rows, asked.rows - known.rows
    pairs = list(likely_pairs(columns, asked, known, itself=itself, seed=seed))
    drawn = _drawn_from_real(real, synthetic, holdout)
    tails: list[Tail] = []
    doses = np.ones(len(trials))
    for by in WAYS if len(drawn) < len(columns) else WAYS[:2]:
        marks = mark(columns, known, [asked, known], by=by, but=drawn if by == "value" else ())
        short = _closest(marks[0], marks[1], pairs, made, real.rows)
        rows = np.log((short.held + SOFTENED) / (short.learned + SOFTENED))
        usual = np.minimum(short.learned, short.held)[itself:]
        knowns = np.log((usual + SOFTENED) / (short.made + SOFTENED))
        agreed = min(far_end(knowns[: real.rows], knowns[real.rows :], level).chance for level in LEVELS)
        found = [far_end(rows[:made], rows[itself:], level) for level in LEVELS]
        tails += [tail if len(LEVELS) * agreed < AGREED else replace(tail, chance=1.0) for tail in found]
        seen = np.split(rows[made:itself], np.cumsum([t.rows for t in trials.values()])[:-1])
        doses = np.minimum(doses, [_dose(trial, rows[itself:], made) for trial in seen])
    named = tuple(zip(trials, doses.tolist(), strict=True))
    tried = [NearCopies(tail, min(1.0, len(tails) * tail.chance), named) for tail in tails]
    # A slight lean of all rows is surer than a few copies among them, and matters less.
    return min(tried, key=lambda t: (-_gravity(t), t.chance))


def _gravity(found: NearCopies) -> int:
    """Return 2 for what is poor, 1 for what is fair, 0 for what is chance or too little to matter."""
    if found.chance >= ALARM:
        return 0
    tail = found.synthetic
    excess, times = tail.share - tail.floor, tail.share / max(tail.floor, 0.5 / tail.beside_of)
    return next((g for g, (some, so_often, much) in ((2, MANY), (1, FEW))
                 if (excess >= some and times >= so_often) or excess >= much), 0)  # fmt: skip


def _joined(first: Part, second: Part) -> Part:
    arrays = tuple(np.concatenate([a, b]) for a, b in zip(first.arrays, second.arrays, strict=True))
    return Part(arrays, first.rows + second.rows)


def _drawn_from_real(real: Part, synthetic: Part, holdout: Part) -> list[int]:
    """Return the columns in which many synthetic rows have a value that was learned and is not held.

    A generator that draws its values from the real ones, column by column, has them in common with learned rows only.
    """
    found = []
    for i, (learned, made, held) in enumerate(zip(real.arrays, synthetic.arrays, holdout.arrays, strict=True)):
        known, beside = np.setdiff1d(learned, held), np.setdiff1d(held, learned)
        by_nature = np.isin(made, beside).mean() * len(known) / max(1, len(beside))
        if np.isin(made, known).mean() - by_nature > DRAWN:
            found.append(i)
    return found


def _closest(asked: Marks, known: Marks, pairs: Sequence[tuple[Places, Places]], made: int, learned: int) -> _Closest:
    """Return the shortfalls of all rows asked and, `made`, those of known rows beside the first `made` rows asked."""
    place = np.arange(asked.rows)
    own = agreement(asked, place, asked, place)
    best = [np.zeros(size, dtype=np.float32) for size in (asked.rows, asked.rows, known.rows)]
    for first, second in pairs:
        alike = agreement(asked, first, known, second)
        among = second < learned
        np.maximum.at(best[0], first[among], alike[among])
        np.maximum.at(best[1], first[~among], alike[~among])
        among = first < made
        np.maximum.at(best[2], second[among], alike[among])
    full = (own, own, own[-known.rows :])
    return _Closest(*(np.maximum(f - b, 0) for f, b in zip(full, best, strict=True)))


def _dose(trial: Floats, natural: Floats, synthetic: int) -> float:
    """Return the least share of such copies that would be found, 19 times of 20: by how many lie at the far end."""
    doses = [1.0]
    for level in LEVELS:
        threshold = np.sort(natural)[-max(1, round(level * len(natural)))]
        beside = int((natural > threshold).sum())
        seen = float((trial > threshold).mean()) - beside / len(natural)
        least = fewest_found(synthetic, beside, len(natural), chance=ALARM / (len(WAYS) * len(LEVELS)))
        more = (least + SURELY * np.sqrt(least)) / synthetic - beside / len(natural)
        doses.append(more / seen if seen > 0 else 1.0)
    return min(doses)


def near_copies_score(found: NearCopies | None, *, trouble: str = "") -> Score:
    """Say whether synthetic rows hug real ones; `trouble` is a sentence when there was nothing to measure or trust."""
    if found is None:
        text = trouble or f"Fewer than {FEWEST} rows on one side are too few to look for near copies."
        return Score(name="near_copies", title="Near copies", family="privacy", value=None, unit="%", ideal=0.0, n=0,
                     verdict="unknown", meaning=text)  # fmt: skip
    low, high = share_interval(found.synthetic.found, found.synthetic.of)
    beyond = (
        "That is no more than happens by nature."
        if found.chance >= ALARM
        else "That is more than by nature: rows seem to be copied with small changes."
        if _gravity(found)
        else "That is more than by nature, but too little to matter."
    )
    return Score(
        name="near_copies",
        title="Near copies",
        family="privacy",
        value=100 * found.synthetic.share,
        unit="%",
        ideal=0.0,
        floor=100 * found.synthetic.floor,
        interval=(100 * low, 100 * high),
        n=found.synthetic.of,
        chance=found.chance,
        verdict="unknown" if trouble else _verdict(found),
        meaning=f"{100 * found.synthetic.share:.2f} % of synthetic rows lie far nearer to a row that was learned from "
        f"than to any held back; of real rows {100 * found.synthetic.floor:.2f} % do, each against the others. "
        f"{trouble or beyond} {_power(found)}",
    )


def _power(found: NearCopies) -> str:
    """Say which copies would be found, and from which share of the rows on, and which would not."""
    seen = [f"{kind} from {100 * dose:.1f} % of the rows on" for kind, dose in found.doses if dose <= DOSE]
    unseen = [kind for kind, dose in found.doses if dose > DOSE]
    power = f"Would be found: {', '.join(seen)}." if seen else ""
    blind = f"Underpowered, for rows are alike by nature or too few: {', '.join(unseen)}." if unseen else ""
    return f"{power} {blind}".strip()


def _verdict(found: NearCopies) -> Verdict:
    gravity = _gravity(found)
    if gravity:
        return "poor" if gravity == 2 else "fair"
    return "good" if found.dose <= DOSE or found.chance < ALARM else "unknown"
