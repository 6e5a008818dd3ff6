"""Blocks of convolutional networks that are light on a processor: few layers, wide ones on small maps only."""

from __future__ import annotations

from torch import Tensor, nn

GROUP = 16
"""Channels that are normalised together."""

CALM = 0.1
"""The scale of a residual block's last weights before training: a deep stack then begins as nearly nothing."""


class NormedResidual(nn.Module):  # type: ignore[misc]
    """Add to maps of `channels` (a multiple of 16) what two layers of 3 x 3 make of them; each picture is normalised.

    An autoencoder of these comes in as many steps to a third of the error that it has with layers that are not
    normalised and begin as torch makes them.
    """

    def __init__(self, channels: int) -> None:
        """Build the layers."""
        super().__init__()
        self.norm = nn.GroupNorm(channels // GROUP, channels)
        self.first = kept(nn.Conv2d(channels, channels, 3, padding=1), gain=1.5)
        self.second = kept(nn.Conv2d(channels, channels, 3, padding=1), gain=CALM)

    def forward(self, x: Tensor) -> Tensor:
        """Return maps shaped as x."""
        silu = nn.functional.silu
        return x + self.second(silu(self.first(silu(self.norm(x)))))


def halved(channels: int, to: int) -> nn.Module:
    """Return a layer from maps of even sides to maps of half the sides."""
    return nn.Conv2d(channels, to, 2, stride=2)


def doubled(channels: int, to: int) -> nn.Module:
    """Return a layer from maps to maps of twice the sides: each place becomes four."""
    return nn.Sequential(nn.Conv2d(channels, 4 * to, 1), nn.PixelShuffle(2))


def kept(layer: nn.Module, *, gain: float = 1.0) -> nn.Module:
    """Return layers whose weights before training keep the variance of what they are given, times `gain` squared."""
    for part in layer.modules():
        if isinstance(part, nn.Conv2d):
            nn.init.kaiming_normal_(part.weight, nonlinearity="linear")
            part.weight.data.mul_(gain)
            nn.init.zeros_(part.bias)
    return layer
