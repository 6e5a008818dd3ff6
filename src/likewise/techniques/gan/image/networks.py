"""The two networks of pictures: a generator from noise to pixels, and a discriminator that mirrors it."""

from __future__ import annotations

import math
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from likewise.techniques.gan.image.build import Build

SLOPE = 0.2
"""The slope of leaky units below zero."""

STYLE, SEEN = 128, 128
"""Numbers that steer the blocks of a generator, and that a discriminator sees in a picture."""

SURE, FASTER, MOST_CHANGED = 0.8, 0.01, 0.8
"""The share of pairs that a discriminator may tell before pictures are changed for it, by how much the share of changed
ones grows in a step for each pair of all that is told beyond it, and the share at most."""


class Residual(nn.Module):  # type: ignore[misc]
    """Add two convolutions of maps to them; where there is a style, it scales and shifts what lies between the two."""

    def __init__(self, channels: int, style: int = 0) -> None:
        """Build the layers; the sum begins near the maps themselves."""
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        self.style = nn.Linear(style, 2 * channels) if style else None
        nn.init.normal_(self.second.weight, std=0.1 / math.sqrt(channels))

    def forward(self, maps: Tensor, style: Tensor | None = None) -> Tensor:
        """Return maps of the same shape."""
        inner = self.first(F.leaky_relu(maps, SLOPE))
        if self.style is not None:
            scale, shift = self.style(style)[:, :, None, None].chunk(2, dim=1)
            inner = torch.addcmul(shift, inner, 1 + scale)
        return maps + self.second(F.leaky_relu(inner, SLOPE))


class Generator(nn.Module):  # type: ignore[misc]
    """Make pictures from noise (rows x noise) and conditions (rows x condition); nothing mixes rows."""

    def __init__(self, build: Build) -> None:
        """Build the layers: maps of twice the sides step by step, the last doubling by pixels beside each other."""
        super().__init__()
        self.build = build
        widths = build.channels
        inputs = build.noise * (2 if build.condition else 1)
        self.condition = nn.Linear(build.condition, build.noise, bias=False) if build.condition else None
        self.style = nn.Sequential(nn.Linear(inputs, STYLE), nn.LeakyReLU(SLOPE))
        self.start = nn.Linear(inputs, widths[0] * build.base[0] * build.base[1])
        self.blocks = nn.ModuleList(Residual(width, STYLE) for width in widths)
        self.wider = nn.ModuleList(nn.Conv2d(a, b, 1) for a, b in pairwise(widths))
        fine = max(8, widths[-1] // 4)
        self.doubled = nn.Conv2d(widths[-1], 4 * fine, 3, padding=1)
        self.pixels = nn.Conv2d(fine, build.colours, 3, padding=1)

    def forward(self, noise: Tensor, condition: Tensor) -> Tensor:
        """Return pictures, values about from -1 to 1: rows x channels x height x width.

        They are not bent into these bounds: pictures that are black nearly everywhere would hold pixels at a bound,
        where nothing moves them any more.
        """
        if self.condition is not None:
            own = self.condition(condition).float()
            noise = torch.cat([noise, own * torch.rsqrt(own.square().mean(1, keepdim=True) + 1e-4)], dim=1)
        style = self.style(noise)
        maps = self.start(noise).reshape(len(noise), -1, *self.build.base)
        maps = maps.contiguous(memory_format=torch.channels_last)
        for place, block in enumerate(self.blocks):
            if place:
                maps = F.interpolate(self.wider[place - 1](maps), scale_factor=2)
            maps = block(maps, style)
        maps = F.pixel_shuffle(self.doubled(F.leaky_relu(maps, SLOPE)), 2)
        pixels: Tensor = self.pixels(F.leaky_relu(maps, SLOPE)).float()
        return pixels


class Discriminator(nn.Module):  # type: ignore[misc]
    """Say how real pictures are under their conditions: a projection of what is seen (Miyato and Koyama 2018)."""

    def __init__(self, build: Build) -> None:
        """Build the layers of the generator in reverse."""
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


class Autoencoder(nn.Module):  # type: ignore[misc]
    """Let the trunk of a discriminator write pictures as noise, and the generator read them: both begin with that."""

    def __init__(self, generator: Generator, discriminator: Discriminator) -> None:
        """Add to the two a layer that says the mean and the spread of each number of the noise."""
        super().__init__()
        self.generator, self.discriminator = generator, discriminator
        self.noise = nn.Linear(SEEN, 2 * generator.build.noise)

    def read(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Return the means and the logarithms of the variances of the noise of pictures: rows x noise, both."""
        mean, log_variance = self.noise(self.discriminator.seen(pictures)).float().chunk(2, dim=1)
        return mean, log_variance.clamp(-8, 8)

    def forward(self, pictures: Tensor, condition: Tensor, normal: Tensor) -> tuple[Tensor, Tensor]:
        """Return pictures as they are drawn again, and by how many nats their noise differs from standard normal."""
        mean, log_variance = self.read(pictures)
        again = self.generator(mean + normal * (0.5 * log_variance).exp(), condition)
        return again, 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1)
