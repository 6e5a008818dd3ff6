"""Operations on pictures that take along what is drawn on them: boxes and their labels, masks and places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import BeforeValidator, Field, PlainSerializer

from likewise.core.schema import KINDS, Column, Kind, Schema
from likewise.core.table import Table
from likewise.errors import SchemaError, SettingsError
from likewise.modalities.image.geometry import Floats, Size, clipped_boxes, moved_boxes, moved_points
from likewise.modalities.image.pillow import warped
from likewise.techniques.noise.cells import Batch, batches, cells_of, column_of, reshaped
from likewise.techniques.noise.image.drawn import as_lists, lists_of, numbers_of, open_shape
from likewise.techniques.noise.image.operation import Motion, PictureOperation, after, put
from likewise.techniques.noise.operation import Changed, Dice, Learned, Operation, picks

Cell = npt.NDArray[Any] | None


def _steps(written: Any) -> Any:
    from likewise.techniques.noise.catalogue import operation_of

    if not isinstance(written, list | tuple):
        return written
    steps = tuple(operation_of(step, f"$.steps[{number}]") for number, step in enumerate(written))
    for number, step in enumerate(steps):
        if not isinstance(step, PictureOperation) or step.columns is not None:
            raise SettingsError("settings.step", f"`{step.op}` is no step of `pictures`", where=f"$.steps[{number}]",
                                hint="its steps change pictures, and name no columns of their own")  # fmt: skip
    return steps


def _named(steps: tuple[PictureOperation, ...]) -> list[dict[str, Any]]:
    return [{step.op: step.to_dict()} for step in steps]


@dataclass(eq=False)
class Scene:
    """Hold the pictures of some rows and what is drawn on them, a cell a row, while steps change them."""

    pictures: list[Cell]
    masks: dict[str, list[Cell]]
    boxes: list[Floats | None] | None
    labels: dict[str, list[Any]]
    points: dict[str, list[Floats | None]]


class Pictures(Operation):
    """Change the pictures of one column in steps, and what is drawn on them with them.

    `masks` are columns of pictures of the same height and width: moved as the picture is, each pixel the nearest one,
    and never blurred, recoloured or painted over; what comes in from outside is `void`. `boxes` is a column of lists of
    [x0, y0, x1, y1] in pixels from the upper left corner, an array of k x 4 or JSON: a box becomes the upright box
    around where its corners go, cut off at the edges; one of which less than `visible` of the area is left is dropped,
    and so is its entry in the columns of `labels`. `points` are columns of lists of [x, y]; those that leave the
    picture keep their place outside, so that their number stays.

    >>> steps = Pictures(image="photo", steps=["mirror", {"affine": {"degrees": [-5, 5]}}], boxes="cars")
    """

    op: ClassVar[str] = "pictures"
    kinds: ClassVar[frozenset[Kind]] = frozenset({"image", "series", "json"})
    reads: ClassVar[frozenset[Kind]] = KINDS
    joint: ClassVar[bool] = True

    image: str
    steps: Annotated[tuple[PictureOperation, ...], BeforeValidator(_steps), PlainSerializer(_named)] = Field(
        min_length=1
    )
    masks: tuple[str, ...] = ()
    boxes: str | None = None
    labels: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    visible: float = Field(default=0.25, ge=0, le=1)
    void: int = Field(default=0, ge=0, le=255)

    def needs(self) -> tuple[str, ...]:
        """Return all its columns, that they be there."""
        return (self.image, *self.masks, *((self.boxes,) if self.boxes else ()), *self.labels, *self.points)

    def wants(self) -> str:
        """Return what it asks of a table, for the hint of an error."""
        return "name a column of pictures as `image`"

    def takes(self, column: Column) -> bool:
        """Return whether it names the column."""
        return column.name in self.needs()

    def learn(self, table: Table, names: tuple[str, ...]) -> Learned:
        """Learn nothing, but see that what is drawn fits the pictures."""
        for name in (self.image, *self.masks):
            if table.schema[name].kind != "image":
                raise SchemaError("schema.kind", f"column `{name}` is of kind {table.schema[name].kind}, not image",
                                  where=name, hint="name columns of pictures as `image` and `masks`")  # fmt: skip
        self._scene(table)
        return Learned()

    def output(self, schema: Schema, names: tuple[str, ...]) -> Schema:
        """Return the schema of changed rows: pictures of another size, lists that may be shorter."""
        for name in (self.image, *self.masks):
            shape = schema[name].shape
            for step in self.steps:
                shape = after(step, shape)
            schema = reshaped(schema, name, shape)
        for name in (*([self.boxes] if self.boxes else []), *self.labels, *self.points):
            schema = reshaped(schema, name, open_shape(schema[name]))
        return schema

    def change(self, rows: Table, names: tuple[str, ...], learned: Learned, dice: Dice) -> Changed:
        """Change pictures step by step."""
        picking, *own = dice.split(1 + len(self.steps))
        scene, schema = self._scene(rows), self.output(rows.schema, names)
        picked = picks(rows.rows, self.share, picking.rng)
        for step, drawing in zip(self.steps, own, strict=True):
            cells = list(scene.pictures)
            if picked is not None:
                chosen = {*picked.tolist()}
                cells = [cell if row in chosen else None for row, cell in enumerate(cells)]
            for batch in batches(cells, step.share, step.uniforms, drawing):
                put(scene.pictures, batch.rows, step.alter(batch.cells, batch.uniform, batch.rng))
                if isinstance(step, Motion):
                    self._follow(scene, step, batch)
        new = {self.image: column_of(scene.pictures, schema[self.image], rows.column(self.image))}
        new |= {name: column_of(cells, schema[name], rows.column(name)) for name, cells in scene.masks.items()}
        if self.boxes:
            new[self.boxes] = as_lists(list(scene.boxes or ()), schema[self.boxes])
        lists: dict[str, list[Any]] = {**scene.labels, **scene.points}
        return new | {name: as_lists(cells, schema[name]) for name, cells in lists.items()}

    def _scene(self, rows: Table) -> Scene:
        """Return what rows hold. Raises SchemaError where masks, boxes and labels do not fit one another."""
        pictures = cells_of(rows.column(self.image))
        masks = {name: cells_of(rows.column(name)) for name in self.masks}
        boxes = numbers_of(rows, self.boxes, 4) if self.boxes else None
        labels = {name: lists_of(rows, name) for name in self.labels}
        for name, cells in masks.items():
            for row, (mask, picture) in enumerate(zip(cells, pictures, strict=True)):
                if mask is not None and picture is not None and mask.shape[:2] != picture.shape[:2]:
                    raise _unfit(name, row, "a mask of another size than its picture")
        for name, listed in labels.items():
            for row, (label, box) in enumerate(zip(listed, boxes or [None] * rows.rows, strict=True)):
                if label is not None and box is not None and (not hasattr(label, "__len__") or len(label) != len(box)):
                    raise _unfit(name, row, "not one label for each box")
        return Scene(pictures, masks, boxes, labels, {name: numbers_of(rows, name, 2) for name in self.points})

    def _follow(self, scene: Scene, step: Motion, batch: Batch) -> None:
        """Move what is drawn on the pictures of a batch as the pictures were moved."""
        size: Size = (batch.cells.shape[1], batch.cells.shape[2])
        matrices, resized = step.matrices(batch.uniform, size), step.resized(size)
        for row, matrix in zip(batch.rows.tolist(), matrices, strict=True):
            for cells in scene.masks.values():
                if (mask := cells[row]) is not None:
                    cells[row] = warped(mask[None], matrix[None], resized, smooth=False, fill=self.void)[0]
            for places in scene.points.values():
                if (place := places[row]) is not None:
                    places[row] = moved_points(place, matrix)
            if scene.boxes is not None and (own := scene.boxes[row]) is not None:
                clipped, left = clipped_boxes(moved_boxes(own, matrix), resized)
                kept = (left >= self.visible) & (left > 0)
                scene.boxes[row] = clipped[kept]
                for listed in scene.labels.values():
                    listed[row] = _kept(listed[row], kept)


def _kept(labels: Any, kept: npt.NDArray[np.bool_]) -> Any:
    if labels is None:
        return None
    return labels[kept] if isinstance(labels, np.ndarray) else [v for v, keep in zip(labels, kept, strict=True) if keep]


def _unfit(name: str, row: int, what: str) -> SchemaError:
    return SchemaError("schema.not-drawn", f"column `{name}` holds {what}", where=f"{name} (row {row + 1})",
                       hint="correct the row, or leave the column out of the operation")  # fmt: skip
