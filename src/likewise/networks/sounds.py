"""Sounds as networks of pictures learn them: maps of one size; and the maker that hears the maps that were drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from likewise.core.protocol import Arrays
from likewise.core.schema import Column
from likewise.core.table import Table
from likewise.core.tensors import Array, Cells
from likewise.errors import FitError, SchemaError
from likewise.modalities.audio.maps import Floats, SoundMaps
from likewise.modalities.audio.spectrum import UNKNOWN_RATE
from likewise.networks.device import Device
from likewise.networks.makers import CellMaker, State
from likewise.networks.pictures import Bytes, Pictures, refuse_one

FRAMES_ON_PROCESSOR, FRAMES_ON_CARD = 64, 128
"""Frames of a map at most where no number is asked for."""

MOST_PARTS = 8
"""Parts that one long sound is learned as at most, so that it does not outweigh the others."""


@dataclass(frozen=True, eq=False)
class Sounds:
    """Hold sounds that became maps of one size, `pictures`; `rows` tells of each which cell it is a part of."""

    pictures: Pictures
    maps: SoundMaps
    rows: npt.NDArray[np.int64]

    @classmethod
    def of(cls, cells: Sequence[Array], column: Column, *, frames: int | None, device: Device) -> Sounds:
        """Bring the cells of a column to maps of one size, of at most `frames` (None: 64, 128 on a graphics card).

        Of sounds a little longer the end is cut; those at least twice as long are learned in parts that follow each
        other. All are drawn with the channels that most have. Sounds without a sample are left out. Raises FitError
        where none is left, or only one that is not learned in parts.
        """
        name = column.name
        known = [row for row, cell in enumerate(cells) if cell.size]
        if not known:
            raise FitError("fit.no-sounds", f"`{name}` holds no sound with a sample in it", where=name,
                           hint="give at least one")  # fmt: skip
        most = frames or (FRAMES_ON_PROCESSOR if device.name == "cpu" else FRAMES_ON_CARD)
        maps = SoundMaps.of([cells[row] for row in known], column.rate or UNKNOWN_RATE, most)
        parts = [(row, part) for row in known for part in _parts(cells[row], maps.samples)]
        refuse_one(len(parts), "sound", name)
        notes = _notes(column, cells, maps)
        return cls(
            Pictures(maps.seen([part for _, part in parts]), tuple(notes)), maps, np.array([r for r, _ in parts])
        )

    def column(self, column: Column) -> Column:
        """Return a column as its sounds will come back."""
        shape = (None if self.maps.ragged else self.maps.samples, self.maps.channels)
        return column.model_copy(update={"shape": shape, "reason": ""})


def _parts(sound: Floats, samples: int) -> list[Floats]:
    """Return the parts of a sound: one after another, spread evenly where there would be too many."""
    count = min(len(sound) // samples, MOST_PARTS)
    if count < 2:
        return [sound[:samples]]
    return [sound[start : start + samples] for start in np.linspace(0, len(sound) - samples, count).astype(int)]


def _notes(column: Column, cells: Sequence[Array], maps: SoundMaps) -> list[str]:
    notes, name = [], column.name
    seconds = maps.samples / maps.rate
    empty, long = sum(not len(cell) for cell in cells), sum(len(cell) > maps.samples for cell in cells)
    others = sum(cell.shape[1] != maps.channels for cell in cells if len(cell))
    if empty:
        notes.append(f"`{name}`: {empty:,} sounds without a sample were left out")
    if column.rate is None:
        notes.append(f"`{name}`: no rate is told, and {UNKNOWN_RATE:,} samples a second are taken for it")
    if long:
        notes.append(f"`{name}`: {long:,} sounds of more than {seconds:.2f} seconds are cut there, or learned in parts "
                     "where they are twice as long, and drawn at most so long; set `frames` for more")  # fmt: skip
    if others:
        notes.append(f"`{name}`: {others:,} sounds have more or fewer channels than {maps.channels}, as most have, and "
                     "were brought to these")  # fmt: skip
    if maps.channels > 1:
        notes.append(f"`{name}`: the {maps.channels} channels are learned together and drawn alike")
    return notes


@dataclass(frozen=True, eq=False)
class HeardMaker(CellMaker):
    """Make sounds for given attributes: their maps by a maker of pictures, then what is heard of them."""

    pictures: CellMaker
    maps: SoundMaps

    way: ClassVar[str] = "audio"
    of_pictures: ClassVar[type[CellMaker]]

    def make(self, attributes: Table, rng: np.random.Generator) -> Cells:
        """Return a sound for each row of attributes: float32, samples x channels."""
        drawn: Any = self.pictures.make(attributes, rng)
        return self._cells(drawn)

    def _cells(self, maps: Bytes) -> Cells:
        """Return sounds of maps, in one array where they are of one length."""
        sounds = self.maps.heard(maps)
        if self.maps.ragged:
            return sounds
        return np.stack(sounds) if sounds else np.zeros((0, self.maps.samples, self.maps.channels), dtype=np.float32)

    def seen(self, cells: Sequence[Array]) -> Bytes:
        """Return the maps of sounds. Raises SchemaError for one without a sample."""
        if not all(cell.size for cell in cells):
            raise SchemaError("schema.sound", "a sound has no sample",
                              hint="give sounds like those that were learned")  # fmt: skip
        return self.maps.seen(cells)

    def state(self) -> State:
        """Return everything learned."""
        meta, arrays = self.pictures.state()
        return {"maps": self.maps.state(), "pictures": meta}, arrays

    @classmethod
    def from_state(cls, meta: dict[str, Any], arrays: Arrays) -> Self:
        """Rebuild it from what `state` returned."""
        return cls(cls.of_pictures.from_state(meta["pictures"], arrays), SoundMaps.from_state(meta["maps"]))
