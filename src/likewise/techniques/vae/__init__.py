"""Variational autoencoders in two stages: data to a latent space and back, and a flow that draws from that space."""

from likewise.techniques.vae.model import VAEModel
from likewise.techniques.vae.synthesizer import VAE

__all__ = ["VAE", "VAEModel"]
