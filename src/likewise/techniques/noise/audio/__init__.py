"""Changes of sounds: pitch and pace, loudness, noise, rooms and lines."""

from likewise.techniques.noise.audio.level import BackgroundNoise, Clipping, Gain
from likewise.techniques.noise.audio.room import BandFilter, Reverb, SpecAugment
from likewise.techniques.noise.audio.time import PitchShift, TimeShift, TimeStretch
from likewise.techniques.noise.operation import Operation

__all__ = [
    "SOUNDS", "BackgroundNoise", "BandFilter", "Clipping", "Gain", "PitchShift", "Reverb", "SpecAugment",
    "TimeShift", "TimeStretch",
]  # fmt: skip

SOUNDS: tuple[type[Operation], ...] = (
    TimeStretch, PitchShift, TimeShift, Gain, BackgroundNoise, Reverb, Clipping, BandFilter, SpecAugment,
)  # fmt: skip
"""The operations, in the order of the documentation."""
