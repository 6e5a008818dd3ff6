"""Learning clips: first their frames, then the ways that frames take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from likewise.core.extras import require
from likewise.networks.building import built
from likewise.networks.clips import Clips
from likewise.networks.conditioning import Conditioner
from likewise.networks.flow import condition_width, flow_loss
from likewise.networks.frames.learning import Floats, encoded, learn_frames
from likewise.networks.frames.ways import NEAR, Whitening
from likewise.networks.subject import Subject
from likewise.networks.synthesizer import Effort, Learnt
from likewise.networks.training import Phase, Plan, train
from likewise.techniques.vae.video.maker import WIDTH, ClipMaker, Parts

if TYPE_CHECKING:
    from torch import Generator, Tensor

    from likewise.networks.layers.vectors import VectorVelocity
    from likewise.networks.training.phase import Batch

STEPS, BATCH, RATE = 2000, 128, 1e-3
"""Steps in which ways are learned where nothing is said, clips a step, and the learning rate."""

FRAMES_SHARE = 0.65
"""The share of the time that learning frames takes."""

DROP = 0.1
"""The share of rows whose attributes are hidden from the flow."""


def learn_clips(subject: Subject, effort: Effort) -> Learnt:
    """Learn a column of clips under the attributes beside it.

    Raises FitError where there is no clip to learn from.
    """
    media = subject.media
    assert media is not None
    cells, attributes = subject.cells()
    clips = Clips.of(cells, media.name, frames=effort.frames, size=effort.size, device=effort.device)
    conditioner = Conditioner.fit(attributes)
    condition = conditioner.encode(attributes, len(cells))[clips.rows]
    network = learn_frames(clips, effort, effort.budget.part(FRAMES_SHARE))
    means, spreads = encoded(network, clips.pixels, effort.device)
    deviations = np.asarray(NEAR * np.exp(spreads / 2), dtype=np.float32)
    whitening = Whitening.fit(means, deviations)
    flow = _learn_ways(means, deviations, condition, whitening, effort)
    maker = ClipMaker(Parts(network, flow, whitening, conditioner, clips.shape), effort.device)
    column = media.model_copy(update={"shape": clips.shape, "reason": ""})
    return Learnt(maker, (column,), clips.notes)


def _learn_ways(
    means: Floats, deviations: Floats, condition: Floats, whitening: Whitening, effort: Effort
) -> VectorVelocity:  # fmt: skip
    """Return the flow of ways, trained on points drawn anew around the means of frames."""
    torch = require("torch", extra="deep")
    from likewise.networks.layers.vectors import VectorVelocity

    size, told = whitening.into.shape[1], condition_width(condition.shape[1])
    flow = built(lambda: VectorVelocity(size, told, width=WIDTH), effort.seed, "ways")
    middle, into = (torch.from_numpy(own).to(effort.device.name) for own in (whitening.middle, whitening.into))

    def loss(batch: Batch, rng: Generator) -> Tensor:
        mean, deviation, beside = batch
        ways = mean + deviation * torch.randn(mean.shape, generator=rng, device=mean.device)
        with torch.autocast(ways.device.type, enabled=False):
            whitened = (ways - middle) @ into
        return flow_loss(flow, whitened, beside, rng, drop=DROP)

    plan = Plan(STEPS, effort.batch_size or BATCH, effort.device, effort.budget.part(1))
    data = [torch.from_numpy(np.ascontiguousarray(own, dtype=np.float32)) for own in (means, deviations, condition)]
    phase = Phase("ways", flow, loss, rate=RATE, warmup=100)
    train([phase], data, plan, seed=effort.seed, progress=effort.progress, what="learning ways")
    return flow
