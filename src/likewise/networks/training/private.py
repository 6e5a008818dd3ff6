"""Differentially private training of a phase: what it needs beside a loss, and the noise that a budget asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from likewise.errors import PrivacyError
from likewise.networks.training.plan import Plan
from likewise.privacy.accountant import Account, noise_for

if TYPE_CHECKING:
    import numpy.typing as npt
    from torch import Tensor

    from likewise.networks.training.phase import Phase
    from likewise.privacy.dpsgd import PrivateGradients

RowLoss = Callable[..., "Tensor"]
"""`row_loss(part, *rows)`: the losses of some rows of the data, one each."""

PART = 1e-6
"""How much less than all of a budget noise is made for, so that rounding does not overspend it."""


@dataclass(frozen=True, eq=False)
class PrivateSettings:
    """Say how a phase is trained privately: its loss row by row, the noise, and the account that it is charged to.

    `row_loss(part, *rows)` gives the losses of some rows of the data, one each. What is random in it is drawn by
    torch's own functions without a generator (`torch.randn_like`): the trainer seeds them, and leaves torch's generator
    as it was. `noise` is the noise times the sensitivity, which `noise_of` finds for a budget; `clip` the length to
    which the gradient of a row is clipped. `expected` is a public number: the rows of a batch. `users` tells which
    rows are one person's.

    Gradients alone are private. So such a phase keeps no losses, is not stopped early and not ended by the clock.
    """

    row_loss: RowLoss
    noise: float
    account: Account
    clip: float = 1.0
    users: npt.ArrayLike | None = None
    batch: int | None = None


def noise_of(plan: Plan, rows: int, epsilon: float, delta: float) -> float:
    """Return the noise with which one private phase of a training of so many rows costs (epsilon, delta).

    >>> from likewise.networks.device import Device
    >>> round(noise_of(Plan(100, 64, Device("cpu", False)), 64, 1.0, 1e-5), 1)
    37.3
    """
    return noise_for(epsilon, delta, min(plan.batch_size, rows) / rows, plan.steps_for(rows)) * (1 + PART)


def check_private(phases: Sequence[Phase], plan: Plan, *, watched: bool, several: bool) -> None:
    """Raise PrivacyError where a training with a private phase is asked for what would look at rows beside it."""
    if all(phase.private is None for phase in phases):
        return
    for asked, what in (
        (plan.budget.seconds is not None, "an end by time"),
        (watched, "an end by held-back rows"),
        (several, "several processes"),
    ):
        if asked:
            raise PrivacyError("privacy.training", f"{what} is not part of what is private",
                               hint="say how long to train by `epochs`, in one process")  # fmt: skip


def gradients_of(phase: Phase, data: Sequence[Tensor], size: int, steps: int) -> PrivateGradients:
    """Return the private gradients of a phase, its whole training charged to the account before any row is looked at.

    Raises PrivacyError where the budget does not pay for it.
    """
    import torch

    from likewise.privacy.dpsgd import PrivateGradients

    own, rows = phase.private, len(data[0])
    assert own is not None
    with torch.random.fork_rng(devices=[]):  # it tries the loss on zeros
        return PrivateGradients(
            phase.part, own.row_loss, data, noise=own.noise, clip=own.clip, rate=size / rows, steps=steps,
            expected=float(size), account=own.account, users=own.users, batch=own.batch, what=phase.name,
        )  # fmt: skip
