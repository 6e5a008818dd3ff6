"""The model of the technique `gan`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from likewise.networks.makers import CellMaker, RowMaker
from likewise.networks.model import NetworkModel
from likewise.techniques.gan.audio.maker import SoundMaker
from likewise.techniques.gan.image.maker import PictureMaker
from likewise.techniques.gan.sequence.maker import GeneratedSeriesMaker
from likewise.techniques.gan.tabular.maker import NetworkRows
from likewise.techniques.gan.video.maker import ClipMaker


@dataclass(frozen=True, eq=False)
class GANModel(NetworkModel):
    """Draw what networks learned."""

    technique: ClassVar[str] = "gan"
    row_makers: ClassVar[Mapping[str, type[RowMaker]]] = {NetworkRows.way: NetworkRows}
    cell_makers: ClassVar[Mapping[str, type[CellMaker]]] = {
        maker.way: maker for maker in (PictureMaker, GeneratedSeriesMaker, ClipMaker, SoundMaker)
    }
