"""Blocks of convolutional networks that are light on a processor: few, wide layers on small maps, no normalisation."""

from __future__ import annotations

from torch import Tensor, nn

CALM = 0.1
"""The scale of a residual block's last weights before training: a deep stack then begins as nearly nothing."""


class Residual(nn.Module):  # type: ignore[misc]
    """Add to maps of `channels` what two layers of 3 x 3 make of them."""

    def __init__(self, channels: int) -> None:
        """Build both layers."""
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.zeros_(self.second.bias)
        self.second.weight.data.mul_(CALM)

    def forward(self, x: Tensor) -> Tensor:
        """Return maps shaped as x."""
        silu = nn.functional.silu
        return x + self.second(silu(self.first(silu(x))))


def halved(channels: int, to: int) -> nn.Module:
    """Return a layer from maps of even sides to maps of half the sides."""
    return nn.Conv2d(channels, to, 2, stride=2)


def doubled(channels: int, to: int) -> nn.Module:
    """Return a layer from maps to maps of twice the sides: each place becomes four."""
    return nn.Sequential(nn.Conv2d(channels, 4 * to, 1), nn.PixelShuffle(2))
