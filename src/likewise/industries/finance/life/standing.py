"""Standing orders: salaries, rents, bills and savings, which fall due on days of the month."""

from __future__ import annotations

from typing import Any

import numpy as np

from likewise.industries.finance.arrays import Array, Draw, Floats, Ints
from likewise.industries.finance.books import payments as books
from likewise.industries.finance.books.payments import Payments, none, payments
from likewise.industries.finance.life.trips import DAY
from likewise.industries.finance.state import Span
from likewise.industries.finance.world import firms as sectors
from likewise.industries.finance.world import people as statuses
from likewise.industries.finance.world.countries import COUNTRIES
from likewise.industries.finance.world.days import LAST
from likewise.industries.finance.world.trades import NAMES, WEB
from likewise.industries.finance.world.world import World

OPEN_END = 1 << 30

_P = {name: number for number, name in enumerate(books.PURPOSES)}


class Standing:
    """Hold what falls due month by month, and make the payments of the days of a span."""

    def __init__(self, world: World, rng: Draw) -> None:
        self.world = world
        orders = _Orders(world, rng)
        _incomes(orders)
        _homes(orders)
        _bills(orders)
        self._rows, self._starts = orders.sorted()

    def payments(self, span: Span, rng: Draw) -> Payments:
        """Return what falls due in the days of a span."""
        which, days = [], []
        for day in range(span.day, span.day + span.days):
            for back, table in enumerate((self.world.calendar.due, self.world.calendar.paid)):
                for land, due in np.argwhere(table[:, day]):
                    key = (back * len(COUNTRIES) + land) * (LAST + 1) + due
                    rows = np.arange(self._starts[key], self._starts[key + 1])
                    which.append(rows)
                    days.append(np.full(len(rows), day))
        if not which:
            return none()
        row, day_of = np.concatenate(which), np.concatenate(days)
        runs = (self._rows["begin"][row] <= day_of) & (day_of < self._rows["end"][row])
        row, day_of = row[runs], day_of[runs]
        held = {name: column[row] for name, column in self._rows.items()}
        chance = rng.random(len(row))
        amount = held["amount"] * np.exp(held["spread"] * rng.standard_normal(len(row)))
        amount = np.maximum(np.rint(amount).astype(np.int64), 100)
        behind = self.world.cities.behind[self.world.cities.first[held["land"]]]
        filed = held["card"] >= 0
        return payments(
            len(row), time=_nights(day_of, chance) + behind * 3600, amount=amount,
            kind=held["kind"], channel=np.where(filed, books.ON_FILE, books.BATCH),
            entry=np.where(filed, books.FILED, books.NO_ENTRY), purpose=held["purpose"], payer=held["payer"],
            payee=held["payee"], customer=held["customer"], card=held["card"], merchant=held["merchant"],
        )  # fmt: skip


def _nights(day: Ints, chance: Floats) -> Ints:
    """Return times in the first hours of days, at which banks enter what is due."""
    return np.asarray(day * DAY + 1800 + (chance * 5.0 * 3600).astype(np.int64))


class _Orders:
    """Collect orders, kind by kind."""

    def __init__(self, world: World, rng: Draw) -> None:
        self.world, self.rng = world, rng
        self._parts: list[dict[str, Array]] = []

    def add(self, purpose: str, kind: int, payer: Array, payee: Array, amount: Array, due: Array, **more: Any) -> None:
        """Add orders of a purpose; those with `back` are paid before a day that is not worked on."""
        count = len(payer)
        usual = {"spread": 0.0, "customer": -1, "card": -1, "merchant": -1, "begin": 0, "end": OPEN_END, "back": 0}
        columns = {"payer": payer, "payee": payee, "amount": amount, "due": due, "kind": kind, "purpose": _P[purpose],
                   **usual, **more}  # fmt: skip
        self._parts.append({name: np.broadcast_to(np.asarray(column), count) for name, column in columns.items()})

    def sorted(self) -> tuple[dict[str, Array], Ints]:
        """Return the orders by whether they are paid before, country and day, and where each group begins."""
        rows = {name: np.concatenate([part[name] for part in self._parts]) for name in self._parts[0]}
        key = (rows["back"] * len(COUNTRIES) + rows["land"]) * (LAST + 1) + rows["due"]
        order = np.argsort(key, kind="stable")
        groups = 2 * len(COUNTRIES) * (LAST + 1)
        starts = np.searchsorted(key[order], np.arange(groups + 1))
        return {name: column[order] for name, column in rows.items()}, starts


def _incomes(orders: _Orders) -> None:
    """Add salaries, pensions, benefits and allowances, and what the self-employed are paid by their customers."""
    world, rng, people = orders.world, orders.rng, orders.world.people
    main, firm = world.accounts.main, world.accounts.firm
    paid = np.flatnonzero(world.employer >= 0)
    orders.add("salary", books.TRANSFER, firm[world.employer[paid]], main[paid], people.income[paid],
               world.firms.payday[world.employer[paid]], back=1, land=people.country[paid], customer=paid,
               spread=np.where(rng.random(len(paid)) < 0.25, 0.06, 0.0))  # fmt: skip
    for status, purpose, due in (
        (statuses.RETIRED, "pension", LAST),
        (statuses.UNEMPLOYED, "benefit", LAST),
        (statuses.STUDENT, "allowance", 1),
    ):
        who = np.flatnonzero(people.status == status)
        state = sectors.picked(rng, world.firms.sector, world.firms.country, sectors.STATE, people.country[who])
        orders.add(purpose, books.TRANSFER, firm[state], main[who], people.income[who], np.full(len(who), due), back=1,
                   land=people.country[who], customer=who)  # fmt: skip
    own = np.repeat(np.flatnonzero(people.status == statuses.SELF_EMPLOYED), 3)
    client = sectors.picked(rng, world.firms.sector, world.firms.country, sectors.EMPLOYER, people.country[own])
    orders.add("invoice", books.TRANSFER, firm[client], main[own], people.income[own] / 3,
               rng.integers(1, LAST, len(own)), spread=0.45, land=people.country[own], customer=own)  # fmt: skip


def _homes(orders: _Orders) -> None:
    """Add rents and mortgages, which the first of a household pays, and its energy."""
    world, rng, people = orders.world, orders.rng, orders.world.people
    first = np.flatnonzero(~people.is_second)
    both = np.bincount(people.household, people.income)
    chance = rng.random(len(first))
    for purpose, sector, least, most, share in (
        ("rent", sectors.LANDLORD, 0.0, 0.48, 0.27),
        ("mortgage", sectors.LENDER, 0.48, 0.74, 0.25),
    ):
        who = first[(chance >= least) & (chance < most)]
        payee = sectors.picked(rng, world.firms.sector, world.firms.country, sector, people.country[who])
        amount = both[people.household[who]] * share * np.exp(0.2 * rng.standard_normal(len(who)))
        orders.add(purpose, books.TRANSFER if purpose == "rent" else books.DEBIT, world.accounts.main[who],
                   world.accounts.firm[payee], np.rint(amount / 500) * 500, rng.choice([1, 1, 1, 2, 3, 5], len(who)),
                   land=people.country[who], customer=who)  # fmt: skip
    supplier = sectors.picked(rng, world.firms.sector, world.firms.country, sectors.ENERGY, people.country[first])
    orders.add("energy", books.DEBIT, world.accounts.main[first], world.accounts.firm[supplier],
               _priced(world, first, 95.0, 0.35, rng), rng.choice([1, 5, 10, 15, 20], len(first)), spread=0.04,
               land=people.country[first], customer=first)  # fmt: skip


def _bills(orders: _Orders) -> None:
    """Add phones, insurances, subscriptions by card, savings, money for relatives abroad and fees of accounts."""
    world, rng, people = orders.world, orders.rng, orders.world.people
    main, days = world.accounts.main, [1, 3, 5, 8, 10, 12, 15, 18, 20, 22, 25, 28]
    for purpose, sector, share, median in (
        ("phone", sectors.TELECOM, 0.92, 24.0),
        ("insurance", sectors.INSURER, 0.75, 38.0),
        ("insurance", sectors.INSURER, 0.35, 62.0),
    ):
        who = np.flatnonzero(rng.random(world.customers) < share)
        payee = sectors.picked(rng, world.firms.sector, world.firms.country, sector, people.country[who])
        orders.add(purpose, books.DEBIT, main[who], world.accounts.firm[payee], _priced(world, who, median, 0.4, rng),
                   rng.choice(days, len(who)), land=people.country[who], customer=who,
                   spread=np.where(rng.random(len(who)) < 0.3, 0.08, 0.0))  # fmt: skip
    _subscriptions(orders, days)
    savers = np.flatnonzero((world.accounts.saving >= 0) & (rng.random(world.customers) < 0.6))
    orders.add("saving", books.TRANSFER, main[savers], world.accounts.saving[savers],
               np.maximum(np.rint(people.income[savers] * rng.uniform(0.02, 0.14, len(savers)) / 2500), 1) * 2500,
               rng.choice([1, 2, 5, 28], len(savers)), land=people.country[savers], customer=savers)  # fmt: skip
    kin = np.flatnonzero(rng.random(world.customers) < 0.03)
    abroad = world.accounts.abroad[world.accounts.currency[main[kin]]]
    orders.add("to a friend", books.TRANSFER, main[kin], abroad, np.rint(_priced(world, kin, 160.0, 0.5, rng) / 1000)
               * 1000, rng.choice(days, len(kin)), land=people.country[kin], customer=kin)  # fmt: skip
    charged = np.flatnonzero((rng.random(world.customers) < 0.4) & (world.accounts.owner[main] == np.arange(len(main))))
    orders.add("account fee", books.FEE, main[charged], world.banks.income[world.accounts.bank[main[charged]]],
               rng.choice([390, 490, 690, 990], len(charged)), np.full(len(charged), LAST),
               land=people.country[charged], customer=charged)  # fmt: skip


def _subscriptions(orders: _Orders, days: list[int]) -> None:
    """Add subscriptions, which begin and end, and are taken from a card that the shop has on file."""
    world, rng = orders.world, orders.rng
    who = np.repeat(np.arange(world.customers), rng.poisson(1.3, world.customers))
    group = world.shops.web_group + WEB.index(NAMES.index("digital goods"))
    shop = np.searchsorted(world.shops.ends, group + rng.random(len(who)), side="right")
    credit = world.cards.credit[who]
    card = np.where((credit >= 0) & (rng.random(len(who)) < 0.5), credit, who)
    span = max(world.days, 1)
    begin = np.where(rng.random(len(who)) < 0.75, 0, rng.integers(0, span, len(who)))
    ends = np.where(rng.random(len(who)) < 0.8, OPEN_END, begin + rng.integers(40, 400, len(who)))
    amount = np.rint(_priced(world, who, 11.0, 0.45, rng) / 100) * 100 - 1
    orders.add("subscription", books.CARD, world.cards.account[card], world.payee[shop], amount,
               rng.choice(days, len(who)), land=world.people.country[who], customer=who, card=card, merchant=shop,
               begin=begin, end=ends)  # fmt: skip


def _priced(world: World, who: Ints, median: float, spread: float, rng: Draw) -> Floats:
    """Return amounts about a median in euros, in cents of each person's currency."""
    price = np.array([country.price for country in COUNTRIES])[world.people.country[who]]
    return np.asarray(np.rint(median * 100 * price * np.exp(spread * rng.standard_normal(len(who)))))
