"""Transfers between people, to savings and back, and to whoever sells something dear; and cash paid in."""

from __future__ import annotations

import numpy as np

from likewise.industries.finance.arrays import Array, Draw, Floats, Ints, any_there, within
from likewise.industries.finance.books import payments as books
from likewise.industries.finance.books.payments import Payments, joined, payments
from likewise.industries.finance.life.trips import DAY
from likewise.industries.finance.life.web import places_on_web, times_on_web
from likewise.industries.finance.state import Span, State
from likewise.industries.finance.world import rhythm
from likewise.industries.finance.world.countries import COUNTRIES
from likewise.industries.finance.world.days import LAST
from likewise.industries.finance.world.people import SELF_EMPLOYED
from likewise.industries.finance.world.world import FRIENDS, World

_P = {name: number for number, name in enumerate(books.PURPOSES)}

A_DAY = {"to a friend": 0.07, "to somebody new": 0.028, "for family": 0.012, "invoice": 0.035, "large purchase": 0.002,
         "saving": 0.006, "deposit": 0.008}  # fmt: skip
"""How often people do what on a day."""

MEDIAN = {"to a friend": (26.0, 1.0), "to somebody new": (75.0, 1.25), "for family": (170.0, 1.15),
          "invoice": (85.0, 1.1), "large purchase": (2100.0, 0.8), "saving": (300.0, 1.0),
          "deposit": (260.0, 1.1)}  # fmt: skip
"""The amounts, lognormal, in euros."""

_TO_PEOPLE = {"to somebody new": 0.7, "large purchase": 0.4}
"""How often it is a person who is paid, not a firm."""

INTEREST = 0.11
"""What an overdraft costs in a year."""


class Transfers:
    """Make what people transfer and pay in, span after span of days."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._minutes = rhythm.web_minutes()
        self._price = np.array([country.price for country in COUNTRIES])[world.people.country]
        at = np.arange(world.customers)
        self._bill_day = 3 + at * 7919 % 24
        self._pays_all = at * 104_729 % 10 < 7

    def payments(self, state: State, span: Span, ease: Array, rng: Draw) -> Payments:
        """Return what people transfer in the days of a span."""
        parts = [self._sent(purpose, state, span, ease, rng) for purpose in A_DAY if purpose != "deposit"]
        parts += [self._deposits(span, rng), self._from_savings(state, span, rng), *self._monthly(state, span, rng)]
        return joined(parts)

    def _sent(self, purpose: str, state: State, span: Span, ease: Array, rng: Draw) -> Payments:
        world = self.world
        counts = rng.poisson(A_DAY[purpose] * span.days * np.minimum(ease, 1.0) * world.people.sessions / 0.24)
        who, _ = within(counts)
        day = rng.integers(span.day, span.day + span.days, size=len(who))
        time = times_on_web(world, self._minutes, who, day, rng)
        device, ip = places_on_web(world, state, who, time, rng)
        payee = self._payees(purpose, who, rng)
        payer = world.accounts.main[who]
        left = state.balance[payer] - state.held[payer] - world.accounts.floor[payer]
        amount = np.minimum(self._amounts(purpose, who, rng), left // 12_500 * 10_000)
        keep = (payee != payer) & (amount > 0)
        rows = payments(len(who), time=time, kind=books.TRANSFER, channel=books.APP, purpose=_P[purpose],
                        amount=amount, payer=payer, payee=payee, customer=who, device=device,
                        ip=ip)  # fmt: skip
        return rows if keep.all() else {name: column[keep] for name, column in rows.items()}

    def _payees(self, purpose: str, who: Ints, rng: Draw) -> Ints:
        """Return whom people pay: friends, now and then anybody of their country, or a firm."""
        world = self.world
        if purpose in ("to a friend", "for family"):
            rank = np.minimum(rng.geometric(0.35, len(who)) - 1, FRIENDS - 1)
            return world.accounts.main[world.friends[who, rank]]
        if purpose == "saving":
            own = world.accounts.saving[who]
            return np.where(own < 0, world.accounts.main[who], own)
        land = world.people.country[who]
        other = world.accounts.main[any_there(world.people.country, land, rng)]
        firm = world.accounts.firm[any_there(world.firms.country, land, rng)]
        return np.where(rng.random(len(who)) < _TO_PEOPLE.get(purpose, 0.0), other, firm)

    def _amounts(self, purpose: str, who: Ints, rng: Draw) -> Ints:
        median, spread = MEDIAN[purpose]
        rich = self.world.people.thrift[who] * self._price[who]
        return rounded(median * 100 * rich * np.exp(spread * rng.standard_normal(len(who))), rng)

    def _deposits(self, span: Span, rng: Draw) -> Payments:
        """Return cash that people pay in at branches, by day; those who work for themselves more often."""
        world, people = self.world, self.world.people
        own = people.status == SELF_EMPLOYED
        days = np.flatnonzero(world.calendar.kind[0, span.of(world.calendar)] == 0) + span.day
        counts = rng.poisson(A_DAY["deposit"] * len(days) * np.where(own, 9.0, 1.0))
        who, _ = within(counts)
        day = days[rng.integers(len(days), size=len(who))] if len(days) else np.zeros(len(who), np.int64)
        median, spread = MEDIAN["deposit"]
        amount = median * 100 * self._price[who] * np.where(own[who], 3.0, 1.0)
        amount = np.rint(amount * np.exp(spread * rng.standard_normal(len(who))) / 1000) * 1000
        time = (
            day * DAY + rng.integers(9 * 3600, 17 * 3600, size=len(who)) + world.cities.behind[people.city[who]] * 3600
        )
        main = world.accounts.main[who]
        channel = np.where(rng.random(len(who)) < 0.5, books.ATM, books.BRANCH)
        return payments(len(who), time=time, kind=books.CASH, channel=channel, purpose=_P["deposit"],
                        amount=np.clip(amount, 1000, 1_400_000), payer=world.banks.vault[world.accounts.bank[main]],
                        payee=main, customer=who)  # fmt: skip

    def _from_savings(self, state: State, span: Span, rng: Draw) -> Payments:
        """Return what people fetch from their savings when little is left."""
        world, people, accounts = self.world, self.world.people, self.world.accounts
        little = state.balance[accounts.main] < 0.22 * people.income
        who = np.flatnonzero((accounts.saving >= 0) & little & (rng.random(world.customers) < 0.06 * span.days))
        held = state.balance[accounts.saving[who]]
        wanted = np.minimum(np.rint(people.income[who] * rng.uniform(0.2, 0.8, len(who)) / 5000) * 5000, held)
        who, wanted = who[wanted >= 5000], wanted[wanted >= 5000]
        time = times_on_web(world, self._minutes, who, np.full(len(who), span.day), rng)
        device, ip = places_on_web(world, state, who, time, rng)
        return payments(len(who), time=time, kind=books.TRANSFER, channel=books.APP, purpose=_P["from savings"],
                        amount=wanted, payer=accounts.saving[who], payee=accounts.main[who], customer=who,
                        device=device, ip=ip)  # fmt: skip

    def _monthly(self, state: State, span: Span, rng: Draw) -> list[Payments]:
        """Return bills of credit cards, and interest on overdrafts, by what is owed when the span begins."""
        world, accounts = self.world, self.world.accounts
        due = world.calendar.due[:, span.of(world.calendar)]
        land = world.people.country
        parts = []
        for offset in range(span.days):
            night = (span.day + offset) * DAY
            is_due = due[land, offset, self._bill_day] & (world.cards.credit >= 0)
            who = np.flatnonzero(is_due)
            credit = world.cards.account[world.cards.credit[who]]
            owed = -state.balance[credit]
            bill = np.where(self._pays_all[who], owed, np.minimum(owed, 2_500 + owed // 12))
            who, credit, bill = who[bill > 0], credit[bill > 0], bill[bill > 0]
            parts.append(payments(len(who), time=night + rng.integers(1800, 5 * 3600, size=len(who)), kind=books.DEBIT,
                                  channel=books.BATCH, purpose=_P["card bill"], amount=bill, payer=accounts.main[who],
                                  payee=credit, customer=who))  # fmt: skip
            parts.append(self._interest(state, np.flatnonzero(due[:, offset, LAST]), night))
        return parts

    def _interest(self, state: State, lands: Ints, night: int) -> Payments:
        world, accounts = self.world, self.world.accounts
        own = np.flatnonzero(np.isin(world.people.country, lands) & (accounts.owner[accounts.main] == np.arange(
            world.customers)))  # fmt: skip
        cost = np.rint(-state.balance[accounts.main[own]] * INTEREST / 12).astype(np.int64)
        who, cost = own[cost > 50], cost[cost > 50]
        main = accounts.main[who]
        return payments(len(who), time=night + 6 * 3600, kind=books.INTEREST, channel=books.BATCH,
                        purpose=_P["overdraft interest"], amount=cost, payer=main,
                        payee=world.banks.income[accounts.bank[main]], customer=who)  # fmt: skip


def rounded(amount: Floats, rng: Draw) -> Ints:
    """Return amounts as people choose them: mostly round ones, in cents."""
    unit = np.array([1, 1, 100, 100, 500, 500, 1000, 1000])[rng.integers(8, size=len(amount))]
    unit = np.where(amount > 30_000, np.maximum(unit * 5, 5), unit)
    unit = np.where(amount > 300_000, unit * 4, unit)
    return np.asarray(np.maximum(np.rint(amount / unit) * unit, unit), np.int64)
