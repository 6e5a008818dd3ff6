"""Each fault is caught by the score that is meant to catch it, and fresh pictures pass."""

from __future__ import annotations

import numpy as np
import pytest
from tests.evaluation.media.conftest import FRESH, REAL, Judging, Pictures

from likewise.core.seeds import generator
from likewise.evaluation.media.likeness import detection_score, likeness_scores
from likewise.evaluation.media.spaces import Named, space_of
from likewise.evaluation.score import Score

RNG = generator(0, "faults")
FEW = RNG.permutation(450)[:15][RNG.integers(15, size=450)]
NO_RING = np.flatnonzero(FRESH[1] != 1)[RNG.integers((FRESH[1] != 1).sum(), size=450)]
NOISE = RNG.integers(0, 256, FRESH[0].shape).astype(np.uint8)
SMEARED = np.mean([np.roll(FRESH[0], by, axis=(1, 2)) for by in np.ndindex(3, 3)], axis=0).astype(np.uint8)


def scores(judging: Judging, extractors: tuple[Named, ...], pictures: Pictures, labels: np.ndarray) -> dict[str, Score]:
    sides = judging(pictures, labels)
    return {s.name: s for s in likeness_scores(sides, tuple(space_of(e, sides) for e in extractors), seed=0)}


def test_fresh_pictures_pass(judging: Judging, extractors: tuple[Named, ...]) -> None:
    found = scores(judging, extractors, *FRESH)
    assert {s.verdict for s in found.values() if not s.readout} == {"good"}
    frechet = found["media_frechet"]
    assert frechet.value is not None and frechet.floor is not None and frechet.value < 2 * frechet.floor
    assert "features of a classifier of `label`" in frechet.meaning and "FID" not in frechet.meaning
    assert abs(found["media_kernel"].value or 0) < 0.03 and found["media_kernel"].readout
    assert all(s.n == 450 for s in found.values())


@pytest.mark.parametrize(
    ("pictures", "labels", "caught"),
    [
        (NOISE, FRESH[1], ("media_frechet", "media_detail", "media_coverage")),
        (FRESH[0][FEW], FRESH[1][FEW], ("media_frechet", "media_coverage")),
        (FRESH[0][NO_RING], FRESH[1][NO_RING], ("media_frechet", "media_coverage")),
        (SMEARED, FRESH[1], ("media_detail",)),
    ],
    ids=["noise", "few over and over", "a class lost", "smeared"],
)
def test_faults_are_caught(
    judging: Judging, extractors: tuple[Named, ...], pictures: Pictures, labels: np.ndarray, caught: tuple[str, ...]
) -> None:
    found = scores(judging, extractors, pictures, labels)
    assert {name: found[name].verdict for name in caught} == dict.fromkeys(caught, "poor")


def test_a_detector_tells_smeared_pictures_but_not_fresh_ones(judging: Judging, extractors: tuple[Named, ...]) -> None:
    for pictures, low, high in ((FRESH[0], 0.4, 0.6), (SMEARED, 0.95, 1.0)):
        sides = judging(pictures, FRESH[1])
        found = detection_score(sides, tuple(space_of(e, sides) for e in extractors), seed=0)
        assert low <= (found.value or 0) <= high and found.readout


def test_a_copy_of_the_real_pictures_looks_perfect(judging: Judging, extractors: tuple[Named, ...]) -> None:
    found = scores(judging, extractors, REAL[0][:450], REAL[1][:450])
    assert {s.verdict for s in found.values() if not s.readout} == {"good"}
