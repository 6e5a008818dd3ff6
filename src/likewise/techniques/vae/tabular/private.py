"""Learn a table under a privacy budget: the encoder and the decoder by private gradients, all else by noisy counts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn

from likewise.core.seeds import generator
from likewise.networks.building import built
from likewise.networks.device import one_thread
from likewise.networks.gaussians import divergence
from likewise.networks.private import Protected
from likewise.networks.synthesizer import Learnt
from likewise.networks.training import Phase, train
from likewise.techniques.vae.tabular.drawing import Networks
from likewise.techniques.vae.tabular.drawing import built as networks_of
from likewise.techniques.vae.tabular.layout import Layout
from likewise.techniques.vae.tabular.learning import corrected
from likewise.techniques.vae.tabular.maker import LatentRows
from likewise.techniques.vae.tabular.network import RowNetwork, row_errors

SIZES = 8, 32, 1
"""Width of a point, units of a layer and blocks: noise grows with the number of weights, so there are few."""

UNUSED = 8, 1
"""Units and blocks of the flow: points are taken to be standard normal, which it means before training."""

RATE = 1.6e-2


class RowsApart(RowNetwork):
    """Look symbols up one by one, since torch has no gradients row by row of sums of them."""

    def encode(self, symbols: Tensor, ranks: Tensor) -> tuple[Tensor, Tensor]:
        """Return the mean and the log variance of each row's point."""
        return self.of_sum(nn.functional.embedding(symbols, self.symbols.weight).sum(1), ranks)


def learn_privately(rows: Protected) -> Learnt:
    """Return the maker of rows that a budget was spent on."""
    encoding, seed = rows.told.encoding, rows.seed
    layout = Layout.of(encoding)
    network, velocity, ratio = built(lambda: networks_of(layout, SIZES, UNUSED), seed, "rows")
    columns, numbers = len(layout.cardinalities), len(layout.numbers)
    apart = built(lambda: RowsApart(layout.spans, columns, numbers, SIZES), seed, "apart")
    apart.start_from(layout.shares)
    _train(apart, layout, rows)
    network.load_state_dict(apart.state_dict())
    network.eval()
    width = SIZES[0]
    blank = np.zeros(width, np.float32), np.ones(width, np.float32), np.zeros(layout.size, np.float32)
    networks = Networks(layout, SIZES, UNUSED, network, velocity, ratio, *blank, sure=0.0)
    with one_thread():
        networks = replace(networks, bias=corrected(networks, generator(seed, "correction")))
    return Learnt(LatentRows(encoding, networks), encoding.output_columns)


def _train(network: RowsApart, layout: Layout, rows: Protected) -> None:
    """Train the encoder and the decoder, for points that are standard normal."""
    offsets = torch.from_numpy(layout.offsets).to(rows.device.name)

    def lost(network: RowsApart, symbols: Tensor, ranks: Tensor, noise: Tensor) -> Tensor:
        flat = symbols + offsets
        mean, spread = network.encode(flat, ranks)
        points = torch.addcmul(mean, (0.5 * spread).exp(), noise)
        errors = row_errors(network, points, flat, ranks, layout.slices, layout.numbers)
        return errors + divergence(mean, spread)

    flat, ranks = layout.coded(rows.coded)
    data = [torch.from_numpy(flat - layout.offsets), torch.from_numpy(ranks)]
    phase = Phase("autoencoder", network, None, rate=RATE, average=0.2, half=False,
                  private=rows.settings(lost, draws=SIZES[0]))  # fmt: skip
    train([phase], data, rows.plan(), seed=rows.seed, progress=rows.progress, what="learning rows")
    network.to("cpu")
