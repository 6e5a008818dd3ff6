"""Learning clips: first frames, as points that move evenly where frames do, then the ways that points take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from likewise.core.extras import require
from likewise.networks.building import built
from likewise.networks.clips import Clips
from likewise.networks.conditioning import Conditioner
from likewise.networks.frames.maker import WayMaker
from likewise.networks.frames.space import FrameSpace, unrolled
from likewise.networks.frames.ways import Ways
from likewise.networks.pictures import to_maps
from likewise.networks.subject import Subject
from likewise.networks.synthesizer import Effort, Learnt
from likewise.networks.training import Budget, Phase, Plan, train

if TYPE_CHECKING:
    from torch import Generator, Tensor
    from torch.nn import Module

    from likewise.networks.layers.autoencoder import PictureVAE
    from likewise.networks.training.phase import Batch

CONTENT, MOTION = 48, 16
"""Numbers of a frame that stay in a clip, and that move."""

STEPS, BATCH, RATE = 1000, 16, 2e-3
"""Steps in which frames are learned where nothing is said, clips a step, and the learning rate."""

TOLD = 5.0
"""How much it costs what points tell of frames: neighbouring pixels are alike, so that few numbers tell them all."""

OTHERS = 2
"""Frames of a clip that tell what stays in it."""

CURVE = 1.0
"""How much it costs when points of three frames in a row do not lie on a line, evenly spaced."""


def learn_clips(
    subject: Subject, effort: Effort, maker: type[WayMaker], learn: Callable[[Ways, Effort], Module], *, share: float
) -> Learnt:
    """Learn a column of clips under the attributes beside it: frames in a share of the time, by `learn` their ways.

    Raises FitError where there is no clip to learn from.
    """
    media = subject.media
    assert media is not None
    cells, attributes = subject.cells()
    clips = Clips.of(cells, media.name, frames=effort.frames, size=effort.size, device=effort.device)
    conditioner = Conditioner.fit(attributes)
    condition = conditioner.encode(attributes, len(cells))[clips.rows]
    space = _learn_frames(clips, effort, effort.budget.part(share))
    ways = Ways.of(*space.encode(clips.pixels, effort.device), condition)
    drawer = learn(ways, replace(effort, budget=effort.budget.part(1)))
    column = media.model_copy(update={"shape": clips.shape, "reason": ""})
    return Learnt(maker(space, ways.whitening, conditioner, drawer, effort.device), (column,), clips.notes)


def _learn_frames(clips: Clips, effort: Effort, budget: Budget) -> FrameSpace:
    """Return the space of frames, trained on three neighbouring frames of each clip of a batch."""
    torch = require("torch", extra="deep")
    from likewise.networks.layers.autoencoder import Build, PictureVAE

    length, height, width, channels = clips.shape
    build = Build((height, width, channels), CONTENT + MOTION)
    network = built(lambda: PictureVAE(build), effort.seed, "frames")
    network.to(memory_format=torch.channels_last)
    maps = to_maps(clips.pixels.reshape(-1, height, width, channels), build.multiple)
    data = maps.reshape(len(clips.pixels), length, *maps.shape[1:])
    phase = Phase("frames", network, Frames(network, min(length, 3)), rate=RATE, warmup=40, clip=1.0)
    plan = Plan(STEPS, BATCH, effort.device, budget)
    train([phase], [data], plan, seed=effort.seed, progress=effort.progress, what="learning frames")
    return FrameSpace(network, CONTENT, length)


@dataclass(frozen=True, eq=False)
class Frames:
    """The loss of frames: how far pixels are off, what their points tell, and how crooked their ways are.

    Neighbouring frames are learned together; what stays in a clip is read from other frames of it, so that it cannot
    tell where things are (Li and Mandt 2018, "Disentangled sequential autoencoder"). The variance of pixels is that of
    their errors (Rybkin et al. 2021, "Simple and effective VAE training with calibrated decoders"), so that nothing has
    to be weighed by hand.
    """

    network: PictureVAE
    span: int

    def __call__(self, batch: Batch, rng: Generator) -> Tensor:
        """Return the loss of some frames in a row of each clip of a batch, per pixel."""
        torch = require("torch", extra="deep")
        (clips,) = batch
        frames, mean, spread = self._seen(clips, rng)
        ways = mean + (spread / 2).exp() * torch.randn(mean.shape, generator=rng, device=mean.device)
        error = (self.network.decode(unrolled(ways, CONTENT, self.span)) - frames).square().mean()
        told = 0.5 * (mean.square() + spread.exp() - 1 - spread).sum(dim=1).mean() / self.span
        numbers = frames[0].numel()
        loss = 0.5 * numbers * torch.log(error + 1e-5) + TOLD * told
        if self.span == 3:
            first, second, third = mean[:, CONTENT:].unflatten(1, (self.span, -1)).unbind(1)
            loss = loss + CURVE * (first - 2 * second + third).square().sum(dim=1).mean()
        return loss / numbers

    def _seen(self, clips: Tensor, rng: Generator) -> tuple[Tensor, Tensor, Tensor]:
        """Return some frames in a row of each clip, one after another, and how their ways are distributed."""
        torch = require("torch", extra="deep")
        rows, length = clips.shape[:2]
        start = torch.randint(length - self.span + 1, (rows, 1), generator=rng, device=clips.device)
        beside = torch.randint(length, (rows, OTHERS), generator=rng, device=clips.device)
        places = torch.cat([start + torch.arange(self.span, device=clips.device), beside], dim=1)
        seen = clips[torch.arange(rows, device=clips.device)[:, None], places]
        mean, spread = (
            torch.cat([own[:, self.span :, :CONTENT].mean(1), own[:, : self.span, CONTENT:].flatten(1)], dim=1)
            for own in (own.unflatten(0, (rows, -1)) for own in self.network.encode(seen.flatten(0, 1)))
        )
        return seen[:, : self.span].flatten(0, 1), mean, spread
