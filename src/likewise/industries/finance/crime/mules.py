"""Money on its way from victims and from cash: networks of mules, and smurfs."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

import numpy as np

from likewise.industries.finance.arrays import Ints
from likewise.industries.finance.books import payments as books
from likewise.industries.finance.crime.ring import HOUR, Ring, Typology
from likewise.industries.finance.crime.transfers import capped, cash_out, wealth, youth
from likewise.industries.finance.life.trips import DAY


class MuleNetwork(Typology):
    """Recruit people, let victims' money come in to them, pass it on and take it out."""

    name: ClassVar[str] = "mule network"
    typical: ClassVar[int] = 16
    least: ClassVar[int] = 5
    days: ClassVar[tuple[float, float]] = (1.5, 21.0)

    def plan(self, ring: Ring) -> None:
        """Add a small test to each mule, what victims pay, layers, and cash."""
        rng, accounts = ring.rng, ring.world.accounts
        victims = ring.pool.people(max(1, ring.budget // 5), ring.end, rng, partial(wealth, ring))
        mules = ring.pool.people(max(2, ring.budget // 5), ring.end, rng, partial(youth, ring))
        if not len(victims) or len(mules) < 2:
            return
        mule, victim = accounts.main[mules], accounts.main[victims]
        ring.join("victim", victim)
        ring.join("mule", mule)
        third = (ring.end - ring.begin) // 3
        first = mule[: max(1, len(mule) - 1)]
        tests = max(0, min(len(first), ring.budget // 6))
        tested = np.sort(ring.moments(tests, ring.begin, ring.begin + third))
        amount = ring.amounts((1.0, 9.0), (22.0, 0.8), tests) * ring.price(first[:tests])
        ring.send("recruiting", np.repeat(mule[-1:], tests), first[:tests], amount, tested, 0)
        inflow = max(len(victim), round(ring.budget * 0.35))
        payer = victim[np.arange(inflow) % len(victim)]
        payee = first[rng.integers(len(first), size=inflow)]
        paid = capped(ring, payer, ring.amounts((400.0, 4500.0), (65.0, 1.0), inflow), 0.7)
        time = ring.at_usual_hours(
            accounts.owner[payer], ring.moments(inflow, ring.begin + third, ring.begin + 2 * third)
        )
        ring.send("inflow", payer, payee, paid, time, books.HOLDS, controlled=1.0)
        self._passed_on(ring, mule[-1], payee, paid, time, ring.budget - tests - inflow)

    def _passed_on(self, ring: Ring, last: int, payee: Ints, paid: Ints, time: Ints, count: int) -> None:
        """Let mules of the first layer send on what they got, and the last one take it out."""
        holders = np.unique(payee)
        got = np.array([int(paid[payee == one].sum()) for one in holders])
        latest = np.array([int(time[payee == one].max()) for one in holders])
        wait = HOUR * np.exp(np.log(1.0) + ring.stealth * np.log(24.0) + 0.5 * ring.rng.standard_normal(len(holders)))
        moved = latest + wait.astype(np.int64)
        kept = ring.rng.uniform(0.03, 0.12, len(holders))
        amount = np.maximum((got * (1.0 - kept)).astype(np.int64) // 500 * 500, 500)
        ring.send("layering", holders, np.full(len(holders), last), amount, moved,
                  books.HOLDS + books.FROM_HELD + books.LAST)  # fmt: skip
        cash_out(ring, np.array([last]), np.array([amount.sum()]), np.array([moved.max()]), count - len(holders))


class Smurfing(Typology):
    """Pay in cash in sums that no one has to report, at several branches, and gather it on one account."""

    name: ClassVar[str] = "smurfing"
    typical: ClassVar[int] = 15
    least: ClassVar[int] = 4
    days: ClassVar[tuple[float, float]] = (2.0, 28.0)

    def plan(self, ring: Ring) -> None:
        """Add deposits, and transfers to the collector."""
        world, rng, accounts = ring.world, ring.rng, ring.world.accounts
        people = ring.pool.people(1 + max(2, ring.budget // 5), ring.end, rng, partial(youth, ring))
        if len(people) < 3:
            return
        collector, smurfs = accounts.main[people[0]], accounts.main[people[1:]]
        ring.join("collector", np.array([collector]))
        ring.join("smurf", smurfs)
        count = max(len(smurfs), ring.budget - len(smurfs) - 1)
        payee = smurfs[np.arange(count) % len(smurfs)]
        amount = ring.amounts((7000.0, 9900.0), (180.0, 0.9), count)
        amount = np.maximum(np.rint(np.minimum(amount, 990_000) / 1000), 1) * 1000 * ring.price(payee)
        day = ring.moments(count, ring.begin, (ring.begin + 3 * ring.end) // 4) // DAY
        day = np.where(world.calendar.weekday[day] < 5, day, np.maximum(day - 2, ring.begin // DAY))
        time = np.maximum(day * DAY + rng.integers(9 * HOUR, 17 * HOUR, size=count), ring.begin)
        who = accounts.owner[payee]
        time = time + world.cities.behind[world.people.city[who]] * HOUR
        channel = np.where(rng.random(count) < 0.5, books.ATM, books.BRANCH)
        ring.add("placement", count, time=time, kind=books.CASH, channel=channel,
                 purpose=books.PURPOSES.index("deposit"), amount=amount, payer=world.banks.vault[accounts.bank[payee]],
                 payee=payee, customer=who, money=books.HOLDS)  # fmt: skip
        got = np.array([int(amount[payee == one].sum()) for one in smurfs])
        latest = np.array([int(time[payee == one].max()) for one in smurfs])
        sent = np.maximum((got * rng.uniform(0.9, 0.98, len(smurfs))).astype(np.int64) // 500 * 500, 500)
        wait = (HOUR * np.exp(np.log(2.0) + ring.stealth * np.log(24.0) * rng.random(len(smurfs)))).astype(np.int64)
        ring.send("layering", smurfs, np.full(len(smurfs), collector), sent, latest + wait,
                  books.FROM_HELD + books.LAST)  # fmt: skip
