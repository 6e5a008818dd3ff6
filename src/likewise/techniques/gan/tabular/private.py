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
    """Hold both sides of the game.

    The discriminator is told real rows apart one by one, so that their gradients can be private, and made ones beside.
    No level is asked for: rows that have it would have to be chosen from the data.
    """

    def __init__(self, layout: Layout, maker: RowGenerator, teller: RowDiscriminator, device: str) -> None:
        self.layout, self.maker, self.teller = layout, maker, teller
        self.starts, self.eye = layout.starts.to(device), torch.eye(layout.width, device=device)
        self.free = torch.zeros(MADE, layout.width, device=device)
        self.asked = torch.zeros(2 * MADE, len(layout.sizes), device=device)

    def tell_real(self, teller: RowDiscriminator, symbols: Tensor, places: Tensor, noise: Tensor) -> Tensor:
        """Return the losses of real rows, with slopes."""
        ones = self.eye[symbols + self.starts].sum(1)
        real = torch.cat([ones, self.layout.ranks(ones, places)], dim=1)
        asked = self.asked[: len(real)]
        here, there = teller(real, asked), teller(real + STEP * noise, asked)
        return functional.softplus(-here) + SLOPE * ((there - here) / STEP).square()

    def tell_made(self, batch: Sequence[Tensor], rng: Generator) -> Tensor:
        """Return the loss of the discriminator on made rows, with slopes."""
        with torch.no_grad():
            made = self.made(rng)
        moved = made + STEP * torch.randn(made.shape, generator=rng, device=made.device)
        here, there = self.teller(torch.cat([made, moved]), self.asked).chunk(2)
        return functional.softplus(here).mean() + SLOPE * ((there - here) / STEP).square().mean()

    def make(self, batch: Sequence[Tensor], rng: Generator) -> Tensor:
        """Return the loss of the generator."""
        return functional.softplus(-self.teller(self.made(rng), self.asked[:MADE])).mean()

    def made(self, rng: Generator) -> Tensor:
        """Return the features of made rows."""
        scores, places = self.maker.drawn(self.free, rng)
        ones = self.maker.ones(self.maker.noisy(scores, rng))
        return torch.cat([ones, self.layout.ranks(ones, places)], dim=1)


def learn_privately(rows: Protected) -> Learnt:
    """Return the maker of rows that a budget was spent on."""
    layout, seed = Layout.of(rows.told.encoding), rows.seed
    maker = built(lambda: RowGenerator(layout, *MAKING), seed, "generator")
    teller = built(lambda: RowDiscriminator(layout, *TELLING), seed, "discriminator")
    shares = shares_of(rows.told.encoding, layout)
    start_from(maker, shares)
    game = PrivateGame(layout, maker, teller, rows.device.name)
    own = rows.settings(game.tell_real, draws=layout.width + len(layout.numbers))
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
