"""Learning clips: the ways of frames by a game, and by reading real ways as noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from likewise.core.extras import require
from likewise.networks.adversarial import passing_loss, telling_loss
from likewise.networks.building import built
from likewise.networks.frames import learning
from likewise.networks.frames.ways import Ways
from likewise.networks.subject import Subject
from likewise.networks.synthesizer import Effort, Learnt
from likewise.networks.training import Phase, Plan, train
from likewise.techniques.gan.video.maker import NOISE, ClipMaker

if TYPE_CHECKING:
    from torch import Generator, Tensor
    from torch.nn import Module

    from likewise.techniques.gan.sequence.networks import CoordinateJudge
    from likewise.techniques.gan.video.network import Reading

STEPS, BATCH, RATE = 1500, 128, 1e-3
"""Steps in which ways are learned where nothing is said, clips a step, and the learning rate."""

BETAS = (0.0, 0.99)
"""No momentum: what a judge said before is not what it says now."""

SHARE = 0.6
"""The share of the time that learning frames takes."""

SLOPE = 0.1
"""How much the squared slope of the judge counts."""

READ, TOLD, LEAST_ERROR = 1.0, 1.0, 1e-4
"""How much it counts that real ways are made again, what their noise may tell of them, and squares of errors that are
none."""


def learn_clips(subject: Subject, effort: Effort) -> Learnt:
    """Learn a column of clips under the attributes beside it.

    Raises FitError where there is no clip to learn from.
    """
    return learning.learn_clips(subject, effort, ClipMaker, _learn_ways, share=SHARE)


def _learn_ways(ways: Ways, effort: Effort) -> Module:
    """Return the generator of components, trained against a judge of them."""
    from likewise.techniques.gan.sequence.networks import CoordinateJudge
    from likewise.techniques.gan.video.network import DEPTH, WIDTH, Perceptron, Reading

    size, condition = ways.components.kept, ways.condition.shape[1]
    generator = built(lambda: ClipMaker.untrained(size, condition), effort.seed, "ways")
    reader = built(lambda: Perceptron(size, condition, 2 * NOISE), effort.seed, "reader of ways")
    judge = built(lambda: CoordinateJudge(size, condition, WIDTH, DEPTH), effort.seed, "judge of ways")
    reading = Reading(generator, reader)
    game = Game(ways, reading, judge)
    phases = [Phase("judge of ways", judge, game.telling, rate=RATE, betas=BETAS, warmup=100, average=None, half=False),
              Phase("ways", reading, game.passing, rate=RATE, betas=BETAS, warmup=100, half=False)]  # fmt: skip
    plan = Plan(STEPS, effort.batch_size or BATCH, effort.device, effort.budget)
    train(phases, ways.data(), plan, seed=effort.seed, progress=effort.progress, what="learning ways")
    return generator


@dataclass(frozen=True, eq=False)
class Game:
    """The losses of the game over components of ways.

    The generator also has to make real ways again of what a reader writes of them (Larsen et al. 2016, "Autoencoding
    beyond pixels using a learned similarity metric"): the ways of a kind of motion lie on a thin curved sheet, which
    the game alone does not find.
    """

    ways: Ways
    reading: Reading
    judge: CoordinateJudge

    def telling(self, batch: Sequence[Tensor], rng: Generator) -> Tensor:
        """Return the loss of the judge."""
        torch = require("torch", extra="deep")
        with torch.no_grad():
            real, made = self._real(batch, rng), self._made(batch, rng)
        return telling_loss(self.judge, real, made, batch[2], rng, weight=SLOPE)

    def passing(self, batch: Sequence[Tensor], rng: Generator) -> Tensor:
        """Return the loss of the generator and of the reader."""
        torch = require("torch", extra="deep")
        real, condition = self._real(batch, rng), batch[2]
        normal = torch.randn(len(real), NOISE, generator=rng, device=real.device)
        again, told = self.reading(real, condition, normal)
        error = 0.5 * torch.log((again - real).square().mean() + LEAST_ERROR)
        passed = passing_loss(self.judge, real, self._made(batch, rng), condition)
        return passed + READ * (error + TOLD * told.mean() / real.shape[1])

    def _real(self, batch: Sequence[Tensor], rng: Generator) -> Tensor:
        mean, deviation, _ = batch
        return self.ways.drawn_anew(mean, deviation, rng)

    def _made(self, batch: Sequence[Tensor], rng: Generator) -> Tensor:
        torch = require("torch", extra="deep")
        condition = batch[2]
        noise = torch.randn(len(condition), NOISE, generator=rng, device=condition.device)
        made: Tensor = self.reading.generator(noise, condition)
        return made
