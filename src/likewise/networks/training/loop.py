"""The training loop: batches in a seeded order, the phases of each step, and an end by steps, time or patience."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from likewise.core.extras import require
from likewise.core.progress import Progress, quiet
from likewise.core.seeds import generator
from likewise.networks.training.phase import Batch, Phase
from likewise.networks.training.plan import Plan

if TYPE_CHECKING:
    from torch import Tensor

TIMED = 8
"""Steps after which the time of one is known well enough to plan how many there will be."""

SPARE = 1.1
"""How much longer than its time a training may take, if steps grow slower than those that it was planned by."""


@dataclass(frozen=True)
class Outcome:
    """Tell how a training went: steps taken of those planned, the last loss of each phase, and what is to be said."""

    steps: int
    planned: int
    losses: dict[str, float]
    notes: tuple[str, ...] = ()


def train(
    phases: Sequence[Phase],
    data: Sequence[Tensor],
    plan: Plan,
    *,
    seed: int,
    held_back: Callable[[], float] | None = None,
    progress: Progress = quiet,
    what: str = "training",
) -> Outcome:
    """Train networks on rows of tensors of equal first length; afterwards their parts hold the averaged weights.

    The order of rows and all that is random is made from `seed`, so that on a processor the same seed, threads and
    number of steps give the same weights. `held_back` gives the loss on rows that are not trained on: the weights that
    were best there are kept.
    """
    torch = require("torch", extra="deep")
    name, rows = plan.device.name, len(data[0])
    size, total = min(plan.batch_size, rows), plan.steps_for(rows)
    data = [part.to(name) for part in data]
    for phase in phases:
        phase.part.to(name).train()
    states = [_State(phase) for phase in phases]
    started, clock = plan.budget.clock(), plan.budget.clock
    limit = plan.budget.left
    losses: dict[str, Tensor] = {}
    step = 0
    while step < total:
        chosen = torch.from_numpy(_rows_of(step, size, rows, seed)).to(name)
        batch = [part[chosen] for part in data]
        rng = torch.Generator(name).manual_seed(int(generator(seed, "step", step).integers(2**62)))
        for state in states:
            losses[state.phase.name] = state.step(batch, rng, step, total, plan)
        step += 1
        if limit is not None:
            spent = clock() - started
            if step == TIMED:
                total = min(total if plan.budget.epochs else 10**9, max(TIMED, int(step * limit / max(spent, 1e-9))))
            elif spent > SPARE * limit:
                break
        progress(what, step, total)
    for state in states:
        state.finish()
    return Outcome(step, total, {k: float(v) for k, v in losses.items()})


def _rows_of(step: int, size: int, rows: int, seed: int) -> npt.NDArray[np.int64]:
    """Return the rows of a step: all rows follow each other in a new order in each pass."""
    places = np.arange(step * size, (step + 1) * size)
    passes = np.unique(places // rows)
    orders = {number: generator(seed, "order", int(number)).permutation(rows) for number in passes.tolist()}
    return np.concatenate([orders[n][places[places // rows == n] % rows] for n in passes.tolist()])


class _State:
    """Hold the optimizer and the average of one phase."""

    def __init__(self, phase: Phase) -> None:
        import torch

        self.phase = phase
        self.parameters = [p for p in phase.part.parameters() if p.requires_grad]
        self.optimizer = torch.optim.AdamW(self.parameters, lr=phase.rate, betas=phase.betas,
                                           weight_decay=phase.weight_decay)  # fmt: skip
        self.average = None if phase.average is None else [p.detach().clone() for p in self.parameters]

    def step(self, batch: Batch, rng: Any, step: int, total: int, plan: Plan) -> Tensor:
        import torch

        phase = self.phase
        for group in self.optimizer.param_groups:
            group["lr"] = phase.rate * _height(phase, step, total)
        self.optimizer.zero_grad(set_to_none=True)
        with plan.device.autocast():
            loss = phase.loss(batch, rng)
        loss.backward()
        if phase.clip is not None:
            torch.nn.utils.clip_grad_norm_(self.parameters, phase.clip)
        self.optimizer.step()
        if self.average is not None and phase.average is not None:
            keep = max(0.0, 1 - max(1 / (phase.average * total), 1 / (1 + step / 10)))
            with torch.no_grad():
                torch._foreach_lerp_(self.average, self.parameters, 1 - keep)
        return loss.detach()

    def finish(self) -> None:
        import torch

        if self.average is not None:
            with torch.no_grad():
                for own, mean in zip(self.parameters, self.average, strict=True):
                    own.copy_(mean)
        self.phase.part.eval()


def _height(phase: Phase, step: int, total: int) -> float:
    """Return the part of the learning rate that a step is taken with."""
    warm = min(1.0, (step + 1) / max(phase.warmup, 1))
    return warm if phase.decay == "none" else warm * 0.5 * (1 + math.cos(math.pi * min(1.0, step / total)))
