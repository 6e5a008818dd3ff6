"""Series as networks learn them: whitened coordinates of frames, under conditions of attributes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.core.schema import Column
from likewise.core.table import Table
from likewise.core.tensors import Array
from likewise.errors import FitError
from likewise.modalities.sequence.space import Draw, Lessons, Make, SeriesSpace
from likewise.networks.conditioning import Conditioner
from likewise.networks.device import one_thread
from likewise.networks.makers import State
from likewise.networks.subject import Subject
from likewise.networks.synthesizer import Effort
from likewise.networks.training import Plan

Floats = npt.NDArray[np.float64]
Vectors = npt.NDArray[np.float32]

STEPS, FEWEST = 5000, 2500
"""Steps of a training at most, and at least: the conditions of few rows are learned late."""
PASSES = 160
"""Passes over the rows."""
BATCH, SMALL, PARTS = 256, 32, 16
"""Rows of a step at most, and at least; a pass has 16 steps or more where that allows it."""
WIDE, NARROW, MANY = 256, 128, 1000
"""Units of a layer where there are many rows or few, and how many are many."""


@dataclass(frozen=True, eq=False)
class SeriesGround:
    """Hold the space that series are learned in, and how attributes become conditions."""

    space: SeriesSpace
    conditioner: Conditioner

    @classmethod
    def of(cls, subject: Subject, *, seed: int) -> tuple[SeriesGround, Lessons]:
        """Learn the space of a subject's series; return what a network is to learn too.

        Raises FitError where there is no series, where they differ in their channels, or where they are too few.
        """
        cells, attributes = subject.cells()
        assert subject.media is not None
        name = subject.media.name
        if not cells:
            raise FitError("fit.no-series", f"`{name}` holds no series", where=name, hint="give at least one")
        if not any(np.isfinite(cell).any() for cell in cells):
            raise FitError("fit.no-values", f"`{name}` holds series without any value that is known", where=name,
                           hint="give series with values, or set `role: ignore` on the column")  # fmt: skip
        if len({cell.shape[1] for cell in cells}) > 1:
            raise FitError("fit.channels", f"the series of `{name}` differ in their number of channels", where=name,
                           hint="give each series the same channels, NaN where one was not measured")  # fmt: skip
        conditioner = Conditioner.fit(attributes)
        space, lessons = SeriesSpace.fit(cells, conditioner.encode(attributes, len(cells)), seed=seed)
        return cls(space, conditioner), lessons

    def tuned(self, lessons: Lessons, draw: Draw, seed: int) -> SeriesGround:
        """Return the ground whose series have values as often as the real ones, as `draw` draws coordinates."""
        with one_thread():
            return replace(self, space=self.space.tuned(lessons, draw, seed))

    @property
    def width(self) -> int:
        """The width of the conditions that a network is told."""
        return self.space.width(self.conditioner.width)

    def make(self, attributes: Table, make: Make, rng: np.random.Generator) -> Array | list[Floats]:
        """Return a series for each row of attributes; `make` draws coordinates for conditions."""
        made = self.space.make(self.conditioner.encode(attributes), make, rng)
        return np.stack(made) if made and self.space.frames.lengths is None else made

    def given(self, attributes: Table, rows: int) -> Vectors:
        """Return the conditions of rows by their attributes."""
        return self.conditioner.encode(attributes, rows)

    def column(self, column: Column) -> Column:
        """Return the column as it will come back: no cell missing, of the lengths that were seen."""
        frames = self.space.frames
        shape = (None if frames.lengths is not None else frames.longest, len(frames.gaps))
        return column.model_copy(update={"nullable": False, "reason": "", "shape": shape})

    def notes(self, name: str) -> tuple[str, ...]:
        """Return what is to be said of how series were learned."""
        if self.space.follow is None:
            return ()
        return (f"`{name}`: series are learned in pieces of {self.space.steps} steps, each after the "
                f"{self.space.context} before it: what ties steps further apart is known only in part",)  # fmt: skip

    def state(self) -> State:
        """Return everything learned."""
        meta, arrays = self.space.state()
        return {"space": meta, "conditions": self.conditioner.state()}, arrays

    @classmethod
    def from_state(cls, meta: dict[str, Any], arrays: dict[str, Array]) -> SeriesGround:
        """Rebuild it from a model file."""
        return cls(SeriesSpace.from_state(meta["space"], arrays), Conditioner.from_state(meta["conditions"]))


def plan_for(rows: int, effort: Effort) -> Plan:
    """Return how long networks are trained: few series are not looked at as often as many."""
    size = effort.batch_size or max(SMALL, min(BATCH, rows // PARTS))
    steps = max(FEWEST, min(STEPS, PASSES * rows // min(size, rows)))
    return Plan(steps, size, effort.device, effort.budget)


def width_for(rows: int) -> int:
    """Return the units of a layer."""
    return WIDE if rows >= MANY else NARROW
