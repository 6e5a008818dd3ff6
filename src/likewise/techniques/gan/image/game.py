"""The game of the two networks: which of a real and a drawn picture with the same attributes is the real one."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from likewise.networks.adversarial import passing_loss, telling_loss
from likewise.networks.gaussians import placed
from likewise.networks.training.phase import Batch
from likewise.techniques.gan.image.augment import augmented
from likewise.techniques.gan.image.networks import NOISE, Discriminator, Generator

ANCHOR = 0.5
"""How much it costs a generator that pictures do not come back from their own points, beside what the game costs."""


@dataclass(frozen=True, eq=False)
class Game:
    """Hold the players, what points are drawn from, how much slopes are penalised, and whether pictures are changed.

    Half of the drawn pictures are of points of the real ones beside which they are judged, and must stay near to these,
    so that the generator keeps what it has read (Larsen et al. 2016, "Autoencoding beyond pixels using a learned
    similarity metric"). The other half are of points that nobody was read as. A batch is pictures, their conditions
    and groups, the means and the deviations of their points.

    A discriminator that knows few pictures by heart tells nearly all pairs: the surer it is, the larger the share of
    pictures that both kinds are changed in (Karras et al. 2020). None is at first, when changes would only slow it.
    """

    generator: Generator
    discriminator: Discriminator
    prior: tuple[Tensor, Tensor, Tensor]
    gamma: float
    changes: bool

    def drawn(self, batch: Batch, rng: torch.Generator) -> Tensor:
        """Return a picture under the conditions of each real one, in the first half of the points of these."""
        _, condition, groups, means, deviations = batch
        normal = torch.randn(means.shape, generator=rng, device=rng.device)
        noise = torch.randn(len(means), NOISE, generator=rng, device=rng.device)
        with torch.autocast(normal.device.type, enabled=False):
            points = placed(normal, condition, groups, self.prior)
        half = len(means) // 2
        read = means[:half] + deviations[:half] * normal[:half]
        made: Tensor = self.generator(torch.cat([read, points[half:]]), noise)
        return made

    def telling(self, batch: Batch, rng: torch.Generator) -> Tensor:
        """Return the loss of the discriminator on real pictures and their conditions."""
        real, condition = batch[:2]
        with torch.no_grad():
            made = self.drawn(batch, rng)
        real, made = self._changed(torch.cat([real, made]), rng).chunk(2)
        heed = self.discriminator.heed if self.changes else None
        return telling_loss(self.discriminator, real, made, condition, rng, weight=self.gamma, heed=heed)

    def passing(self, batch: Batch, rng: torch.Generator) -> Tensor:
        """Return the loss of the generator."""
        real, condition = batch[:2]
        made = self.drawn(batch, rng)
        half = len(made) // 2
        back = (made[:half] - real[:half]).abs().mean() if half else made.new_zeros(())
        real, made = self._changed(torch.cat([real, made]), rng).chunk(2)
        return passing_loss(self.discriminator, real, made, condition) + ANCHOR * back

    def _changed(self, pictures: Tensor, rng: torch.Generator) -> Tensor:
        """Return pictures as they are judged."""
        return augmented(pictures, self.discriminator.changed, rng) if self.changes else pictures
