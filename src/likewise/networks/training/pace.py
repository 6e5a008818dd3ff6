"""How many steps a training takes: those of its epochs, or as many as its time allows."""

from __future__ import annotations

import math
from collections.abc import Callable

from likewise.networks.training.plan import Budget

FLAT = 0.1
"""The share of a run whose learning rate does not depend on when the run ends, for it is not known before."""

TIMED = 0.08
"""The share of the time after which steps have been timed and their number is planned; so much less than `FLAT` that
looks may take a fifth of the time."""

LATE = 1.04
"""How much longer than its time a training may be foreseen to take before the steps that are left become fewer."""

SEEN = 0.1
"""The share of the time after the plan that has to be seen before a run is called late."""

SPARE = 1.08
"""How much longer than its time a training takes at most, up to one step."""

CHECKS = 50
"""Times in a run that the clock is looked at."""


class Pace:
    """Plan the number of steps, `total`, and hold the training to its time.

    Without a limit of seconds `total` is what the plan says. With one, it is planned once `TIMED` of the time is spent;
    as rates are flat until then, the same number of steps asked for as epochs gives the same weights. Where steps then
    become slower, `total` falls, and `repeatable` says that this is no longer so. `agreed` makes a number the same on
    all processes of a training.
    """

    def __init__(self, budget: Budget, steps: int, agreed: Callable[[float], float] = float) -> None:
        self.clock, self.agreed = budget.clock, agreed
        left = budget.left
        self.limit = None if left is None else agreed(left)
        self.cap = steps if self.limit is None or budget.epochs is not None else None
        self.total = steps if self.limit is None else None
        self.repeatable = True
        self.before = 0.0
        self.started = self.clock()
        self._first: tuple[int, float] | None = None
        self._seen = 0.0
        self._planned: tuple[int, float] = (0, 0.0)

    @property
    def spent(self) -> float:
        """The seconds spent so far, also by processes that were ended."""
        return self.before + self.clock() - self.started

    def expected(self, step: int) -> int:
        """Return the number of steps as far as it is known."""
        if self.total is not None:
            return self.total
        guess = int(step * (self.limit or 0) / max(self.spent, 1e-9))
        return max(step + 1, guess if self.cap is None else min(self.cap, guess))

    def height(self, step: int) -> float:
        """Return the part of the full rate that a step is taken with: flat at first, then down along a cosine."""
        if self.total is None:
            return 1.0
        flat = self._flat(self.total)
        if step < flat:
            return 1.0
        return 0.5 * (1 + math.cos(math.pi * (step - flat) / max(self.total - flat, 1)))

    @staticmethod
    def _flat(total: int) -> int:
        return max(2, math.ceil(FLAT * total))

    def due(self, step: int) -> bool:
        """Whether the number of steps is to be planned now that `step` are taken."""
        if self.total is not None or self.limit is None:
            return False
        spent = self._seen = self.agreed(self.spent)
        if self._first is None:  # the first step also prepares what later ones find ready
            self._first = step, spent
        known = self.cap is not None and step >= FLAT * self.cap
        return spent >= self.limit or (step > self._first[0] and (spent >= TIMED * self.limit or known))

    def plan(self, step: int, beside: float = 0.0) -> None:
        """Fix the number of steps by those that were timed; `beside` are seconds that looks and the like will take."""
        assert self.limit is not None and self._first is not None
        spent = self.agreed(self.spent)
        each = (self._seen - self._first[1]) / max(step - self._first[0], 1)
        more = int(max(0.0, self.limit - spent - self.agreed(beside)) / max(each, 1e-9))
        self.total = step + more if self.cap is None else min(self.cap, step + more)
        self.repeatable = self._flat(self.total) >= step
        self._planned = step, spent

    def hold(self, step: int) -> bool:
        """Say whether to go on after `step` steps; look at the clock now and then and shorten a run that is late."""
        if self.total is None:
            return True
        if self.limit is not None and step < self.total and step % max(1, self.total // CHECKS) == 0:
            self._replan(step, self.limit, self.agreed(self.spent))
        return step < self.total

    def _replan(self, step: int, limit: float, spent: float) -> None:
        """Change the number of steps where a run is late, and from then on whenever another one is foreseen."""
        assert self.total is not None
        if spent >= SPARE * limit:
            self.total, self.repeatable = step, False
        elif spent - self._planned[1] >= SEEN * limit:
            each = (spent - self._planned[1]) / (step - self._planned[0])
            foreseen = step + int(max(0.0, limit - spent) / max(each, 1e-9))
            if not self.repeatable or spent + (self.total - step) * each > LATE * limit:
                self.total, self.repeatable = (
                    max(step, foreseen if self.cap is None else min(self.cap, foreseen)),
                    False,
                )

    def state(self) -> dict[str, float | int | bool | None]:
        """Return what a checkpoint keeps."""
        return {"total": self.total, "repeatable": self.repeatable, "spent": self.spent, "limit": self.limit}

    def resume(self, step: int, kept: dict[str, float | int | bool | None]) -> None:
        """Go on from a checkpoint: seconds that were spent before it count."""
        self.before, self.started = float(kept["spent"] or 0), self.clock()
        if self.limit is not None:
            self.limit = None if kept["limit"] is None else float(kept["limit"])
            self.total = None if kept["total"] is None else int(kept["total"])
        self.repeatable = bool(kept["repeatable"])
        self._planned = step, self.spent
