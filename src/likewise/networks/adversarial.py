"""The game of two networks, as R3GAN plays it: which of a real and a made row is the real one.

Pairs of real and made rows are compared (relativistic), and the slope of the judge is kept small at real (R1) and at
made rows (R2): Huang et al. 2024, "The GAN is dead; long live the GAN!". Slopes are measured by small steps: a row is
judged again with noise added, and the squared change estimates the squared slope. That needs no second derivatives, so
it works in bfloat16 and costs a part of a forward pass.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from likewise.core.extras import require

if TYPE_CHECKING:
    from torch import Generator, Tensor

    Judge = Callable[[Tensor, Tensor], Tensor]


def telling_loss(
    judge: Judge,
    real: Tensor,
    made: Tensor,
    condition: Tensor,
    rng: Generator,
    *,
    weight: float,
    step: float = 0.1,
    every: int = 4,
    heed: Callable[[Tensor], None] | None = None,
) -> Tensor:
    """Return the loss of the judge on real rows and rows made under the same conditions (rows x width).

    `judge(rows, condition)` gives a score a row. `weight` is how much squared slopes count, `step` the spread of the
    noise that they are measured by, beside data of about size 1; every `every`th pair is measured. `heed` is given the
    share of pairs that are told.
    """
    torch = require("torch", extra="deep")
    still = torch.cat([real[::every], made[::every]])
    moved = still + step * torch.randn(still.shape, generator=rng, device=still.device)
    few = condition[::every]
    scores = judge(torch.cat([real, made, moved]), torch.cat([condition, condition, few, few])).float()
    of_real, of_made, of_moved = scores.split([len(real), len(made), len(moved)])
    if heed is not None:
        heed((of_real > of_made).float().mean())
    slopes = (of_moved - torch.cat([of_real[::every], of_made[::every]])) / step
    return torch.nn.functional.softplus(of_made - of_real).mean() + weight * slopes.square().mean()


def passing_loss(judge: Judge, real: Tensor, made: Tensor, condition: Tensor) -> Tensor:
    """Return the loss of the maker: how surely the judge tells its rows from real ones."""
    torch = require("torch", extra="deep")
    with torch.no_grad():
        of_real = judge(real, condition).float()
    return torch.nn.functional.softplus(of_real - judge(made, condition).float()).mean()
