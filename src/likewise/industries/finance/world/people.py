"""People: households in towns, how old they are, what they live on and how they spend."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from likewise.industries.finance.arrays import Bools, Draw, Floats, Ints
from likewise.industries.finance.world.cities import Cities, along, scattered
from likewise.industries.finance.world.countries import COUNTRIES

STATUSES = ("student", "employed", "self-employed", "unemployed", "retired")
STUDENT, EMPLOYED, SELF_EMPLOYED, UNEMPLOYED, RETIRED = range(5)

MANNERS = ("young", "single", "family", "wealthy", "old", "thrifty")
"""Ways to live: which shops somebody goes to, and when."""
YOUNG, SINGLE, FAMILY, WEALTHY, OLD, THRIFTY = range(6)

CLOCKS = 3
"""How early people are up: early, as most, late."""


class People(NamedTuple):
    """Hold customers of banks, numbered household by household.

    `income` is what they have in a month, in cents of their country's currency; `spending` what of it they spend in
    shops; `outings` and `sessions` how often a day they go out, and shop on the web; `thrift` how dear what they buy is
    against what others buy; `town_line` where they live along their town (`cities.along`).
    """

    household: Ints
    is_second: Bools
    age: Ints
    is_woman: Bools
    city: Ints
    country: Ints
    lat: Floats
    lon: Floats
    town_line: Ints
    status: Ints
    manner: Ints
    clock: Ints
    income: Ints
    outings: Floats
    sessions: Floats
    thrift: Floats
    travels: Floats


def people_of(count: int, cities: Cities, rng: Draw) -> People:
    """Return so many customers and where they live."""
    household, is_second = _households(count, rng)
    first = np.flatnonzero(~is_second)
    homes = rng.choice(len(cities.share), size=len(first), p=cities.share / cities.share.sum())
    lat, lon = scattered(cities, homes, rng)
    line = along(cities, homes, lat, lon)
    city = homes[household]
    age = _ages(household, is_second, first, rng)
    status = _statuses(age, rng)
    country = cities.country[city]
    price = np.array([land.price for land in COUNTRIES])[country]
    typical = np.array([950.0, 2350.0, 2500.0, 1050.0, 1600.0])[status]
    seniority = np.where(status == EMPLOYED, np.clip(0.7 + (age - 20) * 0.015, 0.7, 1.15), 1.0)
    spread = np.array([0.25, 0.38, 0.6, 0.2, 0.35])[status]
    income = typical * seniority * price * np.exp(spread * rng.standard_normal(count)) * 100.0
    manner = _manners(age, status, income / price, household, is_second, rng)
    busy = np.exp(0.35 * rng.standard_normal(count))
    often = np.array([0.50, 0.47, 0.54, 0.53, 0.46, 0.40])[manner] * busy
    online = np.array([0.30, 0.26, 0.24, 0.27, 0.11, 0.14])[manner] * np.exp(0.5 * rng.standard_normal(count))
    thrift = np.clip((income / price / 230_000.0) ** 0.45 * np.exp(0.2 * rng.standard_normal(count)), 0.4, 2.6)
    travels = np.array([0.10, 0.09, 0.06, 0.18, 0.05, 0.03])[manner] * np.exp(0.5 * rng.standard_normal(count))
    clock = np.searchsorted([0.3, 0.75], rng.random(count))
    clock = np.where(manner == YOUNG, np.maximum(clock, 1), np.where(manner == OLD, np.minimum(clock, 1), clock))
    return People(household, is_second, age, rng.random(count) < 0.51, city, country, lat[household], lon[household],
                  line[household], status, manner, clock, np.rint(income / 100).astype(np.int64) * 100, often, online,
                  thrift, np.minimum(travels, 0.6))  # fmt: skip


def _households(count: int, rng: Draw) -> tuple[Ints, Bools]:
    """Return the household of each of so many adults, and whether they are its second one."""
    adults = 1 + (rng.random(count) < 0.56)
    household = np.repeat(np.arange(count), adults)[:count]
    return household, np.concatenate([[False], household[1:] == household[:-1]])


def _ages(household: Ints, is_second: Bools, first: Ints, rng: Draw) -> Ints:
    head = 18.0 + 72.0 * rng.beta(1.35, 1.75, len(first))
    age = head[household] + np.where(is_second, 3.5 * rng.standard_normal(len(household)), 0.0)
    return np.clip(np.rint(age), 18, 95).astype(np.int64)


def _statuses(age: Ints, rng: Draw) -> Ints:
    u = rng.random(len(age))
    working = np.where(u < 0.84, EMPLOYED, np.where(u < 0.93, SELF_EMPLOYED, UNEMPLOYED))
    young = np.where(u < 0.55, STUDENT, working)
    return np.where(age < 25, young, np.where(age >= 66, RETIRED, working))


def _manners(age: Ints, status: Ints, income: Floats, household: Ints, is_second: Bools, rng: Draw) -> Ints:
    couple = np.zeros(int(household[-1]) + 1, np.bool_)
    couple[household[is_second]] = True
    manner = np.where(couple[household], FAMILY, SINGLE)
    manner = np.where(age >= 66, OLD, manner)
    manner = np.where((age < 28) & ~couple[household], YOUNG, manner)
    manner = np.where(income > 340_000, WEALTHY, manner)
    poor = (income < 120_000) & (rng.random(len(age)) < 0.6) & (status != STUDENT)
    return np.where(poor, THRIFTY, manner)
