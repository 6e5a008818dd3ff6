"""Learning pictures: the way to points and back, how points lie under the attributes, and what points do not tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from likewise.core.extras import require
from likewise.core.table import Table
from likewise.networks.building import built
from likewise.networks.conditioning import Conditioner
from likewise.networks.flow import flow_loss
from likewise.networks.gaussians import Floats, Gaussians, plain
from likewise.networks.pictures import Pictures
from likewise.networks.points import STEPS, TOLD, encoded, latent_numbers, learn_points
from likewise.networks.subject import Subject
from likewise.networks.synthesizer import Effort, Learnt
from likewise.networks.training import Phase, Plan, train
from likewise.techniques.vae.image.details import learn_details
from likewise.techniques.vae.image.maker import PictureMaker, points_flow

if TYPE_CHECKING:
    from torch import Generator, Tensor

    from likewise.networks.layers.vectors import VectorVelocity
    from likewise.networks.training.phase import Batch

FLOW_STEPS, FLOW_BATCH, FLOW_RATE = 1500, 128, 2e-3
"""Steps in which the flow of points is learned, points a step, and the learning rate; a flow from the points' own
distributions has little left to learn."""

SHARE, FLOW_SHARE = 0.4, 0.2
"""The share of the time that the way to points and back takes, and of what is left then the flow of points; details
take the rest."""


def learn_pictures(subject: Subject, effort: Effort) -> Learnt:
    """Learn a column of pictures under the attributes beside it.

    Raises FitError where there are fewer than two pictures, one without pixels, or channels that do not go together.
    """
    media = subject.media
    assert media is not None
    cells, attributes = subject.cells()
    pictures = Pictures.of(cells, media.name, effort.size, effort.device)
    maker = learn_maker(pictures, attributes, effort)
    column = media.model_copy(update={"shape": pictures.shape, "reason": ""})
    return Learnt(maker, (column,), pictures.notes)


def learn_maker(pictures: Pictures, attributes: Table, effort: Effort) -> PictureMaker:
    """Return a maker of pictures under attributes, a row of them for each."""
    conditioner = Conditioner.fit(attributes)
    condition = conditioner.encode(attributes, len(pictures.pixels))
    latent = latent_numbers(pictures.shape)
    network, maps = learn_points(pictures, effort, latent=latent, steps=STEPS, share=SHARE, told=TOLD)
    means, spreads = encoded(network, pictures.pixels, effort.device)
    deviations = np.exp(spreads / 2)
    prior = Gaussians.fit(means, deviations**2, condition)
    flow = _learn_flow(means, deviations, condition, prior, effort)
    details = learn_details(network, maps, (means, deviations), condition, effort)
    return PictureMaker(network, flow, prior, details, conditioner, effort.device)


def _learn_flow(
    means: Floats, deviations: Floats, condition: Floats, prior: Gaussians, effort: Effort
) -> VectorVelocity:  # fmt: skip
    """Return the flow of points, trained on points drawn anew around the means of pictures."""
    torch = require("torch", extra="deep")
    name = effort.device.name
    flow = built(lambda: points_flow(means.shape[1], condition.shape[1]), effort.seed, "points")
    tensors = prior.tensors(name)

    def loss(batch: Batch, rng: Generator) -> Tensor:
        mean, deviation, beside, groups = batch
        with torch.autocast(mean.device.type, enabled=False):
            point = mean + deviation * torch.randn(mean.shape, generator=rng, device=mean.device)
            numbers = plain(point, beside, groups, tensors)
        return flow_loss(flow, numbers, beside, rng)

    plan = Plan(FLOW_STEPS, max(effort.batch_size or 0, FLOW_BATCH), effort.device, effort.budget.part(FLOW_SHARE))
    data = [torch.from_numpy(np.ascontiguousarray(own, dtype=np.float32)) for own in (means, deviations, condition)]
    data.append(torch.from_numpy(prior.groups(condition)))
    phase = Phase("points", flow, loss, rate=FLOW_RATE, warmup=100, average=0.1)
    train([phase], data, plan, seed=effort.seed, progress=effort.progress, what="learning points")
    return flow
