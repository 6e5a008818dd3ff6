"""Clips drawn: a way through the latent space by the flow, and a frame at each of its points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from likewise.core.extras import require
from likewise.core.protocol import Arrays
from likewise.core.table import Table
from likewise.core.tensors import Array
from likewise.errors import SettingsError
from likewise.networks.clips import Clips
from likewise.networks.conditioning import Conditioner
from likewise.networks.device import Device, device_of
from likewise.networks.flow import condition_width, flow_draw, normal_noise
from likewise.networks.frames.learning import encoded
from likewise.networks.frames.ways import Whitening
from likewise.networks.makers import CellMaker, State
from likewise.networks.pictures import Bytes, to_pixels
from likewise.networks.saving import nested, under, weights_of, with_weights

if TYPE_CHECKING:
    from likewise.networks.frames.network import FrameVAE
    from likewise.networks.layers.vectors import VectorVelocity

Floats = npt.NDArray[np.float32]

AT_ONCE = 64
"""Clips that are drawn at once: always so many, for a row is not to depend on how many others there are."""

STEPS = 24
"""Steps from noise to ways."""

GUIDANCE = 1.3
"""How much ways lean towards what is asked for: 1 is as much as clips that were learned do."""

WIDTH = 384
"""Units of the layers of the flow."""


@dataclass(frozen=True, eq=False)
class Parts:
    """Hold what was learned; `shape` is the frames, height, width and channels of clips."""

    network: FrameVAE
    flow: VectorVelocity
    whitening: Whitening
    conditioner: Conditioner
    shape: tuple[int, int, int, int]


@dataclass(frozen=True, eq=False)
class ClipMaker(CellMaker):
    """Make clips for given attributes, and take clips to points and back."""

    parts: Parts
    device: Device

    way: ClassVar[str] = "video"

    def make(self, attributes: Table, rng: np.random.Generator) -> Bytes:
        """Return clips: rows x frames x height x width x channels."""
        torch = require("torch", extra="deep")
        parts, name = self.parts, self.device.name
        condition = parts.conditioner.encode(attributes)
        told = torch.from_numpy(condition)
        guidance = GUIDANCE if condition.shape[1] else 1.0
        noise = normal_noise(rng, (len(condition), parts.whitening.into.shape[1]))
        made = np.empty((len(condition), *parts.shape), dtype=np.uint8)
        with torch.no_grad():
            for start in range(0, len(condition), AT_ONCE):
                own, beside = (_filled(x[start : start + AT_ONCE]).to(name) for x in (noise, told))
                drawn = flow_draw(parts.flow.to(name), own, beside, steps=STEPS, guidance=guidance).cpu().numpy()
                rows = min(AT_ONCE, len(condition) - start)
                made[start : start + rows] = self._frames(parts.whitening.invert(drawn))[:rows]
        return made

    def _frames(self, ways: Floats) -> Bytes:
        """Return the clips of ways, of which there are always as many."""
        torch = require("torch", extra="deep")
        from likewise.networks.frames.network import unrolled

        parts, name = self.parts, self.device.name
        points = unrolled(torch.from_numpy(np.ascontiguousarray(ways)), parts.network.build)
        maps = parts.network.to(name).decode(points.to(name))
        return to_pixels(maps, (parts.shape[1], parts.shape[2])).reshape(len(ways), *parts.shape)

    # -- the latent space -------------------------------------------------------------------------------------------
    def encode(self, cells: list[Array], attributes: Table) -> Floats:
        """Return the way of each clip: what stays in it, then what moves, frame after frame."""
        return encoded(self.parts.network, self._even(cells), self.device)[0]

    def decode(self, latents: Floats, rng: np.random.Generator) -> Bytes:
        """Return the clip of each way."""
        torch = require("torch", extra="deep")
        width = len(self.parts.whitening.middle)
        if latents.shape[1] != width:
            raise SettingsError("settings.latents", f"points of clips have {width:,} numbers, not {latents.shape[1]:,}",
                                where="latents", hint="give what `encode` returns")  # fmt: skip
        made = np.empty((len(latents), *self.parts.shape), dtype=np.uint8)
        with torch.no_grad():
            for start in range(0, len(latents), AT_ONCE):
                own = latents[start : start + AT_ONCE].astype(np.float32)
                whole = np.concatenate([own, np.zeros((AT_ONCE - len(own), width), np.float32)])
                made[start : start + len(own)] = self._frames(whole)[: len(own)]
        return made

    def errors(self, cells: list[Array], attributes: Table) -> npt.NDArray[np.float64]:
        """Return the mean squared error of each clip's frames, and how far its way is from usual ones, both together.

        The error counts in units of a hundredth of full brightness, squared.
        """
        clips = self._even(cells)
        ways = self.encode(cells, attributes)
        back = self.decode(ways, np.random.default_rng(0))
        off = ((back.astype(np.float64) - clips) / 2.55) ** 2
        far = (self.parts.whitening.apply(ways).astype(np.float64) ** 2).mean(axis=1)
        return np.asarray(off.mean(axis=(1, 2, 3, 4)) + far)

    def _even(self, cells: list[Array]) -> Bytes:
        """Return clips in the length and size that was learned; of longer ones the beginning."""
        frames, height, width, channels = self.parts.shape
        return Clips.alike(cells, (frames, height, width, channels))

    # -- files ------------------------------------------------------------------------------------------------------
    def state(self) -> State:
        """Return everything learned."""
        parts = self.parts
        meta = {
            "build": parts.network.build.state(),
            "shape": list(parts.shape),
            "conditioner": parts.conditioner.state(),
        }
        arrays = nested("frames", weights_of(parts.network)) | nested("ways", weights_of(parts.flow))
        return meta, arrays | nested("whitening", parts.whitening.state())

    @classmethod
    def from_state(cls, meta: dict[str, Any], arrays: Arrays) -> Self:
        """Rebuild it from what `state` returned."""
        from likewise.networks.frames.network import Build, FrameVAE
        from likewise.networks.layers.vectors import VectorVelocity

        conditioner = Conditioner.from_state(meta["conditioner"])
        whitening = Whitening(**under("whitening", arrays))
        network = with_weights(FrameVAE(Build.from_state(meta["build"])), under("frames", arrays))
        flow = VectorVelocity(whitening.into.shape[1], condition_width(conditioner.width), width=WIDTH)
        with_weights(flow, under("ways", arrays))
        frames, height, width, channels = meta["shape"]
        return cls(Parts(network, flow, whitening, conditioner, (frames, height, width, channels)), device_of())


def _filled(rows: Any) -> Any:
    """Return rows with zeros after them, so that there are always as many."""
    torch = require("torch", extra="deep")
    return torch.cat([rows, rows.new_zeros((AT_ONCE - len(rows), *rows.shape[1:]))])
