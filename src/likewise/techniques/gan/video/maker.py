"""Clips drawn by a generator: a way through the space of frames, in one pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from likewise.networks.frames.maker import WayMaker

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module

NOISE = 16
"""Numbers of noise that a way is made from."""


@dataclass(frozen=True, eq=False)
class ClipMaker(WayMaker):
    """Make clips for given attributes."""

    @staticmethod
    def untrained(size: int, condition: int) -> Module:
        """Return the generator of components."""
        from likewise.techniques.gan.video.network import Perceptron

        return Perceptron(NOISE, condition, size)

    @property
    def noise_width(self) -> int:
        """The numbers of noise of a way."""
        return NOISE

    def drawn(self, noise: Tensor, condition: Tensor) -> Tensor:
        """Return what the generator makes of noise."""
        made: Tensor = self.drawer(noise, condition)
        return made
