"""Banks and accounts: who holds them, how far they may be overdrawn, and what lies on them at the beginning."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from likewise.industries.finance.arrays import Bools, Draw, Floats, Ints
from likewise.industries.finance.world.countries import COUNTRIES, CURRENCIES, CURRENCY_OF
from likewise.industries.finance.world.firms import Firms
from likewise.industries.finance.world.people import EMPLOYED, RETIRED, STUDENT, UNEMPLOYED, WEALTHY, People

KINDS = ("current", "savings", "credit card", "business", "vault", "income", "exchange", "abroad")
CURRENT, SAVINGS, CREDIT, BUSINESS, VAULT, INCOME, EXCHANGE, ABROAD = range(8)

BANKS_IN = {"DE": 4, "FR": 3, "ES": 3, "IT": 3, "AT": 2, "GB": 3, "US": 4, "PL": 2}
"""Banks of each country."""

NO_FLOOR = -(2**62)
"""The floor of what has none: banks' own accounts, and the one that stands for all the world outside."""


class Banks(NamedTuple):
    """Hold banks: their country, and their own accounts for cash and for what they earn."""

    country: Ints
    vault: Ints
    income: Ints


class Accounts(NamedTuple):
    """Hold accounts; `owner` is a customer, a firm or a bank, by `kind`.

    `floor` is the least that may lie on one, `opening` what lies on it at the beginning, in cents. `main` is each
    customer's current account, which couples may share; `saving` the savings account, -1 for none; `firm` each firm's;
    `exchange` and `abroad` those of each currency.
    """

    kind: Ints
    owner: Ints
    bank: Ints
    currency: Ints
    floor: Ints
    opening: Ints
    main: Ints
    saving: Ints
    firm: Ints
    exchange: Ints
    abroad: Ints


class Cards(NamedTuple):
    """Hold cards: first each customer's debit card, then credit cards; `credit` is that of each customer, -1 for none.

    `most` is what may be spent with one in a day, in cents.
    """

    customer: Ints
    account: Ints
    most: Ints
    is_credit: Bools
    credit: Ints


def accounts_of(people: People, firms: Firms, payroll: Ints, rng: Draw) -> tuple[Banks, Accounts, Cards]:
    """Return banks, the accounts of people and firms, and cards."""
    lands = np.repeat(np.arange(len(COUNTRIES)), [BANKS_IN[country.code] for country in COUNTRIES])
    bank_of, firm_bank = _chosen(people.country, lands, rng), _chosen(firms.country, lands, rng)
    parts = _Parts()
    count = len(people.age)
    joint = people.is_second & (rng.random(count) < 0.35)
    price = np.array([country.price for country in COUNTRIES])[people.country]
    own = np.flatnonzero(~joint)
    floor, opening = _currents(people, own, price, rng)
    main = np.full(count, -1)
    main[own] = parts.add(CURRENT, own, bank_of[own], people.country[own], floor, opening)
    main[joint] = main[np.flatnonzero(joint) - 1]
    savers = np.flatnonzero(rng.random(count) < np.where(people.manner == WEALTHY, 0.9, 0.55))
    saved = people.income[savers] * 1.5 * np.exp(1.1 * rng.standard_normal(len(savers)))
    saving = np.full(count, -1)
    saving[savers] = parts.add(SAVINGS, savers, bank_of[savers], people.country[savers], 0, _cents(saved))
    credit, most = _credit(people, price, rng)
    limit = np.rint(people.income[credit] * rng.uniform(0.8, 2.2, len(credit)) / 10_000).astype(np.int64) * 10_000
    owed = _cents(-limit * rng.beta(1.0, 4.0, len(credit)))
    credits = parts.add(CREDIT, credit, bank_of[credit], people.country[credit], -limit, owed)
    firm = parts.add(BUSINESS, np.arange(len(firms.city)), firm_bank, firms.country, -2 * payroll - 500_000,
                     _cents(payroll * rng.uniform(1.1, 1.8, len(payroll)) + 1_000_000.0))  # fmt: skip
    numbers = np.arange(len(lands))
    vault = parts.add(VAULT, numbers, numbers, lands, NO_FLOOR, 0)
    income = parts.add(INCOME, numbers, numbers, lands, NO_FLOOR, 0)
    first = np.array([CURRENCY_OF.index(k) for k in range(len(CURRENCIES))])
    central = np.array([np.flatnonzero(lands == land)[0] for land in first])
    exchange = parts.add(EXCHANGE, central, central, first, NO_FLOOR, 0)
    abroad = parts.add(ABROAD, central, central, first, NO_FLOOR, 0)
    kind, owner, bank, currency, least, begin = parts.columns()
    accounts = Accounts(kind, owner, bank, currency, least, begin, main, saving, firm, exchange, abroad)
    return Banks(lands, vault, income), accounts, _cards(people, main, credit, credits, most, price)


class _Parts:
    """Collect accounts, kind by kind."""

    def __init__(self) -> None:
        self._rows: list[tuple[Ints, ...]] = []
        self._used = 0

    def add(self, kind: int, owner: Ints, bank: Ints, land: Ints, floor: Ints | int, opening: Ints | int) -> Ints:
        """Add accounts, and return their numbers."""
        size = len(owner)
        currency = np.array(CURRENCY_OF)[land]
        wide = (np.full(size, kind), owner, bank, currency, *(np.broadcast_to(part, size) for part in (floor, opening)))
        self._rows.append(tuple(np.asarray(part, np.int64) for part in wide))
        self._used += size
        return np.arange(self._used - size, self._used)

    def columns(self) -> list[Ints]:
        """Return the columns of all accounts."""
        return [np.concatenate(part) for part in zip(*self._rows, strict=True)]


def _cents(amount: Floats) -> Ints:
    return np.asarray(np.rint(amount), np.int64)


def _chosen(country: Ints, lands: Ints, rng: Draw) -> Ints:
    """Return a bank of their own country for each; the first of a country is the largest."""
    counts = np.bincount(lands)
    place = rng.beta(0.8, 1.2, len(country))
    return np.asarray((np.cumsum(counts) - counts)[country] + (place * counts[country]).astype(np.int64))


def _currents(people: People, own: Ints, price: Floats, rng: Draw) -> tuple[Ints, Ints]:
    income = people.income[own]
    may = np.isin(people.status[own], (EMPLOYED, RETIRED)) & (rng.random(len(own)) < 0.6)
    floor = -np.where(may, np.rint(income * rng.choice([0.3, 0.5, 1.0, 2.0], len(own)) / 10_000) * 10_000, 0.0)
    poor = np.isin(people.status[own], (STUDENT, UNEMPLOYED))
    held = income * np.where(poor, 0.5, 0.9) * np.exp(0.8 * rng.standard_normal(len(own)))
    return floor.astype(np.int64), _cents(held + 5_000 * price[own])


def _credit(people: People, price: Floats, rng: Draw) -> tuple[Ints, Ints]:
    """Return who has a credit card, and what may be spent a day with each debit card."""
    likely = np.clip(people.income / price / 420_000.0, 0.08, 0.85) * (people.age >= 20)
    most = np.array([100_000, 150_000, 200_000, 300_000])[rng.integers(4, size=len(price))] * price
    return np.flatnonzero(rng.random(len(price)) < likely), np.rint(most).astype(np.int64)


def _cards(people: People, main: Ints, credit: Ints, credits: Ints, most: Ints, price: Floats) -> Cards:
    count = len(people.age)
    by_customer = np.full(count, -1)
    by_customer[credit] = count + np.arange(len(credit))
    far = np.rint(800_000 * price[credit]).astype(np.int64)
    return Cards(np.concatenate([np.arange(count), credit]), np.concatenate([main, credits]),
                 np.concatenate([most, far]), np.arange(count + len(credit)) >= count, by_customer)  # fmt: skip
