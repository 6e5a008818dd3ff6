"""Series drawn: coordinates by a flow, and the frames that they stand for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from likewise.core.extras import require
from likewise.core.table import Table
from likewise.core.tensors import Array, Cells
from likewise.errors import SettingsError
from likewise.networks.building import built
from likewise.networks.flow import condition_width, flow_draw
from likewise.networks.makers import Latents
from likewise.networks.series import SeriesGround, SeriesMaker

if TYPE_CHECKING:
    from torch import Tensor

    from likewise.networks.layers.vectors import VectorVelocity

STEPS = 16
"""Steps from noise to coordinates."""
TELLING = 0.99
"""Share of the variance that the points of the latent space keep."""


@dataclass(frozen=True, eq=False)
class FlowSeriesMaker(SeriesMaker):
    """Make series for given attributes by a flow, and take series to points and back."""

    @classmethod
    def network_for(cls, ground: SeriesGround, width: int, seed: int) -> VectorVelocity:
        """Return the network of the flow."""
        require("torch", extra="deep")
        from likewise.networks.layers.vectors import VectorVelocity

        def flow() -> VectorVelocity:
            return VectorVelocity(ground.space.size, condition_width(ground.width), width=width, normal=True)

        return built(flow, seed, "series", "flow")

    def coordinates(self, noise: Tensor, told: Tensor) -> Tensor:
        """Return where the flow leads from noise."""
        return flow_draw(self.network, noise, told, steps=STEPS)

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
