"""Differentially private training of a phase: what it needs beside a loss, and what does not go with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from likewise.errors import PrivacyError
from likewise.networks.training.plan import Plan
from likewise.privacy.accountant import Account

if TYPE_CHECKING:
    import numpy.typing as npt
    from torch import Tensor

    from likewise.networks.training.phase import Phase
    from likewise.privacy.dpsgd import PrivateGradients

RowLoss = Callable[..., "Tensor"]
"""`row_loss(part, *rows)`: the losses of some rows of the data, one each."""


@dataclass(frozen=True, eq=False)
class PrivateSettings:
    """Say how a phase is trained privately: its loss row by row, the noise, and the account that it is charged to.

    `row_loss(part, *rows)` gives the losses of some rows of the data, one each. Nothing in it is random but the last
    of `rows` where `draws` is not 0: so many standard normal numbers a row, drawn anew for each step by the operating
    system. Every unit is taken for a step with probability `rate`; `expected` is about how many that are, a public
    number or one that was paid for. `noise` is the noise times the sensitivity, which `noise_for` finds for a budget;
    `clip` the length to which the gradient of a unit is clipped. `users` tells which rows are one person's. How many
    rows there are is not told: steps are those of the plan.

    Gradients alone are private. So such a phase keeps no losses, is not stopped early and not ended by the clock.
    """

    row_loss: RowLoss
    noise: float
    account: Account
    rate: float
    expected: float
    clip: float = 1.0
    users: npt.ArrayLike | None = None
    draws: int = 0
    batch: int | None = None


def check_private(phases: Sequence[Phase], plan: Plan, *, watched: bool, several: bool) -> None:
    """Raise PrivacyError where a training with a private phase is asked for what would look at rows beside it."""
    if all(phase.private is None for phase in phases):
        return
    for asked, what in (
        (plan.budget.seconds is not None, "an end by time"),
        (plan.budget.epochs is not None, "an end by passes over rows, whose number is private,"),
        (watched, "an end by held-back rows"),
        (several, "several processes"),
    ):
        if asked:
            raise PrivacyError("privacy.training", f"{what} is not part of what is private",
                               hint="say how many steps to train, in one process")  # fmt: skip


def gradients_of(phase: Phase, data: Sequence[Tensor], steps: int) -> PrivateGradients:
    """Return the private gradients of a phase, its whole training charged to the account before any row is looked at.

    Raises PrivacyError where the budget does not pay for it.
    """
    from likewise.privacy.dpsgd import PrivateGradients

    own = phase.private
    assert own is not None
    return PrivateGradients(
        phase.part, own.row_loss, data, noise=own.noise, clip=own.clip, rate=own.rate, steps=steps,
        expected=own.expected, account=own.account, users=own.users, draws=own.draws, batch=own.batch, what=phase.name,
    )  # fmt: skip
