"""The network of a table: an encoder of rows to points, a decoder to what each column may be there."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from likewise.networks.gaussians import divergence

SHARPEST, WIDEST = -8.0, 2.0
"""Bounds of the log variance of a point."""

NARROWEST = 0.003
"""The least deviation of a rank: sharper ones say no more of a value than its neighbours do."""


class RowNetwork(nn.Module):  # type: ignore[misc]
    """Encode rows as normal distributions over `width` numbers, and decode points to a distribution of each column.

    A row is a symbol of each column, side by side (see `Layout`), and a rank of each number. Decoded are the logits of
    all symbols, and of each number the centre and deviation of a logistic distribution of ranks. Nothing mixes rows.
    """

    def __init__(self, spans: npt.NDArray[np.float64], columns: int, numbers: int, sizes: Sizes) -> None:
        """Build the layers."""
        super().__init__()
        width, hidden, depth = sizes
        self.symbols = nn.EmbeddingBag(len(spans), hidden, mode="sum")
        nn.init.normal_(self.symbols.weight, std=1 / math.sqrt(max(columns, 1)))
        self.ranks = nn.Linear(numbers, hidden) if numbers else None
        self.encoder = nn.Sequential(*(_Block(hidden) for _ in range(depth)), nn.LayerNorm(hidden))
        self.point = nn.Linear(hidden, 2 * width)
        self.first = nn.Linear(width, hidden)
        self.decoder = nn.Sequential(*(_Block(hidden) for _ in range(depth)), nn.LayerNorm(hidden))
        self.logits = nn.Linear(hidden, len(spans))
        self.places = nn.Linear(hidden, 2 * numbers) if numbers else None
        with torch.no_grad():
            for layer in (self.point, self.logits):
                layer.weight.mul_(0.3)
        self.register_buffer("spans", torch.as_tensor(spans, dtype=torch.float32), persistent=False)
        self.register_buffer("steps", torch.zeros(()))

    def start_from(self, shares: npt.NDArray[np.float64]) -> None:
        """Let every point at first mean each symbol as often as rows have it."""
        with torch.no_grad():
            self.logits.bias.copy_(torch.as_tensor(np.log(np.maximum(shares, 1e-6)), dtype=torch.float32))

    def encode(self, symbols: Tensor, ranks: Tensor) -> tuple[Tensor, Tensor]:
        """Return the mean and the log variance of each row's point: both rows x width."""
        return self.of_sum(self.symbols(symbols), ranks)

    def of_sum(self, h: Tensor, ranks: Tensor) -> tuple[Tensor, Tensor]:
        """Return the same of the sum of what stands for the symbols of each row."""
        if self.ranks is not None:
            h = h + self.ranks(ranks)
        mean, spread = self.point(self.encoder(h)).float().chunk(2, dim=1)
        return mean, spread.clamp(SHARPEST, WIDEST)

    def decode(self, points: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the logits (rows x symbols), and the centres and deviations of ranks (rows x numbers)."""
        h = self.decoder(self.first(points))
        found = h[:, :0] if self.places is None else self.places(h)
        centre, scale = found.float().chunk(2, dim=1)
        return self.logits(h).float(), centre, nn.functional.softplus(scale) + NARROWEST


Sizes = tuple[int, int, int]
"""Width of the latent space, units of a layer, and blocks of the encoder and of the decoder."""


class _Block(nn.Module):  # type: ignore[misc]
    """Add two layers behind a normalisation to what comes in; before training it is let through."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width))
        nn.init.zeros_(self.layers[-1].weight)
        nn.init.zeros_(self.layers[-1].bias)

    def forward(self, h: Tensor) -> Tensor:
        return h + self.layers(h)


def row_errors(
    network: RowNetwork, points: Tensor, symbols: Tensor, ranks: Tensor, slices: Sequence[slice], numbers: Sequence[int]
) -> Tensor:
    """Return the negative log likelihood of rows given their points, in nats, one value a row."""
    logits, centre, scale = network.decode(points)
    lost = torch.zeros(len(points), device=points.device)
    for column, own in enumerate(slices):
        if own.stop - own.start > 1:
            target = symbols[:, column] - own.start
            lost = lost + nn.functional.cross_entropy(logits[:, own], target, reduction="none")
    if not numbers:
        return lost
    spans = network.spans[symbols[:, list(numbers)]]
    return lost + _place_errors(centre, scale, ranks, spans[..., 0], spans[..., 1]).sum(dim=1)


def evidence_loss(
    network: RowNetwork,
    batch: Sequence[Tensor],
    rng: torch.Generator,
    *,
    slices: Sequence[slice],
    numbers: Sequence[int],
    beta: float,
    warm: float,
) -> Tensor:
    """Return the mean error of rows given a point drawn from their distribution, and `beta` times the divergence.

    Over the first `warm` steps that weight grows to `beta`, so that points come to mean something first.
    """
    symbols, ranks = batch
    mean, spread = network.encode(symbols, ranks)
    noise = torch.randn(mean.shape, generator=rng, device=mean.device)
    points = torch.addcmul(mean, (0.5 * spread).exp(), noise)
    lost = row_errors(network, points, symbols, ranks, slices, numbers).mean()
    network.steps += 1
    return lost + beta * (network.steps / warm).clamp(max=1.0) * divergence(mean, spread).mean()


def _place_errors(centre: Tensor, scale: Tensor, ranks: Tensor, start: Tensor, length: Tensor) -> Tensor:
    """Return the negative log density of places in their spans, by logistic distributions cut to the spans.

    It is 0 where places are spread evenly, and where a span has no length. As F(b) - F(a) of the logistic function is
    F(b) F(-a) (1 - exp(a - b)), nothing in it runs out of digits far from the centre.
    """
    placed = length > 0
    size = torch.where(placed, length, 1.0)
    a, b = (start - centre) / scale, (start + size - centre) / scale
    at = ((ranks + 1) / 2 - centre) / scale
    log = nn.functional.logsigmoid
    inside = log(b) + log(-a) + torch.log(-torch.expm1(a - b))
    density = log(at) + log(-at) - scale.log() + size.log() - inside
    return torch.where(placed, -density, 0.0)
