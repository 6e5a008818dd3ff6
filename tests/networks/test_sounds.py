"""Columns of sounds become maps of one size, and what is lost on the way is said."""

from __future__ import annotations

import numpy as np
import pytest

from likewise.core.schema import Column
from likewise.errors import FitError
from likewise.networks.device import Device
from likewise.networks.sounds import MOST_PARTS, Sounds

PROCESSOR = Device("cpu", half=False)
COLUMN = Column(name="sound", kind="audio", rate=8000)


def noise(samples: int, channels: int = 1) -> np.ndarray:
    return np.random.default_rng(samples).normal(0, 0.1, (samples, channels)).astype(np.float32)


def learned(*sounds: np.ndarray, column: Column = COLUMN, frames: int | None = None) -> Sounds:
    return Sounds.of(sounds, column, frames=frames, device=PROCESSOR)


def test_sounds_of_one_length_keep_it() -> None:
    sounds = learned(noise(3000), noise(3000))
    assert sounds.column(COLUMN).shape == (3000, 1) and sounds.pictures.notes == ()
    assert sounds.pictures.pixels.shape == (2, *sounds.maps.shape) and sounds.rows.tolist() == [0, 1]


def test_sounds_of_several_lengths_say_so() -> None:
    assert learned(noise(3000), noise(2000)).column(COLUMN).shape == (None, 1)


def test_empty_sounds_are_left_out_and_counted() -> None:
    sounds = learned(noise(3000), noise(0), noise(3000))
    assert sounds.rows.tolist() == [0, 2] and "1 sounds without a sample" in sounds.pictures.notes[0]


def test_long_sounds_are_learned_in_parts_that_do_not_outweigh_others() -> None:
    sounds = learned(*(noise(2000) for _ in range(99)), noise(80_000))
    assert (sounds.rows == 99).sum() == MOST_PARTS and len(sounds.rows) == 99 + MOST_PARTS
    assert any("0.25 seconds" in note for note in sounds.pictures.notes)


def test_more_frames_hold_longer_sounds() -> None:
    long = noise(40_000), noise(40_000)
    assert learned(*long).maps.samples < learned(*long, frames=128).maps.samples


def test_several_channels_and_no_rate_are_said() -> None:
    notes = learned(*[noise(3000, 2)] * 2, column=Column(name="sound", kind="audio")).pictures.notes
    assert any("16,000" in note for note in notes) and any("2 channels" in note for note in notes)


def test_no_sound_and_a_single_short_one_are_refused() -> None:
    with pytest.raises(FitError, match="no sound"):
        learned(noise(0))
    with pytest.raises(FitError) as caught:
        learned(noise(300))
    assert caught.value.code == "fit.one-sound" and caught.value.hint


def test_sounds_of_other_channels_are_brought_to_those_of_most() -> None:
    stereo = np.repeat(noise(300), 2, axis=1)
    sounds = learned(noise(300), stereo, noise(300))
    assert sounds.column(COLUMN).shape == (300, 1) and "1 sounds have more or fewer" in sounds.pictures.notes[0]
    assert (sounds.pictures.pixels[0] == sounds.pictures.pixels[1]).all()
