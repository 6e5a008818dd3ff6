"""Whether synthetic pictures hug those that were learned from: near copies, and how near all of them lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.core.seeds import generator
from likewise.evaluation.chance import more_often
from likewise.evaluation.media.distances import Floats, Vectors
from likewise.evaluation.media.nearness import nearest, nearest_of
from likewise.evaluation.privacy.tails import Tail, fewest_found
from likewise.evaluation.score import ALARM

LEVELS = (0.0025, 0.01, 0.05, 0.25)
"""Shares of the pictures of two groups that count as hugging a real one most; each is tried."""
BESIDE = 5
"""The neighbour whose distance the nearest one's is compared with: a copy lies far nearer to one than to the others."""
SOFT = 1e-3
"""What is added to both, in units of the usual distance, so that an exact copy is not infinitely near."""
TRIED = 300
"""Copies that the power is reckoned with."""
SURELY = 1.64
LEAN_QUERIES = 2_500


@dataclass(frozen=True)
class Hugging:
    """Hold what hugs a learned picture, by `space`, where most was found; `chance` allows for all that was tried.

    `dose` is the least share of near copies (grain of 2 % of the range) that would be found, 1 if none.
    """

    tail: Tail
    space: str
    chance: float
    dose: float


def hugging(
    learned: Mapping[str, Vectors], synthetic: Mapping[str, Vectors], held: Mapping[str, Vectors],
    trial: Mapping[str, Vectors],
) -> Hugging:  # fmt: skip
    """Return how many synthetic pictures lie far nearer to one learned picture than to others, beside real ones.

    Each mapping has vectors of the same pictures in several spaces; `trial` are near copies of learned pictures. The
    distance to the nearest learned picture is measured by that to the fifth, so that plain pictures, which are near to
    many, count no more than others; and pictures that hug the same one count once, for they may be one picture over and
    over, which is another fault. What happens by nature is shown by pictures held back, and by learned ones, each
    against the others.
    """
    tails: list[tuple[Tail, str]] = []
    dose = 1.0
    tests = len(learned) * len(LEVELS)
    for space, known in learned.items():
        made, fresh, copies = (_hugs(part[space], known) for part in (synthetic, held, trial))
        natural = fresh.joined(_hugs(known, known, itself=1), len(known))
        tails += [(_far_end(made, natural, level), space) for level in LEVELS]
        dose = min(dose, _dose(copies.closeness, natural.closeness, len(made.closeness), tests))
    tail, space = min(tails, key=lambda found: found[0].chance)
    return Hugging(tail, space, min(1.0, tests * tail.chance), dose)


@dataclass(frozen=True, eq=False)
class _Hugs:
    """Hold by how much, in logarithms, the nearest known vector is nearer than the fifth, and which that is."""

    closeness: Floats
    nearest: npt.NDArray[np.int64]

    def joined(self, other: _Hugs, known: int) -> _Hugs:
        """Return both groups as one; what each of them is nearest to counts apart."""
        places = np.concatenate([self.nearest, known + other.nearest])
        return _Hugs(np.concatenate([self.closeness, other.closeness]), places)

    def beyond(self, threshold: float) -> int:
        """Return how many known vectors are hugged that closely: several that hug one are one event."""
        return len(np.unique(self.nearest[self.closeness >= threshold]))


def _hugs(asked: Vectors, known: Vectors, *, itself: int = 0) -> _Hugs:
    """Measure the nearest known vectors by the fifth; the first `itself` of them are not counted."""
    found, places = nearest(asked, known, BESIDE + itself)
    found, places = found[:, itself:], places[:, itself:]
    soft = SOFT * float(np.median(found[:, -1])) + 1e-12
    return _Hugs(np.log(found[:, -1] + soft) - np.log(found[:, 0] + soft), places[:, 0])


def _far_end(made: _Hugs, natural: _Hugs, level: float) -> Tail:
    """Count both groups among the closest `level` (a share) of all together, at least four, as `tails.far_end` does."""
    pooled = np.sort(np.concatenate([made.closeness, natural.closeness]))[::-1]
    threshold = float(pooled[min(len(pooled), max(4, round(level * len(pooled)))) - 1])
    sizes = len(made.closeness), len(natural.closeness)
    if threshold <= pooled[-1]:
        return Tail(0, sizes[0], 0, sizes[1], 1.0)
    found, beside = made.beyond(threshold), natural.beyond(threshold)
    return Tail(found, sizes[0], beside, sizes[1], more_often(found, sizes[0], beside, sizes[1]))


def _dose(copies: Floats, fresh: Floats, synthetic: int, tests: int) -> float:
    """Return the least share of such copies that would be found, 19 times of 20."""
    doses = [1.0]
    for level in LEVELS:
        threshold = np.sort(fresh)[-max(1, round(level * len(fresh)))]
        beside = int((fresh > threshold).sum())
        seen = float((copies > threshold).mean()) - beside / len(fresh)
        least = fewest_found(synthetic, beside, len(fresh), chance=ALARM / tests)
        more = (least + SURELY * np.sqrt(least)) / synthetic - beside / len(fresh)
        doses.append(more / seen if seen > 0 else 1.0)
    return float(min(doses))


@dataclass(frozen=True)
class Lean:
    """Hold how near synthetic pictures lie to learned ones against as many held back.

    `ratio` is the median distance to the nearest learned picture over that to the nearest held back, `share` how often
    the former is nearer (half is ideal), `error` its standard error, `space` where it leans most.
    """

    ratio: float
    share: float
    error: float
    space: str
    queries: int


def lean(
    learned: Mapping[str, Vectors], synthetic: Mapping[str, Vectors], held: Mapping[str, Vectors], *, seed: int
) -> Lean:
    """Return how synthetic pictures lean towards those that were learned from, in the space where they do most.

    Learned pictures are parted into chunks as large as those held back, for the larger of two samples lies nearer to
    anything. Platzer and Reutterer, 2021, Frontiers in Big Data 4.
    """
    found = []
    for space, known in learned.items():
        asked = synthetic[space][:LEAN_QUERIES]
        chunks = max(1, round(len(known) / len(held[space])))
        size = min(len(held[space]), len(known) // chunks)
        order = generator(seed, "lean").permutation(len(known))
        away, witness = nearest_of(asked, held[space][:size])
        parts = [nearest_of(asked, known[order[k * size : (k + 1) * size]])[0] for k in range(chunks)]
        near = np.stack(parts)
        nearer = ((near < away) + 0.5 * (near == away)).mean(axis=0)
        # Queries that lie near one picture held back are decided by it together.
        weights = np.bincount(witness) / len(asked)
        error = float(np.sqrt(nearer.var(ddof=1) / len(nearer) + 0.25 * (weights**2).sum()))
        ratio = float(np.median(near.mean(axis=0)) / max(float(np.median(away)), 1e-12))
        found.append(Lean(ratio, float(nearer.mean()), error, space, len(asked)))
    return max(found, key=lambda one: (one.share - 0.5) / one.error)
