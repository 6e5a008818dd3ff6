"""Sounds heard again from their log-mel spectrograms: strengths of frequencies from those of bands, then phases."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from likewise.core.seeds import generator
from likewise.modalities.audio.mel import mel_filters

Floats = npt.NDArray[np.float32]
Spectra = npt.NDArray[np.complex64]

ROUNDS = 12
"""Times that the strengths of frequencies are brought nearer to those of bands."""

ITERATIONS, MOMENTUM = 48, 0.99
"""Times that phases are made to agree, and how far each goes beyond what the last one found."""

PHASES = 128
"""Frames whose first phases are drawn; they are repeated for longer sounds."""

LEAST = np.float32(1e-12)


def heard(amplitudes: Floats, rate: int, *, frame: int, hop: int, samples: int) -> Floats:
    """Return a sound of one channel (`samples`) with the mean amplitudes in bands (frames x bands) that are given.

    They are those of `log_mel`, no logarithms: 1 + samples // hop frames of `frame` samples each, of which `hop` is a
    half or a quarter. Phases are not in them: from one and the same start they are found by fast Griffin-Lim, so that
    equal amplitudes give equal bytes, whatever sounds are beside.

    Use when: what a network drew as a spectrogram is to be heard. Avoid when: the sound itself is at hand.

    Perraudin, Balazs and Sondergaard, A fast Griffin-Lim algorithm, 2013.

    >>> from likewise.modalities.audio.mel import log_mel
    >>> tone = np.sin(np.arange(4000) * 2 * np.pi * 440 / 8000)[:, None]
    >>> again = heard(np.exp(log_mel(tone, 8000, frame=512, hop=128)), 8000, frame=512, hop=128, samples=4000)
    >>> again.shape, bool(abs(np.abs(np.fft.rfft(again)).argmax() * 8000 / 4000 - 440) < 20)
    ((4000,), True)
    """
    window = _window(frame)
    sizes = strengths(amplitudes, mel_filters(rate, frame, amplitudes.shape[1])) * (window.sum() / 2)
    own = np.resize(_start(frame), sizes.shape)
    before = np.zeros_like(own)
    weight = _weight(len(sizes), frame, hop)
    for _ in range(ITERATIONS):
        sound = _sound(sizes * own, frame, hop, weight, samples)
        now = _spectra(sound, frame, hop)
        own = now + np.float32(MOMENTUM) * (now - before)
        own /= np.maximum(np.abs(own), LEAST)
        before = now
    return _sound(sizes * own, frame, hop, weight, samples)[frame // 2 : frame // 2 + samples]


def strengths(amplitudes: Floats, filters: Floats) -> Floats:
    """Return strengths of frequencies (frames x frequencies), none below 0, whose means in bands are as given.

    Many are: those are taken that multiplying leads to (Richardson 1972, Lucy 1974) from what lies evenly in each band.
    """
    share = filters / np.maximum(filters.sum(axis=0), LEAST)
    found: Floats = amplitudes @ share
    for _ in range(ROUNDS):
        found = found * ((amplitudes / np.maximum(found @ filters.T, LEAST)) @ share)
    return found


@lru_cache(maxsize=8)
def _window(frame: int) -> Floats:
    return np.hanning(frame + 1)[:-1].astype(np.float32)


@lru_cache(maxsize=8)
def _start(frame: int) -> Spectra:
    turns = generator(0, "phases").random((PHASES, frame // 2 + 1))
    return np.asarray(np.exp(2j * np.pi * turns), dtype=np.complex64)


def _weight(frames: int, frame: int, hop: int) -> Floats:
    """Return the sum of squared windows at each sample, padding included."""
    return np.maximum(_added(np.tile(_window(frame) ** 2, (frames, 1)), hop), np.float32(1e-3))


def _added(parts: Floats, hop: int) -> Floats:
    """Return the sum of parts (frames x samples) that begin a hop after each other."""
    frames, overlap = len(parts), parts.shape[1] // hop
    total = np.zeros((frames + overlap - 1, hop), dtype=np.float32)
    for place in range(overlap):
        total[place : place + frames] += parts[:, place * hop : (place + 1) * hop]
    return total.reshape(-1)


def _sound(spectra: Spectra, frame: int, hop: int, weight: Floats, samples: int) -> Floats:
    """Return the sound whose spectra lie nearest, with half a frame before it; nothing sounds beyond its ends."""
    parts = np.asarray(np.fft.irfft(spectra, n=frame, axis=1), dtype=np.float32) * _window(frame)
    sound = _added(parts, hop) / weight
    sound[: frame // 2] = 0
    sound[frame // 2 + samples :] = 0
    return sound


def _spectra(sound: Floats, frame: int, hop: int) -> Spectra:
    views = np.lib.stride_tricks.sliding_window_view(sound, frame)[::hop]
    return np.asarray(np.fft.rfft(views * _window(frame), axis=1))
