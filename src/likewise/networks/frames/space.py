"""The space of frames: each frame a point, some of whose numbers stay in a clip while the others move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from likewise.core.extras import require
from likewise.networks.device import Device
from likewise.networks.makers import State
from likewise.networks.pictures import Bytes, to_maps, to_pixels
from likewise.networks.saving import weights_of, with_weights

if TYPE_CHECKING:
    from torch import Tensor

    from likewise.networks.layers.autoencoder import PictureVAE

Floats = npt.NDArray[np.float32]

AT_ONCE = 64
"""Clips that are worked on at once."""


@dataclass(frozen=True, eq=False)
class FrameSpace:
    """Take clips of `frames` frames to their ways and back.

    The network turns a frame into numbers, the first `content` of which stay in a clip while the others move (Li and
    Mandt 2018, "Disentangled sequential autoencoder"). A way is what stays, then what moves, frame after frame.
    """

    network: PictureVAE
    content: int
    frames: int

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """The frames, height, width and channels of clips."""
        return self.frames, *self.network.build.shape

    @property
    def width(self) -> int:
        """The numbers of a way."""
        return self.content + self.frames * (self.network.build.latent - self.content)

    def encode(self, pixels: Bytes, device: Device) -> tuple[Floats, Floats]:
        """Return the means of the ways of clips and the logarithms of their variances: rows x width, both."""
        torch = require("torch", extra="deep")
        found: list[list[Floats]] = [[np.empty((0, self.width), np.float32)] * 2]
        network = self.network.to(device.name).eval()
        with torch.no_grad():
            for start in range(0, len(pixels), AT_ONCE):
                own = pixels[start : start + AT_ONCE]
                maps = to_maps(own.reshape(-1, *own.shape[2:]), network.build.multiple).to(device.name)
                parts = (part.cpu().numpy().reshape(*own.shape[:2], -1) for part in network.encode(maps))
                found.append([_rolled(part, self.content) for part in parts])
        means, spreads = (np.concatenate(side) for side in zip(*found, strict=True))
        return means, spreads

    def decode(self, ways: Tensor) -> Bytes:
        """Return the clips of ways, which are on the device of the network."""
        maps = self.network.decode(unrolled(ways, self.content, self.frames))
        height, width, _ = self.network.build.shape
        return to_pixels(maps, (height, width)).reshape(len(ways), *self.shape)

    def state(self) -> State:
        """Return everything learned: the encoder too, for it is small."""
        meta = {"build": self.network.build.state(), "content": self.content, "frames": self.frames}
        return meta, weights_of(self.network)

    @classmethod
    def from_state(cls, meta: dict[str, Any], arrays: dict[str, npt.NDArray[Any]]) -> Self:
        """Rebuild it from what `state` returned."""
        from likewise.networks.layers.autoencoder import Build, PictureVAE

        network = with_weights(PictureVAE(Build.from_state(meta["build"])), arrays)
        return cls(network, int(meta["content"]), int(meta["frames"]))


def unrolled(ways: Tensor, content: int, frames: int) -> Tensor:
    """Return ways as the points of their frames, one after another: rows * frames x latent."""
    torch = require("torch", extra="deep")
    still, moving = ways[:, :content], ways[:, content:].reshape(len(ways), frames, -1)
    return torch.cat([still[:, None].expand(-1, frames, -1), moving], dim=2).flatten(0, 1)


def _rolled(points: Floats, content: int) -> Floats:
    """Return the points of frames (clips x frames x latent) as ways: what stays is the mean of all frames."""
    still, moving = points[:, :, :content].mean(axis=1), points[:, :, content:]
    return np.concatenate([still, moving.reshape(len(points), -1)], axis=1)
