"""Learning clips by adversaries: frames as points, then ways through these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from likewise.core.extras import require
from likewise.networks.adversarial import passing_loss, telling_loss
from likewise.networks.building import built
from likewise.networks.clips import Clips
from likewise.networks.conditioning import Conditioner
from likewise.networks.frames.learning import Floats, encoded, learn_frames
from likewise.networks.frames.ways import NEAR, Whitening
from likewise.networks.subject import Subject
from likewise.networks.synthesizer import Effort, Learnt
from likewise.networks.training import Phase, Plan, train
from likewise.techniques.gan.video.maker import ClipMaker, Parts, conditions

if TYPE_CHECKING:
    from torch import Generator, Tensor

    from likewise.networks.frames.network import Build
    from likewise.networks.training.phase import Batch
    from likewise.techniques.gan.video.network import Judge, Motion

STEPS, BATCH, RATE = 2000, 128, 1e-3
"""Steps in which ways are learned where nothing is said, clips a step, and the learning rate."""

FRAMES_SHARE = 0.4
"""The share of the time that learning frames takes."""

PENALTY, REACH = 1.0, 0.1
"""How much steepness of the judge costs, and how far it is looked for."""

BETAS = (0.0, 0.99)
"""No momentum: what a judge said before is not what it says now."""


def learn_clips(subject: Subject, effort: Effort) -> Learnt:
    """Learn a column of clips under the attributes beside it.

    Raises FitError where there is no clip to learn from.
    """
    media = subject.media
    assert media is not None
    cells, attributes = subject.cells()
    clips = Clips.of(cells, media.name, frames=effort.frames, size=effort.size, device=effort.device)
    conditioner = Conditioner.fit(attributes)
    condition = conditions(conditioner, attributes, len(cells))[clips.rows]
    network = learn_frames(clips, effort, effort.budget.part(FRAMES_SHARE))
    means, spreads = encoded(network, clips.pixels, effort.device)
    deviations = np.asarray(NEAR * np.exp(spreads / 2), dtype=np.float32)
    whitening = Whitening.fit(means, deviations)
    motion = _learn_ways(means, deviations, condition, whitening, network.build, clips.shape[0], effort)
    maker = ClipMaker(Parts(network, motion, whitening, conditioner, clips.shape), effort.device)
    column = media.model_copy(update={"shape": clips.shape, "reason": ""})
    return Learnt(maker, (column,), clips.notes)


def _learn_ways(
    means: Floats,
    deviations: Floats,
    condition: Floats,
    whitening: Whitening,
    build: Build,
    frames: int,
    effort: Effort,
) -> Motion:
    """Return the generator of ways, trained against a judge of their principal components."""
    torch = require("torch", extra="deep")
    from likewise.techniques.gan.video.network import Judge, Motion

    size, width = whitening.into.shape[1], condition.shape[1]
    motion = built(lambda: Motion(frames, build.content, build.motion, width), effort.seed, "motion")
    judge = built(lambda: Judge(size, width), effort.seed, "judge of ways")
    middle, into = (torch.from_numpy(own).to(effort.device.name) for own in (whitening.middle, whitening.into))
    ways = Ways(motion, judge, middle, into)
    data = [torch.from_numpy(np.ascontiguousarray(own, dtype=np.float32)) for own in (means, deviations, condition)]
    phases = [
        Phase("judge of ways", judge, ways.judged, rate=RATE, betas=BETAS, warmup=100, average=None),
        Phase("ways", motion, ways.drawn, rate=RATE, betas=BETAS, warmup=100),
    ]
    plan = Plan(STEPS, effort.batch_size or BATCH, effort.device, effort.budget.part(1))
    train(phases, data, plan, seed=effort.seed, progress=effort.progress, what="learning ways")
    return motion


@dataclass(frozen=True, eq=False)
class Ways:
    """The losses of ways: real ones are drawn anew around the means of their frames."""

    motion: Motion
    judge: Judge
    middle: Tensor
    into: Tensor

    def judged(self, batch: Batch, rng: Generator) -> Tensor:
        """Return the loss of the judge."""
        torch = require("torch", extra="deep")
        with torch.autocast(self.middle.device.type, enabled=False):
            with torch.no_grad():
                real, drawn = self._both(batch, rng)
            return telling_loss(self.judge, real, drawn, batch[2], rng, weight=PENALTY, step=REACH)

    def drawn(self, batch: Batch, rng: Generator) -> Tensor:
        """Return the loss of the generator."""
        torch = require("torch", extra="deep")
        with torch.autocast(self.middle.device.type, enabled=False):
            real, drawn = self._both(batch, rng)
            return passing_loss(self.judge, real, drawn, batch[2])

    def _both(self, batch: Batch, rng: Generator) -> tuple[Tensor, Tensor]:
        """Return the components of real and of drawn ways; both are as far from the means as frames are told."""
        torch = require("torch", extra="deep")
        mean, deviation, beside = batch
        near = [deviation * torch.randn(mean.shape, generator=rng, device=mean.device) for _ in range(2)]
        ways = self.motion(_noise(self.motion, len(mean), rng), beside)
        return (mean + near[0] - self.middle) @ self.into, (ways + near[1] - self.middle) @ self.into


def _noise(motion: Motion, rows: int, rng: Generator) -> Tensor:
    torch = require("torch", extra="deep")
    from likewise.techniques.gan.video.network import CONTENT, STEP

    return torch.randn(rows, CONTENT + motion.frames * STEP, generator=rng, device=rng.device)
