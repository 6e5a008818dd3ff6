"""Frauds with transfers: taking over accounts, and talking people into paying."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

import numpy as np

from likewise.industries.finance.arrays import Array, Floats, Ints
from likewise.industries.finance.books import payments as books
from likewise.industries.finance.crime.cards import RESOLD, bought_online, web_shops
from likewise.industries.finance.crime.ring import HOUR, OWN, Ring, Typology
from likewise.industries.finance.world.people import OLD, YOUNG


class AccountTakeover(Typology):
    """Get into somebody's account, send what is on it to mules, and buy with the card."""

    name: ClassVar[str] = "account takeover"
    typical: ClassVar[int] = 7
    days: ClassVar[tuple[float, float]] = (0.1, 4.0)

    def plan(self, ring: Ring) -> None:
        """Add purchases that try whether nobody minds, and transfers of what there is."""
        world, rng = ring.world, ring.rng
        victim = ring.pool.people(1, ring.end, rng, partial(wealth, ring))
        mules = ring.pool.people(1 + int(rng.random() < 0.4), ring.end, rng, partial(youth, ring))
        if not len(victim) or not len(mules):
            return
        account = world.accounts.main[victim]
        ring.join("victim", account)
        bought = round(ring.budget * rng.uniform(0.3, 0.7))
        time = ring.moments(bought, ring.begin, (ring.begin + 2 * ring.end) // 3)
        who = np.repeat(victim, bought)
        price = ring.amounts((150.0, 1100.0), (28.0, 0.9), bought) * ring.price(account)
        bought_online(
            ring, "access", who, who, web_shops(ring, RESOLD, bought), price, ring.at_usual_hours(who, time), 0
        )
        sent = ring.budget - bought
        payee = world.accounts.main[mules][rng.integers(len(mules), size=sent)]
        amount = capped(ring, np.repeat(account, sent), ring.amounts((700.0, 5000.0), (60.0, 1.0), sent), 0.6)
        time = ring.at_usual_hours(np.repeat(victim, sent), ring.moments(sent, (ring.begin + ring.end) // 2))
        ring.send("drain", np.repeat(account, sent), payee, amount, time, 0, controlled=2.0)
        ring.join("mule", world.accounts.main[mules])


class PushPayment(Typology):
    """Talk somebody into paying: the payer acts alone, from the usual device, for a story that is not true."""

    name: ClassVar[str] = "authorised push payment"
    typical: ClassVar[int] = 5
    least: ClassVar[int] = 2
    days: ClassVar[tuple[float, float]] = (0.5, 12.0)

    def plan(self, ring: Ring) -> None:
        """Add payments that grow, and what the mule does with the money."""
        world, rng = ring.world, ring.rng
        victim = ring.pool.people(1, ring.end, rng, lambda who: wealth(ring, who) * np.where(
            world.people.manner[who] == OLD, 1.0, 0.4))  # fmt: skip
        mule = ring.pool.people(1, ring.end, rng, partial(youth, ring))
        if not len(victim) or not len(mule):
            return
        paid = max(1, round(ring.budget * 0.6))
        payer, payee = (np.repeat(world.accounts.main[one], paid) for one in (victim, mule))
        ring.join("victim", payer[:1])
        ring.join("mule", payee[:1])
        amount = np.sort(ring.amounts((500.0, 6000.0), (75.0, 1.0), paid))
        amount = capped(ring, payer, amount, 0.85)
        time = ring.at_usual_hours(
            np.repeat(victim, paid), ring.moments(paid, ring.begin, (ring.begin + 3 * ring.end) // 4)
        )
        time = np.sort(time)
        ring.send("payment", payer, payee, amount, time, books.HOLDS, controlled=0.0)
        cash_out(ring, payee[:1], amount.sum(keepdims=True), time[-1:], ring.budget - paid)


def wealth(ring: Ring, who: Ints) -> Floats:
    """Return how likely fraudsters choose people, by what is on their accounts."""
    world = ring.world
    left = ring.state.balance[world.accounts.main[who]] / (world.people.income[who] + 1.0)
    return np.clip(0.15 + 0.4 * left, 0.0, 1.0)


def youth(ring: Ring, who: Ints) -> Floats:
    """Return how likely people are recruited as mules."""
    people = ring.world.people
    return np.where((people.manner[who] == YOUNG) | (people.age[who] < 30), 1.0, 0.35)


def capped(ring: Ring, payer: Array, amount: Ints, share: float) -> Ints:
    """Return amounts in the payers' currency, of which all together take at most a share of what is on an account."""
    amount = amount * ring.price(payer)
    left = np.maximum(ring.state.balance[payer] - ring.world.accounts.floor[payer], 1000) * share
    factor = np.minimum(1.0, left / max(float(amount.sum()), 1.0))
    found = amount * factor
    unit = np.where(found > 20_000, 500, 1)
    return np.asarray(np.maximum(np.rint(found / unit) * unit, 100), np.int64)


def cash_out(ring: Ring, account: Ints, received: Ints, after: Ints, count: int) -> None:
    """Add what mules do with the money: they send it abroad, or buy crypto currency and the like."""
    world, rng = ring.world, ring.rng
    which = np.sort(rng.integers(len(account), size=max(count, 1)))
    payer = account[which]
    part = np.bincount(which, minlength=len(account))[which]
    amount = received[which] * rng.uniform(0.75, 0.95, len(which)) / part
    wait = HOUR * np.exp(np.log(1.5) + ring.stealth * np.log(20.0) + 0.6 * rng.standard_normal(len(which)))
    time = after[which] + wait.astype(np.int64)
    order = np.lexsort((time, which))
    time = time[order]
    money = books.FROM_HELD + books.LAST * np.append(which[1:] != which[:-1], True)
    who = world.accounts.owner[payer]
    abroad = rng.random(len(which)) < 0.5
    shop = web_shops(ring, ("crypto exchange", "games", "web electronics"), len(who))
    currency, rate = world.accounts.currency, world.rates[0]
    local = np.where(abroad, amount, amount * rate[currency[payer]] / rate[currency[world.payee[shop]]])
    ring.add("cashing out", len(who), time=time, kind=np.where(abroad, books.TRANSFER, books.CARD),
             channel=np.where(abroad, books.APP, books.ONLINE), entry=np.where(abroad, books.NO_ENTRY, books.WEB_ENTRY),
             purpose=np.where(abroad, books.PURPOSES.index("to a friend"), books.PURPOSES.index("purchase")),
             amount=np.maximum(np.rint(local / 500) * 500, 500), payer=payer,
             payee=np.where(abroad, world.accounts.abroad[currency[payer]], world.payee[shop]), customer=who,
             card=np.where(abroad, -1, who), merchant=np.where(abroad, -1, shop), device=OWN,
             money=money)  # fmt: skip
