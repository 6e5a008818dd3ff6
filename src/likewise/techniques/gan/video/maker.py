"""Clips drawn by a generator: a way through the latent space, and a frame at each of its points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from likewise.core.extras import require
from likewise.core.protocol import Arrays
from likewise.core.table import Table
from likewise.networks.conditioning import Conditioner
from likewise.networks.device import Device, device_of
from likewise.networks.flow import normal_noise
from likewise.networks.frames.ways import Whitening
from likewise.networks.makers import CellMaker, State
from likewise.networks.pictures import Bytes, to_pixels
from likewise.networks.saving import nested, under, weights_of, with_weights

if TYPE_CHECKING:
    from likewise.networks.frames.network import FrameVAE
    from likewise.techniques.gan.video.network import Motion

Floats = npt.NDArray[np.float32]

AT_ONCE = 64
"""Clips that are drawn at once: always so many, for a row is not to depend on how many others there are."""


@dataclass(frozen=True, eq=False)
class Parts:
    """Hold what was learned; `shape` is the frames, height, width and channels of clips."""

    network: FrameVAE
    motion: Motion
    whitening: Whitening
    conditioner: Conditioner
    shape: tuple[int, int, int, int]


@dataclass(frozen=True, eq=False)
class ClipMaker(CellMaker):
    """Make clips for given attributes."""

    parts: Parts
    device: Device

    way: ClassVar[str] = "video"

    def make(self, attributes: Table, rng: np.random.Generator) -> Bytes:
        """Return clips: rows x frames x height x width x channels."""
        torch = require("torch", extra="deep")
        from likewise.networks.frames.network import unrolled
        from likewise.techniques.gan.video.network import CONTENT, STEP

        parts, name = self.parts, self.device.name
        network, motion = parts.network.to(name), parts.motion.to(name)
        condition = torch.from_numpy(conditions(parts.conditioner, attributes))
        noise = normal_noise(rng, (len(condition), CONTENT + parts.shape[0] * STEP))
        made = np.empty((len(condition), *parts.shape), dtype=np.uint8)
        with torch.no_grad():
            for start in range(0, len(condition), AT_ONCE):
                rows = min(AT_ONCE, len(condition) - start)
                own, beside = (
                    torch.cat([x[start : start + rows], x.new_zeros(AT_ONCE - rows, x.shape[1])]).to(name)
                    for x in (noise, condition)
                )
                ways = motion(own, beside).cpu().numpy()
                ways = parts.whitening.invert(parts.whitening.apply(ways))
                points = unrolled(torch.from_numpy(ways), network.build).to(name)
                pixels = to_pixels(network.decode(points), (parts.shape[1], parts.shape[2]))
                made[start : start + rows] = pixels.reshape(AT_ONCE, *parts.shape)[:rows]
        return made

    def state(self) -> State:
        """Return everything that drawing needs: the encoder of frames too, for it is small."""
        parts = self.parts
        meta = {
            "build": parts.network.build.state(),
            "shape": list(parts.shape),
            "conditioner": parts.conditioner.state(),
        }
        arrays = nested("frames", weights_of(parts.network)) | nested("motion", weights_of(parts.motion))
        return meta, arrays | nested("whitening", parts.whitening.state())

    @classmethod
    def from_state(cls, meta: dict[str, Any], arrays: Arrays) -> Self:
        """Rebuild it from what `state` returned."""
        from likewise.networks.frames.network import Build, FrameVAE
        from likewise.techniques.gan.video.network import Motion

        conditioner = Conditioner.from_state(meta["conditioner"])
        network = with_weights(FrameVAE(Build.from_state(meta["build"])), under("frames", arrays))
        frames, height, width, channels = meta["shape"]
        motion = Motion(frames, network.build.content, network.build.motion, conditioner.width + 1)
        with_weights(motion, under("motion", arrays))
        whitening = Whitening(**under("whitening", arrays))
        return cls(Parts(network, motion, whitening, conditioner, (frames, height, width, channels)), device_of())


def conditions(conditioner: Conditioner, attributes: Table, rows: int | None = None) -> Floats:
    """Return what networks are told of rows: a one, and their attributes where there are any."""
    told = conditioner.encode(attributes, rows)
    return np.concatenate([np.ones((len(told), 1), dtype=np.float32), told], axis=1)
