"""Whether synthetic cells repeat cells that were learned from: exactly, nearly, or by leaning towards them."""

from __future__ import annotations

import numpy as np

from likewise.core.seeds import generator
from likewise.evaluation.chance import share_interval
from likewise.evaluation.media.copying import TRIED, Hugging, Lean, hugging, lean
from likewise.evaluation.media.distances import Vectors
from likewise.evaluation.media.features import Patches
from likewise.evaluation.media.shapes import Pixels, spread
from likewise.evaluation.media.sides import Sides
from likewise.evaluation.media.wording import plural, unknown
from likewise.evaluation.score import ALARM, Score, Verdict

SMALL = 16
"""Height and width at which pixels are compared."""
GRAIN = 0.02
"""Spread of the noise on trial copies, as a share of the range."""
DOSE = 0.05
"""Share of near copies that must be detectable for a verdict."""
FEW, MANY = (0.001, 1.5, 0.02), (0.005, 2.0, 0.1)
"""What is fair and what is poor: a share beyond nature's, that is so many times nature's; or a share alone."""
GRAVITIES: tuple[Verdict, ...] = ("good", "fair", "poor")
TITLES = {"media_near_copies": "Near copies", "media_nearest": "Nearer to training cells"}


def secrecy_scores(sides: Sides, *, seed: int, trouble: str = "") -> tuple[Score, Score]:
    """Return what is found of near copies and of a lean towards learned cells.

    They are compared by small pixels and by features of patches. `trouble` is a sentence where rows held back cannot be
    trusted.
    """
    if not sides.held:
        why = "No rows were held back from training, so there is nothing to compare distances with."
        return _unknown(why)
    patches = Patches.fit(sides.real.pictures[:2_000], seed=seed)
    rng = generator(seed, "trial copies")
    tried = sides.real.pictures[rng.permutation(len(sides.real))[:TRIED]]
    grain = (GRAIN * np.ptp(tried) * rng.standard_normal(tried.shape)).astype(np.float32)
    views = [
        {"small pixels": small_pixels(p), "filters learned from patches": patches.vectors(p)}
        for p in (sides.real.pictures, sides.synthetic.pictures, sides.fresh.pictures, tried + grain)
    ]
    return _near_copies(hugging(*views), sides, trouble), _nearest(lean(*views[:3], seed=seed), sides, trouble)


def _unknown(why: str) -> tuple[Score, Score]:
    near, nearest = TITLES
    return (unknown(near, TITLES[near], why, family="privacy", unit="%", ideal=0.0),
            unknown(nearest, TITLES[nearest], why, family="privacy", unit="ratio", ideal=1.0))  # fmt: skip


def small_pixels(pictures: Pixels) -> Vectors:
    """Return pictures brought to 16 x 16 at most, as vectors: small shifts and fine grain hardly part two of them."""
    for axis in (1, 2):
        if (own := pictures.shape[axis]) > SMALL:
            pictures = np.moveaxis(np.tensordot(spread(own, SMALL), pictures, axes=(1, axis)), 0, axis)
    return np.ascontiguousarray(pictures).reshape(len(pictures), -1)


def _gravity(found: Hugging) -> int:
    """Return 2 for what is poor, 1 for what is fair, 0 for what is chance or too little to matter."""
    if found.chance >= ALARM:
        return 0
    tail = found.tail
    excess, times = tail.share - tail.floor, tail.share / max(tail.floor, 0.5 / tail.beside_of)
    return next((g for g, (some, so_often, much) in ((2, MANY), (1, FEW))
                 if (excess >= some and times >= so_often) or excess >= much), 0)  # fmt: skip


def _near_copies(found: Hugging, sides: Sides, trouble: str) -> Score:
    things, tail, gravity = plural(sides.column), found.tail, _gravity(found)
    verdict = GRAVITIES[gravity] if gravity or found.dose <= DOSE else "unknown"
    said = "That is no more than happens by nature."
    if found.chance < ALARM:
        said = (
            f"That is more than by nature: {things} seem to be copied." if gravity else "That is too little to matter."
        )
    power = (
        f"Copies with a slight grain would be found from {100 * found.dose:.1f} % of the {things} on."
        if found.dose <= DOSE
        else f"Underpowered: copies of fewer than {100 * found.dose:.0f} % of the {things} would not be found."
    )
    low, high = share_interval(tail.found, tail.of)
    return Score(
        name="media_near_copies", title=TITLES["media_near_copies"], family="privacy", unit="%", ideal=0.0,
        value=100 * tail.share, floor=100 * tail.floor, interval=(100 * low, 100 * high), n=tail.of, of=things,
        chance=found.chance, verdict="unknown" if trouble else verdict,
        meaning=f"{tail.found:,} of {tail.of:,} synthetic {things} ({100 * tail.share:.2f} %) lie far nearer to one "
        f"that was learned from than to others, by {found.space}; of real ones {100 * tail.floor:.2f} % do. "
        f"{trouble or said} {power}",
    )  # fmt: skip


def _nearest(found: Lean, sides: Sides, trouble: str) -> Score:
    things, above = plural(sides.column), found.share - 0.5
    verdict: Verdict = "good" if above <= max(0.015, 2 * found.error) else "fair"
    if found.error > 0.04:
        verdict = "unknown"
    if above > max(0.04, 4 * found.error):
        verdict = "poor"
    return Score(
        name="media_nearest", title=TITLES["media_nearest"], family="privacy", unit="ratio", ideal=1.0, floor=1.0,
        value=found.ratio, n=found.queries, of=things, verdict="unknown" if trouble else verdict,
        readout=verdict == "unknown",  # near copies are the sharper test, and say themselves what they cannot see
        meaning=f"By {found.space}, the nearest learned one of a synthetic cell lies {found.ratio:.2f} times as far as "
        f"the nearest of as many held back (medians), and is the nearer one for {100 * found.share:.1f} % of {things}; "
        f"50 % is ideal. {trouble}".strip(),
    )  # fmt: skip
