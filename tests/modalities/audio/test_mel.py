"""Tones lie in the bands that hear them, silence is silent, and frames follow each other by the hop."""

from __future__ import annotations

import numpy as np
import pytest

from likewise.modalities.audio.mel import QUIET, hertz_of, log_mel, mel_filters, mel_of

RATE = 8000


@pytest.mark.parametrize("tone", [300.0, 1000.0, 3000.0])
def test_a_tone_is_loudest_in_its_band(tone: float) -> None:
    sound = np.sin(2 * np.pi * tone * np.arange(4000) / RATE)[:, None]
    seen = log_mel(sound, RATE, frame=512, hop=128, bands=40)
    assert seen.shape == (1 + 4000 // 128, 40) and seen.dtype == np.float32
    middle = hertz_of((1 + seen[10].argmax()) * mel_of(np.array(RATE / 2)) / 41)
    assert middle == pytest.approx(tone, rel=0.15)
    assert -2.5 < seen[10].max() < 0.1  # full scale is 0, shared among few frequencies


def test_silence_and_a_sound_shorter_than_a_frame() -> None:
    assert np.allclose(log_mel(np.zeros((100, 2)), RATE, frame=256, hop=64), np.log(QUIET))
    assert log_mel(np.zeros((0, 1)), RATE, frame=64, hop=16).shape == (1, 64)


def test_half_the_amplitude_is_half_in_every_band() -> None:
    noise = np.random.default_rng(0).normal(0, 0.2, (3000, 1))
    loud, soft = (log_mel(part, RATE, frame=256, hop=64) for part in (noise, noise / 2))
    assert np.allclose(loud - soft, np.log(2), atol=1e-3)


def test_channels_are_as_loud_together_as_each_alone() -> None:
    rng = np.random.default_rng(0)
    left, right = rng.normal(0, 0.2, (2, 3000, 1))
    alone = log_mel(left, RATE, frame=256, hop=64)
    against = log_mel(np.concatenate([left, -left], axis=1), RATE, frame=256, hop=64)
    both = log_mel(np.concatenate([left, right], axis=1), RATE, frame=256, hop=64)
    assert np.allclose(against, alone, atol=1e-4) and abs(float((both - alone).mean())) < 0.15


def test_mels_go_back_and_every_band_hears() -> None:
    hertz = np.linspace(0, 4000, 50)
    assert np.allclose(hertz_of(mel_of(hertz)), hertz)
    assert np.allclose(mel_filters(RATE, 64, 64).sum(axis=1), 1)
