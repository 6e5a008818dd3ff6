"""A bank's world as it lives: span after span of days, people and rings act, and what they pay is settled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from likewise.core.seeds import generator
from likewise.industries.finance.arrays import Array, Bools, Draw, Ints, in_order
from likewise.industries.finance.books.payments import APPROVED, Payments, chosen, joined, length
from likewise.industries.finance.books.settling import converted, settled
from likewise.industries.finance.crime.cards import RefundAbuse
from likewise.industries.finance.crime.planner import Planner
from likewise.industries.finance.crime.registry import NAMES
from likewise.industries.finance.crime.ring import STAGE
from likewise.industries.finance.life.business import Business
from likewise.industries.finance.life.outings import Outings
from likewise.industries.finance.life.returns import returns
from likewise.industries.finance.life.standing import Standing
from likewise.industries.finance.life.transfers import Transfers
from likewise.industries.finance.life.trips import DAY, WEEK, set_out
from likewise.industries.finance.life.web import Web
from likewise.industries.finance.state import Span, State, ease
from likewise.industries.finance.world.countries import ZONE
from likewise.industries.finance.world.world import world_of

if TYPE_CHECKING:
    from likewise.industries.finance.finance import Finance

LARGE = 120_000
"""Customers from which on one day is worked on at once, instead of a week."""

A_DAY = 1.4
"""Payments that a customer makes on a day, about."""


@dataclass(frozen=True, eq=False)
class Block:
    """Hold payments of a span in the order of time, numbered from `first`, with what came of them.

    `answer` is that of `payments.ANSWERS`; `after` and `on` what is on the payer's and the payee's account then;
    `changed` says which were changed into another currency, and `desks` what was on the accounts of the currencies'
    desks before.
    """

    first: int
    rows: Payments
    answer: Array
    after: Ints
    on: Ints
    changed: Bools
    desks: Ints


def step_of(customers: int) -> int:
    """Return how many days are worked on at once."""
    return WEEK if customers <= LARGE else 1


class Bank:
    """Let people, firms and rings act, and settle what they pay."""

    def __init__(self, settings: Finance, seed: int) -> None:
        self.settings, self.seed = settings, seed
        self.world = world_of(settings.customers, settings.days, settings.start, seed)
        self.state = State.of(self.world)
        self.planner = Planner(self.world, settings.crimes(), settings.fraud_rate, settings.stealth,
                               settings.camouflage, settings.drift, self._rng("crime"))  # fmt: skip
        self._outings = Outings(self.world)
        self._web = Web(self.world, self._outings)
        self._standing = Standing(self.world, self._rng("standing"))
        self._transfers, self._business = Transfers(self.world), Business(self.world)

    def _rng(self, *what: str | int) -> Draw:
        return generator(self.seed, "finance", *what)

    def spans(self) -> list[Span]:
        """Return the parts of the time that are worked on one after another."""
        days = self.world.days
        step = step_of(self.world.customers)
        return [Span(day, min(step, days - day)) for day in range(0, days, step)]

    def live(self) -> Iterator[Block]:
        """Yield the payments of each span."""
        for span in self.spans():
            yield self._lived(span)

    def _lived(self, span: Span) -> Block:
        world, state, rng = self.world, self.state, self._rng("day", span.day)
        if span.day % WEEK == 0:
            set_out(world, state.trips, span.day, rng)
        freely = ease(world, state)
        ordinary = [self._outings.payments(state, span, freely, rng), self._web.payments(state, span, freely, rng),
                    self._standing.payments(span, rng), self._transfers.payments(state, span, freely, rng),
                    self._business.payments(state, span, rng), state.due(span.end)]  # fmt: skip
        rows = joined(ordinary)
        count = int((rows["typology"] == 0).sum())
        rings = self.planner.begin(state, span, count, self._rng("rings", span.day))
        rows = joined([rows, rings]) if length(rings) else rows
        late = np.flatnonzero(rows["time"] >= span.end)
        state.wait(chosen(rows, late[rows["time"][late] < world.days * DAY]))
        rows = self._in_order(rows, span)
        changed = converted(world, rows)
        answer, after, on = settled(world, state, rows)
        desks = self._change(rows, changed & (answer == APPROVED))
        first = state.used
        state.used += length(rows)
        self._send_back(rows, answer, first, rng)
        return Block(first, rows, answer, after, on, changed, desks)

    def _in_order(self, rows: Payments, span: Span) -> Payments:
        time = rows["time"]
        inside = np.flatnonzero((time < span.end) & (time >= max(span.begin, ZONE * 3600)))
        return chosen(rows, inside[in_order(time[inside] - span.begin)])

    def _change(self, rows: Payments, changed: Bools) -> Ints:
        """Let money be changed at the desks of the currencies, and return what was on their accounts before."""
        accounts, balance = self.world.accounts, self.state.balance
        before = balance[accounts.exchange]
        which = np.flatnonzero(changed)
        for side, cents in (("payer", rows["billed"][which]), ("payee", -rows["amount"][which])):
            np.add.at(balance, accounts.exchange[accounts.currency[rows[side][which]]], cents)
        return before

    def _send_back(self, rows: Payments, answer: Array, first: int, rng: Draw) -> None:
        """Let some of what was bought be paid back in days to come."""
        back = returns(self.world, rows, answer, first, rng, abuse=_ABUSE, stage=STAGE["refund"])
        back = chosen(back, back["time"] < self.world.days * DAY)
        self.planner.note(int((back["typology"] > 0).sum()))
        self.state.wait(back)


_ABUSE = NAMES.index(RefundAbuse.name) + 1
