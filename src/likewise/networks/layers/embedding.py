"""Where on its way a flow is, and under which conditions, as one vector that layers are steered by."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

FREQUENCIES = 16
"""Waves that a time is read by: from half of one to hundreds in the time from 0 to 1."""


class Steering(nn.Module):  # type: ignore[misc]
    """Turn times (rows) and condition vectors (rows x `condition`) into vectors of `width`."""

    def __init__(self, condition: int, width: int) -> None:
        """Build the two layers."""
        super().__init__()
        waves = torch.exp(torch.linspace(math.log(math.pi), math.log(300.0), FREQUENCIES))
        self.register_buffer("waves", waves, persistent=False)
        self.layers = nn.Sequential(
            nn.Linear(2 * FREQUENCIES + condition, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU()
        )

    def forward(self, time: Tensor, condition: Tensor) -> Tensor:
        """Return a vector for each row."""
        angles = time[:, None] * self.waves
        return self.layers(torch.cat([angles.sin(), angles.cos(), condition], dim=1))


class Scaled(nn.Module):  # type: ignore[misc]
    """Give from steering vectors a scale and a shift of channels (FiLM, Perez et al. 2018), 1 and 0 before training."""

    def __init__(self, steering: int, channels: int) -> None:
        """Build the layer, all zeros."""
        super().__init__()
        self.layer = nn.Linear(steering, 2 * channels)
        nn.init.zeros_(self.layer.weight)
        nn.init.zeros_(self.layer.bias)

    def forward(self, x: Tensor, steering: Tensor) -> Tensor:
        """Return x (rows x channels, or rows x channels x height x width), scaled and shifted."""
        scale, shift = self.layer(steering).chunk(2, dim=1)
        if x.ndim > 2:
            open_axes = (..., *(None,) * (x.ndim - 2))
            scale, shift = scale[open_axes], shift[open_axes]
        return torch.addcmul(shift, x, 1 + scale)
