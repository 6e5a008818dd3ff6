"""Short-time spectra of sounds, stretching without a change of pitch, and noise of a colour.

Sounds are samples x channels; a spectrum is frames x frequencies x channels.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Spectrum = npt.NDArray[np.complex128]

SECONDS = 0.046
"""About how long a frame is: short enough for speech, long enough to tell the tones of a voice."""

UNKNOWN_RATE = 16_000
LOWEST = 20.0
"""The lowest frequency that is heard, in Hz."""

OVERLAP = 4
COLOURS = {"white": 0.0, "pink": 1.0, "brown": 2.0}
"""By which power of the frequency the power of a noise falls."""


def frame_of(samples: int, rate: int | None) -> int:
    """Return the number of samples of a frame: a power of two, at most as long as the sound.

    >>> frame_of(8000, 8000), frame_of(100, 8000)
    (512, 64)
    """
    wanted = 2 ** round(np.log2(SECONDS * (rate or UNKNOWN_RATE) * 1.2))
    return int(max(8, min(wanted, 2 ** int(np.log2(max(samples, 8))))))


def spectrum(sound: Floats, frame: int) -> Spectrum:
    """Return the spectra of overlapping frames, the first of them about the first sample (Hann window)."""
    hop = frame // OVERLAP
    padded = np.pad(sound, ((frame // 2, frame // 2 + hop), (0, 0)))
    count = 1 + (len(padded) - frame) // hop
    views = np.lib.stride_tricks.sliding_window_view(padded, frame, axis=0)[: count * hop : hop]
    return np.asarray(np.fft.rfft(views * _window(frame), axis=2).transpose(0, 2, 1))


def sound_of(frames: Spectrum, frame: int, samples: int) -> Floats:
    """Return the sound whose spectra lie nearest to `frames` (Griffin and Lim, 1984), cut to a number of samples."""
    hop, window = frame // OVERLAP, _window(frame)
    parts = np.fft.irfft(frames, n=frame, axis=1) * window[None, :, None]
    length = frame + hop * (len(frames) - 1)
    total, weight = np.zeros((length, frames.shape[2])), np.zeros(length)
    for number, part in enumerate(parts):
        total[number * hop : number * hop + frame] += part
        weight[number * hop : number * hop + frame] += window**2
    total /= np.maximum(weight, 1e-3)[:, None]
    made = total[frame // 2 : frame // 2 + samples]
    return np.pad(made, ((0, samples - len(made)), (0, 0)))


def stretched(sound: Floats, factor: float, frame: int) -> Floats:
    """Return a sound `factor` times as long at the same pitch, by a phase vocoder.

    The phase of each peak of the spectrum goes on by what it went on by between the frames there, and the frequencies
    around it keep their phases to it. Flanagan and Golden, 1966; Laroche and Dolson, 1999 (identity phase locking).
    """
    samples = max(1, round(len(sound) * factor))
    frames, hop = spectrum(sound, frame), frame // OVERLAP
    silent = np.zeros_like(frames[:1])
    frames = np.concatenate([frames, silent, silent])
    places = np.arange(0, len(frames) - 2, 1 / factor)
    at, part = places.astype(int), (places % 1)[:, None, None]
    size = (1 - part) * np.abs(frames[at]) + part * np.abs(frames[at + 1])
    own, later = np.angle(frames[at]), np.angle(frames[at + 1])
    ahead = 2 * np.pi * hop * np.arange(frames.shape[1])[None, :, None] / frame
    turned = later - own - ahead
    turned += ahead - 2 * np.pi * np.round(turned / (2 * np.pi))
    phase = own.copy()
    for channel in range(sound.shape[1]):
        for number in range(1, len(phase)):
            free = phase[number - 1, :, channel] + turned[number - 1, :, channel]
            peak = _nearest_peaks(size[number, :, channel])
            phase[number, :, channel] = free[peak] + own[number, :, channel] - own[number, peak, channel]
    return sound_of(size * np.exp(1j * phase), frame, samples)


def _nearest_peaks(size: Floats) -> npt.NDArray[np.int64]:
    """Return for each frequency the nearest one at which a spectrum has a peak."""
    higher = np.concatenate([[True], size[1:] >= size[:-1]]) & np.concatenate([size[:-1] > size[1:], [True]])
    peaks = np.flatnonzero(higher)
    return np.asarray(peaks[np.searchsorted((peaks[1:] + peaks[:-1]) / 2, np.arange(len(size)))])


def resampled(sound: Floats, samples: int) -> Floats:
    """Return a sound played in another number of samples: its spectrum cut off, or filled with silence, above.

    The ends are mirrored first, so that they do not ring into each other.
    """
    own = len(sound)
    if own == samples or own < 2:
        return np.resize(sound, (samples, sound.shape[1]))
    mirrored = np.concatenate([sound, sound[::-1]])
    frequencies = np.fft.rfft(mirrored, axis=0)
    cut = np.fft.irfft(frequencies[: samples + 1], n=2 * samples, axis=0)
    return np.asarray(cut[:samples] * (samples / own))


def coloured(samples: int, channels: int, colour: str, rng: np.random.Generator, rate: int | None) -> Floats:
    """Return noise whose power falls with the frequency as its colour says, of mean power 1.

    Coloured noise begins where hearing does: else most of the power of brown noise would be a slow wander of the whole
    clip that nobody hears.
    """
    noise = rng.standard_normal((samples, channels))
    if COLOURS[colour] and samples > 1:
        frequencies = np.fft.rfftfreq(samples, 1 / (rate or UNKNOWN_RATE))
        frequencies[frequencies < min(LOWEST, frequencies[-1])] = np.inf
        shaped = np.fft.rfft(noise, axis=0) * (frequencies ** (-COLOURS[colour] / 2))[:, None]
        noise = np.fft.irfft(shaped, n=samples, axis=0)
    return np.asarray(noise / max(np.sqrt(power(noise)), 1e-300))


def power(sound: npt.NDArray[Any]) -> float:
    """Return the mean square over all samples and channels."""
    return float(np.mean(np.square(sound, dtype=np.float64)))


def banded(sound: Floats, low: float, high: float, rate: int, order: int = 4) -> Floats:
    """Return a sound without what lies below `low` and above `high` Hz: a Butterworth response without delay."""
    frequencies = np.fft.rfftfreq(2 * len(sound), 1 / rate)
    with np.errstate(divide="ignore"):
        gain = 1 / np.sqrt(1 + (frequencies / high) ** (2 * order))
        if low > 0:
            gain /= np.sqrt(1 + (low / frequencies) ** (2 * order))
    mirrored = np.concatenate([sound, sound[::-1]])
    return np.asarray(
        np.fft.irfft(np.fft.rfft(mirrored, axis=0) * gain[:, None], n=2 * len(sound), axis=0)[: len(sound)]
    )


def echoed(sound: Floats, response: Floats) -> Floats:
    """Return a sound in the room of an impulse response (samples x 1 or its channels), cut to its own length."""
    length = len(sound) + len(response) - 1
    size = 1 << (length - 1).bit_length()
    product = np.fft.rfft(sound, n=size, axis=0) * np.fft.rfft(response, n=size, axis=0)
    return np.asarray(np.fft.irfft(product, n=size, axis=0)[: len(sound)])


def _window(frame: int) -> Floats:
    return np.asarray(np.hanning(frame + 1)[:-1])
