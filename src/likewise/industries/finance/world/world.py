"""The world as it is at the beginning: who and what there is, and who knows whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from likewise.core.seeds import generator
from likewise.industries.finance.arrays import Array, Draw, Floats, Ints
from likewise.industries.finance.world.accounts import Accounts, Banks, Cards, accounts_of
from likewise.industries.finance.world.cities import Cities, cities_of
from likewise.industries.finance.world.countries import COUNTRIES, CURRENCIES, PER_EURO
from likewise.industries.finance.world.days import Days, days_of
from likewise.industries.finance.world.firms import Firms, firms_of, payroll
from likewise.industries.finance.world.people import People, people_of
from likewise.industries.finance.world.shops import Shops, habits_of, shops_of

FRIENDS = 6
"""People whom each one pays now and then."""

LINES = 64
"""Addresses under which the phones of a town are seen on the internet."""

HOSTS = 600
"""Addresses of hosting firms and hidden networks, which hardly any customer comes from."""


@dataclass(frozen=True, eq=False)
class World:
    """Hold who and what there is.

    `habits` are the shops that people go to (`habits_of`), `friends` whom they pay, `taste` numbers from 0 to 1 that
    choose their shops on the web. `payee` is the account that each shop is paid on. `rates` says what a unit of each
    currency costs in euros on each day. `employer` is the firm that each person works for, -1 for none. Devices are
    numbered: each customer's phone, then each household's computer; further ones are those of strangers. So are
    addresses: each household's, the lines of each town, and those of hosts.
    """

    days: int
    start: date
    calendar: Days
    cities: Cities
    people: People
    firms: Firms
    shops: Shops
    banks: Banks
    accounts: Accounts
    cards: Cards
    employer: Ints
    habits: Array
    friends: Ints
    taste: Floats
    payee: Ints
    rates: Floats

    @property
    def customers(self) -> int:
        """How many customers there are."""
        return len(self.people.age)

    @property
    def households(self) -> int:
        """How many households there are."""
        return int(self.people.household[-1]) + 1

    @property
    def devices(self) -> int:
        """How many devices customers have; those of strangers have numbers from this one on."""
        return self.customers + self.households

    @property
    def guests(self) -> int:
        """How many strangers' devices customers use now and then."""
        return max(20, self.customers // 8)

    @property
    def hosts(self) -> int:
        """The first address of a host."""
        return self.households + LINES * len(self.cities.name)


def world_of(customers: int, days: int, start: date, seed: int) -> World:
    """Return the world of a bank with so many customers."""

    def rng(what: str) -> Draw:
        return generator(seed, "finance", what)

    cities = cities_of(customers, rng("cities"))
    people = people_of(customers, cities, rng("people"))
    shops = shops_of(people, cities, rng("shops"))
    owners = np.zeros(int(shops.owner.max()) + 1, np.int64)
    owned = shops.owner >= 0
    owners[shops.owner[owned][::-1]] = shops.city[owned][::-1]
    firms, employer = firms_of(owners, people, cities, rng("firms"))
    banks, accounts, cards = accounts_of(people, firms, payroll(firms, people, employer), rng("accounts"))
    return World(days, start, days_of(start, days), cities, people, firms, shops, banks, accounts, cards, employer,
                 habits_of(people, shops, rng("habits")), _friends(people, rng("friends")),
                 rng("taste").random((customers, 4)), _payees(shops, cities, banks, accounts, rng("machines")),
                 _rates(days, rng("rates")))  # fmt: skip


def _payees(shops: Shops, cities: Cities, banks: Banks, accounts: Accounts, rng: Draw) -> Ints:
    """Return the account of each shop: its firm's, and of a cash machine that in which a bank holds its cash."""
    found = accounts.firm[np.maximum(shops.owner, 0)]
    machines = np.flatnonzero(shops.owner < 0)
    for land in range(len(COUNTRIES)):
        own = machines[cities.country[shops.city[machines]] == land]
        found[own] = rng.choice(banks.vault[banks.country == land], len(own))
    return found


def _friends(people: People, rng: Draw) -> Ints:
    """Return whom people know: mostly people of their town, some of their country."""
    order = np.lexsort((rng.random(len(people.age)), people.city))
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    far = rng.random((len(order), FRIENDS)) < 0.25
    town = np.bincount(people.city, minlength=int(people.city.max()) + 1)
    first = (np.cumsum(town) - town)[people.city]
    step = rng.integers(1, 40, size=(len(order), FRIENDS))
    near = first[:, None] + ((place - first)[:, None] + step) % np.maximum(town[people.city], 1)[:, None]
    found = order[near]
    land = np.argsort(people.country, kind="stable")
    counts = np.bincount(people.country, minlength=len(COUNTRIES))
    start = (np.cumsum(counts) - counts)[people.country]
    anywhere = land[start[:, None] + (rng.random((len(order), FRIENDS)) * counts[people.country][:, None]).astype(int)]
    found = np.where(far, anywhere, found)
    own = found == np.arange(len(order))[:, None]
    return np.asarray(np.where(own, (found + 1) % len(order), found))


def _rates(days: int, rng: Draw) -> Floats:
    """Return what a unit of each currency costs in euros day by day (a random walk)."""
    steps = 0.004 * rng.standard_normal((days + 40, len(CURRENCIES)))
    steps[:, 0] = 0.0
    steps[0] = 0.0
    first = np.array([1.0 / PER_EURO[currency] for currency in CURRENCIES])
    return np.asarray(first * np.exp(np.cumsum(steps, axis=0)))
