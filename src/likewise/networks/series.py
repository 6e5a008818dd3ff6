"""Series as networks learn them: whitened coordinates of frames, under conditions of attributes."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from likewise.core.extras import require
from likewise.core.protocol import Arrays
from likewise.core.schema import Column
from likewise.core.table import Table
from likewise.core.tensors import Array, Cells
from likewise.errors import FitError
from likewise.modalities.sequence.space import Draw, Lessons, Make, SeriesSpace
from likewise.networks.conditioning import Conditioner
from likewise.networks.device import Device, device_of, one_thread
from likewise.networks.flow import normal_noise
from likewise.networks.makers import CellMaker, State
from likewise.networks.saving import nested, under, weights_of, with_weights
from likewise.networks.subject import Subject
from likewise.networks.synthesizer import Effort, Learnt
from likewise.networks.training import Phase, Plan, train

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module

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
AT_ONCE = 4096
"""Rows that are drawn at once: memory stays that of so many."""


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


@dataclass(frozen=True, eq=False)
class SeriesMaker(CellMaker):
    """Make series for given attributes by a network of `width` units that turns noise into coordinates.

    A technique's author writes `network_for`, and `coordinates`, which draws.
    """

    ground: SeriesGround
    network: Any
    width: int
    device: Device

    way: ClassVar[str] = "series"
    extra: ClassVar[int] = 0
    """Numbers of noise beside those that coordinates begin as."""

    @classmethod
    def begun(cls, subject: Subject, effort: Effort) -> tuple[Self, Lessons]:
        """Return a maker that has learned the space of series, not how they lie in it, and what teaches that."""
        ground, lessons = SeriesGround.of(subject, seed=effort.seed)
        width = WIDE if len(lessons.coordinates) >= MANY else NARROW
        return cls(ground, cls.network_for(ground, width, effort.seed), width, effort.device), lessons

    @classmethod
    @abstractmethod
    def network_for(cls, ground: SeriesGround, width: int, seed: int) -> Module:
        """Return the network that draws, its weights drawn from the seed."""

    @abstractmethod
    def coordinates(self, noise: Tensor, told: Tensor) -> Tensor:
        """Return coordinates (rows x `size`) of normal noise (rows x `size` + `extra`) under conditions."""

    def taught(self, phases: list[Phase], lessons: Lessons, subject: Subject, effort: Effort) -> Learnt:
        """Train the phases, and return the maker with what is to be said of it."""
        torch = require("torch", extra="deep")
        data = [torch.from_numpy(lessons.coordinates), torch.from_numpy(lessons.conditions)]
        train(phases, data, plan_for(len(lessons.coordinates), effort), seed=effort.seed, progress=effort.progress,
              what="series")  # fmt: skip
        assert subject.media is not None
        column = self.ground.column(subject.media)
        maker = replace(self, ground=self.ground.tuned(lessons, self.drawn, effort.seed))
        return Learnt(maker, (column,), self.ground.notes(column.name))

    def reaching(self, steps: int) -> Self:
        """Return the maker of series of so many steps, where one was learned, in pieces."""
        space = self.ground.space
        frames = replace(space.frames, longest=steps)
        return replace(self, ground=replace(self.ground, space=replace(space, frames=frames)))

    def make(self, attributes: Table, rng: np.random.Generator) -> Cells:
        """Return a series for each row of attributes."""
        return self.ground.make(attributes, lambda told: self.drawn(told, rng), rng)

    def drawn(self, told: Vectors, rng: np.random.Generator) -> Vectors:
        """Return coordinates for rows of conditions."""
        torch = require("torch", extra="deep")
        name, size = self.device.name, self.ground.space.size
        self.network.to(name)
        noise = normal_noise(rng, (len(told), size + self.extra))
        found = np.empty((len(told), size), dtype=np.float32)
        with torch.no_grad():
            for start in range(0, len(told), AT_ONCE):
                part = slice(start, start + AT_ONCE)
                made = self.coordinates(noise[part].to(name), torch.from_numpy(told[part]).to(name))
                found[part] = made.cpu().numpy()
        return found

    def state(self) -> State:
        """Return everything learned."""
        meta, arrays = self.ground.state()
        weights = weights_of(self.network)
        return {"ground": meta, "width": self.width}, {**nested("ground", arrays), **nested("network", weights)}

    @classmethod
    def from_state(cls, meta: dict[str, Any], arrays: Arrays) -> Self:
        """Rebuild it from what `state` returned."""
        ground = SeriesGround.from_state(meta["ground"], under("ground", arrays))
        network = cls.network_for(ground, meta["width"], 0)
        with_weights(network, under("network", arrays))
        return cls(ground, network, meta["width"], device_of())


def plan_for(rows: int, effort: Effort) -> Plan:
    """Return how long networks are trained: few series are not looked at as often as many."""
    size = effort.batch_size or max(SMALL, min(BATCH, rows // PARTS))
    steps = max(FEWEST, min(STEPS, PASSES * rows // min(size, rows)))
    return Plan(steps, size, effort.device, effort.budget)
