"""Clips as networks learn them: all of one length, one size and one number of channels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.core.tensors import Array
from likewise.errors import FitError, SchemaError
from likewise.modalities.image.geometry import crops
from likewise.modalities.image.pillow import warped
from likewise.networks.device import Device
from likewise.networks.pictures import Bytes, Pictures

FRAMES_ON_PROCESSOR, FRAMES_ON_CARD = 16, 32
"""Frames that a clip is learned with at most where no number is asked for."""

MOST_WINDOWS = 8
"""Parts that one long clip is learned as at most, so that it does not outweigh the others."""


@dataclass(frozen=True, eq=False)
class Clips:
    """Hold clips that were made even: `pixels` is n x frames x height x width x channels.

    `rows` tells of each which cell it is a part of; `notes` say what was done.
    """

    pixels: Bytes
    rows: npt.NDArray[np.int64]
    notes: tuple[str, ...]

    @classmethod
    def of(cls, cells: Sequence[Array], name: str, *, frames: int | None, size: int | None, device: Device) -> Clips:
        """Bring the cells of a column to one length and size.

        The length is that of most clips, at most `frames` (None: 16 on a processor, 32 on a graphics card). A longer
        clip is learned in parts that follow each other, of a shorter one the last frame is repeated. Sizes and channels
        become those that `Pictures` gives. Clips without a frame are left out. Raises FitError where none is left, or
        only one that is not learned in parts.
        """
        rows = [row for row, cell in enumerate(cells) if cell.size]
        if not rows:
            raise FitError("fit.no-clips", f"`{name}` holds no clip with a frame in it", where=name,
                           hint="give at least one")  # fmt: skip
        lengths = Counter(len(cells[row]) for row in rows)
        usual = min(lengths, key=lambda own: (-lengths[own], own))
        limit = frames or (FRAMES_ON_PROCESSOR if device.name == "cpu" else FRAMES_ON_CARD)
        learned = min(usual, limit)
        parts = [(row, part) for row in rows for part in _parts(cells[row], learned)]
        if len(parts) == 1:
            raise FitError("fit.one-clip", f"`{name}` holds one clip, which could only be drawn again as it is",
                           where=name, hint="give more clips, or a longer one")  # fmt: skip
        even = Pictures.of([frame for _, part in parts for frame in part], name, size, device)
        pixels = even.pixels.reshape(len(parts), learned, *even.shape)
        said = _notes(name, len(cells) - len(rows), lengths, learned, bounded=usual > limit)
        notes = (*said, *(note.replace(" pictures ", " frames ") for note in even.notes))
        return cls(pixels, np.array([row for row, _ in parts]), notes)

    @staticmethod
    def alike(cells: Sequence[Array], shape: tuple[int, int, int, int]) -> Bytes:
        """Return clips as they were learned: in that length (of longer ones the beginning), size and channels.

        Raises SchemaError for clips without a frame or of other channels.
        """
        length, height, width, channels = shape
        made = np.empty((len(cells), *shape), dtype=np.uint8)
        for row, cell in enumerate(cells):
            if not cell.size or cell.shape[3] != channels:
                raise SchemaError("schema.clip", f"a clip has no frame, or not {channels} channels",
                                  hint="give clips like those that were learned")  # fmt: skip
            frames = _parts(cell, length)[0]
            whole = np.array([[0.0, 0.0, frames.shape[2], frames.shape[1]]])
            same = frames.shape[1:3] == (height, width)
            matrices = np.repeat(crops(whole, (height, width)), length, axis=0)
            made[row] = frames if same else warped(frames, matrices, (height, width))
        return made

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """The frames, height, width and channels of each."""
        frames, height, width, channels = self.pixels.shape[1:]
        return frames, height, width, channels


def _parts(clip: Bytes, length: int) -> list[Bytes]:
    """Return the parts of a clip: one after another, spread evenly where there would be too many."""
    if len(clip) < length:
        return [np.concatenate([clip, np.repeat(clip[-1:], length - len(clip), axis=0)])]
    count = min(len(clip) // length, MOST_WINDOWS)
    starts = np.linspace(0, len(clip) - length, count).astype(int) if count > 1 else [0]
    return [clip[start : start + length] for start in starts]


def _notes(name: str, empty: int, lengths: Counter[int], learned: int, *, bounded: bool) -> list[str]:
    notes = []
    longer = sum(count for length, count in lengths.items() if length > learned)
    shorter = sum(count for length, count in lengths.items() if length < learned)
    if empty:
        notes.append(f"`{name}`: {empty:,} clips without a frame were left out")
    if longer:
        why = "; set `frames` for more" if bounded else ", the length of most"
        notes.append(f"`{name}`: {longer:,} clips of more than {learned} frames are cut, or learned in parts where "
                     f"they are twice as long, and drawn so long{why}")  # fmt: skip
    if shorter:
        notes.append(f"`{name}`: of {shorter:,} clips of fewer than {learned} frames the last one is repeated")
    return notes
