"""Learn series: the whitening of their frames, then a game over its coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from likewise.core.extras import require
from likewise.networks.adversarial import passing_loss, telling_loss
from likewise.networks.building import built
from likewise.networks.series import SeriesGround
from likewise.networks.subject import Subject
from likewise.networks.synthesizer import Effort, Learnt
from likewise.networks.training import Phase, Plan, train
from likewise.techniques.gan.sequence.maker import DEPTH, EXTRA, GeneratedSeriesMaker, generator_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Generator, Tensor

BATCH = 256
STEPS, FEWEST = 5000, 400
"""Steps of a training at most, and at least."""
PASSES = 400
"""Passes over the rows after which a judge knows few rows by heart."""
RATE = 4e-4
SLOPE = 0.1
"""How much the squared slope of the judge counts."""
WIDTH = 256


def learn_series(subject: Subject, effort: Effort) -> Learnt:
    """Return a maker of series, conditioned on the attributes beside them."""
    torch = require("torch", extra="deep")
    from likewise.techniques.gan.sequence.networks import CoordinateJudge

    assert subject.media is not None
    ground, lessons = SeriesGround.of(subject, seed=effort.seed)
    size, condition = ground.space.size, ground.width
    generator = generator_of(size, condition, WIDTH, effort.seed)
    judge = built(lambda: CoordinateJudge(size, condition, WIDTH, DEPTH), effort.seed, "series", "judge")

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

    rows = len(lessons.coordinates)
    batch = effort.batch_size or BATCH
    steps = max(FEWEST, min(STEPS, PASSES * rows // min(batch, rows)))
    phases = [Phase("judge", judge, telling, rate=RATE, betas=(0.0, 0.99), average=None),
              Phase("generator", generator, passing, rate=RATE, betas=(0.0, 0.99))]  # fmt: skip
    data = [torch.from_numpy(lessons.coordinates), torch.from_numpy(lessons.conditions)]
    train(phases, data, Plan(steps, batch, effort.device, effort.budget), seed=effort.seed, progress=effort.progress,
          what="series")  # fmt: skip
    column = ground.column(subject.media)
    maker = GeneratedSeriesMaker(ground, generator, WIDTH, effort.device)
    return Learnt(maker, (column,), ground.notes(column.name))
