"""The networks of the game of ways: a generator, what reads ways as its noise, and a judge."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from likewise.networks.gaussians import divergence

WIDTH, DEPTH = 256, 2
"""Units of layers, and residual blocks."""


class Perceptron(nn.Module):  # type: ignore[misc]
    """Turn vectors beside conditions (rows x `inputs`, rows x `condition`) into vectors of `outputs` numbers.

    Nothing mixes rows.
    """

    def __init__(self, inputs: int, condition: int, outputs: int) -> None:
        """Build the layers."""
        super().__init__()
        self.first = nn.Linear(inputs + condition, WIDTH)
        self.blocks = nn.ModuleList(_block() for _ in range(DEPTH))
        self.last = nn.Sequential(nn.LayerNorm(WIDTH), nn.Linear(WIDTH, outputs))

    def forward(self, vectors: Tensor, condition: Tensor) -> Tensor:
        """Return vectors, one for each row."""
        h = self.first(torch.cat([vectors, condition], dim=1))
        for block in self.blocks:
            h = h + block(h)
        return self.last(h)


class Reading(nn.Module):  # type: ignore[misc]
    """Let a reader write real vectors as noise, and the generator make them again of it (Larsen et al. 2016)."""

    def __init__(self, generator: Perceptron, reader: Perceptron) -> None:
        """Hold both; the reader gives the mean and the logarithm of the variance of each number of noise."""
        super().__init__()
        self.generator, self.reader = generator, reader

    def forward(self, real: Tensor, condition: Tensor, normal: Tensor) -> tuple[Tensor, Tensor]:
        """Return vectors made again, and by how many nats their noise differs from standard normal: a number a row."""
        mean, spread = self.reader(real, condition).chunk(2, dim=1)
        spread = spread.clamp(-10, 4)
        again = self.generator(mean + (spread / 2).exp() * normal, condition)
        return again, divergence(mean, spread)


def _block() -> nn.Module:
    return nn.Sequential(nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 2 * WIDTH), nn.SiLU(), nn.Linear(2 * WIDTH, WIDTH))
