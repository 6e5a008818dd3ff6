"""The two networks of pictures: a generator from noise to pixels, and a discriminator that mirrors it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

SLOPE = 0.2
"""The slope of leaky units below zero."""


@dataclass(frozen=True)
class Build:
    """Say how networks are built: the height, width and channels of pictures, and the length of their conditions.

    `channels` are those of the maps from the smallest one on, each twice as large as the one before; the smallest has
    `base` cells. `noise` is the length of the vector that a picture is made from.
    """

    shape: tuple[int, int, int]
    condition: int
    channels: tuple[int, ...]
    noise: int = 64

    @property
    def base(self) -> tuple[int, int]:
        """The height and width of the smallest map: pictures are padded to a multiple of its doublings."""
        factor = 2 ** len(self.channels)
        return math.ceil(self.shape[0] / factor), math.ceil(self.shape[1] / factor)

    @property
    def padding(self) -> tuple[int, int]:
        """The rows and columns by which maps outgrow pictures."""
        factor = 2 ** len(self.channels)
        return self.base[0] * factor - self.shape[0], self.base[1] * factor - self.shape[1]


class Residual(nn.Module):
    """Add two convolutions of a map to it; where there is a style, it scales and shifts the map between them."""

    def __init__(self, channels: int, style: int = 0) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        self.style = nn.Linear(style, 2 * channels) if style else None
        nn.init.normal_(self.second.weight, std=0.3 / math.sqrt(9 * channels))

    def forward(self, maps: Tensor, style: Tensor | None = None) -> Tensor:
        """Return maps of the same size."""
        inner = self.first(F.leaky_relu(maps, SLOPE))
        if self.style is not None and style is not None:
            scale, shift = self.style(style)[:, :, None, None].chunk(2, dim=1)
            inner = inner * (1 + scale) + shift
        return maps + self.second(F.leaky_relu(inner, SLOPE))


class Generator(nn.Module):
    """Make pictures, values from -1 to 1, from noise and conditions."""

    def __init__(self, build: Build, style: int = 128) -> None:
        super().__init__()
        self.build = build
        widths = build.channels
        self.condition = nn.Linear(build.condition, build.noise, bias=False) if build.condition else None
        inputs = build.noise * (2 if build.condition else 1)
        self.style = nn.Sequential(nn.Linear(inputs, style), nn.LeakyReLU(SLOPE))
        self.start = nn.Linear(inputs, widths[0] * build.base[0] * build.base[1])
        self.blocks = nn.ModuleList(Residual(width, style) for width in widths)
        self.grow = nn.ModuleList(nn.Conv2d(a, b, 1) for a, b in zip(widths[:-1], widths[1:], strict=True))
        fine = max(8, widths[-1] // 4)
        self.last = nn.Conv2d(widths[-1], 4 * fine, 3, padding=1)
        self.pixels = nn.Conv2d(fine, build.shape[2], 3, padding=1)

    def forward(self, noise: Tensor, condition: Tensor) -> Tensor:
        """Return pictures: rows x channels x height x width."""
        if self.condition is not None:
            own = self.condition(condition)
            own = own * torch.rsqrt(own.float().square().mean(1, keepdim=True) + 1e-4).to(own.dtype)
            noise = torch.cat([noise, own], dim=1)
        style = self.style(noise)
        height, width = self.build.base
        maps = self.start(noise).reshape(len(noise), -1, height, width).contiguous(memory_format=torch.channels_last)
        for place, block in enumerate(self.blocks):
            if place:
                maps = F.interpolate(self.grow[place - 1](maps), scale_factor=2, mode="nearest")
            maps = block(maps, style)
        maps = F.pixel_shuffle(self.last(F.leaky_relu(maps, SLOPE)), 2)
        pixels = self.pixels(F.leaky_relu(maps, SLOPE))
        return torch.tanh(pixels[:, :, : self.build.shape[0], : self.build.shape[1]].float())


class Discriminator(nn.Module):
    """Judge how real pictures are, under their conditions (projection, Miyato and Koyama 2018)."""

    def __init__(self, build: Build, features: int = 128) -> None:
        super().__init__()
        self.build = build
        widths = build.channels[::-1]
        self.pixels = nn.Conv2d(4 * build.shape[2], widths[0], 3, padding=1)
        self.blocks = nn.ModuleList(Residual(width) for width in widths)
        self.shrink = nn.ModuleList(nn.Conv2d(a, b, 1) for a, b in zip(widths[:-1], widths[1:], strict=True))
        self.flat = nn.Linear(widths[-1] * build.base[0] * build.base[1], features)
        self.real = nn.Linear(features, 1)
        self.condition = nn.Linear(build.condition, features, bias=False) if build.condition else None

    def features(self, pictures: Tensor) -> Tensor:
        """Return what is seen in pictures: rows x features."""
        down, right = self.build.padding
        maps = F.pixel_unshuffle(F.pad(pictures, (0, right, 0, down), value=-1.0), 2)
        maps = self.pixels(maps.contiguous(memory_format=torch.channels_last))
        for place, block in enumerate(self.blocks):
            if place:
                maps = self.shrink[place - 1](F.avg_pool2d(maps, 2))
            maps = block(maps)
        flat = F.leaky_relu(maps, SLOPE).flatten(1)
        return F.leaky_relu(self.flat(flat), SLOPE)

    def forward(self, pictures: Tensor, condition: Tensor) -> Tensor:
        """Return one number a picture: the higher, the more it is held for real."""
        seen = self.features(pictures)
        with torch.autocast(seen.device.type, enabled=False):
            seen = seen.float()
            judged = self.real(seen)[:, 0]
            if self.condition is not None:
                judged = judged + (seen * self.condition(condition)).sum(1) / math.sqrt(seen.shape[1])
        return judged
