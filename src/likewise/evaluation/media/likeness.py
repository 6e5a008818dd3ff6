"""How alike synthetic and real cells are: distances of their features, and where they lie among one another."""

from __future__ import annotations

from typing import Any

import numpy as np

from likewise.core.schema import Column
from likewise.evaluation.fidelity.coverage import Coverage, coverage_verdict, precision_verdict
from likewise.evaluation.fidelity.detection import detect
from likewise.evaluation.media.distances import Apart, Vectors, frechet_apart, kernel_apart
from likewise.evaluation.media.nearness import vectors_coverage
from likewise.evaluation.media.sides import Sides
from likewise.evaluation.media.spaces import Space
from likewise.evaluation.media.wording import plural
from likewise.evaluation.pairing import Compared, Part
from likewise.evaluation.score import ALARM, Score, Verdict

MATTERS = (0.01, 0.05)
"""Frechet distance beyond that of fresh cells up to which it is good, and fair: shares of the spread of real ones."""
DETAIL = (0.02, 0.3)
"""The same of fine structure, which generators of every kind miss first, and which matters less to most uses."""
GROUND = 2_500
"""Vectors on which neighbourhoods and kernels are taken, at most: their cost grows with the square."""


def likeness_scores(sides: Sides, spaces: tuple[Space, ...], *, seed: int) -> tuple[Score, ...]:
    """Return the scores of likeness, each beside what fresh cells score: as many of them, by the same features."""
    things, main, fine = plural(sides.column), spaces[0], spaces[-1]
    weak = "" if sides.held else f" Part of the real {things} stand in for {things} held back: weaker evidence."
    scores = [_frechet("media_frechet", "Frechet distance", main, MATTERS, things, weak, seed)]
    if fine is not main:
        scores.append(_frechet("media_detail", "Fine structure", fine, DETAIL, things, weak, seed))
    scores.append(_kernel(main, things, weak, seed))
    near = _near(main, sides, seed)
    scores.extend(_nearness_scores(near, main, things, weak))
    return tuple(scores)


def equal(space: Space, most: int | None = None) -> tuple[Vectors, Vectors, Vectors]:
    """Return the ground, and as many synthetic as fresh vectors."""
    size = min(len(space.synthetic), len(space.fresh), *([most] if most else []))
    return space.ground[:most], space.synthetic[:size], space.fresh[:size]


def _frechet(
    name: str, title: str, space: Space, matters: tuple[float, float], things: str, weak: str, seed: int
) -> Score:
    sides = equal(space)
    found = frechet_apart(*sides, seed=seed)
    times = f", {found.synthetic / found.fresh:.1f} times as far" if found.fresh > 0 else ""
    return Score(
        name=name, title=title, family="fidelity", unit="distance", ideal=0.0, of=f"{things} a side",
        value=found.synthetic, floor=found.fresh, n=len(sides[1]), chance=found.chance,
        verdict=far_verdict(found, matters),
        meaning=f"Frechet distance, {space.said}: synthetic {things} lie {found.synthetic:.4f} from real ones, as many "
        f"fresh real ones {found.fresh:.4f}{times}. The unit is the spread of real {things}: at 1 they would be as far "
        f"apart as one is from another.{weak}",
    )  # fmt: skip


def far_verdict(found: Apart, matters: tuple[float, float]) -> Verdict:
    """Judge by what is beyond fresh cells, where chance does not explain it; unknown where chance might hide much."""
    beyond = found.synthetic - found.fresh
    if found.chance >= ALARM:
        return "unknown" if 4 * found.spread > matters[1] else "good"
    return "good" if beyond < matters[0] else "fair" if beyond < matters[1] else "poor"


def _kernel(space: Space, things: str, weak: str, seed: int) -> Score:
    sides = equal(space, GROUND)
    found = kernel_apart(*sides, seed=seed)
    return Score(
        name="media_kernel", title="Kernel distance", family="fidelity", unit="distance", ideal=0.0, readout=True,
        of=f"{things} a side", value=found.synthetic, floor=found.fresh, n=len(sides[1]), chance=found.chance,
        verdict="unknown",
        meaning=f"Kernel distance (squared MMD without bias, polynomial kernel), {space.said}: {found.synthetic:.4f}; "
        f"fresh real {things} {found.fresh:.4f}. Chance puts it below 0 half of the time.{weak}",
    )  # fmt: skip


def _near(space: Space, sides: Sides, seed: int) -> Coverage:
    return vectors_coverage(*equal(space, GROUND), seed=seed, held=sides.held)


def _nearness_scores(found: Coverage, space: Space, things: str, weak: str) -> tuple[Score, ...]:
    mine, fresh = found.synthetic, found.fresh
    shared: dict[str, Any] = {"family": "fidelity", "unit": "%", "ideal": 100.0, "n": found.rows,
                              "of": f"{things} a side"}  # fmt: skip
    spread = 196 * found.spread
    return (
        Score(name="media_precision", title="Among real ones", value=100 * mine.precision,
              floor=100 * fresh.precision, chance=found.precision_chance, verdict=precision_verdict(found),
              meaning=f"{100 * mine.precision:.1f} % of synthetic {things} lie among real ones, by {space.said}; of "
              f"fresh real {things} {100 * fresh.precision:.1f} % do. They lie {mine.density:.2f} times as densely as "
              f"the real ones do (fresh ones {fresh.density:.2f} times).{weak}", **shared),
        Score(name="media_coverage", title="Real ones that are met", value=100 * mine.coverage,
              floor=100 * fresh.coverage, chance=found.coverage_chance, verdict=coverage_verdict(found),
              interval=(max(0.0, 100 * mine.coverage - spread), min(100.0, 100 * mine.coverage + spread)),
              meaning=f"{100 * mine.coverage:.1f} % of {found.anchors:,} real {things} have a synthetic one in their "
              f"neighbourhood; as many fresh real ones meet {100 * fresh.coverage:.1f} %. Kinds that are missing, or "
              f"few {things} over and over, show here.{weak}", **shared),
        Score(name="media_recall", title="Recall", value=100 * mine.recall, floor=100 * fresh.recall, readout=True,
              verdict="unknown", meaning=f"{100 * mine.recall:.1f} % of real {things} lie in the neighbourhood of "
              f"synthetic ones (fresh real ones: {100 * fresh.recall:.1f} %). Shown to compare with papers: one far "
              "cell can raise it, so coverage is judged instead.", **shared),
    )  # fmt: skip


def detection_score(sides: Sides, spaces: tuple[Space, ...], *, seed: int) -> Score:
    """Return how well trees tell synthetic from fresh cells by all features: shown only, for they nearly always do."""
    things = plural(sides.column)
    vectors = [np.concatenate([getattr(s, side) for s in spaces], axis=1) for side in ("fresh", "synthetic", "ground")]
    columns = [Compared(Column(name=str(k), kind="float"), True) for k in range(vectors[0].shape[1])]
    fresh, synthetic, ground = (Part(tuple(m[:GROUND].T.astype(np.float64)), len(m[:GROUND])) for m in vectors)
    found = detect(columns, fresh, synthetic, seed=seed, explain=False)
    floor = detect(columns, fresh, ground, seed=seed, explain=False)
    assert found is not None
    beside = "" if floor is None else f"; fresh real {things} from other real ones {floor.auc:.3f}"
    return Score(
        name="media_c2st", title="Detection by features", family="fidelity", unit="AUC", ideal=0.5, readout=True,
        of=f"{things} a side", value=found.auc, floor=None if floor is None else floor.auc, interval=found.interval,
        n=found.rows, verdict="unknown",
        meaning=f"Boosted trees tell synthetic {things} from real ones with AUC {found.auc:.3f}{beside}; 0.5 is "
        f"guessing. The least flaw that all {things} share is enough for 1, so this is shown and not judged.",
    )  # fmt: skip
