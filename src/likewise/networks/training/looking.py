"""Looks at held-back rows with the averaged weights: the best weights are kept, and patience ends."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from likewise.networks.training.mover import Mover, averages_of
from likewise.networks.training.pace import FLAT
from likewise.networks.training.phase import Phase

if TYPE_CHECKING:
    from torch import Tensor


@contextmanager
def averaged(movers: Sequence[Mover]) -> Iterator[None]:
    """Let the parts hold their averaged weights within the block, as they will when the training has ended."""
    import torch

    pairs = averages_of(movers)
    parts = [mover.phase.part for mover in movers]
    with torch.no_grad():
        before = []
        for own, mean in pairs:
            before.append(own.detach().clone())
            own.copy_(mean)
        try:
            for part in parts:
                part.eval()
            yield
        finally:
            for (own, _), old in zip(reversed(pairs), reversed(before), strict=True):
                own.copy_(old)
            for part in parts:
                part.train()


class Looks:
    """Judge a training by the loss on held-back rows, so many times in a run."""

    def __init__(self, loss: Callable[[], float] | None, looks: int, patience: int | None) -> None:
        self.loss, self.looks, self.patience = loss, looks, patience
        self.best, self.since, self.at = math.inf, 0, -1
        self.weights: list[Tensor] = []

    def due(self, step: int, total: int | None) -> bool:
        """Whether it is time for a look when `step` steps are taken; before their number is known, never."""
        if total is None or step < FLAT * total:
            return False
        return step == total or (step * self.looks // total != (step - 1) * self.looks // total)

    def look(self, step: int, movers: Sequence[Mover], agreed: Callable[[float], float]) -> bool:
        """Look, keep the weights if they are the best so far, and say whether to go on."""
        if self.loss is None:
            return True
        self.at = step
        with averaged(movers):
            found = agreed(float(self.loss()))
            if found < self.best:
                self.best, self.since = found, 0
                self.weights = [tensor.detach().clone() for tensor in outcome_of([mover.phase for mover in movers])]
                return True
        self.since += 1
        return self.patience is None or self.since < self.patience

    def end(self, step: int, movers: Sequence[Mover], agreed: Callable[[float], float]) -> None:
        """Look at the last weights, unless that was done: a run may have become shorter than was planned."""
        if self.at != step:
            self.look(step, movers, agreed)

    def cost(self, movers: Sequence[Mover], clock: Callable[[], float]) -> float:
        """Return the seconds that all looks of a run will take, by one that changes nothing."""
        if self.loss is None:
            return 0.0
        started = clock()
        with averaged(movers):
            self.loss()
        return self.looks * (clock() - started)

    def state(self) -> dict[str, float | int]:
        """Return what a checkpoint keeps beside the best weights."""
        return {"best": self.best, "since": self.since, "at": self.at}

    def resume(self, kept: dict[str, float | int], weights: list[Tensor]) -> None:
        """Go on from a checkpoint."""
        self.best, self.since, self.at = float(kept["best"]), int(kept["since"]), int(kept["at"])
        self.weights = weights


def outcome_of(phases: Sequence[Phase]) -> list[Tensor]:
    """Return the live tensors that are what a training leaves behind: weights and buffers of each part."""
    moved = [[p for p in phase.part.parameters() if p.requires_grad] for phase in phases]
    return [t for phase, own in zip(phases, moved, strict=True) for t in (*own, *phase.part.buffers())]


def finish(movers: Sequence[Mover], best: Sequence[Tensor]) -> None:
    """Leave the best weights in the parts where there were looks, else the averaged ones, ready to be used."""
    import torch

    with torch.no_grad():
        for own, mean in averages_of(movers):
            own.copy_(mean)
        if best:
            for own, kept in zip(outcome_of([mover.phase for mover in movers]), best, strict=True):
                own.copy_(kept)
    for mover in movers:
        mover.phase.part.eval()
