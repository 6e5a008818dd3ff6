"""How long a training may take and in which portions it sees its rows."""

from __future__ import annotations

import time as clocks
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from likewise.networks.device import Device


@dataclass(frozen=True)
class Budget:
    """Hold what may be spent: `epochs` passes over the rows, `seconds` from when it was made, or (None) what is usual.

    Both given, what is reached first ends the training.
    """

    epochs: float | None = None
    seconds: float | None = None
    clock: Callable[[], float] = clocks.monotonic
    start: float = field(default=-1.0)

    def __post_init__(self) -> None:
        if self.start < 0:
            object.__setattr__(self, "start", self.clock())

    @property
    def left(self) -> float | None:
        """The seconds that are left; None where there is no limit."""
        return None if self.seconds is None else max(0.0, self.start + self.seconds - self.clock())

    def part(self, share: float) -> Budget:
        """Return a budget of a share of the seconds that are left, beginning now; epochs stay."""
        return replace(self, seconds=None if self.left is None else self.left * share, start=-1.0)


@dataclass(frozen=True)
class Plan:
    """Say how one training runs: so many `steps` where the budget says nothing, `batch_size` rows a step.

    `patience` ends it early: so many looks at held-back rows without a better loss, `looks` of them in a run.
    """

    steps: int
    batch_size: int
    device: Device
    budget: Budget = Budget()
    patience: int | None = None
    looks: int = 20

    def size_for(self, rows: int) -> int:
        """Return the rows of a step where there are so many in all."""
        return min(self.batch_size, rows)

    def steps_for(self, rows: int) -> int:
        """Return the number of steps that epochs come to, the usual one where none are given."""
        if self.budget.epochs is None:
            return self.steps
        return max(1, round(self.budget.epochs * rows / self.size_for(rows)))
