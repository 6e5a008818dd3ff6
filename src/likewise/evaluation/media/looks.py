"""Cells of any kind seen as pictures of one size, so that one set of measures serves all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from likewise.core.schema import Column, Kind
from likewise.evaluation.media.shapes import LARGEST, Cell, Pixels, brought_to, joint_size, spread
from likewise.modalities.audio.mel import QUIET, log_mel
from likewise.modalities.audio.spectrum import UNKNOWN_RATE, frame_of

CLIP_FRAMES, CLIP_SIZE = 4, 32
"""Frames of a clip that are seen, spread evenly over it, and their height or width at most."""
LONG = 0.9
"""The share of sounds that are seen to their end; longer ones are cut."""

WORDS: dict[Kind, tuple[str, str]] = {
    "image": ("picture", "pictures"), "audio": ("sound", "sounds"), "video": ("clip", "clips"),
    "series": ("series", "series"),
}  # fmt: skip
"""What a cell of each kind is called, and several."""


class Look(Protocol):
    """See cells as pictures: rows x height x width x channels, about 0 to 1. `said` completes `patches of real ...`."""

    @property
    def said(self) -> str:
        """What the pictures are."""
        ...

    def look(self, cells: Sequence[Cell]) -> Pixels:
        """Return a picture for each cell."""
        ...


@dataclass(frozen=True)
class Pictures:
    """See pictures as they are, brought to one size."""

    size: tuple[int, int, int]
    said: str = "pictures"

    def look(self, cells: Sequence[Cell]) -> Pixels:
        """Return pictures from 0 to 1."""
        return brought_to(cells, self.size)


@dataclass(frozen=True)
class Spectrograms:
    """See sounds as their log-mel spectrograms: time down, bands across; silence is 0 and full scale 1."""

    rate: int
    samples: int
    frame: int
    hop: int
    said: str = "log-mel spectrograms"

    def look(self, cells: Sequence[Cell]) -> Pixels:
        """Return spectrograms of sounds, cut or followed by silence."""
        made = np.zeros((len(cells), 1 + self.samples // self.hop, LARGEST, 1), dtype=np.float32)
        for number, cell in enumerate(cells):
            seen = log_mel(cell[: self.samples], self.rate, frame=self.frame, hop=self.hop, bands=LARGEST)
            made[number, : len(seen), :, 0] = 1 - seen / np.float32(np.log(QUIET))
        return made


@dataclass(frozen=True)
class Frames:
    """See clips as a few frames spread evenly over them, without their colours: each is a channel of one picture."""

    size: tuple[int, int, int]
    said: str = "clips (four frames of each)"

    def look(self, cells: Sequence[Cell]) -> Pixels:
        """Return what frames show, from 0 to 1."""
        made = np.zeros((len(cells), self.size[0], self.size[1], CLIP_FRAMES), dtype=np.float32)
        for number, cell in enumerate(cells):
            if len(cell):
                places = ((np.arange(CLIP_FRAMES) + 0.5) * len(cell) / CLIP_FRAMES).astype(int)
                made[number] = brought_to(list(cell[places]), self.size).mean(axis=3).transpose(1, 2, 0)
        return made


@dataclass(frozen=True, eq=False)
class Lines:
    """See series as narrow pictures, a step a line, each channel in units of its usual spread; gaps are 0."""

    steps: int
    middle: Cell
    scale: Cell
    said: str = "series"

    def look(self, cells: Sequence[Cell]) -> Pixels:
        """Return series of one length."""
        made = np.zeros((len(cells), self.steps, 1, len(self.middle)), dtype=np.float32)
        for number, cell in enumerate(cells):
            known = np.nan_to_num((cell - self.middle) / self.scale)
            if len(known) and len(known) != self.steps:
                known = spread(len(known), self.steps) @ known
            made[number, : len(known), 0] = known
        return made


def look_of(column: Column, cells: Sequence[Cell]) -> Look:
    """Return how the cells of a column are seen, by real ones of them."""
    if column.kind == "audio":
        rate = column.rate or UNKNOWN_RATE
        samples = max(8, int(np.quantile([len(cell) for cell in cells], LONG)))
        frame = frame_of(samples, rate)
        return Spectrograms(rate, samples, frame, max(frame // 4, -(-samples // (LARGEST - 1))))
    if column.kind == "video":
        return Frames(joint_size([cell[0] for cell in cells if len(cell)], largest=CLIP_SIZE))
    if column.kind == "series":
        values = np.concatenate(list(cells))
        middle, scale = np.nanmean(values, axis=0), np.nanstd(values, axis=0)
        steps = int(np.clip(np.median([len(cell) for cell in cells]), 1, 256))
        return Lines(steps, np.nan_to_num(middle), np.where(scale > 0, scale, 1.0))
    return Pictures(joint_size(cells))
