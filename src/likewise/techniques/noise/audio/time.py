"""Changes of pace, pitch and place in time."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np

from likewise.modalities.audio.spectrum import Floats, frame_of, resampled, stretched
from likewise.techniques.noise.audio.operation import SoundOperation
from likewise.techniques.noise.spans import Span, spread, spread_evenly, within


class TimeStretch(SoundOperation):
    """Make sounds `factor` times as long at the same pitch (phase vocoder): clips of one length get different lengths.

    Use for slow and fast speakers. Avoid far from 1: beyond half and double, voices begin to echo.

    >>> pace = TimeStretch(factor=(0.8, 1.25))
    """

    op: ClassVar[str] = "time_stretch"
    uniforms: ClassVar[int] = 1

    factor: Annotated[Span, within(0.1, 10)] = (0.8, 1.25)

    def resized(self, samples: int | None) -> int | None:
        """Return the new length, where all clips have one."""
        low, high = self.factor
        return max(1, round(samples * low)) if samples is not None and low == high and self.share == 1 else None

    def alter(
        self, sound: Floats, uniform: Floats, rng: np.random.Generator, rate: int | None, beside: Floats | None
    ) -> Floats:
        """Return a longer or shorter sound."""
        return stretched(sound, float(spread_evenly(self.factor, uniform[0])), frame_of(len(sound), rate))


class PitchShift(SoundOperation):
    """Raise or lower sounds by `semitones` at the same pace: stretched, then played faster or slower.

    >>> voices = PitchShift(semitones=(-2, 2))
    """

    op: ClassVar[str] = "pitch_shift"
    uniforms: ClassVar[int] = 1

    semitones: Annotated[Span, within(-36, 36)] = (-2.0, 2.0)

    def alter(
        self, sound: Floats, uniform: Floats, rng: np.random.Generator, rate: int | None, beside: Floats | None
    ) -> Floats:
        """Return a higher or lower sound of the same length."""
        factor = 2 ** (float(spread(self.semitones, uniform[0])) / 12)
        return resampled(stretched(sound, factor, frame_of(len(sound), rate)), len(sound))


class TimeShift(SoundOperation):
    """Move sounds in time by a share of their length; silence comes in, or the end where they go `around`.

    >>> late = TimeShift(shift=(-0.1, 0.1))
    """

    op: ClassVar[str] = "time_shift"
    uniforms: ClassVar[int] = 1

    shift: Annotated[Span, within(-1, 1)] = (-0.1, 0.1)
    around: bool = False

    def alter(
        self, sound: Floats, uniform: Floats, rng: np.random.Generator, rate: int | None, beside: Floats | None
    ) -> Floats:
        """Return a sound that begins later or earlier."""
        steps = round(float(spread(self.shift, uniform[0])) * len(sound))
        moved = np.roll(sound, steps, axis=0)
        if not self.around:
            moved[slice(0, steps) if steps >= 0 else slice(steps, None)] = 0
        return moved
