"""Learn series: the whitening of their frames, then a flow that draws its coordinates."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from likewise.core.extras import require
from likewise.modalities.sequence.space import Lessons
from likewise.networks.flow import flow_loss
from likewise.networks.series import SeriesGround, plan_for, width_for
from likewise.networks.subject import Subject
from likewise.networks.synthesizer import Effort, Learnt
from likewise.networks.training import Phase, train
from likewise.techniques.vae.sequence.maker import FlowSeriesMaker, velocity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Generator, Tensor

RATE = 2e-3


def learn_series(subject: Subject, effort: Effort) -> Learnt:
    """Return a maker of series, conditioned on the attributes beside them."""
    assert subject.media is not None
    ground, lessons = SeriesGround.of(subject, seed=effort.seed)
    rows = len(lessons.coordinates)
    width = width_for(rows)
    flow = velocity(ground.space.size, ground.width, width, effort.seed)

    def loss(batch: Sequence[Tensor], rng: Generator) -> Tensor:
        return flow_loss(flow, batch[0], batch[1], rng)

    phase = Phase("flow", flow, loss, rate=RATE)
    train([phase], _tensors(lessons), plan_for(rows, effort), seed=effort.seed, progress=effort.progress, what="series")
    column = ground.column(subject.media)
    maker = FlowSeriesMaker(ground, flow, width, effort.device)
    maker = replace(maker, ground=ground.tuned(lessons, maker.drawn, effort.seed))
    return Learnt(maker, (column,), ground.notes(column.name))


def _tensors(lessons: Lessons) -> tuple[Tensor, Tensor]:
    torch = require("torch", extra="deep")
    return torch.from_numpy(lessons.coordinates), torch.from_numpy(lessons.conditions)
