"""Cells of any size, length or number of channels become pictures of one size."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.core.schema import Column
from likewise.evaluation.media.looks import look_of
from likewise.evaluation.media.shapes import brought_to, joint_size, spread


def test_pictures_of_several_sizes_and_channels() -> None:
    cells = [np.full(shape, 51, dtype=np.uint8) for shape in ((9, 12, 1), (30, 20, 3), (16, 16, 4), (0, 5, 3))]
    size = joint_size(cells)
    made = brought_to(cells, size)
    assert made.shape == (4, *size) and size[2] == 3
    assert np.allclose(made[:3], 0.2) and not made[3].any()


def test_a_huge_picture_keeps_what_it_shows() -> None:
    huge = np.zeros((3000, 2000, 1), dtype=np.uint8)
    huge[:1500] = 200
    made = brought_to([huge], (64, 64, 1))[0, :, :, 0] * 255
    assert made[:31].mean() == pytest.approx(200, abs=1) and made[33:].mean() < 1


@given(st.integers(1, 70), st.integers(1, 70))
def test_bringing_to_a_size_keeps_what_is_even(own: int, wanted: int) -> None:
    weights = spread(own, wanted)
    assert weights.shape == (wanted, own) and np.allclose(weights.sum(axis=1), 1) and weights.min() >= 0


def test_sounds_of_several_lengths() -> None:
    cells = [np.zeros((n, 2), dtype=np.float32) for n in (800, 4000, 2000, 0, 9)]
    look = look_of(Column(name="s", kind="audio", rate=8000), cells)
    made = look.look([*cells, np.ones((1000, 2), dtype=np.float32)])
    assert made.shape[0] == 6 and made.shape[1] <= 64 and made.shape[2:] == (64, 1)
    assert made.min() >= 0 and made.max() <= 1.01 and not made[:5].any() and made[5].any()


def test_clips_and_series_of_several_lengths() -> None:
    clips = [np.full((n, 20, 30, 3), 255, dtype=np.uint8) for n in (3, 16, 1)]
    assert look_of(Column(name="c", kind="video"), clips).look(clips).shape == (3, 20, 30, 4)
    series = [np.array([[1.0, np.nan], [3.0, 5.0]]), np.arange(20.0).reshape(10, 2), np.full((4, 2), np.nan)]
    made = look_of(Column(name="s", kind="series"), series).look(series)
    assert made.shape == (3, 4, 1, 2) and np.isfinite(made).all() and not made[2].any()
