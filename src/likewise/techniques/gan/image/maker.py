"""Pictures drawn by a trained generator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from likewise.core.extras import require
from likewise.core.protocol import Arrays
from likewise.core.table import Table
from likewise.networks.conditioning import Conditioner
from likewise.networks.device import Device, device_of
from likewise.networks.flow import normal_noise
from likewise.networks.gaussians import Gaussians, placed
from likewise.networks.makers import CellMaker, State
from likewise.networks.pictures import Bytes, to_pixels
from likewise.networks.points import AT_ONCE, filled
from likewise.networks.saving import nested, under, weights_of, with_weights

if TYPE_CHECKING:
    from likewise.techniques.gan.image.networks import Generator


@dataclass(frozen=True, eq=False)
class PictureMaker(CellMaker):
    """Draw pictures for attributes, uint8: n x height x width x channels."""

    generator: Generator
    prior: Gaussians
    conditioner: Conditioner
    device: Device

    way: ClassVar[str] = "image"

    def make(self, attributes: Table, rng: np.random.Generator) -> Bytes:
        """Return a picture for each row of attributes."""
        torch = require("torch", extra="deep")
        from likewise.techniques.gan.image.networks import NOISE

        name, shape = self.device.name, self.generator.build.shape
        told = self.conditioner.encode(attributes)
        condition, groups = torch.from_numpy(told), torch.from_numpy(self.prior.groups(told))
        latent = self.generator.build.latent
        normal = normal_noise(rng, (len(told), latent + NOISE))
        tensors, generator = self.prior.tensors(name), self.generator.to(name)
        made = np.empty((len(told), *shape), dtype=np.uint8)
        with torch.no_grad():
            for start in range(0, len(told), AT_ONCE):
                parts = (filled(part[start : start + AT_ONCE]).to(name) for part in (normal, condition, groups))
                own, beside, kind = parts
                points = placed(own[:, :latent], beside, kind, tensors)
                rows = min(AT_ONCE, len(told) - start)
                made[start : start + rows] = to_pixels(generator(points, own[:, latent:]), shape[:2])[:rows]
        return made

    def state(self) -> State:
        """Return how the generator is built and its weights, what its points are drawn from, and the conditions."""
        meta = {"build": self.generator.build.state(), "conditions": self.conditioner.state()}
        return meta, nested("generator", weights_of(self.generator)) | nested("prior", self.prior.state())

    @classmethod
    def from_state(cls, meta: dict[str, Any], arrays: Arrays) -> Self:
        """Rebuild it from what `state` returned."""
        from likewise.networks.layers.autoencoder import Build, PictureVAE
        from likewise.techniques.gan.image.networks import Generator

        generator = with_weights(Generator(PictureVAE(Build.from_state(meta["build"]))), under("generator", arrays))
        prior = Gaussians.from_state(under("prior", arrays))
        return cls(generator, prior, Conditioner.from_state(meta["conditions"]), device_of())
