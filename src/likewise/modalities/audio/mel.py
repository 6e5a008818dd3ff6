"""Sounds as pictures: the energy in bands as the ear parts them, over time."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

BANDS = 64
QUIET = 1e-5
"""Mean amplitude in a band, of full scale, below which it counts as silent: 100 dB down."""
LINEAR_TO, HZ_A_BAND = 1000.0, 200 / 3
LOG_STEP = np.log(6.4) / 27


def mel_of(hertz: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Return frequencies in mels, even below 1,000 Hz and by ratio above (Slaney, 1998, Auditory Toolbox).

    >>> mel_of(np.array([0.0, 1000.0, 6400.0])).round(6).tolist()
    [0.0, 15.0, 42.0]
    """
    low = np.asarray(hertz, dtype=np.float64) / HZ_A_BAND
    return np.where(low < 15, low, 15 + np.log(np.maximum(hertz, LINEAR_TO) / LINEAR_TO) / LOG_STEP)


def hertz_of(mels: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Return the frequencies of mels: the inverse of `mel_of`."""
    mels = np.asarray(mels, dtype=np.float64)
    return np.where(mels < 15, mels * HZ_A_BAND, LINEAR_TO * np.exp(LOG_STEP * (np.maximum(mels, 15) - 15)))


@lru_cache(maxsize=8)
def mel_filters(rate: int, frame: int, bands: int = BANDS) -> Floats:
    """Return the weights (bands x frequencies of a frame) of triangular bands, each of which sums to 1.

    >>> filters = mel_filters(8000, 512, 40)
    >>> filters.shape, bool(np.allclose(filters.sum(axis=1), 1))
    ((40, 257), True)
    """
    places = np.fft.rfftfreq(frame, 1 / rate)
    edges = hertz_of(np.linspace(0, mel_of(np.array(rate / 2)), bands + 2))
    up = (places[None, :] - edges[:-2, None]) / np.maximum(edges[1:-1] - edges[:-2], 1e-9)[:, None]
    down = (edges[2:, None] - places[None, :]) / np.maximum(edges[2:] - edges[1:-1], 1e-9)[:, None]
    weights = np.maximum(np.minimum(up, down), 0)
    # A band narrower than the frequencies lie apart hears the nearest one.
    empty = np.flatnonzero(weights.sum(axis=1) < 1e-6)
    weights[empty, np.abs(places[None, :] - edges[1:-1][empty][:, None]).argmin(axis=1)] = 1
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float32)


def log_mel(sound: npt.NDArray[Any], rate: int, *, frame: int, hop: int, bands: int = BANDS) -> Floats:
    """Return the logarithms of the mean amplitude in each band (frames x bands), of the mean power of all channels.

    `sound` is samples x channels, `frame` the samples of a spectrum and `hop` those from one to the next, in Hann
    windows whose middles lie at 0, `hop`, 2 `hop` and so on: 1 + samples // hop frames. A full-scale sine comes to
    about 0 in its band, silence to log(1e-5).

    Use when: sounds are compared, classified or learned as pictures. Avoid when: the phase matters.
    """
    padded = np.pad(np.asarray(sound, dtype=np.float32), ((frame // 2, frame // 2 + 1), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, frame, axis=0)[: len(sound) + 1 : hop]
    window = np.hanning(frame + 1)[:-1].astype(np.float32)
    power = np.square(np.abs(np.fft.rfft(windows * window, axis=2))).mean(axis=1)
    amplitudes = np.sqrt(power).astype(np.float32) * np.float32(2 / window.sum())
    return np.asarray(np.log(np.maximum(amplitudes @ mel_filters(rate, frame, bands).T, np.float32(QUIET))))
