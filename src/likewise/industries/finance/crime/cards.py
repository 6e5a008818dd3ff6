"""Frauds with cards: testing stolen ones, spending up to the limit and vanishing, and sending back what was kept."""

from __future__ import annotations

from functools import cache
from typing import ClassVar

import numpy as np

from likewise.industries.finance.arrays import Array, Ints
from likewise.industries.finance.books import payments as books
from likewise.industries.finance.crime.ring import HOUR, OWN, RINGS, Ring, Typology
from likewise.industries.finance.world.trades import NAMES, SHOPS, TRADES, WEB
from likewise.industries.finance.world.world import World

RESOLD = ("web electronics", "web marketplace", "web clothing", "crypto exchange", "travel agency")
CHEAP = ("digital goods", "games", "delivered food", "web marketplace")
EVERYDAY = ("groceries", "kiosk", "fuel", "clothing", "electronics", "department store", "cash machine", "cosmetics")
DEAR = ("electronics", "jewellery", "clothing", "department store", "sports", "cash machine", "fuel", "home supply",
        "groceries", "restaurant")  # fmt: skip

SHARES = np.array([trade.share for trade in TRADES])
IN_TOWN, ON_WEB = (np.searchsorted(among, np.arange(len(TRADES))) for among in (SHOPS, WEB))
"""How often people go to each trade, and its place among those of towns and of the web."""


class CardTesting(Typology):
    """Try stolen cards with small sums in a few web shops, and buy with those that work."""

    name: ClassVar[str] = "card testing"
    typical: ClassVar[int] = 22
    days: ClassVar[tuple[float, float]] = (0.5, 6.0)

    def plan(self, ring: Ring) -> None:
        """Add probes within minutes or days, and purchases with the cards that were not refused."""
        tested = max(2, round(ring.budget / 1.45))
        victims = ring.pool.people(tested, ring.end, ring.rng)
        card = victims
        shops = web_shops(ring, CHEAP, 1 + int(len(card) * (0.1 + 0.9 * ring.stealth)))
        shop = shops[ring.rng.integers(len(shops), size=len(card))]
        time = ring.at_usual_hours(victims, ring.moments(len(card), ring.begin, (ring.begin + ring.end) // 2))
        works = ring.rng.random(len(card)) < 0.45 + 0.4 * ring.stealth
        amount = ring.amounts((0.6, 4.0), (9.0, 0.8), len(card)) * ring.price(ring.world.accounts.main[victims])
        bought_online(ring, "probe", victims, card, shop, amount, time, np.where(works, 0, books.NOT_HONOURED))
        ring.join("victim", ring.world.cards.account[card])
        used = np.repeat(np.flatnonzero(works), 2)[: max(ring.budget - len(card), 0)]
        spent = victims[used]
        bought = web_shops(ring, RESOLD, len(used))
        price = ring.amounts((150.0, 900.0), (28.0, 0.9), len(used)) * ring.price(ring.world.accounts.main[spent])
        wait = (ring.rng.exponential(6.0 * HOUR, len(used)) + 600).astype(np.int64)
        when = ring.at_usual_hours(spent, np.minimum(time[used] + wait, ring.end - 1))
        bought_online(ring, "use", spent, card[used], bought, price, np.maximum(when, time[used] + 60), 0)


class StolenCard(Typology):
    """Use a stolen or copied card in shops and at cash machines, near where its owner lives, until it is missed."""

    name: ClassVar[str] = "stolen card"
    typical: ClassVar[int] = 7
    least: ClassVar[int] = 1
    days: ClassVar[tuple[float, float]] = (0.2, 3.0)

    def plan(self, ring: Ring) -> None:
        """Add purchases: small ones without a PIN where the thief is careful, dear things where not."""
        who = np.repeat(ring.pool.people(1, ring.end, ring.rng), ring.budget)
        if not len(who):
            return
        account = ring.world.cards.account[who]
        ring.join("victim", account[:1])
        time, shop = ring.moments(ring.budget), shops_in_town(ring, who, EVERYDAY)
        amount = ring.amounts((80.0, 600.0), (17.0, 0.85), ring.budget) * ring.price(account)
        _at_terminal(ring, "use", who, who, shop, amount, time)


class BustOut(Typology):
    """Build up trust, then spend a credit card to its limit within days, and never pay."""

    name: ClassVar[str] = "bust-out"
    typical: ClassVar[int] = 18
    days: ClassVar[tuple[float, float]] = (2.0, 25.0)

    def plan(self, ring: Ring) -> None:
        """Add purchases of what can be sold on, in shops and on the web."""
        world, rng = ring.world, ring.rng
        who = ring.pool.people(1, ring.end, rng, lambda people: (world.cards.credit[people] >= 0) * 1.0)
        if not len(who):
            return
        card = np.repeat(world.cards.credit[who], ring.budget)
        person = np.repeat(who, ring.budget)
        account = world.cards.account[card]
        ring.join("fraudster", account[:1])
        time = ring.moments(ring.budget)
        amount = ring.amounts((250.0, 1400.0), (28.0, 0.9), ring.budget) * ring.price(account)
        on_web = rng.random(ring.budget) < 0.2
        web = np.flatnonzero(on_web)
        bought_online(ring, "bust", person[web], card[web], web_shops(ring, RESOLD, len(web)), amount[web],
                ring.at_usual_hours(person[web], time[web]), 0, by_ring=False)  # fmt: skip
        town = np.flatnonzero(~on_web)
        shop = shops_in_town(ring, person[town], DEAR)
        _at_terminal(ring, "bust", person[town], card[town], shop, amount[town], time[town])


class RefundAbuse(Typology):
    """Buy on the web, claim that it never came or send back something else, and be paid back for all of it.

    What is paid back is entered by `life.returns` once the purchases have been approved.
    """

    name: ClassVar[str] = "refund abuse"
    typical: ClassVar[int] = 14
    days: ClassVar[tuple[float, float]] = (6.0, 45.0)

    def plan(self, ring: Ring) -> None:
        """Add purchases, a refund for each of which follows."""
        bought = max(1, ring.budget // 2)
        who = np.repeat(ring.pool.people(1, ring.end, ring.rng), bought)
        if not len(who):
            return
        few = web_shops(ring, ("web clothing", "web electronics", "web marketplace"), 2 + int(4 * ring.stealth))
        shop = few[ring.rng.integers(len(few), size=bought)]
        time = ring.at_usual_hours(who, ring.moments(bought))
        account = ring.world.accounts.main[who]
        ring.join("fraudster", account[:1])
        amount = ring.amounts((250.0, 1100.0), (32.0, 0.85), bought) * ring.price(account)
        bought_online(ring, "purchase", who, who, shop, amount, time, 0, by_ring=False)


def web_shops(ring: Ring, trades: tuple[str, ...], count: int) -> Ints:
    """Return shops on the web of some trades, large ones more often."""
    return _any_shops(ring, ring.world.shops.web_group + ON_WEB[_trades(ring, trades, count)])


def shops_in_town(ring: Ring, who: Ints, trades: tuple[str, ...]) -> Ints:
    """Return shops of the people's own towns: those that they know where the ring hides."""
    world = ring.world
    trade = IN_TOWN[_trades(ring, trades, len(who))]
    anywhere = _any_shops(ring, world.people.city[who] * len(SHOPS) + trade)
    return np.where(ring.hides(len(who)), world.habits[who, trade, 0], anywhere)


def _trades(ring: Ring, names: tuple[str, ...], count: int) -> Ints:
    """Return some of these trades, as often as people go there the more a ring hides, else one as often as another."""
    places = _places(names)
    ends = np.cumsum(SHARES[places] ** min(1.0, 1.5 * ring.stealth))
    return np.asarray(places[np.searchsorted(ends, ring.rng.random(count) * ends[-1], side="right")])


@cache
def _places(names: tuple[str, ...]) -> Ints:
    return np.array([NAMES.index(name) for name in names])


def _any_shops(ring: Ring, group: Ints) -> Ints:
    """Return shops of groups (a town's of a trade, the web's of a trade), large ones more often."""
    return np.searchsorted(ring.world.shops.ends, group + ring.rng.random(len(group)), side="right")


def bought_online(
    ring: Ring, stage: str, who: Ints, card: Ints, shop: Ints, amount: Array, time: Ints, refused: Array | int, *,
    by_ring: bool = True,
) -> None:  # fmt: skip
    """Add purchases on the web; amounts are in cents of the payers' currencies, devices often the ring's."""
    world = ring.world
    local = _in_currency(world, shop, world.cards.account[card], amount)
    ring.add(stage, len(who), time=time, kind=books.CARD, channel=books.ONLINE, entry=books.WEB_ENTRY, amount=local,
             payer=world.cards.account[card], payee=world.payee[shop], customer=who, card=card, merchant=shop,
             device=RINGS if by_ring else OWN, refused=refused)  # fmt: skip


def _at_terminal(ring: Ring, stage: str, who: Ints, card: Ints, shop: Ints, amount: Array, time: Ints) -> None:
    world = ring.world
    is_cash = world.shops.owner[shop] < 0
    amount = np.where(is_cash, np.maximum(np.rint(amount / 5000), 1) * 5000, amount)
    small = (amount < 5000 * ring.price(world.cards.account[card])) & ~is_cash & ring.hides(len(who), 1.2)
    entry = np.where(small, books.CONTACTLESS, np.where(ring.hides(len(who)), books.CHIP, books.STRIPE))
    ring.add(stage, len(who), time=time, kind=np.where(is_cash, books.CASH, books.CARD),
             channel=np.where(is_cash, books.ATM, books.TERMINAL), entry=entry, purpose=is_cash,
             amount=amount, payer=world.cards.account[card], payee=world.payee[shop],
             customer=who, card=card, merchant=shop, terminal=world.shops.terminal[shop],
             city=world.shops.city[shop])  # fmt: skip


def _in_currency(world: World, shop: Ints, account: Ints, amount: Array) -> Ints:
    """Return amounts in cents of the payers' currency as those of the shops'."""
    rate = world.rates[0]
    of_payer, of_payee = world.accounts.currency[account], world.accounts.currency[world.payee[shop]]
    return np.asarray(np.maximum(np.rint(amount * rate[of_payer] / rate[of_payee]), 50), np.int64)
