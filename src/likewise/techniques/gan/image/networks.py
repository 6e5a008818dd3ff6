"""The two networks of pictures: a generator from points and noise to pixels, and a discriminator."""

from __future__ import annotations

import math
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from likewise.networks.layers.autoencoder import PictureVAE
from likewise.techniques.gan.image.build import Build

SLOPE = 0.2
"""The slope of leaky units below zero."""

SEEN = 128
"""Numbers that a discriminator sees in a picture."""

NOISE = 16
"""Numbers beside points that tell a generator what points do not."""

SURE, FASTER, MOST_CHANGED = 0.8, 0.01, 0.8
"""The share of pairs that a discriminator may tell before pictures are changed for it, by how much the share of changed
ones grows in a step for each pair of all that is told beyond it, and the share at most."""


class Residual(nn.Module):  # type: ignore[misc]
    """Add two convolutions of maps to them."""

    def __init__(self, channels: int) -> None:
        """Build the layers; the sum begins near the maps themselves."""
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.normal_(self.second.weight, std=0.1 / math.sqrt(channels))

    def forward(self, maps: Tensor) -> Tensor:
        """Return maps of the same shape."""
        inner = self.first(F.leaky_relu(maps, SLOPE))
        return maps + self.second(F.leaky_relu(inner, SLOPE))


class Generator(nn.Module):  # type: ignore[misc]
    """Make pictures of points (rows x latent) and of noise (rows x `NOISE`) beside them; nothing mixes rows.

    It begins as the decoder of an autoencoder of pictures, which makes nothing of the noise.
    """

    def __init__(self, read: PictureVAE) -> None:
        """Take over the way from points to pictures, and add one for noise."""
        super().__init__()
        self.build = read.build
        self.start, self.decoder = read.start, read.decoder
        self.noise = nn.Linear(NOISE, read.start.out_features, bias=False)
        nn.init.zeros_(self.noise.weight)

    def forward(self, points: Tensor, noise: Tensor) -> Tensor:
        """Return pictures, values about from -1 to 1: rows x channels x height x width.

        They are not bent into these bounds: pictures that are black nearly everywhere would hold pixels at a bound,
        where nothing moves them any more.
        """
        maps = (self.start(points) + self.noise(noise)).reshape(len(points), -1, *self.build.base)
        return self.decoder(maps.contiguous(memory_format=torch.channels_last)).float()


class Discriminator(nn.Module):  # type: ignore[misc]
    """Say how real pictures are under their conditions: a projection of what is seen (Miyato and Koyama 2018)."""

    def __init__(self, build: Build) -> None:
        """Build the layers: maps of half the sides step by step, the first halving by pixels beside each other."""
        super().__init__()
        widths = build.channels[::-1]
        self.pixels = nn.Conv2d(4 * build.colours, widths[0], 3, padding=1)
        self.blocks = nn.ModuleList(Residual(width) for width in widths)
        self.wider = nn.ModuleList(nn.Conv2d(a, b, 1) for a, b in pairwise(widths))
        self.flat = nn.Linear(widths[-1] * build.base[0] * build.base[1], SEEN)
        self.real = nn.Linear(SEEN, 1)
        self.condition = nn.Linear(build.condition, SEEN, bias=False) if build.condition else None
        self.register_buffer("changed", torch.zeros(()))

    def heed(self, told: Tensor) -> None:
        """Change more pictures, or fewer, after a batch of which a share of the pairs were told."""
        self.changed.add_(FASTER * (told - SURE)).clamp_(0, MOST_CHANGED)

    def seen(self, pictures: Tensor) -> Tensor:
        """Return what is seen in pictures: rows x 128."""
        maps = F.pixel_unshuffle(pictures, 2).contiguous(memory_format=torch.channels_last)
        maps = self.pixels(maps)
        for place, block in enumerate(self.blocks):
            if place:
                maps = self.wider[place - 1](F.avg_pool2d(maps, 2))
            maps = block(maps)
        flat = F.leaky_relu(maps, SLOPE).flatten(1)
        return F.leaky_relu(self.flat(flat), SLOPE)

    def forward(self, pictures: Tensor, condition: Tensor) -> Tensor:
        """Return a number a picture: the higher, the more it is held for real. It is computed in full precision."""
        seen = self.seen(pictures)
        with torch.autocast(seen.device.type, enabled=False):
            seen = seen.float()
            judged = self.real(seen)[:, 0]
            if self.condition is not None:
                judged = judged + (seen * self.condition(condition)).sum(1) / math.sqrt(SEEN)
        return judged
