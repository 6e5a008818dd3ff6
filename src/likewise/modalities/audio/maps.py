"""Sounds as small pictures of their log-mel spectrograms, and heard again from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.modalities.audio.mel import QUIET, log_mel, mel_of
from likewise.modalities.audio.spectrum import frame_of
from likewise.modalities.audio.vocoder import heard

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

MOST_BANDS, BANDS_A_MEL = 64, 4 / 3
"""Bands of a map at most, and how finely they part what is heard."""

USUAL, LONGER = 0.98, 1.25
"""The share of sounds that a map holds to their end, and how much longer it may be to hold all."""

SILENCE = 32
"""The byte of silence in a sound where maps also hold what comes after its end, which is 0."""

RANGE = np.log(1e4)
"""What is learned below the loudest band of all sounds: 80 dB, as a logarithm of amplitudes."""


@dataclass(frozen=True)
class SoundMaps:
    """Say how sounds of a column become maps: frames x bands x 1, bytes up to 255, the loudest of all.

    `samples` is how many a map holds; where sounds are of several lengths (`ragged`), frames after the end of a sound
    are 0 and silence is `SILENCE`, else silence is 0. `channels` are those of the column: maps are of all of them
    together.
    """

    rate: int
    frame: int
    hop: int
    bands: int
    samples: int
    channels: int
    ragged: bool
    loudest: float

    @classmethod
    def of(cls, cells: Sequence[Floats], rate: int, most: int) -> SoundMaps:
        """Choose maps for sounds, at least one of which is not empty: as long as nearly all of them are.

        Frames overlap by three quarters where `most` of them hold that much, by a half where not; what those do not
        hold is cut. The channels are those that most sounds have.
        """
        widths = Counter(cell.shape[1] for cell in cells)
        channels = min(widths, key=lambda own: (-widths[own], own))
        lengths = np.array([len(cell) for cell in cells])
        usual = max(1, int(np.quantile(lengths, USUAL, method="higher")))
        samples = int(lengths.max()) if lengths.max() <= LONGER * usual else usual
        frame = frame_of(samples, rate)
        hop = frame // 4 if samples // (frame // 4) < most else frame // 2
        samples = min(samples, most * hop - 1)
        bands = 8 * round(float(mel_of(np.array(rate / 2))) * BANDS_A_MEL / 8)
        bands = int(np.clip(bands, 2, min(MOST_BANDS, frame // 2)))
        ragged = bool((np.minimum(lengths, samples) != samples).any())
        made = cls(rate, frame, hop, bands, samples, channels, ragged, 0.0)
        loudest = max(float(made._log_mel(cell).max()) for cell in cells)
        return cls(**{**asdict(made), "loudest": loudest})

    @property
    def shape(self) -> tuple[int, int, int]:
        """The frames, bands and channels of a map."""
        return 1 + self.samples // self.hop, self.bands, 1

    @property
    def floor(self) -> float:
        """The logarithm of the amplitude that counts as silence."""
        return max(float(np.log(QUIET)), self.loudest - float(RANGE))

    @property
    def silence(self) -> int:
        """The byte of silence."""
        return SILENCE if self.ragged else 0

    @property
    def step(self) -> float:
        """What the logarithm of an amplitude rises by from a byte to the next."""
        return max(self.loudest - self.floor, 1.0) / (255 - self.silence)

    def seen(self, cells: Sequence[Floats]) -> Bytes:
        """Return the maps of sounds (samples x channels); what is too long is cut, silence follows what is shorter."""
        made = np.zeros((len(cells), *self.shape), dtype=np.uint8)
        for number, cell in enumerate(cells):
            known = self.silence + (self._log_mel(cell) - self.floor) / self.step
            made[number, : len(known), :, 0] = np.rint(np.clip(known, self.silence, 255))
        return made

    def _log_mel(self, cell: Floats) -> Floats:
        return log_mel(cell[: self.samples], self.rate, frame=self.frame, hop=self.hop, bands=self.bands)

    def lengths(self, maps: Bytes) -> list[int]:
        """Return the samples of the sound of each map: frames that are half gone count for a half."""
        if not self.ragged:
            return [self.samples] * len(maps)
        frames = np.minimum(maps[..., 0], SILENCE).mean(axis=2, dtype=np.float64).sum(axis=1) / SILENCE
        return [int(own) for own in np.clip(np.rint((frames - 0.5) * self.hop), 1, self.samples)]

    def amplitudes(self, maps: Bytes) -> Floats:
        """Return the mean amplitude in each band of each frame, 0 in silence."""
        over = np.maximum(maps[..., 0].astype(np.float32) - self.silence, 0) * np.float32(self.step)
        return np.asarray(np.expm1(over) * np.float32(np.exp(self.floor)))

    def heard(self, maps: Bytes) -> list[Floats]:
        """Return the sound of each map: samples x channels, the same in all channels, from -1 to 1."""
        made = []
        for amplitudes, samples in zip(self.amplitudes(maps), self.lengths(maps), strict=True):
            known = amplitudes[: 1 + samples // self.hop]
            sound = heard(known, self.rate, frame=self.frame, hop=self.hop, samples=samples)
            made.append(np.repeat(np.clip(sound, -1, 1)[:, None], self.channels, axis=1))
        return made

    def state(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)

    @classmethod
    def from_state(cls, meta: dict[str, Any]) -> SoundMaps:
        """Rebuild it from what `state` returned."""
        return cls(**meta)
