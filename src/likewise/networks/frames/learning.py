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
from likewise.networks.frames.space import FrameSpace
from likewise.networks.frames.ways import Ways
from likewise.networks.gaussians import divergence
from likewise.networks.pictures import to_maps
from likewise.networks.points import LEAST_ERROR
from likewise.networks.subject import Subject
from likewise.networks.synthesizer import Effort, Learnt
from likewise.networks.training import Budget, Phase, Plan, train

if TYPE_CHECKING:
    from torch import Generator, Tensor
    from torch.nn import Module

    from likewise.networks.layers.autoencoder import PictureVAE
    from likewise.networks.training.phase import Batch

CONTENT, MOTION = 48, 32
"""Numbers of a frame that stay in a clip, and that move."""

STEPS, BATCH, RATE = 2500, 8, 3e-3
"""Steps in which frames are learned where nothing is said, clips a step, and the learning rate."""

TOLD = 0.3
"""How much it costs what points tell of frames: neighbouring pixels err alike, so that fewer are told of."""

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
    return Learnt(maker(space, ways.components, conditioner, drawer, effort.device), (column,), clips.notes)


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

    Three neighbouring frames of a clip are encoded, and one of them is decoded, for they look alike. What stays in the
    clip is read from another frame of it, so that it cannot tell where things are (Li and Mandt 2018). The scale of
    errors is that which they have, as for pictures.
    """

    network: PictureVAE
    span: int

    def __call__(self, batch: Batch, rng: Generator) -> Tensor:
        """Return the loss of some frames in a row of each clip of a batch, per pixel."""
        torch = require("torch", extra="deep")
        (clips,) = batch
        rows, length = clips.shape[:2]
        each = torch.arange(rows, device=clips.device)
        start = torch.randint(length - self.span + 1, (rows, 1), generator=rng, device=clips.device)
        beside = torch.randint(length, (rows, 1), generator=rng, device=clips.device)
        shown = torch.randint(self.span, (rows,), generator=rng, device=clips.device)
        seen = clips[each[:, None], torch.cat([start + torch.arange(self.span, device=clips.device), beside], dim=1)]
        mean, spread = (own.unflatten(0, (rows, -1)) for own in self.network.encode(seen.flatten(0, 1)))
        point, about = (torch.cat([own[:, -1, :CONTENT], own[each, shown, CONTENT:]], dim=1) for own in (mean, spread))
        point = point + (about / 2).exp() * torch.randn(point.shape, generator=rng, device=point.device)
        error = (self.network.decode(point) - seen[each, shown]).abs().mean()
        told = divergence(mean[:, -1, :CONTENT], spread[:, -1, :CONTENT]).mean() / self.span
        told = told + divergence(mean[:, :-1, CONTENT:], spread[:, :-1, CONTENT:]).mean() / self.span
        loss = TOLD * told
        if self.span == 3:
            first, second, third = mean[:, :-1, CONTENT:].unbind(1)
            loss = loss + CURVE * (first - 2 * second + third).square().sum(dim=1).mean()
        return torch.log(error + LEAST_ERROR) + loss / clips[0, 0].numel()
