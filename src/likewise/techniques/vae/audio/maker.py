"""Sounds drawn as pictures and heard, and taken to points and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from likewise.core.table import Table
from likewise.core.tensors import Array, Cells
from likewise.networks.gaussians import Floats
from likewise.networks.makers import CellMaker
from likewise.networks.sounds import HeardMaker
from likewise.techniques.vae.image.maker import PictureMaker


@dataclass(frozen=True, eq=False)
class SoundMaker(HeardMaker):
    """Make sounds for given attributes, and take sounds to points and back; of longer ones the beginning."""

    pictures: PictureMaker

    of_pictures: ClassVar[type[CellMaker]] = PictureMaker

    def encode(self, cells: list[Array], attributes: Table) -> Floats:
        """Return the point of each sound: rows x latent."""
        return self.pictures.encode(list(self.seen(cells)), attributes)

    def decode(self, latents: Floats, rng: np.random.Generator) -> Cells:
        """Return the sound of each point."""
        return self._cells(self.pictures.decode(latents, rng))

    def errors(self, cells: list[Array], attributes: Table) -> npt.NDArray[np.float64]:
        """Return how far each sound is off when it comes back, as pictures are measured; phases do not count."""
        return self.pictures.errors(list(self.seen(cells)), attributes)
