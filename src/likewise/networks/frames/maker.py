"""Clips drawn: a network draws ways through the space of frames, and each way is a clip."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from likewise.core.extras import require
from likewise.core.protocol import Arrays
from likewise.core.table import Table
from likewise.networks.conditioning import Conditioner
from likewise.networks.device import Device, device_of
from likewise.networks.flow import normal_noise
from likewise.networks.frames.space import FrameSpace
from likewise.networks.frames.ways import Components
from likewise.networks.makers import CellMaker, State
from likewise.networks.pictures import Bytes
from likewise.networks.points import filled
from likewise.networks.saving import nested, under, weights_of, with_weights

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module

AT_ONCE = 64
"""Clips that are drawn at once: always so many, for a row is not to depend on how many others there are."""


@dataclass(frozen=True, eq=False)
class WayMaker(CellMaker):
    """Make clips for given attributes: `drawer` draws the components of their ways.

    A technique says how: `untrained` builds the network, `noise_width` is how much noise a clip takes, and `drawn`
    turns noise into components.
    """

    space: FrameSpace
    components: Components
    conditioner: Conditioner
    drawer: Module
    device: Device

    way: ClassVar[str] = "video"

    @staticmethod
    @abstractmethod
    def untrained(size: int, condition: int) -> Module:
        """Return the network that draws `size` components under conditions of a width, not yet trained."""

    @property
    @abstractmethod
    def noise_width(self) -> int:
        """The numbers of noise that a clip is made from."""

    @abstractmethod
    def drawn(self, noise: Tensor, condition: Tensor) -> Tensor:
        """Return the components of ways."""

    def make(self, attributes: Table, rng: np.random.Generator) -> Bytes:
        """Return clips: rows x frames x height x width x channels."""
        torch = require("torch", extra="deep")
        told = torch.from_numpy(self.conditioner.encode(attributes))
        noise = normal_noise(rng, (len(told), self.noise_width))
        made = np.empty((len(told), *self.space.shape), dtype=np.uint8)
        self.drawer.to(self.device.name)
        with torch.no_grad():
            for start in range(0, len(told), AT_ONCE):
                some = slice(start, start + AT_ONCE)
                own, beside = (filled(part[some], AT_ONCE).to(self.device.name) for part in (noise, told))
                ways = self.components.invert(self.drawn(own, beside).cpu().numpy())
                made[some] = self.clips(torch.from_numpy(ways))[: len(told) - start]
        return made

    def clips(self, ways: Tensor) -> Bytes:
        """Return the clips of ways."""
        self.space.network.to(self.device.name)
        return self.space.decode(ways.to(self.device.name))

    def state(self) -> State:
        """Return everything learned."""
        meta, arrays = self.space.state()
        parts = {"frames": arrays, "components": self.components.state(), "ways": weights_of(self.drawer)}
        return {"frames": meta, "conditioner": self.conditioner.state()}, {
            key: array for name, own in parts.items() for key, array in nested(name, own).items()
        }

    @classmethod
    def from_state(cls, meta: dict[str, Any], arrays: Arrays) -> Self:
        """Rebuild it from what `state` returned."""
        conditioner = Conditioner.from_state(meta["conditioner"])
        components = Components(**under("components", arrays))
        drawer = with_weights(cls.untrained(components.kept, conditioner.width), under("ways", arrays))
        space = FrameSpace.from_state(meta["frames"], under("frames", arrays))
        return cls(space, components, conditioner, drawer, device_of())
