"""Pictures mixed with other learned ones, and their soft labels with them."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import Field

from likewise.core.schema import KINDS, Column, Kind
from likewise.core.table import Table
from likewise.errors import FitError, SchemaError
from likewise.modalities.image.geometry import Floats
from likewise.modalities.image.pillow import Bytes
from likewise.techniques.noise.cells import cells_of, column_of
from likewise.techniques.noise.operation import Changed, Dice, Learned, Operation, picks

Array = npt.NDArray[Any]


class Mix(Operation):
    """Mix each picture with a learned one, and its soft label in the same shares: an author writes `mixed`.

    `image` is a column of pictures of one size, `label` a column of arrays of one length: one-hot rows, such as
    `np.eye(10)[digits]`, or any targets that may be averaged. The learned pictures are kept a second time.
    """

    kinds: ClassVar[frozenset[Kind]] = frozenset({"image", "series"})
    reads: ClassVar[frozenset[Kind]] = KINDS
    joint: ClassVar[bool] = True

    image: str
    label: str
    alpha: float = Field(default=1.0, gt=0, le=1000)

    @abstractmethod
    def mixed(self, own: Bytes, other: Bytes, share: float, place: Floats) -> tuple[Bytes, float]:
        """Return a picture that is `share` its own, and the share that it is in truth; `place` is drawn from 0 to 1."""

    def needs(self) -> tuple[str, ...]:
        """Return its two columns, that they be there."""
        return self.image, self.label

    def takes(self, column: Column) -> bool:
        """Return whether it names the column."""
        return column.name in self.needs()

    def wants(self) -> str:
        """Return what it asks of a table, for the hint of an error."""
        return "name a column of pictures as `image` and one of one-hot arrays as `label`"

    def learn(self, table: Table, names: tuple[str, ...]) -> Learned:
        """Keep the pictures and labels, to mix others with."""
        found: dict[str, Array] = {}
        for called, name, kind in (("pictures", self.image, "image"), ("labels", self.label, "series")):
            if table.schema[name].kind != kind:
                hint = "give one-hot rows: np.eye(classes)[codes]" if called == "labels" else self.wants()
                raise SchemaError("schema.kind", f"column `{name}` is of kind {table.schema[name].kind}, not {kind}",
                                  where=name, hint=hint)  # fmt: skip
            cells = table.tensor(name)
            if not isinstance(cells, np.ndarray):
                what = f"`{self.op}` mixes arrays of one shape, and those of `{name}` differ or are missing"
                raise FitError("fit.shapes", what, where=name,
                               hint="leave such rows out, or bring them to one size first")  # fmt: skip
            found[called] = np.array(cells)
        return Learned({}, found)

    def change(self, rows: Table, names: tuple[str, ...], learned: Learned, dice: Dice) -> Changed:
        """Mix the rows that chance picks, each with one learned row."""
        picking, partners, shares, places = dice.split(4)
        pictures, labels = cells_of(rows.column(self.image)), cells_of(rows.column(self.label))
        pool, targets = learned.arrays["pictures"], learned.arrays["labels"]
        partner = partners.rng.integers(len(pool), size=rows.rows)
        share, place = shares.rng.beta(self.alpha, self.alpha, size=rows.rows), places.rng.random((rows.rows, 2))
        picked = picks(rows.rows, self.share, picking.rng)
        for row in range(rows.rows) if picked is None else picked.tolist():
            own, label = pictures[row], labels[row]
            if own is None or label is None:
                continue
            if own.shape != pool.shape[1:] or label.shape != targets.shape[1:]:
                what = f"`{self.op}` mixes arrays of the shape that was learned, and here is another"
                raise SchemaError("schema.shapes", what, where=f"{self.image} (row {row + 1})",
                                  hint="put it before steps that change the size")  # fmt: skip
            pictures[row], kept = self.mixed(own, pool[partner[row]], float(share[row]), place[row])
            labels[row] = kept * label + (1 - kept) * targets[partner[row]]
        return {name: column_of(cells, rows.schema[name], rows.column(name))
                for name, cells in ((self.image, pictures), (self.label, labels))}  # fmt: skip


class Mixup(Mix):
    """Average each picture with another one, in shares drawn from Beta(alpha, alpha), and its label in the same shares.

    Zhang et al., 2018, mixup: beyond empirical risk minimization.

    >>> mix = Mixup(image="photo", label="classes", alpha=0.2)
    """

    op: ClassVar[str] = "mixup"

    alpha: float = Field(default=0.2, gt=0, le=1000)

    def mixed(self, own: Bytes, other: Bytes, share: float, place: Floats) -> tuple[Bytes, float]:
        """Return the average of two pictures."""
        return np.rint(share * own + (1 - share) * other).astype(np.uint8), share


class Cutmix(Mix):
    """Put a rectangle of another picture over each, of a share of its area drawn from Beta(alpha, alpha).

    The label is mixed by the areas that are seen. Yun et al., 2019, CutMix.

    >>> mix = Cutmix(image="photo", label="classes")
    """

    op: ClassVar[str] = "cutmix"

    def mixed(self, own: Bytes, other: Bytes, share: float, place: Floats) -> tuple[Bytes, float]:
        """Return a picture with a rectangle of another one in it."""
        sides = np.array(own.shape[:2])
        half = np.sqrt(1 - share) * sides / 2
        top, left = np.maximum(np.rint(place * sides - half), 0).astype(int).tolist()
        bottom, right = np.minimum(np.rint(place * sides + half), sides).astype(int).tolist()
        made = own.copy()
        made[top:bottom, left:right] = other[top:bottom, left:right]
        return made, 1 - (bottom - top) * (right - left) / float(np.prod(sides))
