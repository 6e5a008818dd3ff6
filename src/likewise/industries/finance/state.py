"""What changes as days go by: balances, where people are, and payments that are still to come."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from likewise.industries.finance.arrays import Array, Floats, Ints
from likewise.industries.finance.books.payments import Payments, chosen, joined, length, none
from likewise.industries.finance.life.trips import DAY, Trips, at_home
from likewise.industries.finance.world.days import Days
from likewise.industries.finance.world.world import World


@dataclass(frozen=True)
class Span:
    """Hold the days that are worked on at once: the first, how many, and the seconds from and until when."""

    day: int
    days: int

    @property
    def after(self) -> int:
        """The first day after them."""
        return self.day + self.days

    @property
    def begin(self) -> int:
        """When the first day begins in `ZONE`."""
        return self.day * DAY

    @property
    def end(self) -> int:
        """When the last day ends in `ZONE`."""
        return self.after * DAY

    def of(self, calendar: Days) -> slice:
        """Return the days as places in a calendar."""
        return slice(self.day, self.after)


@dataclass(eq=False)
class State:
    """Hold what is on each account, what of it is held for a ring, and who is where.

    `seen` is when each person was last at a terminal, `place` where. `waiting` are payments of later days.
    """

    balance: Ints
    held: Ints
    trips: Trips
    seen: Ints
    place: Floats
    used: int = 0
    waiting: list[Payments] = field(default_factory=list)

    @classmethod
    def of(cls, world: World) -> State:
        """Return the state at the beginning."""
        people = world.customers
        return cls(world.accounts.opening.copy(), np.zeros(len(world.accounts.kind), np.int64), at_home(world),
                   np.full(people, -10 * DAY), np.zeros((people, 2)))  # fmt: skip

    def wait(self, rows: Payments) -> None:
        """Keep payments until their day has come."""
        if length(rows):
            self.waiting.append(rows)

    def due(self, end: int) -> Payments:
        """Return the payments whose time has come before `end`; they wait no more."""
        if not self.waiting:
            return none()
        rows = joined(self.waiting)
        is_due = rows["time"] < end
        self.waiting = [chosen(rows, ~is_due)] if not is_due.all() else []
        return chosen(rows, is_due)


def ease(world: World, state: State) -> Array:
    """Return how freely people spend: less where little is left on their accounts until their next income."""
    account = world.accounts.main
    left = state.balance[account] - 0.5 * world.accounts.floor[account] - state.held[account]
    return np.clip(0.2 + 0.58 * np.sqrt(np.maximum(left, 0) / world.people.income), 0.2, 1.5)
