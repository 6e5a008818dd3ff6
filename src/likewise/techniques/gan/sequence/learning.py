"""Learn series: the whitening of their frames, then a game over its coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from likewise.core.extras import require
from likewise.networks.adversarial import passing_loss, telling_loss
from likewise.networks.building import built
from likewise.networks.subject import Subject
from likewise.networks.synthesizer import Effort, Learnt
from likewise.networks.training import Phase
from likewise.techniques.gan.sequence.maker import DEPTH, GeneratedSeriesMaker

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

    maker, lessons = GeneratedSeriesMaker.begun(subject, effort)
    size, condition = maker.ground.space.size, maker.ground.width
    judge = built(lambda: CoordinateJudge(size, condition, maker.width, DEPTH), effort.seed, "series", "judge")

    def made(told: Tensor, rng: Generator) -> Tensor:
        noise = torch.randn(len(told), size + maker.extra, generator=rng, device=told.device)
        return maker.coordinates(noise, told).float()

    def telling(batch: Sequence[Tensor], rng: Generator) -> Tensor:
        real, told = batch
        with torch.no_grad():
            drawn = made(told, rng)
        return telling_loss(judge, real, drawn, told, rng, weight=SLOPE)

    def passing(batch: Sequence[Tensor], rng: Generator) -> Tensor:
        real, told = batch
        return passing_loss(judge, real, made(told, rng), told)

    phases = [Phase("judge", judge, telling, rate=RATE, betas=(0.0, 0.99), average=None),
              Phase("generator", maker.network, passing, rate=RATE, betas=(0.0, 0.99))]  # fmt: skip
    return maker.taught(phases, lessons, subject, effort)
