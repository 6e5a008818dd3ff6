"""The two players of a game over whitened coordinates: perceptrons, for there is no order left among coordinates."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Coordinates(nn.Module):  # type: ignore[misc]
    """Make coordinates (rows x `size`) of noise (rows x `size` + `extra`) and conditions (rows x `condition`).

    Before training they are the noise itself: series whose means and covariances are right. The game bends them.
    """

    def __init__(self, size: int, extra: int, condition: int, width: int, depth: int) -> None:
        """Build the layers."""
        super().__init__()
        self.size, self.extra = size, extra
        self.first = nn.Linear(size + extra + condition, width)
        self.blocks = nn.ModuleList(_Block(width) for _ in range(depth))
        self.last = nn.Linear(width, size)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def forward(self, noise: Tensor, condition: Tensor) -> Tensor:
        """Return the coordinates of each row."""
        h = self.first(torch.cat([noise, condition], dim=1))
        for block in self.blocks:
            h = block(h)
        return noise[:, : self.size] + self.last(h)


class CoordinateJudge(nn.Module):  # type: ignore[misc]
    """Give a score to coordinates under conditions: the higher, the more real they look."""

    def __init__(self, size: int, condition: int, width: int, depth: int) -> None:
        """Build the layers."""
        super().__init__()
        self.first = nn.Linear(size + condition, width)
        self.blocks = nn.ModuleList(_Block(width) for _ in range(depth))
        self.last = nn.Linear(width, 1)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        """Return a score for each row."""
        h = self.first(torch.cat([x, condition], dim=1))
        for block in self.blocks:
            h = block(h)
        return self.last(h)[:, 0]


class _Block(nn.Module):  # type: ignore[misc]
    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.LeakyReLU(0.2), nn.Linear(width, width), nn.LeakyReLU(0.2), nn.Linear(width, width)
        )
        nn.init.zeros_(self.layers[-1].weight)

    def forward(self, h: Tensor) -> Tensor:
        return h + self.layers(h)
