"""Precision, density, recall and coverage: whether synthetic rows lie where real ones do, and everywhere they do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.evaluation.chance import more_often, share_interval
from likewise.evaluation.distance import Scaled, distance_blocks, nearest_neighbours, scale
from likewise.evaluation.fidelity.dealing import deal, mean_chance
from likewise.evaluation.fidelity.sides import joined
from likewise.evaluation.pairing import Compared, Paired, Part
from likewise.evaluation.score import ALARM, FEWEST, Score, Verdict

Floats = npt.NDArray[np.float64]

NEIGHBOURS = 5
ROWS = 4_000
CELLS = 60_000
"""Rows times columns a side: wide tables are sampled down further, for the cost grows with rows squared."""
BLIND = 0.25
"""Share of real rows that may be missed unseen; with more, the verdict is unknown."""


@dataclass(frozen=True)
class Nearness:
    """Hold the four shares of one side's rows."""

    precision: float
    density: float
    recall: float
    coverage: float


@dataclass(frozen=True)
class Coverage:
    """Hold the shares of synthetic rows and of as many fresh real ones, with the chances that the former are so low.

    `anchors` real rows span the ground; `rows` synthetic ones are asked; `spread` is the standard deviation of coverage
    among fresh rows.
    """

    synthetic: Nearness
    fresh: Nearness
    precision_chance: float
    coverage_chance: float
    spread: float
    rows: int
    anchors: int
    held: bool


def coverage(paired: Paired, *, seed: int) -> Coverage | None:
    """Return how many synthetic rows lie among real ones (precision, density), and how many real ones are met.

    Around each of up to 4,000 real rows lies a ball that reaches its fifth neighbour. Precision is the share of
    synthetic rows in any ball, density how many balls they lie in (1 as real ones), coverage the share of balls that
    hold a synthetic row, recall the share of real rows in the balls of synthetic ones. Distances are Gower's, by the
    range of the middle 98 %. As many rows held back are measured alike; without a holdout, half of the real rows are
    the ground and the other half stand in for fresh ones. None with fewer than 50 rows of each.

    Naeem et al., 2020, ICML (arXiv 2002.09797). Use when: modes may be missing, or rows be unlike any real one.

    Cost: rows^2 x columns, in blocks.
    """
    real, fresh = paired.real, paired.holdout
    most = max(FEWEST, min(ROWS, CELLS // max(1, len(paired.columns))))
    held = fresh is not None
    if fresh is None:
        half = real.sample(2 * most, seed, "coverage", "halves")
        real, fresh = half.take(np.arange(0, half.rows, 2)), half.take(np.arange(1, half.rows, 2))
    size = min(paired.synthetic.rows, fresh.rows, most)
    if min(size, real.rows) < FEWEST or not paired.columns:
        return None
    ground = real.sample(most, seed, "coverage", "real")
    asked = [p.sample(size, seed, "coverage", side) for p, side in ((paired.synthetic, "synthetic"), (fresh, "fresh"))]
    return _measured(paired.columns, ground, joined(asked), seed, held)


def _measured(columns: Sequence[Compared], real: Part, asked: Part, seed: int, held: bool) -> Coverage:
    """Measure rows of which the first half is synthetic and the second fresh."""
    ground, both = scale(columns, real, [real, asked], robust=True)
    size = asked.rows // 2
    # The last line is the fresh rows themselves.
    dealt = np.vstack([deal(size, 2 * size, 2_000, seed, "coverage"), np.arange(size, 2 * size)])
    dealt_to = np.zeros((2 * size, len(dealt)), dtype=np.float32)
    dealt_to[dealt, np.arange(len(dealt))[:, None]] = 1
    radii = _reach(ground)
    held_in = np.zeros(2 * size)
    holds = np.zeros((ground.rows, len(dealt)), dtype=np.float32)
    for first, start, distances in distance_blocks(ground, both):
        inside = distances <= radii[first : first + len(distances), None]
        columns_of = slice(start, start + distances.shape[1])
        held_in[columns_of] += inside.sum(axis=0)
        holds[first : first + len(distances)] += inside.astype(np.float32) @ dealt_to[columns_of]
    met = (holds > 0).mean(axis=0)
    sides = [slice(0, size), slice(size, 2 * size)]
    near = [
        Nearness(float((held_in[s] > 0).mean()), float(held_in[s].mean()) / NEIGHBOURS,
                 _met(both.slice(s.start, s.stop), ground), share)
        for s, share in zip(sides, (float(met[0]), float(met[-1])), strict=True)
    ]  # fmt: skip
    out = [int((held_in[s] == 0).sum()) for s in sides]
    sparse = sparser(held_in[sides[0]], held_in[sides[1]])
    return Coverage(near[0], near[1], min(1.0, 2 * min(more_often(out[0], size, out[1], size), sparse)),
                    mean_chance(-met[:-1]), float(met[1:-1].std(ddof=1)), size, ground.rows, held)  # fmt: skip


def _reach(rows: Scaled) -> npt.NDArray[np.float32]:
    """Return the distance of each row to its fifth neighbour, itself not counted."""
    return nearest_neighbours(rows, rows, NEIGHBOURS + 1)[0][:, -1]


def sparser(mine: Floats, fresh: Floats) -> float:
    """Return the chance that synthetic rows lie in so few balls, by the means of two samples (Welch, 1947)."""
    from scipy.stats import norm

    error = float(np.sqrt(mine.var(ddof=1) / len(mine) + fresh.var(ddof=1) / len(fresh)))
    gap = float(mine.mean() - fresh.mean())
    return float(norm.cdf(gap / error)) if error > 1e-9 else float(gap >= 0)


def _met(balls: Scaled, rows: Scaled) -> float:
    """Return the share of `rows` that lie in a ball around any of `balls`."""
    radii = _reach(balls)
    hit = np.zeros(rows.rows, dtype=bool)
    for first, start, distances in distance_blocks(rows, balls):
        hit[first : first + len(distances)] |= (distances <= radii[start : start + distances.shape[1]]).any(axis=1)
    return float(hit.mean())


def coverage_scores(found: Coverage | None) -> tuple[Score, ...]:
    """Say whether synthetic rows lie where real ones do (precision), everywhere they do (coverage), and the recall."""
    titles = {"precision": "Rows among real ones", "coverage": "Real rows that are met", "recall": "Recall"}
    if found is None:
        why = f"Fewer than {FEWEST} rows on one side are too few to compare where rows lie."
        return tuple(
            Score(name=n, title=t, family="fidelity", value=None, unit="%", ideal=100.0, n=0, verdict="unknown",
                  readout=n == "recall", meaning=why)
            for n, t in titles.items()
        )  # fmt: skip
    mine, fresh = found.synthetic, found.fresh
    beside = "" if found.held else " Half of the real rows stand in for rows held back: weaker evidence."
    shared: dict[str, Any] = {"family": "fidelity", "unit": "%", "ideal": 100.0, "n": found.rows}
    return (
        Score(name="precision", title=titles["precision"], value=100 * mine.precision, floor=100 * fresh.precision,
              interval=_percent(mine.precision, found.rows), chance=found.precision_chance,
              verdict=precision_verdict(found),
              meaning=f"{100 * mine.precision:.1f} % of synthetic rows lie among real ones; of fresh real rows "
              f"{100 * fresh.precision:.1f} % do. They lie {mine.density:.2f} times as densely as the real rows do "
              f"(fresh ones {fresh.density:.2f} times).{beside}", **shared),
        Score(name="coverage", title=titles["coverage"], value=100 * mine.coverage, floor=100 * fresh.coverage,
              interval=(max(0.0, 100 * (mine.coverage - 1.96 * found.spread)),
                        min(100.0, 100 * (mine.coverage + 1.96 * found.spread))),
              chance=found.coverage_chance, verdict=coverage_verdict(found),
              meaning=f"{100 * mine.coverage:.1f} % of {found.anchors:,} real rows have a synthetic row in their "
              f"neighbourhood; as many fresh real rows meet {100 * fresh.coverage:.1f} %.{beside}", **shared),
        Score(name="recall", title=titles["recall"], value=100 * mine.recall, floor=100 * fresh.recall, readout=True,
              verdict="unknown", meaning=f"{100 * mine.recall:.1f} % of real rows lie in the neighbourhood of "
              f"synthetic ones (fresh real rows: {100 * fresh.recall:.1f} %). Shown to compare with papers "
              f"(Kynkäänniemi et al., 2019); one far row can raise it, so coverage is judged instead.", **shared),
    )  # fmt: skip


def _percent(share: float, rows: int) -> tuple[float, float]:
    low, high = share_interval(round(share * rows), rows)
    return 100 * low, 100 * high


def precision_verdict(found: Coverage) -> Verdict:
    """Return the verdict on how many rows lie among real ones: a loss must be both found and large."""
    if found.precision_chance >= ALARM:
        return "good"
    lost = found.fresh.precision - found.synthetic.precision
    thinner = found.synthetic.density / max(found.fresh.density, 1e-9)
    if lost < 0.03 and thinner > 0.9:
        return "good"
    return "fair" if lost < 0.1 and thinner > 0.6 else "poor"


def coverage_verdict(found: Coverage) -> Verdict:
    """Return the verdict on how many real rows are met; unknown where many might be missed unseen."""
    if found.coverage_chance >= ALARM:
        return "unknown" if 4 * found.spread > BLIND else "good"
    lost = found.fresh.coverage - found.synthetic.coverage
    return "good" if lost < 0.03 else "fair" if lost < 0.12 else "poor"
