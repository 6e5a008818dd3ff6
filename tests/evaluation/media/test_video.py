"""Distances of clips: near the floor for like ones, far above it for other frames and for another motion."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from likewise.evaluation.media.video import clip_distances


def clips(seed: int, *, speed: float = 1.0, n: int = 60) -> Any:
    """A square that runs across at a height of its own."""
    rng = np.random.default_rng(seed)
    made = np.full((n, 8, 16, 16, 1), 20, dtype=np.uint8)
    for row in range(n):
        left, top = rng.integers(0, 4), rng.integers(0, 12)
        for time in range(8):
            at = int(left + speed * time)
            made[row, time, top : top + 4, at : at + 4] = 220
    return made


REAL, FRESH = clips(1), clips(2)


def test_like_clips_lie_near_the_floor() -> None:
    found = clip_distances(REAL, clips(3), FRESH)
    assert max(found.ratios) < 2 and found == clip_distances(REAL, clips(3), FRESH)


def test_another_pace_is_seen_in_motion() -> None:
    assert clip_distances(REAL, clips(3, speed=0.3), FRESH).ratios[1] > 4


def test_frames_in_disorder_are_seen_in_motion_and_hardly_in_frames() -> None:
    rng = np.random.default_rng(0)
    mixed = np.stack([clip[rng.permutation(8)] for clip in clips(3)])
    found = clip_distances(REAL, mixed, FRESH)
    assert found.ratios[1] > 4 and found.ratios[1] > 3 * found.ratios[0]


def test_other_brightness_is_seen_in_frames() -> None:
    assert clip_distances(REAL, clips(3) // 4, FRESH).ratios[0] > 3


@pytest.mark.parametrize("length", [1, 2, 20])
def test_clips_of_any_length_and_size_are_compared(length: int) -> None:
    odd = [np.zeros((length, 9, 40, 3), np.uint8) for _ in range(20)]
    found = clip_distances(REAL, odd, FRESH)
    assert np.isfinite([*found.frames, *found.motion]).all()
    assert np.isfinite(clip_distances(odd, REAL, odd).motion).all()
