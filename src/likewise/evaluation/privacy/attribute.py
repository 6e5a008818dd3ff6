"""Attribute inference: do synthetic rows tell more of people learned from than of others like them?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from likewise.core.seeds import generator
from likewise.evaluation.boosting import booster, features, one_thread, without_empty
from likewise.evaluation.chance import more_often
from likewise.evaluation.distance import nearest_neighbours, scale
from likewise.evaluation.pairing import Array, Compared, Part
from likewise.evaluation.score import ALARM, FEWEST, Score, Verdict

TARGETS = 1_500
"""Members, and as many others, whose secret is guessed."""
ROWS = 6_000
"""Synthetic rows that an attacker learns from."""
SECRETS = 8
"""Columns taken as secret where none is declared sensitive: those with most to guess, spread over the table."""
CLASSES = 20
"""Levels up to which trees guess a level; of longer lists only the nearest synthetic row tells."""
ROUNDS = 15
WITHIN = 0.025
"""Share of the middle 98 % of a number's range within which a guess is right."""
REPLICATES = 1_000
GAIN = (0.02, 0.05)
"""Share of the secrets guessed beyond the control from which a gain is fair and poor."""


@dataclass(frozen=True)
class Guessed:
    """Hold how often a secret was guessed: of members, of others, and by trees that learned from real rows."""

    name: str
    attack: str
    members: int
    of: int
    others: int
    others_of: int
    chance: float
    interval: tuple[float, float] = (0.0, 0.0)
    by_real: float | None = None

    @property
    def gain(self) -> float:
        """By how much more often the secret of a member was guessed."""
        return self.members / self.of - self.others / self.others_of


def attribute_inference(
    columns: Sequence[Compared], real: Part, synthetic: Part, holdout: Part, *,
    quasi: Sequence[str] = (), sensitive: Sequence[str] = (), seed: int,
) -> tuple[Guessed, ...]:  # fmt: skip
    """Return, for each secret column, how often it is guessed of members and of as many held-back others.

    The attacker knows the quasi-identifiers (all other columns where none are declared) and learns from synthetic rows,
    once with boosted trees and once by taking the secret of the nearest synthetic row; the better one counts, its
    chance allowing for both. What holds of others too is knowledge of the population, not a leak; the gain is the leak.
    Worst first. Empty with fewer than 50 rows on a side or less than two columns.

    Giomi et al., 2023, PoPETs (the control); Yeom et al., 2018, CSF (the gain).
    """
    size = min(real.rows, holdout.rows, TARGETS)
    if min(size, synthetic.rows) < FEWEST:
        return ()
    members, others = (p.sample(size, seed, "attribute", k) for k, p in enumerate((real, holdout)))
    made = synthetic.sample(ROWS, seed, "attribute", "made")
    known = [i for i, c in enumerate(columns) if not quasi or c.name in quasi]
    found = []
    for secret in _secrets(columns, real, sensitive):
        beside = [i for i in known if i != secret]
        if beside:
            found.append(_guess(columns, secret, beside, members, others, made, seed))
    found.sort(key=lambda g: (g.chance, -g.gain))
    if found:
        found[0] = _with_real(columns, known, found[0], real, others, seed)
    return tuple(replace(g, chance=min(1.0, g.chance * len(found)), interval=_interval(g, seed)) for g in found)


def _secrets(columns: Sequence[Compared], real: Part, sensitive: Sequence[str]) -> list[int]:
    varied = [i for i, c in enumerate(columns) if len(np.unique(real.arrays[i][:5_000])) > 1]
    declared = [i for i in varied if columns[i].name in sensitive]
    if declared or len(varied) <= SECRETS:
        return declared or varied
    return [varied[k] for k in np.linspace(0, len(varied) - 1, SECRETS).round().astype(int)]


def _guess(
    columns: Sequence[Compared], secret: int, beside: Sequence[int], members: Part, others: Part, made: Part, seed: int
) -> Guessed:  # fmt: skip
    some = [columns[i] for i in beside]
    asked = [_only(p, beside) for p in (members, others)]
    learned = _only(made, beside)
    truths, values = [p.arrays[secret] for p in (members, others)], made.arrays[secret]
    numeric = columns[secret].numeric
    near = scale(some, learned, [*asked, learned], robust=True)
    guesses = {"nearest row": [values[nearest_neighbours(a, near[2], 1)[1][:, 0]] for a in near[:2]]}
    if numeric or len(np.unique(values)) <= CLASSES:
        guesses["trees"] = _predicted(some, learned, values, asked, numeric, seed)
    within = _tolerance(made.arrays[secret]) if numeric else 0.0
    tried = []
    for attack, (one, other) in guesses.items():
        hits = [int(_right(g, t, within).sum()) for g, t in zip((one, other), truths)]
        chance = more_often(hits[0], members.rows, hits[1], others.rows)
        tried.append(Guessed(columns[secret].name, attack, hits[0], members.rows, hits[1], others.rows, chance))
    best = min(tried, key=lambda g: (g.chance, -g.gain))
    return replace(best, chance=min(1.0, len(tried) * best.chance))


def _only(part: Part, which: Sequence[int]) -> Part:
    return Part(tuple(part.arrays[i] for i in which), part.rows)


def _tolerance(values: Array) -> float:
    known = values[~np.isnan(values)]
    return WITHIN * float(np.subtract(*np.quantile(known, [0.99, 0.01]))) if len(known) else 0.0


def _right(guess: Array, truth: Array, within: float) -> npt.NDArray[np.bool_]:
    if truth.dtype != np.float64:
        return np.asarray(guess == truth)
    return np.asarray((np.abs(guess - truth) <= within) | (np.isnan(guess) & np.isnan(truth)))


def _predicted(
    columns: Sequence[Compared], learned: Part, values: Array, asked: Sequence[Part], numeric: bool, seed: int
) -> list[Array]:
    """Return the guesses of boosted trees that learned `values` from the rows `learned`."""
    there = ~np.isnan(values) if numeric else np.ones(len(values), dtype=bool)
    coded = without_empty(features(columns, [learned.take(there), *asked]))
    if not coded.positions or len(np.unique(values[there])) < 2:
        most = np.nanmedian(values) if numeric and there.any() else values[0]
        return [np.full(p.rows, most) for p in asked]
    task, rows = "regress" if numeric else "classify", int(there.sum())
    model = booster(task, coded.categorical, rows=rows, rounds=ROUNDS, seed=seed)
    with one_thread():
        model.fit(coded.matrices[0], values[there])
        return [np.asarray(model.predict(m)) for m in coded.matrices[1:]]


def _with_real(
    columns: Sequence[Compared], known: Sequence[int], found: Guessed, real: Part, others: Part, seed: int
) -> Guessed:
    """Add how often the same secret of others is guessed by who has real rows: what the population gives away."""
    secret = next(i for i, c in enumerate(columns) if c.name == found.name)
    beside = [i for i in known if i != secret]
    learned = real.sample(ROWS, seed, "attribute", "by real")
    values, truth = learned.arrays[secret], others.arrays[secret]
    if not columns[secret].numeric and len(np.unique(values)) > CLASSES:
        return found
    some = [columns[i] for i in beside]
    (guess,) = _predicted(some, _only(learned, beside), values, [_only(others, beside)], columns[secret].numeric, seed)
    within = _tolerance(values) if columns[secret].numeric else 0.0
    return replace(found, by_real=float(_right(guess, truth, within).mean()))


def _interval(found: Guessed, seed: int) -> tuple[float, float]:
    """Return the 95 % interval of the gain, by bootstrap: of rights and wrongs a resample is a binomial draw."""
    rng = generator(seed, "attribute", "interval")
    draws = (
        rng.binomial(found.of, found.members / found.of, REPLICATES) / found.of
        - rng.binomial(found.others_of, found.others / found.others_of, REPLICATES) / found.others_of
    )
    low, high = np.quantile(draws, [0.025, 0.975])
    return float(low), float(high)


def attribute_score(found: Sequence[Guessed], *, trouble: str = "") -> Score:
    """Say of the secret that leaks most how much more often it is guessed of members than of others."""
    if not found:
        text = trouble or f"Two columns and {FEWEST} rows on each side are needed to guess secrets."
        return Score(name="attribute_inference", title="Secrets guessed", family="privacy", value=None, unit="share",
                     ideal=0.0, n=0, verdict="unknown", meaning=text)  # fmt: skip
    worst = found[0]
    smallest = 3.3 * float(np.sqrt(0.5 / worst.of))
    population = "" if worst.by_real is None else f"; whoever has real rows of other people {100 * worst.by_real:.1f} %"
    return Score(
        name="attribute_inference",
        title="Secrets guessed",
        family="privacy",
        value=worst.gain,
        unit="share",
        ideal=0.0,
        floor=0.0,
        interval=worst.interval,
        n=worst.of,
        of="members",
        chance=worst.chance,
        verdict="unknown" if trouble else _verdict(worst, smallest),
        meaning=f"From synthetic rows `{worst.name}` is guessed right of {100 * worst.members / worst.of:.1f} % of the "
        f"people learned from, and of {100 * worst.others / worst.others_of:.1f} % of others{population}. Only the "
        f"difference is a leak: {100 * worst.gain:+.1f} points, the worst of {len(found)} columns "
        f"tried. {trouble}".strip(),
    )


def _verdict(worst: Guessed, smallest: float) -> Verdict:
    if worst.chance < ALARM:
        return "poor" if worst.gain > GAIN[1] else "fair" if worst.gain > GAIN[0] else "good"
    return "good" if smallest <= 3 * GAIN[1] else "unknown"
