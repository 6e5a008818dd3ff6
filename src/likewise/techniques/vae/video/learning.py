"""Learning clips: the ways of frames by a flow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from likewise.networks.building import built
from likewise.networks.flow import flow_loss
from likewise.networks.frames import learning
from likewise.networks.frames.ways import Ways
from likewise.networks.subject import Subject
from likewise.networks.synthesizer import Effort, Learnt
from likewise.networks.training import Phase, Plan, train
from likewise.techniques.vae.video.maker import ClipMaker

if TYPE_CHECKING:
    from torch import Generator, Tensor
    from torch.nn import Module

    from likewise.networks.training.phase import Batch

STEPS, BATCH, RATE = 2000, 128, 1e-3
"""Steps in which ways are learned where nothing is said, clips a step, and the learning rate."""

SHARE = 0.65
"""The share of the time that learning frames takes."""

DROP = 0.1
"""The share of rows whose attributes are hidden from the flow."""


def learn_clips(subject: Subject, effort: Effort) -> Learnt:
    """Learn a column of clips under the attributes beside it.

    Raises FitError where there is no clip to learn from.
    """
    return learning.learn_clips(subject, effort, ClipMaker, _learn_ways, share=SHARE)


def _learn_ways(ways: Ways, effort: Effort) -> Module:
    """Return the flow of ways, trained on points drawn anew around the means of frames."""
    flow = built(lambda: ClipMaker.untrained(ways.components.kept, ways.condition.shape[1]), effort.seed, "ways")

    def loss(batch: Batch, rng: Generator) -> Tensor:
        mean, deviation, beside = batch
        return flow_loss(flow, ways.drawn_anew(mean, deviation, rng), beside, rng, drop=DROP)

    plan = Plan(STEPS, effort.batch_size or BATCH, effort.device, effort.budget)
    phase = Phase("ways", flow, loss, rate=RATE, warmup=100)
    train([phase], ways.data(), plan, seed=effort.seed, progress=effort.progress, what="learning ways")
    return flow
