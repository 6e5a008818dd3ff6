"""The network of frames: pictures to a few numbers and back, those that stay in a clip and those that move."""

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

    `content` of these are the same in all frames of a clip, `motion` of them move. `widths` are the channels of maps
    from half the size of a frame down, each half as large as the one before.
    """

    shape: tuple[int, int, int]
    content: int = 48
    motion: int = 16
    widths: tuple[int, ...] = (32, 64, 96)

    @property
    def latent(self) -> int:
        """The numbers of a frame."""
        return self.content + self.motion

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
        return cls((height, width, channels), int(meta["content"]), int(meta["motion"]), tuple(meta["widths"]))


class FrameVAE(nn.Module):  # type: ignore[misc]
    """Encode frames (rows x channels x height x width, from -1 to 1) as normal distributions of `latent` numbers.

    The first are those that stay, the others those that move: Li and Mandt 2018, "Disentangled sequential autoencoder".
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


def unrolled(ways: Tensor, build: Build) -> Tensor:
    """Return ways (rows x content + frames * motion) as the points of their frames: rows * frames x latent."""
    still, moving = ways[:, : build.content], ways[:, build.content :].reshape(len(ways), -1, build.motion)
    return torch.cat([still[:, None].expand(-1, moving.shape[1], -1), moving], dim=2).flatten(0, 1)


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
