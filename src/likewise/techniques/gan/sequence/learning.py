"""Learn series: the whitening of their frames, then a game over its coordinates."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from likewise.core.extras import require
from likewise.networks.adversarial import passing_loss, telling_loss
from likewise.networks.building import built
from likewise.networks.series import SeriesGround, plan_for, width_for
from likewise.networks.subject import Subject
from likewise.networks.synthesizer import Effort, Learnt
from likewise.networks.training import Phase, train
from likewise.techniques.gan.sequence.maker import DEPTH, EXTRA, GeneratedSeriesMaker, generator_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Generator, Tensor

RATE = 4e-4
SLOPE = 0.1
"""How much the squared slope of the judge counts."""


def learn_series(subject: Subject, effort: Effort) -> Learnt:
    """Return a maker of series, conditioned on the attributes beside them."""
    torch = require("torch", extra="deep")
    from likewise.techniques.gan.sequence.networks import CoordinateJudge

    assert subject.media is not None
    ground, lessons = SeriesGround.of(subject, seed=effort.seed)
    rows, size, condition = len(lessons.coordinates), ground.space.size, ground.width
    width = width_for(rows)
    generator = generator_of(size, condition, width, effort.seed)
    judge = built(lambda: CoordinateJudge(size, condition, width, DEPTH), effort.seed, "series", "judge")

    def made(told: Tensor, rng: Generator) -> Tensor:
        noise = torch.randn(len(told), size + EXTRA, generator=rng, device=told.device)
        return generator(noise, told).float()

    def telling(batch: Sequence[Tensor], rng: Generator) -> Tensor:
        real, told = batch
        with torch.no_grad():
            drawn = made(told, rng)
        return telling_loss(judge, real, drawn, told, rng, weight=SLOPE)

    def passing(batch: Sequence[Tensor], rng: Generator) -> Tensor:
        real, told = batch
        return passing_loss(judge, real, made(told, rng), told)

    phases = [Phase("judge", judge, telling, rate=RATE, betas=(0.0, 0.99), average=None),
              Phase("generator", generator, passing, rate=RATE, betas=(0.0, 0.99))]  # fmt: skip
    data = [torch.from_numpy(lessons.coordinates), torch.from_numpy(lessons.conditions)]
    train(phases, data, plan_for(rows, effort), seed=effort.seed, progress=effort.progress,
          what="series")  # fmt: skip
    column = ground.column(subject.media)
    maker = GeneratedSeriesMaker(ground, generator, width, effort.device)
    maker = replace(maker, ground=ground.tuned(lessons, maker.drawn, effort.seed))
    return Learnt(maker, (column,), ground.notes(column.name))
