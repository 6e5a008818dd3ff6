"""Clips drawn by a generator: a way through the space of frames, in one pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from likewise.networks.frames.maker import WayMaker

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module

EXTRA = 16
"""Numbers of noise beside those that components begin as."""

WIDTH, DEPTH = 256, 3
"""Units and blocks of the generator and of its judge."""


@dataclass(frozen=True, eq=False)
class ClipMaker(WayMaker):
    """Make clips for given attributes."""

    @staticmethod
    def untrained(size: int, condition: int) -> Module:
        """Return the generator of components, which begin as normal noise."""
        from likewise.techniques.gan.sequence.networks import Coordinates

        return Coordinates(size, EXTRA, condition, WIDTH, DEPTH)

    @property
    def noise_width(self) -> int:
        """A number of noise for each component, and some beside."""
        return self.whitening.kept + EXTRA

    def drawn(self, noise: Tensor, condition: Tensor) -> Tensor:
        """Return what the generator makes of noise."""
        made: Tensor = self.drawer(noise, condition).float()
        return made
