"""The world fits together: people live in towns, shops are where they are said to be, journeys take their time."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from likewise.industries.finance.world import accounts as kinds
from likewise.industries.finance.world.cities import kilometres
from likewise.industries.finance.world.countries import COUNTRIES, CURRENCIES
from likewise.industries.finance.world.firms import payroll
from likewise.industries.finance.world.shops import KNOWN
from likewise.industries.finance.world.trades import CASH, SHOPS, TRADES
from likewise.industries.finance.world.world import world_of

WORLD = world_of(2000, 60, date(2026, 1, 1), 4)


def test_no_journey_is_faster_than_a_plane_whatever_edge_of_town_it_begins_and_ends_at() -> None:
    cities = WORLD.cities
    km = kilometres(cities.lat[:, None], cities.lon[:, None], cities.lat, cities.lon)
    away = km + cities.radius[:, None] + cities.radius
    np.fill_diagonal(away, 0.0)
    assert (away / (cities.minutes / 60.0)).max() < 800.0


def test_places_lie_within_their_towns() -> None:
    for what in (WORLD.people, WORLD.shops):
        km = kilometres(what.lat, what.lon, WORLD.cities.lat[what.city], WORLD.cities.lon[what.city])
        assert (km <= 1.02 * WORLD.cities.radius[what.city] + 0.1).all()


def test_habits_are_shops_of_the_trade_and_town() -> None:
    for k, trade in enumerate(SHOPS):
        known = WORLD.habits[:, k]
        assert (WORLD.shops.trade[known] == trade).all()
        assert (WORLD.shops.city[known] == WORLD.people.city[:, None]).all()


def test_what_is_needed_daily_is_bought_near() -> None:
    large = world_of(30_000, 5, date(2026, 1, 1), 4)
    people, shops, trade = large.people, large.shops, TRADES.index(next(t for t in TRADES if t.name == "groceries"))
    group = people.city * len(SHOPS) + SHOPS.index(trade)
    first, count = shops.starts[group], np.diff(shops.starts)[group]
    anywhere = first + np.random.default_rng(0).integers(count)

    def away(shop: np.ndarray) -> np.ndarray:
        return kilometres(people.lat, people.lon, shops.lat[shop], shops.lon[shop])[count > 5]

    assert large.habits.shape == (30_000, len(SHOPS), KNOWN)
    assert np.median(away(large.habits[:, SHOPS.index(trade), 0])) < 0.7 * np.median(away(anywhere))


def test_each_town_has_shops_of_each_trade() -> None:
    found = np.zeros((len(WORLD.cities.name), len(TRADES)), np.int64)
    np.add.at(found, (WORLD.shops.city, WORLD.shops.trade), 1)
    assert (found[:, list(SHOPS)] >= 1).all()


def test_sizes_part_the_shops_of_a_group() -> None:
    shops = WORLD.shops
    groups = len(shops.starts) - 1
    chance = np.random.default_rng(0).random(20_000)
    group = np.random.default_rng(1).integers(groups, size=20_000)
    found = np.searchsorted(shops.ends, group + chance, side="right")
    assert (found >= shops.starts[group]).all() and (found < shops.starts[group + 1]).all()


def test_couples_live_together_and_share_a_town() -> None:
    people = WORLD.people
    second = np.flatnonzero(people.is_second)
    assert (people.household[second] == people.household[second - 1]).all()
    assert (people.city[second] == people.city[second - 1]).all() and (
        people.lat[second] == people.lat[second - 1]
    ).all()
    assert 0.25 < len(second) / WORLD.customers < 0.45


def test_nobody_is_a_friend_to_oneself_and_most_live_near() -> None:
    friends, people = WORLD.friends, WORLD.people
    assert (friends != np.arange(WORLD.customers)[:, None]).all()
    near = people.city[friends] == people.city[:, None]
    assert 0.6 < near.mean() < 0.95
    assert (people.country[friends] == people.country[:, None]).mean() > 0.95


def test_accounts_begin_above_their_floors_in_their_countrys_money() -> None:
    held = WORLD.accounts
    assert (held.opening >= held.floor).all()
    own = np.array([CURRENCIES.index(country.currency) for country in COUNTRIES])[WORLD.people.country]
    assert (held.currency[held.main] == own).all()
    savers = held.saving >= 0
    assert (held.owner[held.saving[savers]] == np.flatnonzero(savers)).all()
    credit = WORLD.cards.credit >= 0
    cards = WORLD.cards.credit[credit]
    assert (WORLD.cards.customer[cards] == np.flatnonzero(credit)).all()
    assert (held.kind[WORLD.cards.account[cards]] == kinds.CREDIT).all()


def test_firms_can_pay_their_salaries() -> None:
    wages = payroll(WORLD.firms, WORLD.people, WORLD.employer)
    assert wages.sum() == WORLD.people.income.sum()
    assert (WORLD.accounts.opening[WORLD.accounts.firm] >= wages).all()


def test_cash_machines_pay_from_a_bank_of_their_country() -> None:
    shops = WORLD.shops
    machines = np.flatnonzero(shops.trade == CASH)
    account = WORLD.payee[machines]
    assert (WORLD.accounts.kind[account] == kinds.VAULT).all()
    land = WORLD.banks.country[WORLD.accounts.bank[account]]
    assert (land == WORLD.cities.country[shops.city[machines]]).all()


@pytest.mark.parametrize("customers", [20, 21, 55, 140])
def test_small_worlds_have_all_that_is_needed(customers: int) -> None:
    small = world_of(customers, 5, date(2026, 2, 1), customers)
    assert small.customers == customers and (small.habits >= 0).all()
    assert len(np.unique(WORLD.cities.name)) == len(WORLD.cities.name)
