"""Rectified flow: noise is carried to data along paths that a network learned to be nearly straight.

Between noise z and data x lies the point (1 - t) z + t x; the network learns the mean direction x - z there (Liu et al.
2023, "Flow straight and fast"; Lipman et al. 2023, "Flow matching for generative modeling"). To draw is to follow
that direction from t = 0 to 1. Conditions are vectors beside; where some are dropped in training, a draw may lean
towards its conditions more than the data do (Ho and Salimans 2022).

A network is anything called as `network(x, time, condition)` with rows x ..., rows, rows x width: see
`layers/vectors.py` and `layers/maps.py`. Its width of conditions is `condition_width(width)`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import numpy as np

from likewise.core.extras import require

if TYPE_CHECKING:
    from torch import Generator, Tensor

    Velocity = Callable[[Tensor, Tensor, Tensor], Tensor]

Times = Literal["logit-normal", "uniform"]
Way = Literal["heun", "midpoint", "euler"]


def condition_width(width: int) -> int:
    """Return the width of conditions that a network is called with: one more, which says whether they are known."""
    return width + 1


def flow_loss(
    network: Velocity,
    data: Tensor,
    condition: Tensor,
    rng: Generator,
    *,
    times: Times = "logit-normal",
    drop: float = 0.0,
) -> Tensor:
    """Return the mean squared error of the directions at random points between noise and data.

    `data` is rows x ... (scaled to about mean 0 and deviation 1), `condition` rows x width (width may be 0). Times are
    spread evenly over a batch, by logit-normal (Esser et al. 2024) more of them in the middle. The conditions of a
    share `drop` of the rows are hidden.
    """
    torch = require("torch", extra="deep")
    rows, where = len(data), data.device
    spread = torch.randperm(rows, generator=rng, device=where) + torch.rand(rows, generator=rng, device=where)
    time = _placed(spread / rows, times)
    noise = torch.randn(data.shape, generator=rng, device=where)
    known = torch.rand(rows, generator=rng, device=where) >= drop
    at = time.reshape(-1, *(1,) * (data.ndim - 1))
    found = network(torch.lerp(noise, data, at), time, _told(condition, known))
    return torch.nn.functional.mse_loss(found.float(), data - noise)


def flow_draw(
    network: Velocity,
    noise: Tensor,
    condition: Tensor,
    *,
    steps: int = 16,
    way: Way = "heun",
    guidance: float = 1.0,
    known: bool = True,
) -> Tensor:
    """Return data that noise (rows x ..., standard normal) is carried to under conditions, in `steps` steps.

    A step of `heun` or `midpoint` calls the network twice, of `euler` once. `guidance` above 1 leans towards the
    conditions and calls it twice as often; where these are not `known`, data are drawn as they come without; both need
    training with `drop`. Call it without gradients.
    """
    torch = require("torch", extra="deep")
    full = _told(condition, torch.full((len(noise),), float(known), device=noise.device))
    none = torch.zeros_like(full)

    def direction(x: Tensor, t: float) -> Tensor:
        time = torch.full((len(x),), t, device=x.device)
        own = network(x, time, full).float()
        return own if guidance == 1 else torch.lerp(network(x, time, none).float(), own, guidance)

    x, size = noise, 1 / steps
    for step in range(steps):
        t = step * size
        here = direction(x, t)
        if way == "heun":
            here = (here + direction(x + size * here, t + size)) / 2
        elif way == "midpoint":
            here = direction(x + size / 2 * here, t + size / 2)
        x = x + size * here
    return x


def normal_noise(rng: np.random.Generator, shape: tuple[int, ...], device: str = "cpu") -> Tensor:
    """Return standard normal noise of a numpy generator, so that the same `rng` gives the same bytes on any device."""
    torch = require("torch", extra="deep")
    return torch.from_numpy(rng.standard_normal(shape, dtype=np.float32)).to(device)


def _placed(places: Tensor, times: Times) -> Tensor:
    """Return times by their places among all, from 0 to 1."""
    if times == "uniform":
        return places
    torch = require("torch", extra="deep")
    return torch.special.ndtri(places.clamp(1e-6, 1 - 1e-6)).sigmoid()


def _told(condition: Tensor, known: Tensor) -> Tensor:
    """Return conditions with a last column that says whether they are known, all zeros where not."""
    torch = require("torch", extra="deep")
    flag = known.to(condition.dtype)[:, None]
    return torch.cat([condition * flag, flag], dim=1)
