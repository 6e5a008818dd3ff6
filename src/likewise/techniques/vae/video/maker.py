"""Clips drawn: a way through the space of frames by the flow, and clips taken to ways and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from likewise.core.extras import require
from likewise.core.table import Table
from likewise.core.tensors import Array
from likewise.errors import SettingsError
from likewise.networks.clips import Clips
from likewise.networks.flow import condition_width, flow_draw
from likewise.networks.frames.maker import AT_ONCE, WayMaker
from likewise.networks.frames.space import Floats
from likewise.networks.pictures import Bytes
from likewise.networks.points import filled

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module

STEPS = 24
"""Steps from noise to ways."""

GUIDANCE = 1.3
"""How much ways lean towards what is asked for: 1 is as much as clips that were learned do."""

WIDTH = 384
"""Units of the layers of the flow."""


@dataclass(frozen=True, eq=False)
class ClipMaker(WayMaker):
    """Make clips for given attributes, and take clips to ways and back."""

    @staticmethod
    def untrained(size: int, condition: int) -> Module:
        """Return the flow of components."""
        from likewise.networks.layers.vectors import VectorVelocity

        return VectorVelocity(size, condition_width(condition), width=WIDTH)

    @property
    def noise_width(self) -> int:
        """A number of noise for each component."""
        return self.components.kept

    def drawn(self, noise: Tensor, condition: Tensor) -> Tensor:
        """Return where the flow carries noise."""
        guidance = GUIDANCE if condition.shape[1] else 1.0
        return flow_draw(self.drawer, noise, condition, steps=STEPS, guidance=guidance)

    # -- the latent space -------------------------------------------------------------------------------------------
    def encode(self, cells: list[Array], attributes: Table) -> Floats:
        """Return the way of each clip: what stays in it, then what moves, frame after frame."""
        return self.space.encode(Clips.alike(cells, self.space.shape), self.device)[0]

    def decode(self, latents: Floats, rng: np.random.Generator) -> Bytes:
        """Return the clip of each way."""
        torch = require("torch", extra="deep")
        width = self.space.width
        if latents.shape[1] != width:
            raise SettingsError("settings.latents", f"points of clips have {width:,} numbers, not {latents.shape[1]:,}",
                                where="latents", hint="give what `encode` returns")  # fmt: skip
        made = np.empty((len(latents), *self.space.shape), dtype=np.uint8)
        ways = torch.from_numpy(np.ascontiguousarray(latents, dtype=np.float32))
        with torch.no_grad():
            for start in range(0, len(ways), AT_ONCE):
                made[start : start + AT_ONCE] = self.clips(filled(ways[start : start + AT_ONCE], AT_ONCE))[
                    : len(ways) - start
                ]
        return made

    def errors(self, cells: list[Array], attributes: Table) -> npt.NDArray[np.float64]:
        """Return the mean squared error of each clip's frames, and how far its way is from usual ones, both together.

        The error counts in units of a hundredth of full brightness, squared.
        """
        ways = self.encode(cells, attributes)
        back = self.decode(ways, np.random.default_rng(0)).astype(np.float64)
        off = ((back - Clips.alike(cells, self.space.shape)) / 2.55) ** 2
        far = ((self.components.apply(ways) / self.components.deviations).astype(np.float64) ** 2).mean(axis=1)
        return np.asarray(off.mean(axis=(1, 2, 3, 4)) + far)
