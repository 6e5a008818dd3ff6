"""Series drawn: coordinates by a flow, and the frames that they stand for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from likewise.core.extras import require
from likewise.core.protocol import Arrays
from likewise.core.table import Table
from likewise.core.tensors import Array, Cells
from likewise.errors import SettingsError
from likewise.networks.building import built
from likewise.networks.device import Device, device_of
from likewise.networks.flow import condition_width, flow_draw, normal_noise
from likewise.networks.makers import CellMaker, Latents, State
from likewise.networks.saving import nested, under, weights_of, with_weights
from likewise.networks.series import SeriesGround

if TYPE_CHECKING:
    from likewise.networks.layers.vectors import VectorVelocity

STEPS = 16
"""Steps from noise to coordinates."""
AT_ONCE = 4096
"""Rows that are drawn at once: memory stays that of so many."""
TELLING = 0.99
"""Share of the variance that the points of the latent space keep."""


def velocity(size: int, condition: int, width: int, seed: int) -> VectorVelocity:
    """Return the network of a flow over coordinates, its weights drawn from the seed."""
    require("torch", extra="deep")
    from likewise.networks.layers.vectors import VectorVelocity

    def flow() -> VectorVelocity:
        return VectorVelocity(size, condition_width(condition), width=width, normal=True)

    return built(flow, seed, "series", "flow")


@dataclass(frozen=True, eq=False)
class FlowSeriesMaker(CellMaker):
    """Make series for given attributes by a flow of `width` units, and take series to points and back."""

    ground: SeriesGround
    flow: VectorVelocity
    width: int
    device: Device

    way: ClassVar[str] = "series"

    def make(self, attributes: Table, rng: np.random.Generator) -> Cells:
        """Return a series for each row of attributes."""
        return self.ground.make(attributes, lambda told: self.drawn(told, rng), rng)

    def drawn(self, told: npt.NDArray[np.float32], rng: np.random.Generator) -> npt.NDArray[np.float32]:
        """Return coordinates for rows of conditions."""
        torch = require("torch", extra="deep")
        name = self.device.name
        flow, noise = self.flow.to(name), normal_noise(rng, (len(told), self.ground.space.size))
        found = np.empty(noise.shape, dtype=np.float32)
        with torch.no_grad():
            for start in range(0, len(told), AT_ONCE):
                part = slice(start, start + AT_ONCE)
                condition = torch.from_numpy(told[part]).to(name)
                found[part] = flow_draw(flow, noise[part].to(name), condition, steps=STEPS).cpu().numpy()
        return found

    # -- the latent space -------------------------------------------------------------------------------------------
    @property
    def latent(self) -> int:
        """The width of a point: so many components that they keep 99 % of the variance."""
        share = np.cumsum(self.ground.space.start.deviations**2)
        return int(np.searchsorted(share, TELLING * share[-1]) + 1) if len(share) else 0

    def encode(self, cells: list[Array], attributes: Table) -> Latents:
        """Return the principal components of each series: the mean of what a linear VAE makes of it."""
        rows = self._frames(cells)
        given = np.zeros((len(rows), self.ground.conditioner.width))
        return self.ground.space.start.encode(rows, given)[:, : self.latent].astype(np.float32)

    def decode(self, latents: Latents, rng: np.random.Generator) -> Cells:
        """Return the series of points."""
        if latents.shape[1] != self.latent:
            raise SettingsError("settings.latents", f"points of this model are {self.latent} wide", where="latents",
                                hint="give what `encode` returns")  # fmt: skip
        self._check_whole()
        space = self.ground.space
        rows = space.start.decode(latents.astype(np.float64), np.zeros((len(latents), self.ground.conditioner.width)))
        return space.cells(rows)

    def errors(self, cells: list[Array], attributes: Table) -> npt.NDArray[np.float64]:
        """Return the mean square of the coordinates of each series, given its attributes: 1 is usual."""
        return self.ground.space.strangeness(cells, self.ground.given(attributes, len(cells)))

    def _frames(self, cells: list[Array]) -> npt.NDArray[np.float64]:
        self._check_whole()
        return self.ground.space.rows(cells)

    def _check_whole(self) -> None:
        if self.ground.space.follow is not None:
            raise SettingsError("settings.no-latents", "series that are learned in pieces have no points in a latent "
                                "space", hint="cut windows of at most 256 steps and fit those")  # fmt: skip

    # -- files ------------------------------------------------------------------------------------------------------
    def state(self) -> State:
        """Return everything learned."""
        meta, arrays = self.ground.state()
        weights = weights_of(self.flow)
        return {"ground": meta, "width": self.width}, {**nested("ground", arrays), **nested("flow", weights)}

    @classmethod
    def from_state(cls, meta: dict[str, Any], arrays: Arrays) -> Self:
        """Rebuild it from what `state` returned."""
        ground = SeriesGround.from_state(meta["ground"], under("ground", arrays))
        flow = velocity(ground.space.size, ground.width, meta["width"], 0)
        with_weights(flow, under("flow", arrays))
        return cls(ground, flow, meta["width"], device_of())
