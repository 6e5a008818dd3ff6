"""The velocity of a flow over small maps (channels x height x width): a residual convolutional network."""

from __future__ import annotations

from torch import Tensor, nn

from likewise.networks.layers.embedding import Scaled, Steering

GROUP = 16
"""Channels that are normalised together."""


class MapVelocity(nn.Module):  # type: ignore[misc]
    """Give the velocity at maps (rows x `channels` x height x width), times (rows), conditions (rows x `condition`).

    Maps of any height and width, best of 4 to 16: blocks look at 3 x 3 places, and at the whole map through its mean.
    `width` is a multiple of 16. Nothing mixes rows. Before training the velocity is 0.
    """

    def __init__(self, channels: int, condition: int, width: int = 64, depth: int = 4, steering: int = 128) -> None:
        """Build the layers."""
        super().__init__()
        self.steering = Steering(condition, steering)
        self.first = nn.Conv2d(channels, width, 3, padding=1)
        self.blocks = nn.ModuleList(_Block(width, steering) for _ in range(depth))
        self.norm = nn.GroupNorm(width // GROUP, width)
        self.last = nn.Conv2d(width, channels, 3, padding=1)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def forward(self, x: Tensor, time: Tensor, condition: Tensor) -> Tensor:
        """Return the velocity, shaped as x."""
        steering = self.steering(time, condition)
        h = self.first(x)
        for block in self.blocks:
            h = block(h, steering)
        return self.last(nn.functional.silu(self.norm(h)))


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
