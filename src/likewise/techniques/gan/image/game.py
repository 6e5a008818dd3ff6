"""The game of the two networks: which of a real and a drawn picture with the same attributes is the real one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from likewise.networks.gaussians import placed
from likewise.networks.training.phase import Batch
from likewise.techniques.gan.image.augment import augmented
from likewise.techniques.gan.image.networks import Autoencoder, Discriminator, Generator

PENALISED = 4
"""The part of a batch that gradients are penalised on: every fourth picture, at every step."""

STEP = 0.1
"""The spread of the noise that a slope is measured by; pixels lie between -1 and 1."""

HALF_SQUARE, NATS = 1.0, 0.5
"""The weights of squared errors of pixels, and of the nats that noise differs by, before the game."""


@dataclass(frozen=True, eq=False)
class Game:
    """Hold the players, how strongly slopes are penalised, and whether pictures are changed where they are few.

    The losses are those of R3GAN (Huang et al., NeurIPS 2024): relativistic pairs, and zero-centred penalties of the
    slope at real (R1) and at drawn pictures (R2). Slopes are measured by small steps: a picture is judged again with
    noise added, the squared change estimates the squared slope. That needs no second derivatives, so it works in
    bfloat16 and costs part of a forward pass.

    A discriminator that knows few pictures by heart tells nearly all pairs: the surer it is, the larger the share of
    pictures that both kinds are changed in (Karras et al. 2020). None is at first, when changes would only slow it.
    """

    generator: Generator
    discriminator: Discriminator
    prior: tuple[Tensor, Tensor, Tensor]
    gamma: float
    changes: bool

    def drawn(self, condition: Tensor, groups: Tensor, rng: torch.Generator) -> Tensor:
        """Return a picture for each row of conditions, of noise that lies as that of real pictures of its group."""
        noise = torch.randn(len(condition), self.generator.build.noise, generator=rng, device=rng.device)
        with torch.autocast(noise.device.type, enabled=False):
            noise = placed(noise, condition, groups, self.prior)
        made: Tensor = self.generator(noise, condition)
        return made

    def _changed(self, pictures: Tensor, rng: torch.Generator) -> Tensor:
        """Return pictures as they are judged."""
        return augmented(pictures, self.discriminator.changed, rng) if self.changes else pictures

    def telling(self, batch: Batch, rng: torch.Generator) -> Tensor:
        """Return the loss of the discriminator on real pictures and their conditions."""
        pictures, (condition, groups) = numbers(batch[0]), batch[1:]
        rows, some = len(pictures), max(1, len(pictures) // PENALISED)
        with torch.no_grad():
            drawn = self.drawn(condition, groups, rng)
        both = self._changed(torch.cat([pictures, drawn]), rng)
        near = torch.cat([both[:some], both[rows : rows + some]])
        near = near + STEP * torch.randn(near.shape, generator=rng, device=rng.device)
        conditions = torch.cat([condition, condition, condition[:some], condition[:some]])
        real, made, beside = self.discriminator(torch.cat([both, near]), conditions).split([rows, rows, 2 * some])
        if self.changes:
            self.discriminator.heed((real > made).float().mean())
        slopes = (beside - torch.cat([real[:some], made[:some]])) / STEP
        return F.softplus(made - real).mean() + self.gamma * slopes.square().mean()

    def passing(self, batch: Batch, rng: torch.Generator) -> Tensor:
        """Return the loss of the generator."""
        pictures, (condition, groups) = numbers(batch[0]), batch[1:]
        with torch.no_grad():
            real = self.discriminator(self._changed(pictures, rng), condition)
        made = self.discriminator(self._changed(self.drawn(condition, groups, rng), rng), condition)
        return F.softplus(real - made).mean()


def numbers(pictures: Tensor) -> Tensor:
    """Return bytes as numbers from -1 to 1."""
    return pictures.float() / 127.5 - 1


def rereading(reader: Autoencoder) -> Callable[[Batch, torch.Generator], Tensor]:
    """Return the loss of an autoencoder whose noise is near the generator's (Kingma and Welling 2014)."""

    def loss(batch: Batch, rng: torch.Generator) -> Tensor:
        pictures, condition = numbers(batch[0]), batch[1]
        normal = torch.randn(len(pictures), reader.generator.build.noise, generator=rng, device=rng.device)
        again, nats = reader(pictures, condition, normal)
        error = (again - pictures).flatten(1)
        return (HALF_SQUARE * error.square().sum(1) + NATS * nats).mean()

    return loss
