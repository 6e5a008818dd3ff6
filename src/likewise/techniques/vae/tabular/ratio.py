"""How much denser points of real rows lie somewhere than those that the flow draws: draws are accepted by that."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Generator, Tensor, nn

FARTHEST = 8.0
"""Bound of the log ratio, so that no single point is believed too much."""


class RatioNetwork(nn.Module):  # type: ignore[misc]
    """Give the log of the ratio of densities at points (rows x `size`), one value a row, 0 before training.

    A network that tells points of two sources apart says by its log odds how much denser one of them is (Sugiyama,
    Suzuki and Kanamori, 2012). To accept draws of a prior by a learned function makes it a better one (Bauer and Mnih,
    2019, Resampled priors for variational autoencoders).
    """

    def __init__(self, size: int, width: int) -> None:
        """Build the layers."""
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(size, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU()
        )
        self.last = nn.Linear(width, 1)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def forward(self, points: Tensor) -> Tensor:
        """Return the log ratios."""
        return self.last(self.layers(points)).float()[:, 0].clamp(-FARTHEST, FARTHEST)


def ratio_loss(network: RatioNetwork, batch: Sequence[Tensor], rng: Generator) -> Tensor:
    """Return the logistic loss of telling points of real rows (their middles and deviations) from `drawn` ones."""
    middle, deviation, drawn = batch
    noise = torch.randn(middle.shape, generator=rng, device=middle.device)
    real = network(torch.addcmul(middle, deviation, noise))
    softplus = nn.functional.softplus
    return softplus(-real).mean() + softplus(network(drawn)).mean()
