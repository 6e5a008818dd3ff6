"""Series drawn: coordinates by a generator, and the frames that they stand for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from likewise.core.extras import require
from likewise.core.protocol import Arrays
from likewise.core.table import Table
from likewise.core.tensors import Cells
from likewise.networks.building import built
from likewise.networks.device import Device, device_of
from likewise.networks.flow import normal_noise
from likewise.networks.makers import CellMaker, State
from likewise.networks.saving import nested, under, weights_of, with_weights
from likewise.networks.series import SeriesGround

if TYPE_CHECKING:
    from likewise.techniques.gan.sequence.networks import Coordinates

EXTRA = 16
"""Numbers of noise beside those that coordinates begin as."""
DEPTH = 3
AT_ONCE = 4096
"""Rows that are made at once: memory stays that of so many."""


def generator_of(size: int, condition: int, width: int, seed: int) -> Coordinates:
    """Return the network that makes coordinates, its weights drawn from the seed."""
    require("torch", extra="deep")
    from likewise.techniques.gan.sequence.networks import Coordinates

    return built(lambda: Coordinates(size, EXTRA, condition, width, DEPTH), seed, "series", "generator")


@dataclass(frozen=True, eq=False)
class GeneratedSeriesMaker(CellMaker):
    """Make series for given attributes by a generator of `width` units."""

    ground: SeriesGround
    generator: Coordinates
    width: int
    device: Device

    way: ClassVar[str] = "series"

    def make(self, attributes: Table, rng: np.random.Generator) -> Cells:
        """Return a series for each row of attributes."""
        return self.ground.make(attributes, lambda told: self.drawn(told, rng), rng)

    def drawn(self, told: npt.NDArray[np.float32], rng: np.random.Generator) -> npt.NDArray[np.float32]:
        """Return coordinates for rows of conditions."""
        torch = require("torch", extra="deep")
        name, size = self.device.name, self.ground.space.size
        generator, noise = self.generator.to(name), normal_noise(rng, (len(told), size + EXTRA))
        found = np.empty((len(told), size), dtype=np.float32)
        with torch.no_grad():
            for start in range(0, len(told), AT_ONCE):
                part = slice(start, start + AT_ONCE)
                found[part] = generator(noise[part].to(name), torch.from_numpy(told[part]).to(name)).cpu().numpy()
        return found

    def state(self) -> State:
        """Return everything learned."""
        meta, arrays = self.ground.state()
        weights = weights_of(self.generator)
        return {"ground": meta, "width": self.width}, {**nested("ground", arrays), **nested("generator", weights)}

    @classmethod
    def from_state(cls, meta: dict[str, Any], arrays: Arrays) -> Self:
        """Rebuild it from what `state` returned."""
        ground = SeriesGround.from_state(meta["ground"], under("ground", arrays))
        generator = generator_of(ground.space.size, ground.width, meta["width"], 0)
        with_weights(generator, under("generator", arrays))
        return cls(ground, generator, meta["width"], device_of())
