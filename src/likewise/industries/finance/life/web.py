"""Shopping on the web: in sessions, on a device, from an address, in shops of any country."""

from __future__ import annotations

import numpy as np

from likewise.industries.finance.arrays import Array, Draw, Ints, shares, within
from likewise.industries.finance.books import payments as books
from likewise.industries.finance.books.payments import Payments, payments
from likewise.industries.finance.life.outings import Outings
from likewise.industries.finance.life.trips import DAY, is_away
from likewise.industries.finance.state import Span, State
from likewise.industries.finance.world import rhythm
from likewise.industries.finance.world.world import HOSTS, LINES, World

_MORE = shares([0.74, 0.17, 0.06, 0.02, 0.01], 256)
_TASTE = shares([0.4, 0.22, 0.13, 0.25], 256)
"""Which of a person's usual shops is gone to; the last stands for any other."""

GOLDEN = 0.6180339887498949

ODD = 2200
"""How many of 65,536 visits are from a device that is not one's own, or through a host that hides where one is."""

AT_HOME = 0.8
"""How often a shop of the country's own currency is looked for."""


class Web:
    """Make people's purchases on the web, span after span of days."""

    def __init__(self, world: World, outings: Outings) -> None:
        self.world, self._outings = world, outings
        self._minutes, self._sought = rhythm.web_minutes(), rhythm.web_sought()

    def payments(self, state: State, span: Span, ease: Array, rng: Draw) -> Payments:
        """Return what people buy on the web in the days of a span."""
        world, people = self.world, self.world.people
        busy = world.calendar.busy[:, span.of(world.calendar)].mean(1)[people.country]
        counts = rng.poisson(people.sessions * ease * busy * span.days)
        person, _ = within(counts)
        day = rng.integers(span.day, span.day + span.days, size=len(person))
        begin = times_on_web(world, self._minutes, person, day, rng)
        session, number = within(1 + _MORE[rng.integers(0, 256, len(person), dtype=np.uint8)].astype(np.int64))
        who = person[session]
        time = begin[session] + number * rng.integers(120, 900, size=len(who))
        seek = rng.integers(0, rhythm.SOUGHT, len(who), dtype=np.uint16)
        shop = self._shops(who, self._sought[people.manner[who], seek], rng)
        return self._paid(state, who, time, shop, ease, rng)

    def _shops(self, who: Ints, trade: Array, rng: Draw) -> Array:
        taste = _TASTE[rng.integers(0, 256, len(who), dtype=np.uint8)]
        chance = (self.world.taste[who, taste] + GOLDEN * trade) % 1.0
        new = np.flatnonzero(taste == _TASTE[-1])
        chance[new] = rng.random(len(new))
        shop = self.shops_by(trade, chance)
        currency = self.world.accounts.currency
        own = currency[self.world.accounts.main[who]]
        for step in (1, 2, 3):
            other = np.flatnonzero((own != currency[self.world.payee[shop]]) & (chance < AT_HOME))
            shop[other] = self.shops_by(trade[other], (chance[other] + step * 0.29) % 1.0)
        return shop

    def shops_by(self, trade: Array, chance: Array) -> Array:
        """Return shops of trades (places in `WEB`), the larger for more of the chances."""
        shops = self.world.shops
        return np.searchsorted(shops.ends, shops.web_group + trade.astype(np.int64) + chance, side="right")

    def _paid(self, state: State, who: Ints, time: Ints, shop: Array, ease: Array, rng: Draw) -> Payments:
        world, cards = self.world, self.world.cards
        trade = world.shops.trade[shop]
        chance = rng.integers(0, 256, (len(who), 2), dtype=np.uint8)
        by_credit = (cards.credit[who] >= 0) & (chance[:, 0] < 150)
        card = np.where(by_credit, cards.credit[who], who)
        device, ip = places_on_web(world, state, who, time, rng)
        amount = self._outings.priced(who, shop, trade, ease, rng)
        return payments(
            len(who), time=time, kind=books.CARD, channel=books.ONLINE, entry=books.WEB_ENTRY, purpose=0,
            amount=amount, payer=cards.account[card], payee=world.payee[shop],
            customer=who, card=card, merchant=shop, device=device, ip=ip,
            refused=np.where(chance[:, 1] == 0, books.NOT_HONOURED, 0),
        )  # fmt: skip


def times_on_web(world: World, minutes: Array, who: Ints, day: Ints, rng: Draw) -> Ints:
    """Return when people are on the web on these days."""
    people = world.people
    chance = rng.integers(0, 65_536, len(who), dtype=np.uint16)
    second = minutes[people.clock[who], chance >> 6] * 60 + (chance & 63)
    return np.asarray(day * DAY + second + world.cities.behind[people.city[who]] * 3600)


def places_on_web(world: World, state: State, who: Ints, time: Ints, rng: Draw) -> tuple[Ints, Ints]:
    """Return the device that people use and the address that they come from: at home, by phone, or on a trip."""
    people, trips = world.people, state.trips
    chance = rng.integers(0, 65_536, (len(who), 2), dtype=np.uint16)
    away = is_away(trips, who, time)
    phone = away | (chance[:, 0] < 42_000)
    device = np.where(phone, who, world.customers + people.household[who])
    mobile = away | (phone & (chance[:, 0] < 20_000))
    town = np.where(away, trips.town[who], people.city[who])
    line = world.households + town * LINES + (chance[:, 1] % LINES)
    ip = np.where(mobile, line, people.household[who])
    odd = np.flatnonzero(chance[:, 1] >= 65_536 - ODD)
    guest = rng.random((2, len(odd)))
    device[odd] = np.where(guest[0] < 0.4, world.devices + (guest[1] * world.guests).astype(np.int64), device[odd])
    ip[odd] = np.where(guest[0] > 0.3, world.hosts + (guest[1] * HOSTS).astype(np.int64), ip[odd])
    return device, ip
