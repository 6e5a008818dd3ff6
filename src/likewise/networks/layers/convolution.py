"""Blocks of convolutional networks that are light on a processor: few layers, wide ones on small maps only."""

from __future__ import annotations

from torch import Tensor, nn

GROUP = 16
"""Channels that are normalised together."""

CALM = 0.1
"""The scale of a residual block's last weights before training: a deep stack then begins as nearly nothing."""


def convolution(channels: int, to: int, *, gain: float = 1.0) -> nn.Conv2d:
    """Return a 3 x 3 layer that keeps the variance of what it is given, times `gain` squared, before training."""
    return scaled(nn.Conv2d(channels, to, 3, padding=1), gain)


def halved(channels: int, to: int) -> nn.Conv2d:
    """Return a layer from maps of even sides to maps of half the sides."""
    return scaled(nn.Conv2d(channels, to, 2, stride=2), 1.0)


def doubled(channels: int, to: int) -> nn.Module:
    """Return a layer from maps to maps of twice the sides: each place becomes four."""
    return nn.Sequential(scaled(nn.Conv2d(channels, 4 * to, 1), 1.0), nn.PixelShuffle(2))


def scaled(layer: nn.Conv2d, gain: float) -> nn.Conv2d:
    """Return a layer whose weights before training are normal, of a variance that keeps that of its input."""
    nn.init.kaiming_normal_(layer.weight, nonlinearity="linear")
    layer.weight.data.mul_(gain)
    nn.init.zeros_(layer.bias)
    return layer


class Residual(nn.Module):  # type: ignore[misc]
    """Add to maps of `channels` (a multiple of 16) what two layers of 3 x 3 make of them; rows are not mixed."""

    def __init__(self, channels: int) -> None:
        """Build the layers."""
        super().__init__()
        self.norm = nn.GroupNorm(channels // GROUP, channels)
        self.first = convolution(channels, channels, gain=1.5)
        self.second = convolution(channels, channels, gain=CALM)

    def forward(self, x: Tensor) -> Tensor:
        """Return maps shaped as x."""
        silu = nn.functional.silu
        return x + self.second(silu(self.first(silu(self.norm(x)))))
