"""Learning clips by adversaries: frames as points, then ways through these, then the clips that are shown on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from likewise.core.extras import require
from likewise.networks.adversarial import passing_loss, telling_loss
from likewise.networks.clips import Clips
from likewise.networks.conditioning import Conditioner
from likewise.networks.frames.learning import Floats, encoded, learn_frames
from likewise.networks.frames.ways import NEAR, Whitening
from likewise.networks.initial import weights_from
from likewise.networks.pictures import to_maps
from likewise.networks.subject import Subject
from likewise.networks.synthesizer import Effort, Learnt
from likewise.networks.training import Phase, Plan, train
from likewise.techniques.gan.video.maker import ClipMaker, Parts, conditions

if TYPE_CHECKING:
    from torch import Generator, Tensor
    from torch.nn import Module, ModuleList

    from likewise.networks.frames.network import Build, FrameVAE
    from likewise.networks.training.phase import Batch
    from likewise.techniques.gan.video.network import ClipJudge, Judge, Motion

WAY_STEPS, WAY_BATCH, WAY_RATE = 4000, 128, 1e-3
CLIP_STEPS, CLIP_BATCH, CLIP_RATE = 400, 12, 2e-4
"""Steps in which ways and clips are learned where nothing is said, clips a step, and the learning rates."""

SHARES = 0.35, 0.4
"""The share of the time that frames take, and that of what is left that ways do."""

WAY_PENALTY, WAY_REACH = 1.0, 0.1
CLIP_PENALTY, CLIP_REACH = 0.5, 0.05
"""How much steepness of judges costs, and how far they look for it."""

BETAS = (0.0, 0.99)
"""No momentum: what a judge said before is not what it says now."""

WIDTHS = (48, 64, 96)
"""Channels of the maps of the judge of clips."""


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
    network = learn_frames(clips, effort, effort.budget.part(SHARES[0]))
    means, spreads = encoded(network, clips.pixels, effort.device)
    deviations = NEAR * np.exp(spreads / 2)
    whitening = Whitening.fit(means, deviations)
    motion = _learn_ways(means, deviations, condition, whitening, network.build, clips.shape[0], effort)
    _learn_clips(clips, condition, network, motion, whitening, effort)
    maker = ClipMaker(Parts(network, motion, whitening, conditioner, clips.shape), effort.device)
    column = media.model_copy(update={"shape": clips.shape, "reason": ""})
    columns = (*(c.model_copy(update={"reason": ""}) for c in attributes.schema.columns), column)
    return Learnt(maker, columns, clips.notes)


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
    with weights_from(effort.seed, "motion"):
        motion = Motion(frames, build.content, build.motion, width)
    with weights_from(effort.seed, "judge of ways"):
        judge = Judge(size, width)
    middle, into = (torch.from_numpy(own).to(effort.device.name) for own in (whitening.middle, whitening.into))
    ways = Ways(motion, judge, middle, into)
    data = [torch.from_numpy(np.ascontiguousarray(own, dtype=np.float32)) for own in (means, deviations, condition)]
    phases = [
        Phase("judge of ways", judge, ways.judged, rate=WAY_RATE, betas=BETAS, warmup=100, average=None),
        Phase("ways", motion, ways.drawn, rate=WAY_RATE, betas=BETAS, warmup=100),
    ]
    plan = Plan(WAY_STEPS, effort.batch_size or WAY_BATCH, effort.device, effort.budget.part(SHARES[1]))
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
            return telling_loss(self.judge, real, drawn, batch[2], rng, weight=WAY_PENALTY, step=WAY_REACH)

    def drawn(self, batch: Batch, rng: Generator) -> Tensor:
        """Return the loss of the generator."""
        torch = require("torch", extra="deep")
        with torch.autocast(self.middle.device.type, enabled=False), at_rest(self.judge):
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


def _learn_clips(
    clips: Clips, condition: Floats, network: FrameVAE, motion: Motion, whitening: Whitening, effort: Effort
) -> None:
    """Train the generator of ways and the decoder of frames on, against judges of clips and of single frames."""
    torch = require("torch", extra="deep")
    from likewise.techniques.gan.video.network import ClipJudge

    length, height, width, channels = clips.shape
    maps = to_maps(clips.pixels.reshape(-1, height, width, channels), network.build.multiple)
    data = [maps.reshape(len(clips.pixels), length * channels, *maps.shape[2:]), torch.from_numpy(condition)]
    base = network.build.base
    with weights_from(effort.seed, "judges"):
        judges = torch.nn.ModuleList(ClipJudge(count, base, condition.shape[1], WIDTHS) for count in
                                     (length * channels, channels))  # fmt: skip
    name = effort.device.name
    shown = Shown(motion, network, judges, channels, torch.from_numpy(whitening.middle).to(name),
                  torch.from_numpy(whitening.into @ whitening.back.T).to(name))  # fmt: skip
    generator = torch.nn.ModuleList([motion, network.start, network.decoder])
    phases = [
        Phase("judges", judges, shown.judged, rate=2 * CLIP_RATE, betas=BETAS, warmup=30, average=None),
        Phase("clips", generator, shown.drawn, rate=CLIP_RATE, betas=BETAS, warmup=60),
    ]
    plan = Plan(CLIP_STEPS, effort.batch_size or CLIP_BATCH, effort.device, effort.budget.part(1))
    train(phases, data, plan, seed=effort.seed, progress=effort.progress, what="learning clips")


@dataclass(frozen=True, eq=False)
class Shown:
    """The losses of clips: a judge of whole ones and one of a frame of each, chosen anew in every step."""

    motion: Motion
    network: FrameVAE
    judges: ModuleList
    channels: int
    middle: Tensor
    kept: Tensor

    def clips(self, beside: Tensor, rng: Generator) -> Tensor:
        """Return drawn clips: rows x frames * channels x height x width."""
        torch = require("torch", extra="deep")
        from likewise.networks.frames.network import unrolled

        with torch.autocast(self.middle.device.type, enabled=False):
            ways = self.motion(_noise(self.motion, len(beside), rng), beside)
            ways = (ways - self.middle) @ self.kept + self.middle
        frames = self.network.decode(unrolled(ways, self.network.build)).clamp(-1.1, 1.1)
        return frames.reshape(len(ways), -1, *frames.shape[2:])

    def judged(self, batch: Batch, rng: Generator) -> Tensor:
        """Return the loss of both judges."""
        torch = require("torch", extra="deep")
        real, beside = batch
        with torch.no_grad():
            drawn = self.clips(beside, rng)
        of_clips, of_frames = (
            telling_loss(judge, own, other, beside, rng, weight=CLIP_PENALTY, step=CLIP_REACH, every=2)
            for judge, (own, other) in self._looks(real, drawn, rng)
        )
        return of_clips + of_frames

    def drawn(self, batch: Batch, rng: Generator) -> Tensor:
        """Return the loss of the generator before both judges."""
        real, beside = batch
        with at_rest(self.judges):
            drawn = self.clips(beside, rng)
            of_clips, of_frames = (
                passing_loss(judge, own, other, beside) for judge, (own, other) in self._looks(real, drawn, rng)
            )
            return of_clips + of_frames

    def _looks(self, real: Tensor, drawn: Tensor, rng: Generator) -> list[tuple[ClipJudge, tuple[Tensor, Tensor]]]:
        torch = require("torch", extra="deep")
        rows = torch.arange(len(real), device=real.device)
        at = torch.randint(self.motion.frames, (len(real),), generator=rng, device=real.device)
        frames = tuple(own.unflatten(1, (self.motion.frames, self.channels))[rows, at] for own in (real, drawn))
        return [(self.judges[0], (real, drawn)), (self.judges[1], frames)]


@contextmanager
def at_rest(module: Module) -> Iterator[None]:
    """Let nothing be learned about a module inside: what flows through it leaves no gradients in its own weights."""
    module.requires_grad_(False)
    try:
        yield
    finally:
        module.requires_grad_(True)
