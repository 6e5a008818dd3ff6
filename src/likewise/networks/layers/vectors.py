"""The velocity of a flow over vectors: a residual perceptron, steered by time and conditions."""

from __future__ import annotations

from torch import Tensor, nn

from likewise.networks.layers.embedding import Scaled, Steering


class VectorVelocity(nn.Module):  # type: ignore[misc]
    """Give the velocity at x (rows x `size`) at times (rows) under conditions (rows x `condition`).

    `depth` residual blocks of `width` units, each of two layers behind a normalisation that is scaled and shifted by
    what steers it. Nothing mixes rows. Before training the velocity is 0; with `normal` it is the best one for data
    that are standard normal and independent of conditions, and layers learn what is to be added to that. So little
    data can be learned of, for what they do not tell stays normal.
    """

    def __init__(
        self, size: int, condition: int, width: int = 256, depth: int = 3, steering: int = 128, *, normal: bool = False
    ) -> None:
        """Build the layers."""
        super().__init__()
        self.normal = normal
        self.steering = Steering(condition, steering)
        self.first = nn.Linear(size, width)
        self.blocks = nn.ModuleList(_Block(width, steering) for _ in range(depth))
        self.last = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, size))
        nn.init.zeros_(self.last[1].weight)
        nn.init.zeros_(self.last[1].bias)

    def forward(self, x: Tensor, time: Tensor, condition: Tensor) -> Tensor:
        """Return the velocity, shaped as x."""
        steering = self.steering(time, condition)
        h = self.first(x)
        for block in self.blocks:
            h = block(h, steering)
        added = self.last(h)
        if not self.normal:
            return added
        slope = (2 * time - 1) / (time**2 + (1 - time) ** 2)
        return added + slope[:, None] * x


class _Block(nn.Module):  # type: ignore[misc]
    def __init__(self, width: int, steering: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width, elementwise_affine=False)
        self.scaled = Scaled(steering, width)
        self.layers = nn.Sequential(nn.Linear(width, 2 * width), nn.SiLU(), nn.Linear(2 * width, width))

    def forward(self, h: Tensor, steering: Tensor) -> Tensor:
        return h + self.layers(self.scaled(self.norm(h), steering))
