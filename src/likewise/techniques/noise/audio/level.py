"""Changes of loudness, and noise behind a sound."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np

from likewise.modalities.audio.spectrum import Floats, coloured, power
from likewise.techniques.noise.audio.operation import SoundOperation, of_channels
from likewise.techniques.noise.spans import Span, spread, within


class Gain(SoundOperation):
    """Turn sounds up or down by `decibels`; none beyond full scale.

    >>> louder = Gain(decibels=(-6, 6))
    """

    op: ClassVar[str] = "gain"
    uniforms: ClassVar[int] = 1

    decibels: Annotated[Span, within(-100, 100)] = (-6.0, 6.0)

    def alter(
        self, sound: Floats, uniform: Floats, rng: np.random.Generator, rate: int | None, beside: Floats | None
    ) -> Floats:
        """Return a louder or softer sound."""
        return np.asarray(sound * 10 ** (float(spread(self.decibels, uniform[0])) / 20))


class BackgroundNoise(SoundOperation):
    """Lay noise behind sounds so that they stand `snr` decibels above it, measured over each clip.

    The noise is white, pink or brown, or what the row holds in the column `clips`, repeated and cut to length. Silence
    stays silence: nothing stands above anything in it. Where the sum would pass full scale, both are turned down alike.

    >>> street = BackgroundNoise(snr=(5, 20), colour="pink")
    """

    op: ClassVar[str] = "background_noise"
    uniforms: ClassVar[int] = 2

    snr: Annotated[Span, within(-60, 120)] = (10.0, 30.0)
    colour: Literal["white", "pink", "brown"] = "white"
    clips: str | None = None

    @property
    def beside(self) -> str | None:
        """The column of clips."""
        return self.clips

    def alter(
        self, sound: Floats, uniform: Floats, rng: np.random.Generator, rate: int | None, beside: Floats | None
    ) -> Floats:
        """Return a sound with noise behind it."""
        if self.clips is None:
            noise = coloured(len(sound), sound.shape[1], self.colour, rng, rate)
        elif beside is None:
            return sound
        else:
            noise = of_channels(beside, len(sound), sound.shape[1], float(uniform[1]))
        own, other = power(sound), power(noise)
        if not own or not other:
            return sound
        wanted = 10 ** (float(spread(self.snr, uniform[0])) / 10)
        return np.asarray(sound + noise * np.sqrt(own / (wanted * other)))


class Clipping(SoundOperation):
    """Cut sounds off at `level` of their own peak: an overdriven microphone.

    >>> overdriven = Clipping(level=(0.2, 0.6))
    """

    op: ClassVar[str] = "clipping"
    uniforms: ClassVar[int] = 1

    level: Annotated[Span, within(0.001, 1)] = (0.3, 0.8)

    def alter(
        self, sound: Floats, uniform: Floats, rng: np.random.Generator, rate: int | None, beside: Floats | None
    ) -> Floats:
        """Return a sound without its peaks."""
        most = float(spread(self.level, uniform[0])) * float(np.abs(sound).max())
        return np.clip(sound, -most, most)
