"""Generative adversarial networks: a generator learns by what a discriminator can still tell."""

from likewise.techniques.gan.model import GANModel
from likewise.techniques.gan.synthesizer import GAN

__all__ = ["GAN", "GANModel"]
