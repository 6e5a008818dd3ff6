"""A VAE whose decoder adds up a trend, a season and a rest, to be seen apart (TimeVAE, Desai et al. 2021)."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

DEGREE = 2
"""Degree of the polynomial of a trend; that of degree 0 is the level."""
LEAST = -5.0
"""Logarithm of the least width of the noise of a number, in deviations of its channel."""


class Blocks(nn.Module):  # type: ignore[misc]
    """Take frames (rows x `steps` x `channels`, then `extra` numbers) to points (rows x `latent`), and back in parts.

    The trend of a channel is a polynomial, its season repeats every `season` steps (0: there is none), both with
    coefficients that come of the point and the conditions (rows x `condition`); the rest is free. What no part tells
    is normal noise, for each number as wide as is likeliest (Rybkin et al. 2021); `spread` is its logarithm.
    """

    def __init__(
        self, steps: int, channels: int, extra: int, condition: int, season: int, width: int, latent: int
    ) -> None:
        """Build the layers."""
        super().__init__()
        self.steps, self.channels, self.season, self.latent = steps, channels, season, latent
        size = steps * channels + extra
        self.encoder = _layers(size + condition, width, 2 * latent)
        self.trend = _layers(latent + condition, width, channels * (DEGREE + 1))
        self.seasonal = _layers(latent + condition, width, channels * season) if season else None
        self.rest = _layers(latent + condition, width, size)
        self.register_buffer("spread", torch.zeros(size))
        self.register_buffer("centre", torch.zeros(latent))
        self.register_buffer("widths", torch.eye(latent))
        time = torch.linspace(-1, 1, steps)
        self.register_buffer("powers", torch.stack([time**degree for degree in range(DEGREE + 1)]))

    def encoded(self, rows: Tensor, told: Tensor) -> tuple[Tensor, Tensor]:
        """Return the mean and the logarithm of the deviation of the point of each row."""
        found: Tensor = self.encoder(torch.cat([rows, told], dim=1))
        return found[:, : self.latent], found[:, self.latent :].clamp(-8, 4)

    def parts(self, points: Tensor, told: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return trend, season and rest (rows x steps x channels each), and the numbers behind the steps."""
        h = torch.cat([points, told], dim=1)
        trend = (self.trend(h).view(-1, self.channels, DEGREE + 1) @ self.powers).transpose(1, 2)
        season = torch.zeros_like(trend)
        if self.seasonal is not None:
            phase = torch.arange(self.steps, device=h.device) % self.season
            season = self.seasonal(h).view(-1, self.season, self.channels)[:, phase]
        rest = self.rest(h)
        many = self.steps * self.channels
        return trend, season, rest[:, :many].view_as(trend), rest[:, many:]

    def decoded(self, points: Tensor, told: Tensor) -> Tensor:
        """Return the frames of points, as they are expected."""
        trend, season, rest, behind = self.parts(points, told)
        return torch.cat([(trend + season + rest).flatten(1), behind], dim=1)

    def loss(self, rows: Tensor, told: Tensor, noise: Tensor) -> Tensor:
        """Return what a number of a row costs: how unlikely it is, and how far points lie from standard normal."""
        mean, deviation = self.encoded(rows, told)
        unlikely = self._spread(rows, told, mean + deviation.exp() * noise)
        apart = ((mean**2 + (2 * deviation).exp() - 1) / 2 - deviation).mean(dim=0)
        return (unlikely.sum() + apart.sum()) / rows.shape[1]

    def measure(self, rows: Tensor, told: Tensor, noise: Tensor) -> None:
        """Keep where points of rows lie (Ghosh et al. 2020), and the width of what no part tells."""
        mean, deviation = self.encoded(rows, told)
        points = mean + deviation.exp() * noise
        self.spread.copy_(self._spread(rows, told, points))
        self.centre.copy_(points.mean(dim=0))
        self.widths.copy_(torch.linalg.cholesky(torch.cov(points.T) + 1e-6 * torch.eye(self.latent)).T)

    def drawn(self, noise: Tensor, told: Tensor) -> Tensor:
        """Return frames of normal noise (rows x `latent`), without what no part tells."""
        return self.decoded(self.centre + noise @ self.widths, told)

    def _spread(self, rows: Tensor, told: Tensor, points: Tensor) -> Tensor:
        """Return the logarithm of the likeliest width of the noise of each number."""
        return ((rows - self.decoded(points, told)) ** 2).mean(dim=0).clamp(min=math.exp(2 * LEAST)).log() / 2


def _layers(inputs: int, width: int, outputs: int) -> nn.Sequential:
    last = nn.Linear(width, outputs)
    nn.init.normal_(last.weight, std=0.1 / math.sqrt(width))
    return nn.Sequential(nn.Linear(inputs, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU(), last)
