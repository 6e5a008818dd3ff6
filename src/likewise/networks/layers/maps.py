"""The velocity of a flow over maps (channels x height x width): a small convolutional network of two scales."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from likewise.networks.layers.convolution import doubled, halved
from likewise.networks.layers.embedding import Scaled, Steering

GROUP = 16
"""Channels that are normalised together."""


class MapVelocity(nn.Module):  # type: ignore[misc]
    """Give the velocity at maps (rows x `channels` x height x width) that go with `given` maps of the same sides.

    Sides are even, best of 8 to 16: on maps as fine as they come `fine` channels look at what is near, on half the
    sides `coarse` ones (both multiples of 16) in `depth` blocks at what is farther, and at the whole through its mean.
    Times (rows) and conditions (rows x `condition`) steer all of it. Nothing mixes rows. Before training the velocity
    is 0.
    """

    def __init__(
        self, channels: int, given: int, condition: int, fine: int = 48, coarse: int = 96, depth: int = 3,
        steering: int = 128,
    ) -> None:  # fmt: skip
        """Build the layers."""
        super().__init__()
        self.steering = Steering(condition, steering)
        self.first = nn.Conv2d(channels + given, fine, 3, padding=1)
        self.down, self.up = _Block(fine, steering), _Block(fine, steering)
        self.halved, self.doubled = halved(fine, coarse), doubled(coarse, fine)
        self.blocks = nn.ModuleList(_Block(coarse, steering) for _ in range(depth))
        self.norm = nn.GroupNorm(fine // GROUP, fine)
        self.last = nn.Conv2d(fine, channels, 3, padding=1)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def forward(self, x: Tensor, time: Tensor, condition: Tensor, given: Tensor) -> Tensor:
        """Return the velocity, shaped as x."""
        steering = self.steering(time, condition)
        both = torch.cat([x, given], dim=1).contiguous(memory_format=torch.channels_last)
        fine = self.down(self.first(both), steering)
        coarse = self.halved(fine)
        for block in self.blocks:
            coarse = block(coarse, steering)
        fine = self.up(fine + self.doubled(coarse), steering)
        return self.last(nn.functional.silu(self.norm(fine)))


class _Block(nn.Module):  # type: ignore[misc]
    def __init__(self, width: int, steering: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(width // GROUP, width, affine=False)
        self.scaled = Scaled(steering, width)
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.whole = nn.Linear(width, width)
        self.second = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, h: Tensor, steering: Tensor) -> Tensor:
        silu = nn.functional.silu
        near = self.first(silu(self.scaled(self.norm(h), steering)))
        far = self.whole(near.mean(dim=(2, 3)))
        return h + self.second(silu(near + far[:, :, None, None]))
