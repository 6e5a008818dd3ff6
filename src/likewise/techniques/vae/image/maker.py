"""Pictures drawn: points by the flow, under the attributes of their rows, the picture at each, and its details."""

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
from likewise.networks.conditioning import Conditioner
from likewise.networks.device import Device, device_of
from likewise.networks.exemplars import Exemplars
from likewise.networks.flow import condition_width, flow_draw, normal_noise
from likewise.networks.gaussians import Floats, Gaussians, placed, plain
from likewise.networks.makers import CellMaker, State
from likewise.networks.pictures import Bytes, Pictures, to_pixels
from likewise.networks.points import AT_ONCE, encoded, filled
from likewise.networks.saving import nested, under, weights_of, with_weights
from likewise.techniques.vae.image.details import Details

if TYPE_CHECKING:
    from torch import Tensor

    from likewise.networks.layers.autoencoder import PictureVAE
    from likewise.networks.layers.vectors import VectorVelocity

STEPS = 12
"""Heun steps from noise to points."""

WIDTH, DEPTH = 384, 3
"""Units and blocks of the flow."""


def points_flow(latent: int, condition: int) -> VectorVelocity:
    """Return the untrained flow of points."""
    from likewise.networks.layers.vectors import VectorVelocity

    return VectorVelocity(latent, condition_width(condition), width=WIDTH, depth=DEPTH)


@dataclass(frozen=True, eq=False)
class PictureMaker(CellMaker):
    """Make pictures for given attributes, and take pictures to points and back.

    Points come by a flow, or around learned ones. Where there are no `details`, pictures stay as they are decoded.
    """

    network: PictureVAE
    flow: VectorVelocity | Exemplars
    prior: Gaussians
    details: Details | None
    conditioner: Conditioner
    device: Device

    way: ClassVar[str] = "image"

    def make(self, attributes: Table, rng: np.random.Generator) -> Bytes:
        """Return pictures: rows x height x width x channels."""
        return self.drawn(self.conditioner.encode(attributes), rng)

    def drawn(self, told: Floats, rng: np.random.Generator) -> Bytes:
        """Return a picture for each row of conditions."""
        torch = require("torch", extra="deep")
        name = self.device.name
        condition, groups = torch.from_numpy(told), torch.from_numpy(self.prior.groups(told))
        apart = np.random.default_rng(rng.integers(2**63))  # so that details of a row do not hang on how many follow it
        noise = normal_noise(rng, (len(condition), self.network.build.latent))
        made = np.empty((len(condition), *self.network.build.shape), dtype=np.uint8)
        if isinstance(self.flow, Exemplars):
            noise = torch.from_numpy(self.flow.drawn(told, noise.numpy(), rng))
        tensors = self.prior.tensors(name)
        with torch.no_grad():
            for start in range(0, len(condition), AT_ONCE):
                parts = (filled(part[start : start + AT_ONCE]).to(name) for part in (noise, condition, groups))
                own, beside, kind = parts
                point = placed(self._carried(own, beside), beside, kind, tensors)
                rows = min(AT_ONCE, len(condition) - start)
                made[start : start + rows] = self._pictures(point, apart, beside)[:rows]
        return made

    def _carried(self, noise: Tensor, condition: Tensor) -> Tensor:
        """Return where the flow carries noise; what is drawn around learned points is there."""
        if isinstance(self.flow, Exemplars):
            return noise
        return flow_draw(self.flow.to(self.device.name), noise, condition, steps=STEPS)

    def _pictures(self, points: Tensor, rng: np.random.Generator | None, condition: Tensor | None = None) -> Bytes:
        """Return the pictures of points; without `rng` as they are decoded, else with details."""
        decoded = self.network.to(self.device.name).decode(points)
        if rng is not None and self.details is not None:
            self.details.flow.to(self.device.name)
            noise = normal_noise(rng, tuple(decoded.shape), self.device.name)
            decoded = self.details.added(decoded, noise, condition)
        return to_pixels(decoded, self.network.build.shape[:2])

    # -- the latent space -------------------------------------------------------------------------------------------
    def encode(self, cells: list[Array], attributes: Table) -> Floats:
        """Return the point of each picture: rows x latent."""
        return encoded(self.network, self._even(cells), self.device)[0]

    def decode(self, latents: Floats, rng: np.random.Generator | None) -> Bytes:
        """Return the picture of each point; without `rng` it has no details that the point does not tell."""
        torch = require("torch", extra="deep")
        width = self.network.build.latent
        if latents.shape[1] != width:
            what = f"points of these pictures have {width:,} numbers, not {latents.shape[1]:,}"
            raise SettingsError("settings.latents", what, where="latents", hint="give what `encode` returns")
        made = np.empty((len(latents), *self.network.build.shape), dtype=np.uint8)
        points = torch.from_numpy(np.ascontiguousarray(latents, dtype=np.float32))
        with torch.no_grad():
            for start in range(0, len(points), AT_ONCE):
                own = points[start : start + AT_ONCE]
                made[start : start + len(own)] = self._pictures(filled(own).to(self.device.name), rng)[: len(own)]
        return made

    def errors(self, cells: list[Array], attributes: Table) -> npt.NDArray[np.float64]:
        """Return how far each picture is off when it comes back, and how far its point is from those of its attributes.

        The first is the mean squared error in units of a hundredth of full brightness, the second the mean square of
        the point's numbers, which are about standard normal.
        """
        torch = require("torch", extra="deep")
        pixels = self._even(cells)
        points = encoded(self.network, pixels, self.device)[0]
        back = self.decode(points, None)
        off = ((back.astype(np.float64) - pixels) / 2.55) ** 2
        condition = self.conditioner.encode(attributes, len(cells))
        own, beside, groups = map(torch.from_numpy, (points, condition, self.prior.groups(condition)))
        numbers = plain(own, beside, groups, self.prior.tensors("cpu")).numpy().astype(np.float64)
        return np.asarray(off.mean(axis=(1, 2, 3)) + (numbers**2).mean(axis=1))

    def _even(self, cells: list[Array]) -> Bytes:
        """Return pictures in the size that was learned. Raises SchemaError for other channels."""
        height, width, channels = self.network.build.shape
        return Pictures.alike(cells, (height, width, channels))

    # -- files ------------------------------------------------------------------------------------------------------
    def state(self) -> State:
        """Return everything learned."""
        meta = {"build": self.network.build.state(), "conditioner": self.conditioner.state()}
        arrays = nested("pictures", weights_of(self.network))
        if isinstance(self.flow, Exemplars):
            arrays |= nested("exemplars", self.flow.state())
        else:
            arrays |= nested("flow", weights_of(self.flow))
        if self.details is not None:
            arrays |= nested("details", self.details.state())
        return meta, arrays | nested("prior", self.prior.state())

    @classmethod
    def from_state(cls, meta: dict[str, Any], arrays: Arrays) -> Self:
        """Rebuild it from what `state` returned."""
        from likewise.networks.layers.autoencoder import Build, PictureVAE

        build = Build.from_state(meta["build"])
        conditioner = Conditioner.from_state(meta["conditioner"])
        network = with_weights(PictureVAE(build), under("pictures", arrays))
        flow: VectorVelocity | Exemplars
        if around := under("exemplars", arrays):
            flow = Exemplars.from_state(around)
        else:
            flow = with_weights(points_flow(build.latent, conditioner.width), under("flow", arrays))
        prior = Gaussians.from_state(under("prior", arrays))
        kept = under("details", arrays)
        details = Details.from_state(build, conditioner.width, kept) if kept else None
        return cls(network, flow, prior, details, conditioner, device_of())
