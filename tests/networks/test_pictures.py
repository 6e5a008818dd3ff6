"""Hold pictures of any size and any channels to one size, to notes that say so, and to a way back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.errors import FitError
from likewise.networks.device import Device
from likewise.networks.pictures import Pictures, to_maps, to_pixels

pytest.importorskip("torch")

PROCESSOR, CARD = Device("cpu", half=False), Device("cuda", half=True)


def noise(*shape):
    return np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)


def test_pictures_of_one_size_are_learned_as_they_are():
    cells = noise(5, 28, 30, 3)
    found = Pictures.of(list(cells), "it", None, PROCESSOR)
    assert (found.pixels == cells).all() and not found.notes and found.shape == (28, 30, 3)


def test_large_pictures_are_scaled_down_and_the_notes_say_so():
    cells = [np.full((100, 200, 1), 77, dtype=np.uint8)] * 2
    assert Pictures.of(cells, "it", None, PROCESSOR).shape == (32, 64, 1)
    assert Pictures.of(cells, "it", None, CARD).shape == (64, 128, 1)
    found = Pictures.of(cells, "it", 50, PROCESSOR)
    assert found.shape == (25, 50, 1) and (found.pixels == 77).all()
    assert "100 x 200" in found.notes[0] and "25 x 50" in found.notes[0]


def test_several_sizes_are_brought_to_the_most_frequent_one():
    found = Pictures.of([noise(8, 8, 1), noise(9, 8, 1), noise(8, 8, 1)], "it", None, PROCESSOR)
    assert found.shape == (8, 8, 1) and "1 of 3" in found.notes[0]


@pytest.mark.parametrize(("channels", "joint"), [((1, 3), 3), ((1, 2), 4), ((3, 4), 4), ((2, 3), 4), ((1, 4), 4)])
def test_channels_are_joined_to_those_that_hold_every_picture(channels, joint):
    cells = [noise(4, 4, own) for own in channels]
    found = Pictures.of(cells, "it", None, PROCESSOR)
    assert found.shape == (4, 4, joint) and "channels" in found.notes[0]
    assert (found.pixels[0, :, :, 0] == cells[0][:, :, 0]).all()
    if joint == 4 and channels[0] in (1, 3):
        assert (found.pixels[0, :, :, 3] == 255).all()


@pytest.mark.parametrize(("cells", "code"), [
    ([], "fit.no-pictures"), ([noise(4, 4, 1)], "fit.one-picture"), ([noise(0, 4, 1)], "fit.empty-picture"),
    ([noise(4, 4, 5), noise(4, 4, 1)], "fit.channels"),
])  # fmt: skip
def test_what_cannot_be_learned_is_said(cells, code):
    with pytest.raises(FitError) as caught:
        Pictures.of(cells, "it", None, PROCESSOR)
    assert caught.value.code == code and caught.value.hint


@given(st.integers(1, 20), st.integers(1, 20), st.integers(1, 5), st.sampled_from([1, 4, 8]))
def test_maps_are_pictures_again(height, width, channels, multiple):
    pixels = noise(2, height, width, channels)
    maps = to_maps(pixels, multiple)
    assert maps.shape[2] % multiple == 0 and maps.shape[3] % multiple == 0 and float(maps.abs().max()) <= 1
    assert (to_pixels(maps, (height, width)) == pixels).all()
