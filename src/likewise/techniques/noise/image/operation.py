"""What every operation on pictures is: each picture drawn its own numbers, many worked on at a time."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from likewise.core.schema import Kind, Schema
from likewise.core.table import Table
from likewise.errors import FitError
from likewise.modalities.image.geometry import Floats, Size
from likewise.modalities.image.pillow import Bytes, Fill, warped
from likewise.techniques.noise.cells import batches, cells_of, column_of, reshaped
from likewise.techniques.noise.operation import Changed, Dice, Learned, Operation

FULL = 255.0
"""The brightest grey."""


class PictureOperation(Operation):
    """Change pictures: an author names how many numbers each picture draws (`uniforms`), and writes `alter`.

    Pictures are uint8, height x width x channels; an even number of channels ends in opacity, which only motions touch.
    `share` is the share of pictures that are changed. The label stays as it is.
    """

    kinds: ClassVar[frozenset[Kind]] = frozenset({"image"})
    uniforms: ClassVar[int]

    @abstractmethod
    def alter(self, pictures: Bytes, uniform: Floats, rng: np.random.Generator) -> Bytes:
        """Return changed pictures (n x height x width x channels).

        `uniform` are numbers from 0 to 1 for each picture; `rng` is for what is drawn pixel by pixel, in order.
        """

    def resized(self, size: Size) -> Size:
        """Return the height and width of a picture after it."""
        return size

    def learn(self, table: Table, names: tuple[str, ...]) -> Learned:
        """Learn nothing, but see that no mask is taken for a picture, or moved in another way than its picture."""
        if self.columns is None and len(names) > 1:
            listed = ", ".join(f"`{name}`" for name in names)
            raise FitError("fit.several-pictures", f"operation `{self.op}` finds several columns of pictures: {listed}",
                           where=self.op, hint="name those that are no masks in `columns`, or the image and its masks "
                                               "in `pictures`")  # fmt: skip
        return Learned()

    def change(self, rows: Table, names: tuple[str, ...], learned: Learned, dice: Dice) -> Changed:
        """Change the pictures of every column."""
        schema, made = self.output(rows.schema, names), {}
        for name, own in zip(names, dice.split(len(names)), strict=True):
            cells = cells_of(rows.column(name))
            for batch in batches(list(cells), self.share, self.uniforms, own):
                put(cells, batch.rows, self.alter(batch.cells, batch.uniform, batch.rng))
            made[name] = column_of(cells, schema[name], rows.column(name))
        return made

    def output(self, schema: Schema, names: tuple[str, ...]) -> Schema:
        """Return the schema of changed rows: pictures may have another size."""
        for name in names:
            schema = reshaped(schema, name, after(self, schema[name].shape))
        return schema


class Motion(PictureOperation):
    """Move the pixels of a picture: an author writes `matrices`. What is drawn on the picture can go along."""

    @abstractmethod
    def matrices(self, uniform: Floats, size: Size) -> Floats:
        """Return where the places of each picture go (n x 3 x 3)."""

    @property
    def outside(self) -> Fill:
        """What comes in from outside a picture."""
        return 0

    def alter(self, pictures: Bytes, uniform: Floats, rng: np.random.Generator) -> Bytes:
        """Return the pictures moved."""
        size = (pictures.shape[1], pictures.shape[2])
        return warped(pictures, self.matrices(uniform, size), self.resized(size), fill=self.outside)


def after(step: PictureOperation, shape: tuple[int | None, ...] | None) -> tuple[int | None, ...] | None:
    """Return the shape of pictures after an operation."""
    if shape is None:
        return None
    probe = step.resized((-1, -2))  # what comes back as it went in depends on the picture
    size = step.resized((shape[0], shape[1])) if shape[0] is not None and shape[1] is not None else tuple(
        own if new < 0 else new for own, new in zip(shape[:2], probe, strict=True))  # fmt: skip
    return (*size, *shape[2:])


def put(cells: list[npt.NDArray[Any] | None], rows: npt.NDArray[np.int64], new: npt.NDArray[Any]) -> None:
    """Put new cells at some rows."""
    for row, cell in zip(rows.tolist(), new, strict=True):
        cells[row] = cell


def painted(pictures: Bytes) -> slice:
    """Return the channels that hold colour rather than opacity."""
    channels = pictures.shape[3]
    return slice(0, channels - 1) if channels in (2, 4) else slice(0, channels)


def repainted(pictures: Bytes, colours: npt.NDArray[np.floating[Any]]) -> Bytes:
    """Return pictures with other colours, rounded and kept within 0 to 255; opacity stays."""
    new: Bytes = np.rint(np.clip(colours, 0, FULL, out=colours), out=colours).astype(np.uint8)
    if new.shape == pictures.shape:
        return new
    return np.asarray(np.concatenate([new, pictures[..., painted(pictures).stop :]], axis=3))
