"""Learning pictures: the way to points and back, how points lie under the attributes, and what points do not tell."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True)
class Way:
    """Say how many times as many numbers as usual a picture becomes, in how many steps, and what it costs to tell them.

    `share` is the share of the time that this takes, `flow` that of what is left then for the flow of points.
    """

    numbers: int
    steps: int
    told: float
    share: float
    flow: float


PLAIN = Way(numbers=2, steps=2 * STEPS, told=0.3, share=0.8, flow=1.0)
"""Points tell all that is drawn. On a processor details take twice the time, and classifiers learn no more of them."""

DETAILED = Way(numbers=1, steps=STEPS, told=TOLD, share=0.4, flow=0.2)
"""Points tell less, and details are drawn beside, on a graphics card, where they cost seconds."""


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
    way = PLAIN if effort.device.name == "cpu" else DETAILED
    latent = way.numbers * latent_numbers(pictures.shape)
    network, maps = learn_points(pictures, effort, latent=latent, steps=way.steps, share=way.share, told=way.told)
    means, spreads = encoded(network, pictures.pixels, effort.device)
    deviations = np.exp(spreads / 2)
    prior = Gaussians.fit(means, deviations**2, condition)
    points = means, deviations
    flow = _learn_flow(points, condition, prior, way.flow, effort)
    details = learn_details(network, maps, points, condition, effort) if way is DETAILED else None
    return PictureMaker(network, flow, prior, details, conditioner, effort.device)


def _learn_flow(
    points: tuple[Floats, Floats], condition: Floats, prior: Gaussians, share: float, effort: Effort
) -> VectorVelocity:
    """Return the flow of points, trained on points drawn anew around the means of pictures, in a share of the time."""
    means, deviations = points
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

    plan = Plan(FLOW_STEPS, max(effort.batch_size or 0, FLOW_BATCH), effort.device, effort.budget.part(share))
    data = [torch.from_numpy(np.ascontiguousarray(own, dtype=np.float32)) for own in (means, deviations, condition)]
    data.append(torch.from_numpy(prior.groups(condition)))
    phase = Phase("points", flow, loss, rate=FLOW_RATE, warmup=100, average=0.1)
    train([phase], data, plan, seed=effort.seed, progress=effort.progress, what="learning points")
    return flow
