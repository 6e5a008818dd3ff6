"""Series drawn: coordinates by a generator, and the frames that they stand for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from likewise.core.extras import require
from likewise.networks.building import built
from likewise.networks.series import SeriesGround, SeriesMaker

if TYPE_CHECKING:
    from torch import Tensor

    from likewise.techniques.gan.sequence.networks import Coordinates

DEPTH = 3


@dataclass(frozen=True, eq=False)
class GeneratedSeriesMaker(SeriesMaker):
    """Make series for given attributes by a generator."""

    extra: ClassVar[int] = 16

    @classmethod
    def network_for(cls, ground: SeriesGround, width: int, seed: int) -> Coordinates:
        """Return the generator."""
        require("torch", extra="deep")
        from likewise.techniques.gan.sequence.networks import Coordinates

        size, extra = ground.space.size, cls.extra
        return built(lambda: Coordinates(size, extra, ground.width, width, DEPTH), seed, "series", "generator")

    def coordinates(self, noise: Tensor, told: Tensor) -> Tensor:
        """Return what the generator makes of noise."""
        made: Tensor = self.network(noise, told)
        return made
