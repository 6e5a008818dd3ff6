"""Spectra, stretching and noise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.modalities.audio.spectrum import (
    banded,
    coloured,
    echoed,
    frame_of,
    power,
    resampled,
    sound_of,
    spectrum,
    stretched,
)  # fmt: skip

RATE = 8000


def tone(hertz: float, seconds: float = 1.0) -> np.ndarray:
    return np.sin(2 * np.pi * hertz * np.arange(round(RATE * seconds)) / RATE)[:, None]


def peak(sound: np.ndarray) -> float:
    """The strongest frequency of the middle of a sound, in Hz."""
    part = sound[len(sound) // 4 : -len(sound) // 4, 0]
    size = np.abs(np.fft.rfft(part * np.hanning(len(part)), n=1 << 16))
    return float(np.argmax(size) * RATE / (1 << 16))


@given(st.floats(0.4, 2.5), st.floats(150, 3000))
def test_a_stretched_tone_keeps_its_pitch(factor: float, hertz: float) -> None:
    made = stretched(tone(hertz), factor, 512)
    assert len(made) == round(RATE * factor)
    assert abs(peak(made) - hertz) < 6
    assert abs(np.sqrt(2 * power(made[500:-500])) - 1) < 0.02


@given(st.integers(1, 4000), st.integers(1, 2))
def test_a_spectrum_makes_its_sound_again(samples: int, channels: int) -> None:
    sound = np.random.default_rng(samples).normal(size=(samples, channels))
    frame = frame_of(samples, RATE)
    assert np.allclose(sound_of(spectrum(sound, frame), frame, samples), sound, atol=1e-9)


def test_a_sound_played_faster_is_higher() -> None:
    made = resampled(tone(500), 4000)
    assert len(made) == 4000 and abs(peak(made) - 1000) < 6 and abs(power(made) - 0.5) < 0.01
    assert np.allclose(resampled(tone(500), RATE), tone(500))
    assert resampled(np.ones((1, 1)), 3).tolist() == [[1], [1], [1]]


@pytest.mark.parametrize(("colour", "fall"), [("white", 0), ("pink", -3.01), ("brown", -6.02)])
def test_noise_falls_by_its_colour_an_octave(colour: str, fall: float) -> None:
    noise = coloured(1 << 17, 1, colour, np.random.default_rng(0), RATE)
    assert abs(power(noise) - 1) < 1e-9
    bins = np.abs(np.fft.rfft(noise[:, 0])) ** 2
    octaves = [10 * np.log10(bins[1 << k : 2 << k].mean()) for k in range(9, 15)]
    assert abs(np.diff(octaves).mean() - fall) < 0.3
    assert colour == "white" or bins[:320].sum() < 1e-9 * bins.sum()  # below 20 Hz nothing is heard


def test_a_band_lets_through_what_lies_in_it() -> None:
    for hertz, left in ((60, 0.01), (1000, 1), (3900, 0.165)):
        made = banded(tone(hertz), 300, 2500, RATE)
        assert abs(np.sqrt(power(made) / 0.5) - left) < 0.06
    assert abs(power(banded(tone(60), 0, 4000, RATE)) - 0.5) < 0.02


def test_an_echo_comes_when_the_response_says() -> None:
    sound, room = np.zeros((50, 2)), np.zeros((20, 1))
    sound[3], room[0], room[10] = 1, 1, 0.5
    made = echoed(sound, room)
    assert (
        np.allclose(made[[3, 13]], [[1, 1], [0.5, 0.5]]) and made.shape == (50, 2) and abs(power(made) - 0.025) < 1e-9
    )
