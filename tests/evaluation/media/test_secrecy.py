"""Copies are caught, exact or with a slight grain, few or many; what is merely odd is no copy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from tests.evaluation.media.conftest import FRESH, REAL, Judging, Pictures

from likewise.core.seeds import generator
from likewise.evaluation.media.secrecy import secrecy_scores, small_pixels
from likewise.evaluation.score import Score

RNG = generator(0, "copies")


def scores(judging: Judging, pictures: Pictures) -> dict[str, Score]:
    return {s.name: s for s in secrecy_scores(judging(pictures, FRESH[1]), seed=0)}


def test_fresh_pictures_hug_nobody(judging: Judging) -> None:
    assert {s.verdict for s in scores(judging, FRESH[0]).values()} == {"good"}


def test_a_copy_of_the_real_pictures_is_caught(judging: Judging) -> None:
    found = scores(judging, REAL[0][:450])
    assert {s.verdict for s in found.values()} == {"poor"}
    assert (found["media_nearest"].value or 1) < 0.8


def test_a_few_grainy_copies_are_caught(judging: Judging) -> None:
    grainy = np.clip(REAL[0][:20] + RNG.normal(0, 4, (20, 16, 16, 1)), 0, 255).astype(np.uint8)
    found = scores(judging, np.concatenate([grainy, FRESH[0][20:]]))["media_near_copies"]
    assert found.verdict == "poor" and (found.value or 0) > 2


def test_what_is_odd_is_no_copy(judging: Judging) -> None:
    noise = RNG.integers(0, 256, FRESH[0].shape).astype(np.uint8)
    smooth = FRESH[0] // 2 + np.roll(FRESH[0], 1, axis=1) // 2
    few = FRESH[0][RNG.permutation(450)[:15][RNG.integers(15, size=450)]]
    for pictures in (noise, smooth, few, np.zeros_like(FRESH[0])):
        assert not {s.verdict for s in scores(judging, pictures).values()} & {"fair", "poor"}


def test_without_a_holdout_nothing_is_said(judging: Judging) -> None:
    found = secrecy_scores(replace(judging(*FRESH), held=False), seed=0)
    assert {s.verdict for s in found} == {"unknown"} and all("held back" in s.meaning for s in found)


def test_small_pixels_are_few() -> None:
    assert small_pixels(np.zeros((3, 64, 40, 3), dtype=np.float32)).shape == (3, 16 * 16 * 3)
    assert small_pixels(np.ones((1, 8, 8, 1), dtype=np.float32)).tolist() == [[1.0] * 64]
