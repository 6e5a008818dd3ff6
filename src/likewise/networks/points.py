"""Pictures as points of a few numbers: the way there and back, learned for whatever draws points."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from likewise.core.extras import require
from likewise.networks.building import built
from likewise.networks.device import Device
from likewise.networks.gaussians import Floats, divergence
from likewise.networks.pictures import SHOWN, Bytes, Pictures, sheet, to_maps, to_pixels
from likewise.networks.synthesizer import Effort
from likewise.networks.training import Phase, Plan, train

if TYPE_CHECKING:
    from torch import Generator, Tensor

    from likewise.networks.layers.autoencoder import PictureVAE
    from likewise.networks.training.phase import Batch

    Changes = Callable[[Tensor, Generator], Tensor]

STEPS, BATCH, RATE = 2500, 32, 3e-3
"""Steps in which the way to points and back is usually learned, pictures a step, and the learning rate."""

TOLD = 0.5
"""How much it costs what points tell of pictures: neighbouring pixels err alike, so that fewer are told of."""

LEAST_ERROR = 0.004
"""Half a step of the 255 of a pixel: errors below it are none."""

AT_ONCE, FILLED = 64, 16
"""Pictures worked on at once, and what fewer are filled up to a multiple of: how many there are changes last bits."""


def latent_numbers(shape: tuple[int, int, int]) -> int:
    """Return how many numbers a picture becomes: more where it has more pixels, by no means as many more.

    Few, for how few numbers lie is learned of few pictures.

    >>> latent_numbers((28, 28, 1)), latent_numbers((64, 64, 3))
    (48, 152)
    """
    height, width, channels = shape
    return int(np.clip(8 * round(6 * (height * width * channels / 784) ** 0.42), 16, 256))


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
        return torch.log(error + LEAST_ERROR) + told * divergence(mean, spread).mean() / own[0].numel()

    shown = maps[:SHOWN].to(effort.device.name)

    def preview() -> Bytes:
        """Return pictures as they come back from their points."""
        with torch.no_grad():
            return sheet(to_pixels(network.decode(network.encode(shown)[0]), build.shape[:2]))

    plan = Plan(steps, effort.batch_size or BATCH, effort.device, effort.budget.part(share))
    phase = Phase("pictures", network, loss, rate=RATE, warmup=100, clip=1.0)
    train([phase], [maps], plan, seed=effort.seed, progress=effort.progress, what="learning pictures", preview=preview)
    return network, maps


def encoded(network: PictureVAE, pixels: Bytes, device: Device) -> tuple[Floats, Floats]:
    """Return the means of pictures and the logarithms of their variances: rows x latent, both."""
    torch = require("torch", extra="deep")
    latent = network.build.latent
    means, spreads = (np.empty((len(pixels), latent), dtype=np.float32) for _ in range(2))
    network = network.to(device.name)
    with torch.no_grad():
        for start in range(0, len(pixels), AT_ONCE):
            own = pixels[start : start + AT_ONCE]
            maps = filled(to_maps(own, network.build.multiple)).to(device.name)
            for into, part in zip((means, spreads), network.encode(maps), strict=True):
                into[start : start + len(own)] = part[: len(own)].cpu().numpy()
    return means, spreads


def filled(rows: Tensor, multiple: int = FILLED) -> Tensor:
    """Return rows with zeros after them, up to a multiple."""
    torch = require("torch", extra="deep")
    made: Tensor = torch.cat([rows, rows.new_zeros((-len(rows) % multiple, *rows.shape[1:]))])
    return made
