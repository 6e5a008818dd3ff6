"""Pictures as networks learn them: all of one size and one number of channels, on sides that halve evenly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from likewise.core.extras import require
from likewise.core.tensors import Array
from likewise.errors import FitError, SchemaError
from likewise.modalities.image.geometry import Size, crops
from likewise.modalities.image.pillow import MODES, warped
from likewise.networks.device import Device

if TYPE_CHECKING:
    from torch import Tensor

Bytes = npt.NDArray[np.uint8]

LONGEST_ON_PROCESSOR, LONGEST_ON_CARD = 64, 128
"""Pixels of the longest side that is learned where no `size` is asked for."""

OPAQUE = 255

SHOWN, SHEET = 32, 8
"""Pictures that a preview of a training shows, and how many of them side by side."""


def refuse_one(count: int, thing: str, name: str) -> None:
    """Refuse to learn from one picture or sound. Raises FitError."""
    if count == 1:
        raise FitError(f"fit.one-{thing}", f"`{name}` holds one {thing}, which could only be drawn again as it is",
                       where=name, hint=f"give more {thing}s; `noise` changes single ones")  # fmt: skip


@dataclass(frozen=True, eq=False)
class Pictures:
    """Hold pictures that were made even: `pixels` is n x height x width x channels; `notes` say what was done."""

    pixels: Bytes
    notes: tuple[str, ...]

    @classmethod
    def of(cls, cells: Sequence[Array], name: str, size: int | None, device: Device) -> Pictures:
        """Bring the cells of a column to their most frequent size, their longest side at most `size`.

        Without `size` it is at most 64 pixels on a processor, 128 on a graphics card. Raises FitError where there is
        no picture, or only one, one without pixels, or numbers of channels that do not go together.
        """
        if not len(cells):
            raise FitError("fit.no-pictures", f"`{name}` holds no picture", where=name, hint="give at least one")
        if min(cell.size for cell in cells) == 0:
            raise FitError("fit.empty-picture", f"`{name}` holds a picture without pixels", where=name,
                           hint="set such cells to missing, or leave their rows out")  # fmt: skip
        refuse_one(len(cells), "picture", name)
        channels = _joint_channels({cell.shape[2] for cell in cells}, name)
        sizes = Counter((cell.shape[0], cell.shape[1]) for cell in cells)
        usual = min(sizes, key=lambda own: (-sizes[own], own))
        learned = _limited(usual, size or (LONGEST_ON_PROCESSOR if device.name == "cpu" else LONGEST_ON_CARD))
        pixels = np.stack([_with_channels(_resized(cell, learned), channels) for cell in cells])
        return cls(pixels, tuple(_notes(name, sizes, usual, learned, {cell.shape[2] for cell in cells}, channels)))

    @staticmethod
    def alike(cells: Sequence[Array], shape: tuple[int, int, int]) -> Bytes:
        """Return pictures in the size and channels that were learned.

        Raises SchemaError for one without pixels, or of channels that do not go into those learned.
        """
        channels = shape[2]
        for cell in cells:
            if not cell.size or not _takes(channels, cell.shape[2]):
                raise SchemaError("schema.picture", f"a picture has no pixels, or not {channels} channels",
                                  hint="give pictures like those that were learned")  # fmt: skip
        made = np.empty((len(cells), *shape), dtype=np.uint8)
        for row, cell in enumerate(cells):
            made[row] = _with_channels(_resized(cell, shape[:2]), channels)
        return made

    @property
    def shape(self) -> tuple[int, int, int]:
        """The height, width and channels of each."""
        height, width, channels = self.pixels.shape[1:]
        return height, width, channels


def _joint_channels(found: set[int], name: str) -> int:
    """Return the channels that hold every picture: grey, grey and opacity, colour, colour and opacity."""
    if len(found) == 1:
        return found.pop()
    if max(found) > max(MODES):
        raise FitError("fit.channels", f"`{name}` holds pictures of {min(found)} and of {max(found)} channels",
                       where=name, hint="give all pictures the same channels")  # fmt: skip
    return 4 if found & {2, 4} else 3


def _takes(learned: int, own: int) -> bool:
    """Whether a picture of `own` channels can be shown with those that were learned."""
    return own == learned or (learned in (3, 4) and own < learned and not (learned == 3 and own == 2))


def _limited(size: Size, longest: int) -> Size:
    shrunk = min(1.0, longest / max(size))
    return max(1, round(size[0] * shrunk)), max(1, round(size[1] * shrunk))


def _resized(cell: Bytes, size: Size) -> Bytes:
    if cell.shape[:2] == size:
        return cell
    whole = np.array([[0.0, 0.0, cell.shape[1], cell.shape[0]]])
    resized: Bytes = warped(cell[np.newaxis], crops(whole, size), size)[0]
    return resized


def _with_channels(cell: Bytes, channels: int) -> Bytes:
    """Return a picture with more channels: grey as colour, opaque where it had no opacity."""
    own = cell.shape[2]
    if own == channels:
        return cell
    colour = np.repeat(cell[:, :, :1], 3, axis=2) if own < 3 else cell[:, :, :3]
    if channels == 3:
        return colour
    opacity = cell[:, :, -1:] if own == 2 else np.full_like(cell[:, :, :1], OPAQUE)
    return np.concatenate([colour, opacity], axis=2)


def _notes(name: str, sizes: Counter[Any], usual: Size, learned: Size, found: set[int], channels: int) -> list[str]:
    notes = []
    if len(sizes) > 1:
        others = sum(sizes.values()) - sizes[usual]
        notes.append(f"`{name}`: {others:,} of {sum(sizes.values()):,} pictures are not {usual[0]} x {usual[1]}, the "
                     "most frequent size, and were brought to it")  # fmt: skip
    if learned != usual:
        notes.append(f"`{name}`: pictures of {usual[0]} x {usual[1]} are learned and drawn as {learned[0]} x "
                     f"{learned[1]}; set `size` to the longest side for more")  # fmt: skip
    if len(found) > 1:
        notes.append(f"`{name}`: pictures of different channels were given the same {channels}")
    return notes


# -- maps of numbers ------------------------------------------------------------------------------------------------
def to_maps(pixels: Bytes, multiple: int) -> Tensor:
    """Return pictures as n x channels x height x width from -1 to 1, their edges repeated to sides of a multiple."""
    torch = require("torch", extra="deep")
    height, width = pixels.shape[1:3]
    down, right = -height % multiple, -width % multiple
    around = ((0, 0), (down // 2, down - down // 2), (right // 2, right - right // 2), (0, 0))
    padded = np.pad(pixels, around, mode="edge") if down or right else pixels
    return torch.from_numpy(np.ascontiguousarray(padded.transpose(0, 3, 1, 2))).float().div_(127.5).sub_(1)


def to_pixels(maps: Tensor, size: Size) -> Bytes:
    """Return maps of numbers as the pictures of a size that `to_maps` made them of."""
    height, width = size
    top, left = (maps.shape[2] - height) // 2, (maps.shape[3] - width) // 2
    inner = maps[:, :, top : top + height, left : left + width].float()
    numbers = inner.add(1).mul(127.5).round().clamp(0, 255).cpu().numpy().astype(np.uint8)
    return np.ascontiguousarray(numbers.transpose(0, 2, 3, 1))


def sheet(pixels: Bytes) -> Bytes:
    """Return pictures (n x height x width x channels) side by side on one, eight a line; of many channels three.

    >>> sheet(np.zeros((20, 4, 6, 1), dtype=np.uint8)).shape
    (12, 48, 1)
    """
    count, height, width, channels = pixels.shape
    shown = pixels if channels in MODES else pixels[..., :3]
    lines = -(-count // SHEET)
    made = np.zeros((lines * SHEET, height, width, shown.shape[3]), dtype=np.uint8)
    made[:count] = shown
    rows = made.reshape(lines, SHEET, height, width, -1).transpose(0, 2, 1, 3, 4)
    return np.ascontiguousarray(rows.reshape(lines * height, SHEET * width, -1))
