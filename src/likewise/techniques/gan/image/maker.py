"""Pictures drawn by a trained generator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from likewise.core.extras import require
from likewise.core.protocol import Arrays
from likewise.core.table import Table
from likewise.core.tensors import Array
from likewise.modalities.image.geometry import Size
from likewise.networks.conditioning import Conditioner
from likewise.networks.device import device_of
from likewise.networks.gaussians import Gaussians, placed
from likewise.networks.makers import CellMaker, State
from likewise.networks.pictures import Bytes, to_pixels
from likewise.networks.saving import nested, under, weights_of, with_weights
from likewise.techniques.gan.image.build import Build

if TYPE_CHECKING:
    from likewise.techniques.gan.image.networks import Generator

AT_ONCE = 256
"""Pictures that are drawn in one pass."""


@dataclass(frozen=True, eq=False)
class PictureMaker(CellMaker):
    """Draw pictures of a size (height and width) for attributes, uint8: n x height x width x channels."""

    generator: Generator
    prior: Gaussians
    conditioner: Conditioner
    size: Size

    way: ClassVar[str] = "image"

    def make(self, attributes: Table, rng: np.random.Generator) -> Array:
        """Return a picture for each row of attributes."""
        torch = require("torch", extra="deep")
        device = device_of().name
        build = self.generator.build
        noise = torch.from_numpy(rng.standard_normal((attributes.rows, build.noise), dtype=np.float32))
        told = self.conditioner.encode(attributes)
        condition, groups = torch.from_numpy(told), torch.from_numpy(self.prior.groups(told))
        tensors = self.prior.tensors(device)
        generator = self.generator.to(device)
        made = [np.zeros((0, *self.size, build.colours), dtype=np.uint8)]
        with torch.no_grad():
            for start in range(0, len(noise), AT_ONCE):
                parts = (part[start : start + AT_ONCE].to(device) for part in (noise, condition, groups))
                own, beside, kind = parts
                made.append(self._pixels(generator(placed(own, beside, kind, tensors), beside)))
        return np.concatenate(made)

    def _pixels(self, maps: Any) -> Bytes:
        return to_pixels(maps, self.size)

    def state(self) -> State:
        """Return how the generator is built and its weights, what it is conditioned on, and the size."""
        meta = {"build": self.generator.build.state(), "conditions": self.conditioner.state(), "size": list(self.size)}
        return meta, nested("generator", weights_of(self.generator)) | nested("prior", self.prior.state())

    @classmethod
    def from_state(cls, meta: dict[str, Any], arrays: Arrays) -> Self:
        """Rebuild it from what `state` returned."""
        from likewise.techniques.gan.image.networks import Generator

        generator = with_weights(Generator(Build.from_state(meta["build"])), under("generator", arrays))
        prior = Gaussians.from_state(under("prior", arrays))
        return cls(generator, prior, Conditioner.from_state(meta["conditions"]), tuple(meta["size"]))
