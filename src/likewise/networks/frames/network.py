"""The network of frames: pictures to a few numbers and back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

from likewise.networks.layers.convolution import Residual, doubled, halved


@dataclass(frozen=True)
class Build:
    """Say how the network is built: the height, width and channels of frames, and the numbers that each becomes.

    `widths` are the channels of maps from half the size of a frame down, each half as large as the one before.
    """

    shape: tuple[int, int, int]
    latent: int = 32
    widths: tuple[int, ...] = (32, 64, 96)

    @property
    def multiple(self) -> int:
        """What the sides of frames have to be multiples of."""
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
        return cls((height, width, channels), int(meta["latent"]), tuple(meta["widths"]))


class FrameVAE(nn.Module):  # type: ignore[misc]
    """Encode frames (rows x channels x height x width, from -1 to 1) as normal distributions of `latent` numbers.

    Nothing mixes rows, and nothing is normalised: a frame comes out the same whatever frames are beside it.
    """

    def __init__(self, build: Build) -> None:
        """Build encoder and decoder."""
        super().__init__()
        self.build = build
        cells = build.widths[-1] * build.base[0] * build.base[1]
        self.encoder = nn.Sequential(*_down(build.shape[2], build.widths), nn.Flatten(), nn.SiLU())
        self.told = nn.Linear(cells, 2 * build.latent)
        self.start = nn.Linear(build.latent, cells)
        self.decoder = nn.Sequential(*_up(build.widths, build.shape[2]))

    def encode(self, frames: Tensor) -> tuple[Tensor, Tensor]:
        """Return the means and the logarithms of the variances of frames: rows x latent, both."""
        told = self.told(self.encoder(frames.contiguous(memory_format=torch.channels_last)))
        mean, spread = told.float().chunk(2, dim=1)
        return mean, spread.clamp(-14, 4)

    def decode(self, points: Tensor) -> Tensor:
        """Return the frames of points, about from -1 to 1."""
        height, width = self.build.base
        maps = self.start(points).reshape(len(points), -1, height, width)
        return self.decoder(maps.contiguous(memory_format=torch.channels_last)).float()


def _down(channels: int, widths: Sequence[int]) -> list[nn.Module]:
    layers: list[nn.Module] = [nn.PixelUnshuffle(2), nn.Conv2d(4 * channels, widths[0], 3, padding=1)]
    layers.append(Residual(widths[0]))
    for before, width in pairwise(widths):
        layers += [halved(before, width), Residual(width)]
    return layers


def _up(widths: Sequence[int], channels: int) -> list[nn.Module]:
    layers: list[nn.Module] = [Residual(widths[-1])]
    for before, width in pairwise(widths[::-1]):
        layers += [doubled(before, width), Residual(width)]
    fine = max(8, widths[0] // 2)
    return [*layers, nn.SiLU(), nn.Conv2d(widths[0], 4 * fine, 3, padding=1), nn.PixelShuffle(2), nn.SiLU(),
            nn.Conv2d(fine, channels, 3, padding=1)]  # fmt: skip
