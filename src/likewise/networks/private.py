"""Rows that networks may learn under a privacy budget: what was paid for them, and what is left for gradients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from likewise.core.progress import Progress
from likewise.networks.device import Device
from likewise.networks.tables import Coded
from likewise.networks.tables.told import Told, cost_of, told_of
from likewise.networks.training import Plan, PrivateSettings
from likewise.privacy.accountant import Account, noise_for
from likewise.privacy.contract import Coded as Codes
from likewise.privacy.contract import Contract

if TYPE_CHECKING:
    from likewise.networks.training.private import RowLoss

RATE = 0.02
"""The share of the units in a step."""

EPOCHS = 5.0
"""Passes over the rows where nothing is said."""

PART = 1e-6
"""How much less than all of a budget noise is made for, so that rounding does not overspend it."""


@dataclass(frozen=True, eq=False)
class Protected:
    """Hold the rows of a table under a budget: `coded` is private, as is how many rows there are; all else is not.

    `told` says how the table is read, by a contract and noisy counts. What is left of the budget is for `steps` steps
    of private gradients, each of which takes every unit with the chance `rate`, at the cost of so much `noise`.
    """

    told: Told
    coded: Coded
    users: npt.NDArray[np.int64] | None
    account: Account
    rate: float
    steps: int
    noise: float
    device: Device
    seed: int
    progress: Progress

    @classmethod
    def of(
        cls, codes: Codes, contract: Contract, account: Account, *, epochs: float | None, rate: float | None,
        device: Device, seed: int, progress: Progress,
    ) -> Protected:  # fmt: skip
        """Buy what is needed to read the rows, and find the noise that the rest of the budget pays for.

        No setting of the gradients depends on what was bought, so that all costs are known beforehand.
        """
        share = RATE if rate is None else rate
        steps = max(1, round((EPOCHS if epochs is None else epochs) / share))
        noise = noise_for(account.epsilon, account.delta, share, steps, beside=cost_of(account)) * (1 + PART)
        told = told_of(codes, contract, account)
        rows = told.coded(codes.codes)
        return cls(told, rows, codes.units, account, share, steps, noise, device, seed, progress)

    def settings(self, row_loss: RowLoss, *, draws: int, clip: float = 1.0) -> PrivateSettings:
        """Return how the phase that sees the rows is trained, with all that is left of the budget."""
        return PrivateSettings(row_loss, self.noise, self.account, self.rate, max(self.rate * self.told.rows, 1.0),
                               clip=clip, users=self.users, draws=draws)  # fmt: skip

    def plan(self) -> Plan:
        """Return the plan of the training."""
        return Plan(self.steps, max(2, round(self.rate * self.told.rows)), self.device)

    @property
    def note(self) -> str:
        """What the card tells of the training."""
        return (f"{self.steps:,} steps by private gradients, each on a random {100 * self.rate:g} % of the rows, with "
                f"noise of {self.noise:.3g} times what one unit adds at most")  # fmt: skip
