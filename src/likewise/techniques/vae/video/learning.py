"""Learning clips: first their frames, then the ways that frames take."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from likewise.core.extras import require
from likewise.networks.clips import Clips
from likewise.networks.conditioning import Conditioner
from likewise.networks.flow import condition_width, flow_loss
from likewise.networks.initial import weights_from
from likewise.networks.pictures import to_maps
from likewise.networks.subject import Subject
from likewise.networks.synthesizer import Effort, Learnt
from likewise.networks.training import Phase, Plan, train
from likewise.techniques.vae.video.maker import ClipMaker, Parts, encoded
from likewise.techniques.vae.video.trajectories import Whitening

if TYPE_CHECKING:
    from torch import Generator, Tensor

    from likewise.networks.training.phase import Batch
    from likewise.techniques.vae.video.network import FrameVAE

FRAME_STEPS, FRAME_CLIPS, FRAME_RATE = 700, 48, 2e-3
"""Steps in which frames are learned where nothing is said, clips a step, and the learning rate."""

WAY_STEPS, WAY_CLIPS, WAY_RATE = 2500, 128, 1e-3
"""The same for ways."""

FRAMES_SHARE = 0.6
"""The share of the time that learning frames takes."""

CURVE = 1.0
"""How much it costs when points of three frames in a row do not lie on a line, evenly spaced."""

DROP = 0.1
"""The share of rows whose attributes are hidden from the flow."""


def learn_clips(subject: Subject, effort: Effort, *, frames: int | None, size: int | None) -> Learnt:
    """Learn a column of clips under the attributes beside it.

    Raises FitError where there is no clip to learn from.
    """
    media = subject.media
    assert media is not None
    cells, attributes = subject.cells()
    clips = Clips.of(cells, media.name, frames=frames, size=size, device=effort.device)
    conditioner = Conditioner.fit(attributes)
    condition = conditioner.encode(attributes)[clips.rows]
    network = _learn_frames(clips, effort)
    means, spreads = encoded(network, clips.pixels, effort.device)
    whitening = Whitening.fit(means.reshape(len(means), -1), np.exp(spreads).reshape(len(means), -1))
    flow = _learn_ways(means, spreads, condition, whitening, effort)
    maker = ClipMaker(Parts(network, flow, whitening, conditioner, clips.shape), effort.device)
    column = media.model_copy(update={"shape": clips.shape, "reason": ""})
    return Learnt(maker, (*(c.model_copy(update={"reason": ""}) for c in attributes.schema.columns), column), clips.notes)


def _learn_frames(clips: Clips, effort: Effort) -> FrameVAE:
    """Return the network of frames, trained on three neighbouring frames of each clip of a batch."""
    torch = require("torch", extra="deep")
    from likewise.techniques.vae.video.network import Build, FrameVAE

    length, height, width, channels = clips.shape
    build = Build((height, width, channels))
    with weights_from(effort.seed, "frames"):
        network = FrameVAE(build).to(memory_format=torch.channels_last)
    maps = to_maps(clips.pixels.reshape(-1, height, width, channels), build.multiple)
    data = maps.reshape(len(clips.pixels), length, *maps.shape[1:])
    phase = Phase("frames", network, Frames(network, min(length, 3)), rate=FRAME_RATE, warmup=40, clip=1e3)
    plan = Plan(FRAME_STEPS, effort.batch_size or FRAME_CLIPS, effort.device, effort.budget.part(FRAMES_SHARE))
    train([phase], [data], plan, seed=effort.seed, progress=effort.progress, what="learning frames")
    return network


@dataclass(frozen=True, eq=False)
class Frames:
    """The loss of frames: how far pixels are off, what their points tell, and how crooked their ways are.

    The variance of pixels is that of their errors (Rybkin et al. 2021, "Simple and effective VAE training with
    calibrated decoders"), so that nothing has to be weighed by hand.
    """

    network: FrameVAE
    span: int

    def __call__(self, batch: Batch, rng: Generator) -> Tensor:
        """Return the loss of some frames in a row of each clip of a batch, per pixel."""
        torch = require("torch", extra="deep")
        (clips,) = batch
        rows, length = clips.shape[:2]
        start = torch.randint(length - self.span + 1, (rows, 1), generator=rng, device=clips.device)
        places = start + torch.arange(self.span, device=clips.device)
        frames = clips[torch.arange(rows, device=clips.device)[:, None], places].flatten(0, 1)
        mean, spread = self.network.encode(frames)
        point = mean + (spread / 2).exp() * torch.randn(mean.shape, generator=rng, device=mean.device)
        error = (self.network.decode(point) - frames).square().mean()
        told = 0.5 * (mean.square() + spread.exp() - 1 - spread).sum(dim=1).mean()
        numbers = frames[0].numel()
        loss = 0.5 * numbers * torch.log(error + 1e-5) + told
        if self.span == 3:
            first, second, third = mean.reshape(rows, self.span, -1).unbind(1)
            loss = loss + CURVE * (first - 2 * second + third).square().sum(dim=1).mean()
        return loss / numbers


def _learn_ways(means: np.ndarray, spreads: np.ndarray, condition: np.ndarray, whitening: Whitening, effort: Effort):  # type: ignore[no-untyped-def]
    """Return the flow of ways, trained on points drawn anew around the means of frames."""
    torch = require("torch", extra="deep")
    from likewise.networks.layers.vectors import VectorVelocity

    size = whitening.into.shape[1]
    with weights_from(effort.seed, "ways"):
        flow = VectorVelocity(size, condition_width(condition.shape[1]), width=384)
    middle, into = (torch.from_numpy(own).to(effort.device.name) for own in (whitening.middle, whitening.into))

    def loss(batch: Batch, rng: Generator) -> Tensor:
        mean, deviation, beside = batch
        ways = mean + deviation * torch.randn(mean.shape, generator=rng, device=mean.device)
        with torch.autocast(ways.device.type, enabled=False):
            whitened = (ways - middle) @ into
        return flow_loss(flow, whitened, beside, rng, drop=DROP)

    rows = len(means)
    data = [means.reshape(rows, -1), np.exp(spreads / 2).reshape(rows, -1), condition]
    plan = Plan(WAY_STEPS, effort.batch_size or WAY_CLIPS, effort.device, effort.budget.part(1))
    phase = Phase("ways", flow, loss, rate=WAY_RATE, warmup=100)
    train([phase], [torch.from_numpy(np.ascontiguousarray(own, dtype=np.float32)) for own in data], plan,
          seed=effort.seed, progress=effort.progress, what="learning ways")  # fmt: skip
    return flow
