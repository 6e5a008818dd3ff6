"""What rooms and lines do to a sound: echoes, lost bands, lost parts."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from likewise.modalities.audio.spectrum import Floats, banded, echoed, frame_of, power, sound_of, spectrum
from likewise.techniques.noise.audio.operation import SoundOperation
from likewise.techniques.noise.spans import Span, spread, spread_evenly, within


class Reverb(SoundOperation):
    """Put sounds into a room, as loud as they were.

    The room is the row's impulse response in the column `response`, or one made up: noise that falls by 60 dB within
    `decay` seconds (Moorer, 1979), `wet` times as loud as the direct sound.

    >>> hall = Reverb(decay=(0.3, 1.2), wet=(0.1, 0.4))
    """

    op: ClassVar[str] = "reverb"
    uniforms: ClassVar[int] = 2
    needs_rate: ClassVar[bool] = True

    decay: Annotated[Span, within(0.01, 20)] = (0.1, 0.8)
    wet: Annotated[Span, within(0, 10)] = (0.1, 0.5)
    response: str | None = None

    @property
    def beside(self) -> str | None:
        """The column of impulse responses."""
        return self.response

    def alter(
        self, sound: Floats, uniform: Floats, rng: np.random.Generator, rate: int | None, beside: Floats | None
    ) -> Floats:
        """Return the sound in the room."""
        room = beside
        if self.response is None:
            room = self._room(
                float(spread_evenly(self.decay, uniform[0])), float(spread(self.wet, uniform[1])), rate, rng
            )
        if room is None:
            return sound
        room = room if room.shape[1] == sound.shape[1] else room.mean(axis=1, keepdims=True)
        made = echoed(sound, room)
        before, after = power(sound), power(made)
        return np.asarray(made * np.sqrt(before / after)) if after else made

    def _room(self, decay: float, wet: float, rate: int | None, rng: np.random.Generator) -> Floats:
        samples = max(2, round(decay * (rate or 1)))
        room = rng.standard_normal((samples, 1)) * 10 ** (-3 * np.arange(samples) / samples)[:, None]
        room[0] = 0
        room *= wet / max(float(np.sqrt(np.square(room).sum())), 1e-300)
        room[0] = 1
        return room


class BandFilter(SoundOperation):
    """Leave the frequencies from `low` to `high` Hz, each drawn on its own: a telephone, a wall, a cheap speaker.

    `low=0` keeps all below; a `high` above half the rate keeps all above. A Butterworth response of the fourth order.

    >>> telephone = BandFilter(low=(200, 400), high=(3000, 3600))
    """

    op: ClassVar[str] = "band_filter"
    uniforms: ClassVar[int] = 2
    needs_rate: ClassVar[bool] = True

    low: Annotated[Span, within(0, 1e6)] = (100.0, 400.0)
    high: Annotated[Span, within(1, 1e6)] = (2500.0, 4000.0)

    def alter(
        self, sound: Floats, uniform: Floats, rng: np.random.Generator, rate: int | None, beside: Floats | None
    ) -> Floats:
        """Return a sound without what lies outside the band."""
        ends = float(spread(self.low, uniform[0])), float(spread_evenly(self.high, uniform[1]))
        return banded(sound, min(ends), max(ends), rate or 1)


class SpecAugment(SoundOperation):
    """Silence bands of frequencies and spans of time in the spectrum, and make a sound of it again.

    `bands` bands of up to `width` of all frequencies, and `spans` spans of up to `length` of the clip.

    Park et al., 2019, SpecAugment.

    >>> masks = SpecAugment(bands=2, spans=2)
    """

    op: ClassVar[str] = "spec_augment"
    uniforms: ClassVar[int] = 64
    MOST: ClassVar[int] = 16

    bands: int = Field(default=1, ge=0, le=16)
    width: float = Field(default=0.15, gt=0, le=1)
    spans: int = Field(default=1, ge=0, le=16)
    length: float = Field(default=0.15, gt=0, le=1)

    def alter(
        self, sound: Floats, uniform: Floats, rng: np.random.Generator, rate: int | None, beside: Floats | None
    ) -> Floats:
        """Return a sound with holes in its spectrum."""
        frame = frame_of(len(sound), rate)
        frames = spectrum(sound, frame)
        drawn = uniform.reshape(2, self.MOST, 2)
        for axis, count, most in ((1, self.bands, self.width), (0, self.spans, self.length)):
            for size, start in drawn[axis, :count]:
                long = round(size * most * frames.shape[axis])
                first = round(start * (frames.shape[axis] - long))
                frames[(slice(None),) * axis + (slice(first, first + long),)] = 0
        return sound_of(frames, frame, len(sound))
