"""Changes of sounds: pitch and pace, loudness, noise, rooms and lines."""

from likewise.techniques.noise.audio.level import BackgroundNoise, Clipping, Gain
from likewise.techniques.noise.audio.room import BandFilter, Reverb, SpecAugment
from likewise.techniques.noise.audio.time import PitchShift, TimeShift, TimeStretch

__all__ = [
    "BackgroundNoise", "BandFilter", "Clipping", "Gain", "PitchShift", "Reverb", "SpecAugment", "TimeShift",
    "TimeStretch",
]  # fmt: skip
