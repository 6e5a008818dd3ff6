"""The network of pictures and of frames: a picture as a few numbers, and back."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

from likewise.networks.layers.convolution import NormedResidual, doubled, halved, kept

SMALLEST = 8
"""The longest side of the smallest maps, at most."""

WIDTHS = (32, 64, 96, 128)
"""Channels of maps of half the size of a picture, of a quarter, and so on; further ones have as many as the last."""


@dataclass(frozen=True)
class Build:
    """Say how the network is built: height, width and channels of pictures, and the numbers that each becomes."""

    shape: tuple[int, int, int]
    latent: int

    @property
    def widths(self) -> tuple[int, ...]:
        """The channels of maps from half the size of a picture down, each half as large as the one before."""
        levels = max(1, math.ceil(math.log2(max(self.shape[:2]) / SMALLEST)))
        return tuple(WIDTHS[min(level, len(WIDTHS) - 1)] for level in range(levels))

    @property
    def multiple(self) -> int:
        """What the sides of pictures are padded to a multiple of."""
        return int(2 ** len(self.widths))

    @property
    def base(self) -> tuple[int, int]:
        """The height and width of the smallest maps."""
        return math.ceil(self.shape[0] / self.multiple), math.ceil(self.shape[1] / self.multiple)

    def state(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()}

    @classmethod
    def from_state(cls, meta: dict[str, Any]) -> Build:
        """Rebuild it from JSON values."""
        height, width, channels = meta["shape"]
        return cls((height, width, channels), int(meta["latent"]))


class PictureVAE(nn.Module):  # type: ignore[misc]
    """Encode pictures (rows x channels x height x width, from -1 to 1) as normal distributions of `latent` numbers.

    The first and the last layer work on half the size, where four pixels are a place of four times the channels.
    Pictures are normalised each for itself: nothing mixes rows.
    """

    def __init__(self, build: Build) -> None:
        """Build encoder and decoder."""
        super().__init__()
        self.build = build
        channels, widths = build.shape[2], build.widths
        places = build.base[0] * build.base[1]
        down: list[nn.Module] = [nn.PixelUnshuffle(2), kept(nn.Conv2d(4 * channels, widths[0], 3, padding=1)),
                                 NormedResidual(widths[0])]  # fmt: skip
        up: list[nn.Module] = [NormedResidual(widths[-1])]
        for before, width in pairwise(widths):
            down += [nn.SiLU(), kept(halved(before, width)), NormedResidual(width)]
        for before, width in pairwise(widths[::-1]):
            up += [kept(doubled(before, width)), NormedResidual(width)]
        self.encoder = nn.Sequential(*down, nn.SiLU(), nn.Conv2d(widths[-1], 32, 1), nn.SiLU(), nn.Flatten())
        self.told = nn.Linear(32 * places, 2 * build.latent)
        self.start = nn.Linear(build.latent, widths[-1] * places)
        last = kept(nn.Conv2d(widths[0], 4 * channels, 3, padding=1))
        self.decoder = nn.Sequential(*up, nn.SiLU(), last, nn.PixelShuffle(2))

    def encode(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Return the means and the logarithms of the variances of pictures: rows x latent, both."""
        told = self.told(self.encoder(pictures.contiguous(memory_format=torch.channels_last)))
        mean, spread = told.float().chunk(2, dim=1)
        return mean, spread.clamp(-14, 4)

    def decode(self, points: Tensor) -> Tensor:
        """Return the pictures of points, about from -1 to 1."""
        maps = self.start(points).reshape(len(points), -1, *self.build.base)
        return self.decoder(maps.contiguous(memory_format=torch.channels_last)).float()
