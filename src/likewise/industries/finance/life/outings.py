"""Outings: people leave home, go to one shop after another, and pay there."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from likewise.industries.finance.arrays import Array, Bools, Draw, Ints, in_order, shares, within
from likewise.industries.finance.books import payments as books
from likewise.industries.finance.books.payments import Payments, payments
from likewise.industries.finance.life.trips import DAY, is_away, is_moving
from likewise.industries.finance.state import Span, State
from likewise.industries.finance.world import rhythm
from likewise.industries.finance.world.cities import KM_A_DEGREE
from likewise.industries.finance.world.countries import COUNTRIES, CURRENCIES
from likewise.industries.finance.world.days import on_clocks
from likewise.industries.finance.world.shops import KNOWN
from likewise.industries.finance.world.trades import AS_IT_IS, CASH, NOTES, QUANTILES, SHOPS, endings, prices
from likewise.industries.finance.world.world import World

FASTEST = 0.022
"""Kilometres a second that people go in town at most: 80 an hour."""

PAUSE = 100
"""Seconds between two payments at terminals at least."""

_MORE_STOPS = shares([0.56, 0.24, 0.11, 0.05, 0.025, 0.01, 0.005], 256)
_USUAL = shares([0.46, 0.2, 0.13, 0.08, 0.13], 256)
"""Which of the shops that a person knows is gone to; the last stands for any other."""


class Stops(NamedTuple):
    """Hold stops at shops: who, when, the place of the trade in `SHOPS`, the town, and whether it is away from home."""

    who: Array
    time: Ints
    trade: Array
    city: Array
    away: Bools


class Outings:
    """Make people's payments in shops and their withdrawals, span after span of days."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._minutes, self._sought = rhythm.minutes(), rhythm.trades_sought()
        self._gaps = np.exp(np.linspace(-2.2, 2.2, 256) * 0.75 + np.log(17 * 60.0)).astype(np.int64) + 240
        self._prices, self._ends = prices(), endings()
        self._behind = world.cities.behind.astype(np.int32)

    def payments(self, state: State, span: Span, ease: Array, rng: Draw) -> Payments:
        """Return what people pay in the days of a span, in no order."""
        stops = self._stops(state, span, ease, rng)
        stops = self._placed(stops, state, rng)
        shop = self._shops(stops, rng)
        is_open = self._is_open(shop, stops.time)
        rows = np.flatnonzero(is_open)
        who, time, shop, away = (np.take(part, rows) for part in (stops.who, stops.time, shop, stops.away))
        rows = self._possible(state, who, time, shop)
        who, time, shop, away = (np.take(part, rows) for part in (who, time, shop, away))
        return self._paid(who, time, shop, away, ease, rng)

    def _stops(self, state: State, span: Span, ease: Array, rng: Draw) -> Stops:
        """Return where people would go if they were at home, as their clocks tell the time."""
        world, people = self.world, self.world.people
        counts = rng.poisson(self._rate(span, ease))
        of_day, _ = within(counts.ravel())
        person, day = np.divmod(of_day, span.days)
        chance = rng.integers(0, 65_536, (len(person), 2), dtype=np.uint16)
        kind = world.calendar.kind[:, span.of(world.calendar)][people.country[person], day]
        first = self._minutes[people.clock[person], kind, chance[:, 0] >> 6] * 60 + (chance[:, 0] & 63)
        outing, number = within(1 + _MORE_STOPS[chance[:, 1] & 255].astype(np.int64))
        gap = np.where(number, self._gaps[rng.integers(0, 256, len(outing), dtype=np.uint8)], 0)
        later = np.cumsum(gap)
        starts = np.flatnonzero(number == 0)
        later -= np.repeat(later[starts], np.diff(np.append(starts, len(outing))))
        second = first[outing] + later
        who = person[outing].astype(np.int32)
        seek = rng.integers(0, rhythm.SOUGHT, len(outing), dtype=np.uint16)
        trade = self._sought[people.manner[who], kind[outing], (second // 3600) % 24, seek]
        city = people.city[who].astype(np.int32)
        time = (span.day + day[outing]) * DAY + second + self._behind[city] * 3600
        return Stops(who, time, trade, city, np.zeros(len(who), np.bool_))

    def _rate(self, span: Span, ease: Array) -> Array:
        """Return how many outings each person makes on each day on average."""
        world, people = self.world, self.world.people
        days = span.of(world.calendar)
        flush = (0.86 + 0.45 * np.exp(-np.arange(32) / 5.0))[world.calendar.since[:, days]]
        factor = world.calendar.busy[:, days, None] * flush
        payday = np.where(world.employer >= 0, world.firms.payday[world.employer], 1)
        return np.asarray((people.outings * ease)[:, None] * factor[people.country, :, payday])

    def _placed(self, stops: Stops, state: State, rng: Draw) -> Stops:
        """Return the stops with those of travellers in the town that they are in, without those on the way."""
        trips, cities = state.trips, self.world.cities
        abroad = np.flatnonzero(trips.back[stops.who] > stops.time.min(initial=0))
        who, time = stops.who[abroad], stops.time[abroad]
        away = is_away(trips, who, time)
        town = trips.town[who]
        shown = time + (self._behind[town] - self._behind[stops.city[abroad]]) * 3600
        time = np.where(away, shown, time)
        gone = is_moving(trips, who, time) | (away != is_away(trips, who, time))
        seek = rng.integers(0, rhythm.SOUGHT, len(abroad), dtype=np.uint16)
        day, minute = on_clocks(time, self._behind[np.where(away, town, stops.city[abroad])])
        kind = self.world.calendar.kind[cities.country[town], day]
        other = self._sought[rhythm.TRAVELLER, kind, minute // 60, seek]
        stops.time[abroad] = time
        stops.trade[abroad] = np.where(away, other, stops.trade[abroad])
        stops.city[abroad] = np.where(away, town, stops.city[abroad])
        stops.away[abroad] = away
        if not gone.any():
            return stops
        keep = np.ones(len(stops.who), np.bool_)
        keep[abroad[gone]] = False
        rows = np.flatnonzero(keep)
        return Stops(*(np.take(part, rows) for part in stops))

    def _shops(self, stops: Stops, rng: Draw) -> Array:
        """Return the shop of each stop: one of those that the person knows, else one of the town by its size."""
        shops = self.world.shops
        usual = _USUAL[rng.integers(0, 256, len(stops.who), dtype=np.uint8)]
        known = self.world.habits[stops.who, stops.trade, np.minimum(usual, KNOWN - 1)]
        new = np.flatnonzero((usual == KNOWN) | stops.away)
        group = stops.city[new].astype(np.int64) * len(SHOPS) + stops.trade[new]
        known[new] = np.searchsorted(shops.ends, group + rng.random(len(new)), side="right")
        return known

    def _is_open(self, shop: Array, time: Ints) -> Bools:
        """Return whether shops are open."""
        return is_open(self.world, shop, time)

    def _possible(self, state: State, who: Array, time: Ints, shop: Array) -> Ints:
        """Return rows by person and time, without those that nobody could have gone to from the one before."""
        shops = self.world.shops
        lat, lon = shops.lat.astype(np.float32), shops.lon.astype(np.float32)
        rows = in_order(who, time - time.min(initial=0))
        while True:
            own, when, at = who[rows], time[rows], shop[rows]
            y, x = lat[at], lon[at]
            first = np.concatenate([[True], own[1:] != own[:-1]]) if len(own) else np.zeros(0, np.bool_)
            passed = np.diff(when, prepend=0)
            north, east = np.diff(y, prepend=np.float32(0)), np.diff(x, prepend=np.float32(0))
            begin = np.flatnonzero(first)
            passed[begin] = when[begin] - state.seen[own[begin]]
            north[begin] = y[begin] - state.place[own[begin], 0]
            east[begin] = x[begin] - state.place[own[begin], 1]
            far = KM_A_DEGREE**2 * (north**2 + (east * np.float32(0.7)) ** 2)
            near = passed * FASTEST
            bad = (passed < PAUSE) | ((far > near**2) & (passed < 4 * 3600))
            if not bad.any():
                last = np.append(begin[1:], len(own)) - 1
                state.seen[own[last]] = when[last]
                state.place[own[last], 0], state.place[own[last], 1] = y[last], x[last]
                return rows
            bad[1:] &= ~bad[:-1]
            rows = rows[~bad]

    def _paid(self, who: Array, time: Ints, shop: Array, away: Bools, ease: Array, rng: Draw) -> Payments:
        world, cards = self.world, self.world.cards
        count = len(who)
        trade = world.shops.trade[shop]
        is_cash = trade == CASH
        amount = self.priced(who, shop, trade, ease, rng)
        self._notes(amount, shop, np.flatnonzero(is_cash), rng)
        chance = rng.integers(0, 256, (count, 4), dtype=np.uint8)
        credit = cards.credit[who]
        by_credit = (credit >= 0) & (chance[:, 0] < np.where(away, 210, 120)) & ~is_cash
        card = np.where(by_credit, credit, who)
        chip = is_cash | (chance[:, 1] < np.where(amount > 5_000, 190, 45))
        terminal = world.shops.terminal[shop]
        terminal = terminal + (chance[:, 2] * (world.shops.terminal[shop + 1] - terminal) >> 8)
        return payments(
            count, time=time, kind=np.where(is_cash, books.CASH, books.CARD),
            channel=np.where(is_cash, books.ATM, books.TERMINAL), entry=np.where(chip, books.CHIP, books.CONTACTLESS),
            purpose=is_cash, amount=amount, payer=cards.account[card], payee=world.payee[shop], customer=who, card=card,
            merchant=shop, terminal=terminal, city=world.shops.city[shop], refused=_refused(chip, chance[:, 3]),
        )  # fmt: skip

    def priced(self, who: Array, shop: Array, trade: Array, ease: Array, rng: Draw) -> Ints:
        """Return what people pay in shops, in cents of the shop's currency."""
        world = self.world
        price = np.array([country.price for country in COUNTRIES])[world.cities.country[world.shops.city]]
        level = world.shops.level * price
        dear = world.people.thrift * (0.55 + 0.45 * ease)
        draw = rng.integers(0, 65_536, (len(who), 2), dtype=np.uint16)
        amount = (self._prices[trade, draw[:, 0] & (QUANTILES - 1)] * level[shop] * dear[who]).astype(np.int64)
        end = self._ends[trade, draw[:, 1] & 255]
        ended = amount - amount % 100 + end
        return np.asarray(np.maximum(np.where((end == AS_IT_IS) | (ended < 60), amount, ended), 60))

    def _notes(self, amount: Ints, shop: Array, rows: Ints, rng: Draw) -> None:
        """Set what is drawn from cash machines: notes."""
        land = self.world.cities.country[self.world.shops.city[shop[rows]]]
        unit = np.array([400 if country.currency == CURRENCIES[3] else 100 for country in COUNTRIES])[land]
        amount[rows] = np.array(NOTES)[rng.integers(len(NOTES), size=len(rows))] * unit


def is_open(world: World, shop: Array, time: Ints) -> Bools:
    """Return whether shops are open, by the clocks and the holidays of their towns."""
    shops, kinds = world.shops, world.calendar.kind
    city = shops.city[shop]
    day, minute = on_clocks(time, world.cities.behind[city])
    land = world.cities.country[city]
    kind = kinds[land, day]
    found = (minute >= shops.opens[shop, kind]) & (minute < shops.closes[shop, kind])
    early = np.flatnonzero(~found & (minute < 360) & (day > 0))
    before = kinds[land[early], day[early] - 1]
    found[early] = minute[early] + 1440 < shops.closes[shop[early], before]
    return np.asarray(found)


def _refused(chip: Bools, chance: Array) -> Array:
    """Return for what other reasons than money payments are refused: a wrong PIN, or none that is told."""
    return np.where(chip & (chance == 0), books.WRONG_PIN, np.where(chance == 1, books.NOT_HONOURED, 0))
