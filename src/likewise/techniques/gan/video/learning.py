"""Learning clips: the ways of frames by a game over their components."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from likewise.core.extras import require
from likewise.networks.adversarial import passing_loss, telling_loss
from likewise.networks.building import built
from likewise.networks.frames import learning
from likewise.networks.frames.ways import Ways
from likewise.networks.subject import Subject
from likewise.networks.synthesizer import Effort, Learnt
from likewise.networks.training import Phase, Plan, train
from likewise.techniques.gan.video.maker import DEPTH, EXTRA, WIDTH, ClipMaker

if TYPE_CHECKING:
    from torch import Generator, Tensor
    from torch.nn import Module

STEPS, BATCH, RATE = 2000, 128, 1e-3
"""Steps in which ways are learned where nothing is said, clips a step, and the learning rate."""

SHARE = 0.4
"""The share of the time that learning frames takes."""

SLOPE = 1.0
"""How much the squared slope of the judge counts."""


def learn_clips(subject: Subject, effort: Effort) -> Learnt:
    """Learn a column of clips under the attributes beside it.

    Raises FitError where there is no clip to learn from.
    """
    return learning.learn_clips(subject, effort, ClipMaker, _learn_ways, share=SHARE)


def _learn_ways(ways: Ways, effort: Effort) -> Module:
    """Return the generator of components, trained against a judge of them."""
    torch = require("torch", extra="deep")
    from likewise.techniques.gan.sequence.networks import CoordinateJudge

    size, condition = ways.whitening.kept, ways.condition.shape[1]
    generator = built(lambda: ClipMaker.untrained(size, condition), effort.seed, "ways")
    judge = built(lambda: CoordinateJudge(size, condition, WIDTH, DEPTH), effort.seed, "judge of ways")

    def made(told: Tensor, rng: Generator) -> Tensor:
        return generator(torch.randn(len(told), size + EXTRA, generator=rng, device=told.device), told).float()

    def telling(batch: Sequence[Tensor], rng: Generator) -> Tensor:
        mean, deviation, told = batch
        with torch.no_grad():
            drawn = made(told, rng)
        return telling_loss(judge, ways.drawn_anew(mean, deviation, rng), drawn, told, rng, weight=SLOPE)

    def passing(batch: Sequence[Tensor], rng: Generator) -> Tensor:
        mean, deviation, told = batch
        return passing_loss(judge, ways.drawn_anew(mean, deviation, rng), made(told, rng), told)

    phases = [Phase("judge of ways", judge, telling, rate=RATE, betas=(0.0, 0.99), warmup=100, average=None),
              Phase("ways", generator, passing, rate=RATE, betas=(0.0, 0.99), warmup=100)]  # fmt: skip
    plan = Plan(STEPS, effort.batch_size or BATCH, effort.device, effort.budget)
    train(phases, ways.data(), plan, seed=effort.seed, progress=effort.progress, what="learning ways")
    return generator
