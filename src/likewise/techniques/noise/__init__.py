"""Real rows, changed."""

from likewise.techniques.noise.model import NoiseModel
from likewise.techniques.noise.sensitivity import Sensitivity
from likewise.techniques.noise.synthesizer import Noise

__all__ = ["Noise", "NoiseModel", "Sensitivity"]
