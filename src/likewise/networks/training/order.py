"""The order in which a training sees its rows, as a function of the seed and the step alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from likewise.core.seeds import generator

if TYPE_CHECKING:
    from torch import Tensor

WINDOW = 16
"""Steps between two looks of the trainer at its losses: it logs, guards and keeps at the end of each window."""


class Order:
    """Give the rows of each step, all rows in a new order in each pass, and the seeds of what is random in a step.

    `attempt` is the number of times that a training went back because it diverged: each has an order of its own.
    """

    def __init__(self, rows: int, size: int, seed: int, what: str) -> None:
        self.rows, self.size, self.seed, self.what = rows, size, seed, what
        self._passes: dict[tuple[int, int], Tensor] = {}
        self._window: tuple[int, int] = (-1, -1)
        self._seeds: list[list[int]] = []

    def of(self, step: int, attempt: int) -> Tensor:
        """Return the numbers of the rows of a step; a batch that ends a pass is filled from the next one."""
        import torch

        first, last = divmod(step * self.size, self.rows), divmod((step + 1) * self.size - 1, self.rows)
        if first[0] == last[0]:
            return self._pass(first[0], attempt)[first[1] : last[1] + 1]
        return torch.cat([self._pass(first[0], attempt)[first[1] :], self._pass(last[0], attempt)[: last[1] + 1]])

    def _pass(self, number: int, attempt: int) -> Tensor:
        import torch

        if (number, attempt) not in self._passes:
            order = generator(self.seed, self.what, "order", attempt, number).permutation(self.rows)
            # Of older passes only the one before is asked for again, by a batch that lies in two.
            self._passes = {key: own for key, own in self._passes.items() if key == (number - 1, attempt)}
            self._passes[number, attempt] = torch.from_numpy(order)
        return self._passes[number, attempt]

    def seed_of(self, step: int, phase: int, attempt: int) -> int:
        """Return the seed of all that is random in one phase of a step; those of a window are made together."""
        window, within = divmod(step, WINDOW)
        if self._window != (window, attempt):
            rng = generator(self.seed, self.what, "steps", attempt, window)
            self._seeds = rng.integers(2**31, size=(WINDOW, PHASES), dtype=np.int64).tolist()
            self._window = window, attempt
        return self._seeds[within][phase]


PHASES = 16
"""Phases that a step may have at most."""
