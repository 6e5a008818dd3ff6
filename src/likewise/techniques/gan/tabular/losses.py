"""What moves the generator and the discriminator of rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch

from likewise.networks.adversarial import passing_loss, telling_loss
from likewise.techniques.gan.tabular.networks import Layout, RowDiscriminator, RowGenerator

if TYPE_CHECKING:
    from torch import Generator, Tensor

CONDITIONED = 0.25
"""The share of a batch that is generated given the level of one column."""

STEP = 0.05
"""How far the points lie apart whose difference in score stands for the slope of the discriminator."""

SPARSE = 4
"""One row in so many is looked at for the slope."""

SLOPE = 0.05
"""How much the square of the discriminator's slope counts."""

PAIRS = 30.0
"""How much it counts that pairs of columns fall together as often as in the data."""


class Game:
    """Hold the rows, and the losses of both sides: a relativistic pairing with zero-centred penalties on real and
    generated rows (Huang et al. 2024, R3GAN), and for the generator that pairs of columns go together as they do.

    Part of a batch is conditioned: a column is chosen, a level of it by the logarithm of its count, and a row that has
    it (training by sampling, Xu et al. 2019, CTGAN). The level of a conditioned column is put in, not hoped for.
    """

    def __init__(self, layout: Layout, symbols: Tensor, places: Tensor, maker: RowGenerator, teller: RowDiscriminator):
        self.layout, self.maker, self.teller = layout, maker, teller
        self.symbols, self.places = symbols, places
        self.starts = layout.starts.to(symbols.device)
        self.column_of = torch.repeat_interleave(torch.arange(len(layout.sizes)), torch.tensor(layout.sizes))
        self.column_of = self.column_of.to(symbols.device)
        self.order = torch.argsort(symbols, dim=0, stable=True).int()
        self.counts = torch.bincount((symbols + self.starts).reshape(-1), minlength=layout.width)
        self.firsts = torch.cat([torch.cumsum(part, 0) - part for part in self.counts.split(layout.sizes)])
        self.varied = torch.tensor([c for c, size in enumerate(layout.sizes) if size > 1], device=symbols.device)
        self.moments, self.weights = self._moments()

    def to(self, device: str) -> None:
        """Move the rows and what was counted in them to a device."""
        for name, own in vars(self).items():
            if isinstance(own, torch.Tensor):
                setattr(self, name, own.to(device))

    def _moments(self) -> tuple[Tensor, Tensor]:
        """Return how often symbols of two columns come together (of ranks: their mean product), and weights."""
        width = self.layout.width + len(self.layout.numbers)
        total = torch.zeros(width, width, device=self.symbols.device)
        for symbols, places in zip(self.symbols.split(8192), self.places.split(8192), strict=True):
            real = self.real(symbols, places)
            total += real.T @ real
        total /= len(self.symbols)
        numbers = torch.tensor(self.layout.numbers, dtype=torch.long, device=total.device)
        columns = torch.cat([self.column_of, numbers])
        scale = total.diagonal().clamp(min=1e-4).rsqrt()
        apart = (columns[:, None] != columns[None, :]).float()
        return total, apart * (scale[:, None] * scale[None, :]) / max(len(self.layout.sizes), 1) ** 2

    def real(self, symbols: Tensor, places: Tensor) -> Tensor:
        """Return the features of real rows: ones, then ranks."""
        ones = self.layout.ones(symbols)
        return torch.cat([ones, self.layout.ranks(ones, places)], dim=1)

    def asked(self, batch: Sequence[Tensor], rng: Generator) -> tuple[Tensor, Tensor, Tensor]:
        """Return real rows, of which the last are of levels that were chosen, these levels as ones, and the columns."""
        symbols, places = batch
        rows = round(CONDITIONED * len(symbols)) if len(self.varied) else 0
        device = symbols.device
        condition = torch.zeros(len(symbols), self.layout.width, device=device)
        columns = torch.zeros(len(symbols), len(self.layout.sizes), device=device)
        if rows:
            chosen = self._levels(rows, rng)
            own = self.column_of[chosen]
            even = torch.rand(rows, generator=rng, device=device)
            place = self.firsts[chosen] + (even * self.counts[chosen]).long()
            taken = self.order[place, own].long()
            symbols = torch.cat([symbols[:-rows], self.symbols[taken]])
            places = torch.cat([places[:-rows], self.places[taken]])
            condition[-rows:].scatter_(1, chosen[:, None], 1.0)
            columns[-rows:].scatter_(1, own[:, None], 1.0)
        return self.real(symbols, places), condition, columns

    def _levels(self, rows: int, rng: Generator) -> Tensor:
        """Return positions in the vector of ones: any column that varies, a level by the logarithm of its count."""
        chance = torch.log1p(self.counts.float())
        totals = torch.zeros(len(self.layout.sizes), device=chance.device).index_add_(0, self.column_of, chance)
        varies = torch.zeros_like(totals).index_fill_(0, self.varied, 1.0)
        return torch.multinomial(chance * (varies / totals.clamp(min=1e-9))[self.column_of], rows, True, generator=rng)

    def fake(self, condition: Tensor, columns: Tensor, rng: Generator) -> tuple[Tensor, Tensor, Tensor]:
        """Return the features of generated rows as the discriminator sees them, their scores and their places."""
        scores, places = self.maker.drawn(condition, rng)
        ones = self.maker.ones(self.maker.noisy(scores, rng)) * (1 - columns[:, self.column_of]) + condition
        return torch.cat([ones, self.layout.ranks(ones, places)], dim=1), scores, places

    def tell(self, batch: Sequence[Tensor], rng: Generator) -> Tensor:
        """Return the loss of the discriminator."""
        real, condition, columns = self.asked(batch, rng)
        with torch.no_grad():
            fake, _, _ = self.fake(condition, columns, rng)
        return telling_loss(self.teller, real, fake, columns, rng, weight=SLOPE, step=STEP, every=SPARSE)

    def make(self, batch: Sequence[Tensor], rng: Generator) -> Tensor:
        """Return the loss of the generator."""
        real, condition, columns = self.asked(batch, rng)
        fake, scores, places = self.fake(condition, columns, rng)
        free = len(fake) - round(CONDITIONED * len(fake))
        likely = self.maker.likely(scores[:free])
        both = torch.cat([likely, self.layout.ranks(likely, places[:free])], dim=1)
        return passing_loss(self.teller, real, fake, columns) + PAIRS * self.pairs(both)

    def pairs(self, likely: Tensor) -> Tensor:
        """Return how far pairs of columns are from going together as they do, without what chance adds.

        Two halves of the rows are multiplied, so that the mean over batches is the squared distance itself.
        """
        with torch.autocast(likely.device.type, enabled=False):
            half = len(likely) // 2
            first, second = (part.T @ part / half - self.moments for part in (likely[:half], likely[half : 2 * half]))
            return (first * second * self.weights).sum()
