"""Learn series: the whitening of their frames, then a flow that draws its coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from likewise.core.extras import require
from likewise.modalities.sequence.space import Lessons
from likewise.networks.flow import flow_loss
from likewise.networks.series import SeriesGround
from likewise.networks.subject import Subject
from likewise.networks.synthesizer import Effort, Learnt
from likewise.networks.training import Phase, Plan, train
from likewise.techniques.vae.sequence.maker import FlowSeriesMaker, velocity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Generator, Tensor

BATCH = 256
STEPS, FEWEST = 5000, 400
"""Steps of a training at most, and at least."""
PASSES = 400
"""Passes over the rows after which a flow would begin to know them by heart."""
RATE = 2e-3
WIDE, NARROW, MANY = 256, 128, 1000
"""Units of a layer where there are many series or few, and how many are many."""


def learn_series(subject: Subject, effort: Effort) -> Learnt:
    """Return a maker of series, conditioned on the attributes beside them."""
    assert subject.media is not None
    ground, lessons = SeriesGround.of(subject, seed=effort.seed)
    rows = len(lessons.coordinates)
    width = WIDE if rows >= MANY else NARROW
    flow = velocity(ground.space.size, ground.width, width, effort.seed)

    def loss(batch: Sequence[Tensor], rng: Generator) -> Tensor:
        return flow_loss(flow, batch[0], batch[1], rng)

    phase = Phase("flow", flow, loss, rate=RATE)
    train([phase], _tensors(lessons), plan_of(rows, effort), seed=effort.seed, progress=effort.progress, what="series")
    column = ground.column(subject.media)
    return Learnt(FlowSeriesMaker(ground, flow, width, effort.device), (column,), ground.notes(column.name))


def plan_of(rows: int, effort: Effort) -> Plan:
    """Return how long a flow is trained: few series are not looked at as often as many."""
    size = effort.batch_size or BATCH
    steps = max(FEWEST, min(STEPS, PASSES * rows // min(size, rows)))
    return Plan(steps, size, effort.device, effort.budget)


def _tensors(lessons: Lessons) -> tuple[Tensor, Tensor]:
    torch = require("torch", extra="deep")
    return torch.from_numpy(lessons.coordinates), torch.from_numpy(lessons.conditions)
