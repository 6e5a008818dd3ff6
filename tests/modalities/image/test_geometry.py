"""Where pixels, boxes and places go."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from likewise.modalities.image.geometry import (
    clipped_boxes,
    crops,
    flips,
    moved_boxes,
    moved_points,
    perspectives,
    shifts,
    turns,
)  # fmt: skip
from likewise.modalities.image.pillow import compressed, warped

SIZE = (40, 60)
ONE = np.ones(1)
angles = st.floats(-180, 180)


def blob(x: int, y: int) -> np.ndarray:
    """A picture with a bright square of 6 pixels about a place."""
    picture = np.zeros((1, *SIZE, 1), dtype=np.uint8)
    picture[0, y - 3 : y + 3, x - 3 : x + 3] = 255
    return picture


@given(angles, st.floats(0.7, 1.4), st.floats(-20, 20), st.integers(24, 36), st.integers(16, 24))
def test_a_box_goes_where_its_pixels_go(degrees: float, scale: float, shear: float, x: int, y: int) -> None:
    matrix = turns(degrees * ONE, scale * ONE, shear * ONE, SIZE)
    lit = np.argwhere(warped(blob(x, y), matrix, SIZE)[0, :, :, 0] > 60)
    box = moved_boxes(np.array([[x - 3, y - 3, x + 3, y + 3]], dtype=float), matrix[0])[0]
    assert lit[:, 1].min() >= box[0] - 1 and lit[:, 1].max() + 1 <= box[2] + 1
    assert lit[:, 0].min() >= box[1] - 1 and lit[:, 0].max() + 1 <= box[3] + 1
    middle = moved_points(np.array([[x, y]], dtype=float), matrix[0])[0]
    assert np.allclose(lit.mean(axis=0)[::-1] + 0.5, middle, atol=0.6)


def test_turns_are_anticlockwise_about_the_middle() -> None:
    matrix = turns(90 * ONE, ONE, 0 * ONE, SIZE)[0]
    assert np.allclose(moved_points(np.array([[30.0, 20.0], [40.0, 20.0]]), matrix), [[30, 20], [30, 10]])


@given(st.booleans(), st.booleans())
def test_a_flip_undoes_itself(across: bool, down: bool) -> None:
    pictures = np.random.default_rng(0).integers(0, 255, (1, *SIZE, 3), dtype=np.uint8)
    matrix = flips(np.array([across]), np.array([down]), SIZE)
    twice = warped(warped(pictures, matrix, SIZE), matrix, SIZE)
    assert np.array_equal(twice, pictures) and np.allclose(matrix @ matrix, np.eye(3))
    flipped = pictures[:, :: -1 if down else 1, :: -1 if across else 1]
    assert np.array_equal(warped(pictures, matrix, SIZE), flipped)


def test_a_crop_shows_its_box() -> None:
    pictures = np.random.default_rng(0).integers(0, 255, (1, *SIZE, 1), dtype=np.uint8)
    matrix = crops(np.array([[10.0, 5.0, 40.0, 25.0]]), (20, 30))
    assert np.array_equal(warped(pictures, matrix, (20, 30)), pictures[:, 5:25, 10:40])
    assert moved_points(np.array([[10.0, 5.0], [40.0, 25.0]]), matrix[0]).tolist() == [[0, 0], [30, 20]]
    halved = warped(pictures, crops(np.array([[0.0, 0.0, 60.0, 40.0]]), (20, 30)), (20, 30))
    assert halved.std() < 0.6 * pictures.std()  # averaged, not sampled


@given(st.lists(st.floats(0, 0.4), min_size=8, max_size=8))
def test_corners_go_where_they_are_sent(inward: list[float]) -> None:
    away = np.array(inward).reshape(4, 2) * [60, 40] * [[1, 1], [-1, 1], [-1, -1], [1, -1]]
    corners = np.array([[0, 0], [60, 0], [60, 40], [0, 40]], dtype=float)
    matrix = perspectives((corners + away)[None], SIZE)[0]
    assert np.allclose(moved_points(corners, matrix), corners + away, atol=1e-6)


def test_pictures_of_many_channels_and_opacity() -> None:
    pictures = np.random.default_rng(0).integers(0, 255, (2, *SIZE, 6), dtype=np.uint8)
    matrix = turns(np.array([30.0, 0.0]), np.ones(2), np.zeros(2), SIZE)
    made = warped(pictures, matrix, SIZE)
    assert made.shape == pictures.shape and np.array_equal(made[1], pictures[1])
    assert np.array_equal(made[:, :, :, 2:3], warped(pictures[:, :, :, 2:3], matrix, SIZE))
    opaque = compressed(pictures[0, :, :, :4], 5)
    assert np.array_equal(opaque[:, :, 3], pictures[0, :, :, 3]) and opaque.shape == (*SIZE, 4)


def test_masks_keep_their_codes() -> None:
    mask = np.random.default_rng(0).choice(np.array([0, 7, 200], dtype=np.uint8), (1, *SIZE, 1))
    made = warped(mask, turns(17 * ONE, 1.3 * ONE, 5 * ONE, SIZE), SIZE, smooth=False, fill=9)
    assert {*np.unique(made).tolist()} <= {0, 7, 9, 200}


def test_boxes_are_cut_off_at_the_edges() -> None:
    boxes = moved_boxes(np.array([[10.0, 10, 20, 20], [-30, 0, -10, 5]]), shifts(45 * ONE, 0 * ONE)[0])
    clipped, left = clipped_boxes(boxes, SIZE)
    assert clipped.tolist() == [[55, 10, 60, 20], [15, 0, 35, 5]] and left.tolist() == [0.5, 1]
    assert clipped_boxes(np.empty((0, 4)), SIZE)[1].tolist() == []
