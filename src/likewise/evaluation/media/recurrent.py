"""Small recurrent networks that judge series: several of them at once, each with its own weights and batches."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from likewise.core.seeds import generator

Series = npt.NDArray[np.float32]

BATCH = 128
"""Series of a side in a batch, as in TimeGAN's protocol."""


class Judges(nn.Module):  # type: ignore[misc]
    """Run `count` gated recurrent units of one layer side by side (Cho et al. 2014), a number out of each state.

    They cost little more than one of them, and their mean is steadier than any.
    """

    def __init__(self, count: int, channels: int, width: int, rng: np.random.Generator) -> None:
        """Draw the weights, evenly from -1 to 1 over the root of the width."""
        super().__init__()
        self.width = width
        draw = torch.Generator().manual_seed(int(rng.integers(2**62)))

        def weights(*shape: int) -> nn.Parameter:
            return nn.Parameter((torch.rand(count, *shape, generator=draw) * 2 - 1) / math.sqrt(width))

        self.inner, self.inner_shift = weights(channels, 3 * width), weights(1, 3 * width)
        self.own, self.own_shift = weights(width, 3 * width), weights(1, 3 * width)
        self.outer, self.outer_shift = weights(width, 1), weights(1, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return judges x rows x steps numbers for judges x rows x steps x channels."""
        inner = torch.einsum("jrtc,jch->tjrh", x, self.inner) + self.inner_shift
        state = x.new_zeros(*x.shape[:2], self.width)
        states = []
        for given in inner:
            own = torch.baddbmm(self.own_shift, state, self.own)
            gates = torch.sigmoid(given[..., : 2 * self.width] + own[..., : 2 * self.width])
            reset, keep = gates.chunk(2, dim=-1)
            new = torch.tanh(torch.addcmul(given[..., 2 * self.width :], reset, own[..., 2 * self.width :]))
            state = torch.lerp(new, state, keep)
            states.append(state)
        out = torch.baddbmm(self.outer_shift, torch.cat(states, dim=1), self.outer)
        return out.reshape(len(x), x.shape[2], x.shape[1]).transpose(1, 2)


def told_apart(
    real: Series, other: Series, *, width: int, judges: int, steps: int, rate: float, seed: int
) -> list[float]:
    """Return for each judge the share of held-out series whose side it tells; each has its own fifth held out."""
    size = min(len(real), len(other))
    cut = max(1, round(0.8 * size))
    sides = [torch.from_numpy(side) for side in (real, other)]
    rng = generator(seed, "told-apart")
    orders = [[rng.permutation(len(side))[:size] for _ in range(judges)] for side in sides]
    network = Judges(judges, real.shape[2], width, rng)
    truth = torch.cat([torch.ones(BATCH), torch.zeros(BATCH)]).expand(judges, -1)
    binary = nn.functional.binary_cross_entropy_with_logits

    def loss() -> Tensor:
        picks = rng.integers(0, cut, (2, judges, BATCH))
        halves = [
            torch.stack([side[own[pick]] for own, pick in zip(order, picked, strict=True)])
            for side, order, picked in zip(sides, orders, picks, strict=True)
        ]
        return binary(network(torch.cat(halves, dim=1))[..., -1], truth)

    _trained(network, loss, judges, steps, rate)
    with torch.no_grad():
        votes = [
            network(torch.stack([side[own[cut:]] for own in order]))[..., -1] > 0
            for side, order in zip(sides, orders, strict=True)
        ]
    right = votes[0].float().mean(1) + (~votes[1]).float().mean(1)
    return [float(share) for share in right / 2]


def foretold(
    train: Series, test: Series, *, width: int, judges: int, steps: int, rate: float, seed: int
) -> list[float]:
    """Return for each judge how far off its next step of the last channel is on `test`: the mean absolute error.

    It sees the channels before the last, or the only one; what it says lies from 0 to 1 as the series do.
    """
    seen = max(1, train.shape[2] - 1)
    rng = generator(seed, "foretold")
    network = Judges(judges, seen, width, rng)
    rows, known = torch.from_numpy(train), torch.from_numpy(test)

    def error(x: Tensor) -> Tensor:
        return (torch.sigmoid(network(x[:, :, :-1, :seen])) - x[:, :, 1:, -1]).abs().mean(dim=(1, 2))

    def loss() -> Tensor:
        return error(rows[torch.from_numpy(rng.integers(0, len(rows), (judges, BATCH)))]).mean()

    _trained(network, loss, judges, steps, rate)
    with torch.no_grad():
        return [float(e) for e in error(known.expand(judges, -1, -1, -1))]


def _trained(network: Judges, loss: object, judges: int, steps: int, rate: float) -> None:
    assert callable(loss)
    optimizer = torch.optim.Adam(network.parameters(), lr=rate)
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = rate * 0.5 * (1 + math.cos(math.pi * step / steps))
        optimizer.zero_grad(set_to_none=True)
        (judges * loss()).backward()
        optimizer.step()
