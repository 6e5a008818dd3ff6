"""Sounds drawn as pictures by a trained generator, and heard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from likewise.networks.makers import CellMaker
from likewise.networks.sounds import HeardMaker
from likewise.techniques.gan.image.maker import PictureMaker


@dataclass(frozen=True, eq=False)
class SoundMaker(HeardMaker):
    """Make sounds for given attributes."""

    of_pictures: ClassVar[type[CellMaker]] = PictureMaker
