"""Learn a table under a privacy budget: the discriminator sees rows by private gradients, the generator none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional

from likewise.core.seeds import generator
from likewise.networks.building import built
from likewise.networks.device import one_thread
from likewise.networks.private import Protected
from likewise.networks.synthesizer import Learnt
from likewise.networks.training import Phase, train
from likewise.techniques.gan.tabular.learning import QUANTILES, calibrate, quantiles_of, shares_of, start_from
from likewise.techniques.gan.tabular.losses import CONDITIONED
from likewise.techniques.gan.tabular.maker import NetworkRows, Networks
from likewise.techniques.gan.tabular.networks import Layout, RowDiscriminator, RowGenerator

if TYPE_CHECKING:
    from torch import Generator, Tensor

MAKING, TELLING = (128, 2), (64, 1)
"""The width and the residual blocks of the generator, and of the discriminator: noise grows with its weights."""

MADE = 512
"""Rows that are made for a step."""

RATE = 5e-3

SLOPE, STEP = 0.5, 0.05
"""How much the square of the discriminator's slope counts, and the step it is measured by."""

LOOKED_AT = 20_000
"""Made rows that shares are counted in."""


class PrivateGame:
    """Hold both sides of the game; levels that are asked for are drawn by noisy shares, for a quarter of the rows.

    The discriminator is told real rows apart one by one, so that their gradients can be private, and made ones beside.
    So few steps do not teach the generator to follow what is asked for; but it learns more of all rows by it.
    """

    def __init__(self, layout: Layout, shares: Tensor, maker: RowGenerator, teller: RowDiscriminator, device: str):
        self.layout, self.maker, self.teller, self.device = layout, maker, teller, device
        sizes = torch.tensor(layout.sizes)
        self.column_of = torch.repeat_interleave(torch.arange(len(sizes)), sizes).to(device)
        self.shares = (shares / len(sizes)).to(device)
        self.starts, self.eye = layout.starts.to(device), torch.eye(layout.width, device=device)
        self.columns = torch.eye(len(sizes), device=device)

    def tell_real(self, teller: RowDiscriminator, symbols: Tensor, places: Tensor, noise: Tensor) -> Tensor:
        """Return the losses of real rows, with slopes: a quarter is said to be asked for by a column of theirs."""
        ones = self.eye[symbols + self.starts].sum(1)
        chance = torch.special.ndtr(noise[:, 0])
        column = (chance / CONDITIONED * len(self.columns)).long().clamp(max=len(self.columns) - 1)
        asked = self.columns[column] * (chance < CONDITIONED)[:, None]
        real = torch.cat([ones, self.layout.ranks(ones, places)], dim=1)
        here, there = teller(real, asked), teller(real + STEP * noise[:, 1:], asked)
        return functional.softplus(-here) + SLOPE * ((there - here) / STEP).square()

    def tell_made(self, batch: Sequence[Tensor], rng: Generator) -> Tensor:
        """Return the loss of the discriminator on made rows, with slopes."""
        with torch.no_grad():
            made, asked = self.made(rng)
        moved = made + STEP * torch.randn(made.shape, generator=rng, device=made.device)
        here, there = self.teller(torch.cat([made, moved]), torch.cat([asked, asked])).chunk(2)
        return functional.softplus(here).mean() + SLOPE * ((there - here) / STEP).square().mean()

    def make(self, batch: Sequence[Tensor], rng: Generator) -> Tensor:
        """Return the loss of the generator."""
        return functional.softplus(-self.teller(*self.made(rng))).mean()

    def made(self, rng: Generator) -> tuple[Tensor, Tensor]:
        """Return the features of made rows, and the columns that they were asked for by."""
        condition = torch.zeros(MADE, self.layout.width, device=self.device)
        asked = torch.zeros(MADE, len(self.columns), device=self.device)
        rows = round(CONDITIONED * MADE)
        chosen = torch.multinomial(self.shares, rows, replacement=True, generator=rng)
        condition[:rows] = self.eye[chosen]
        asked[:rows] = self.columns[self.column_of[chosen]]
        scores, places = self.maker.drawn(condition, rng)
        ones = self.maker.ones(self.maker.noisy(scores, rng)) * (1 - asked[:, self.column_of]) + condition
        return torch.cat([ones, self.layout.ranks(ones, places)], dim=1), asked


def learn_privately(rows: Protected) -> Learnt:
    """Return the maker of rows that a budget was spent on."""
    layout, seed = Layout.of(rows.told.encoding), rows.seed
    maker = built(lambda: RowGenerator(layout, *MAKING), seed, "generator")
    teller = built(lambda: RowDiscriminator(layout, *TELLING), seed, "discriminator")
    shares = shares_of(rows.told.encoding, layout)
    start_from(maker, shares)
    game = PrivateGame(layout, torch.from_numpy(shares).float(), maker, teller, rows.device.name)
    own = rows.settings(game.tell_real, draws=1 + layout.width + len(layout.numbers))
    phases = [
        Phase("discriminator", teller, game.tell_made, rate=RATE, betas=(0.5, 0.99), average=None, half=False,
              private=own),
        Phase("generator", maker, game.make, rate=RATE, betas=(0.5, 0.99), half=False),
    ]  # fmt: skip
    data = [torch.from_numpy(rows.coded.symbols), torch.from_numpy(rows.coded.places[:, list(layout.numbers)].copy())]
    train(phases, data, rows.plan(), seed=seed, progress=rows.progress, what="learning rows")
    maker.to("cpu").eval()
    even = np.tile(np.linspace(0, 1, QUANTILES), (len(layout.numbers), 1))
    networks = Networks(maker, None, 0.0, 0.0, even, asked=False)
    rng = generator(seed, "rows")
    with one_thread():
        networks = replace(networks, quantiles=quantiles_of(networks, LOOKED_AT, rng))
        calibrate(networks, shares, LOOKED_AT, rng)
    return Learnt(NetworkRows(rows.told.encoding, networks), rows.told.encoding.output_columns)
