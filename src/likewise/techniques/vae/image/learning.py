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
from likewise.networks.pictures import SHOWN, Bytes, Pictures, sheet, to_maps, to_pixels
from likewise.networks.subject import Subject
from likewise.networks.synthesizer import Effort, Learnt
from likewise.networks.training import Phase, Plan, train
from likewise.techniques.vae.image.details import learn_details
from likewise.techniques.vae.image.maker import PictureMaker, encoded, points_flow

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Generator, Tensor

    from likewise.networks.layers.autoencoder import PictureVAE
    from likewise.networks.layers.vectors import VectorVelocity
    from likewise.networks.training.phase import Batch

    Changes = Callable[[Tensor, Generator], Tensor]

STEPS, BATCH, RATE = 2500, 32, 3e-3
"""Steps in which the way to points and back is learned, pictures a step, and the learning rate."""

FLOW_STEPS, FLOW_BATCH, FLOW_RATE = 1500, 128, 2e-3
"""The same of the flow of points; a flow from the points' own distributions has little left to learn."""

SHARE, FLOW_SHARE = 0.4, 0.2
"""The share of the time that the way to points and back takes, and of what is left then the flow of points; details
take the rest."""

TOLD = 0.5
"""How much it costs what points tell of pictures: neighbouring pixels err alike, so that fewer are told of."""

LEAST_ERROR = 0.004
"""Half a step of the 255 of a pixel: errors below it are none."""


def latent_numbers(shape: tuple[int, int, int]) -> int:
    """Return how many numbers a picture becomes: more where it has more pixels, by no means as many more.

    Few, for details come from elsewhere, and how few numbers lie is learned of few pictures.

    >>> latent_numbers((28, 28, 1)), latent_numbers((64, 64, 3))
    (48, 152)
    """
    height, width, channels = shape
    return int(np.clip(8 * round(6 * (height * width * channels / 784) ** 0.42), 16, 256))


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
    details = learn_details(network, maps, (means, deviations), effort)
    return PictureMaker(network, flow, prior, details, conditioner, effort.device)


def learn_points(
    pictures: Pictures,
    effort: Effort,
    *,
    latent: int,
    steps: int,
    share: float,
    told: float,
    changes: Changes | None = None,
) -> tuple[PictureVAE, Tensor]:
    """Return the network of pictures, of whatever they show, and these as it takes them.

    A picture becomes `latent` numbers, and `told` is how much it costs what they tell. `steps` are taken where nobody
    says how long, else a `share` of the time. `changes` are made to pictures before they are taken to points and back,
    so that points tell of more pictures than there are.

    The scale of errors is that which they have (Rybkin et al. 2021, "Simple and effective VAE training with calibrated
    decoders"; here of Laplace's distribution), so that no weight depends on how loud or plain pictures are.
    """
    torch = require("torch", extra="deep")
    from likewise.networks.layers.autoencoder import Build, PictureVAE

    build = Build(pictures.shape, latent)
    network = built(lambda: PictureVAE(build), effort.seed, "pictures")
    network.to(memory_format=torch.channels_last)
    maps = to_maps(pictures.pixels, build.multiple)

    def loss(batch: Batch, rng: Generator) -> Tensor:
        own = batch[0] if changes is None else changes(batch[0], rng)
        mean, spread = network.encode(own)
        point = mean + (spread / 2).exp() * torch.randn(mean.shape, generator=rng, device=mean.device)
        error = (network.decode(point) - own).abs().mean()
        nats = 0.5 * (mean.square() + spread.exp() - 1 - spread).sum(dim=1).mean()
        return torch.log(error + LEAST_ERROR) + told * nats / own[0].numel()

    shown = maps[:SHOWN].to(effort.device.name)

    def preview() -> Bytes:
        """Return pictures as they come back from their points."""
        with torch.no_grad():
            return sheet(to_pixels(network.decode(network.encode(shown)[0]), build.shape[:2]))

    plan = Plan(steps, effort.batch_size or BATCH, effort.device, effort.budget.part(share))
    phase = Phase("pictures", network, loss, rate=RATE, warmup=100, clip=1.0)
    train([phase], [maps], plan, seed=effort.seed, progress=effort.progress, what="learning pictures", preview=preview)
    return network, maps


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
