"""What is heard has the spectrogram that it was made from, the same bytes every time, and any length."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.modalities.audio.mel import log_mel, mel_filters
from likewise.modalities.audio.vocoder import heard, strengths

RATE = 8000


def voice(samples: int = 4000) -> np.ndarray:
    """A tone with overtones that glides and swells, with some breath."""
    rng = np.random.default_rng(0)
    turns = np.cumsum(120 + 60 * np.sin(np.arange(samples) / 900)) / RATE
    tones = sum(np.sin(2 * np.pi * k * turns) / k for k in range(1, 12))
    return ((tones * np.hanning(samples) * 0.2 + rng.normal(0, 0.003, samples)).astype(np.float32))[:, None]


@pytest.mark.parametrize("hop", [64, 128, 256])
def test_a_voice_is_heard_as_it_was_seen(hop: int) -> None:
    frame, sound = (256 if hop == 64 else 512), voice()
    seen = np.exp(log_mel(sound, RATE, frame=frame, hop=hop, bands=48))
    again = heard(seen, RATE, frame=frame, hop=hop, samples=len(sound))
    back = np.exp(log_mel(again[:, None], RATE, frame=frame, hop=hop, bands=48))
    assert again.dtype == np.float32 and np.linalg.norm(back - seen) < 0.12 * np.linalg.norm(seen)


def test_the_same_bytes_every_time() -> None:
    seen = np.exp(log_mel(voice(), RATE, frame=512, hop=128, bands=40))
    first, second = (heard(seen, RATE, frame=512, hop=128, samples=4000) for _ in "ab")
    assert first.tobytes() == second.tobytes()


def test_silence_stays_silent() -> None:
    assert not heard(np.zeros((20, 40), np.float32), RATE, frame=512, hop=128, samples=2500).any()


def test_more_frames_than_first_phases() -> None:
    again = heard(np.full((300, 16), 0.1, np.float32), RATE, frame=64, hop=16, samples=299 * 16)
    assert np.isfinite(again).all() and 0.05 < np.sqrt((again**2).mean()) < 1


@given(samples=st.integers(1, 400), frame=st.sampled_from([8, 16, 64]), overlap=st.sampled_from([2, 4]))
def test_any_length(samples: int, frame: int, overlap: int) -> None:
    hop = frame // overlap
    seen = np.full((1 + samples // hop, 5), 0.2, dtype=np.float32)
    again = heard(seen, RATE, frame=frame, hop=hop, samples=samples)
    assert again.shape == (samples,) and np.isfinite(again).all()


def test_strengths_are_not_negative_and_have_the_means_of_bands() -> None:
    filters = mel_filters(RATE, 512, 48)
    bands = np.random.default_rng(0).gamma(0.5, 1, (30, 257)).astype(np.float32) @ filters.T
    found = strengths(bands, filters)
    assert (found >= 0).all() and np.abs(found @ filters.T - bands).mean() < 0.05 * bands.mean()
