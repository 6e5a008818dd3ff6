"""Firms: shops' owners, employers, landlords, and those who send everybody bills."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from likewise.industries.finance.arrays import Array, Draw, Ints
from likewise.industries.finance.world.cities import Cities
from likewise.industries.finance.world.countries import COUNTRIES
from likewise.industries.finance.world.people import EMPLOYED, People

SECTORS = ("retail", "employer", "state", "energy", "telecom", "insurer", "landlord", "lender")
RETAIL, EMPLOYER, STATE, ENERGY, TELECOM, INSURER, LANDLORD, LENDER = range(8)

PAYDAYS = (31, 28, 25, 1, 15)
"""Days of the month on which firms pay salaries; 31 is the last of any month."""


class Firms(NamedTuple):
    """Hold firms: their sector, seat, payday, and how many of the customers work there."""

    sector: Ints
    city: Ints
    country: Ints
    payday: Ints
    staff: Ints


def firms_of(owners: Ints, people: People, cities: Cities, rng: Draw) -> tuple[Firms, Ints]:
    """Return the firms, first those that own shops in these towns, and the employer of each person, -1 for none."""
    count = len(people.age)
    seats: list[Ints] = [owners]
    sectors: list[Ints] = [np.full(len(owners), RETAIL)]
    capitals = cities.first[:-1]
    seats.append(rng.choice(len(cities.share), size=count // 45, p=cities.share / cities.share.sum()))
    sectors.append(np.full(count // 45, EMPLOYER))
    for kind, each in ((EMPLOYER, 2), (STATE, 1), (ENERGY, 3), (TELECOM, 3), (INSURER, 4), (LENDER, 2)):
        seats.append(np.repeat(capitals, each))
        sectors.append(np.full(len(capitals) * each, kind))
    landlords = max(1, count // 120)
    seats.append(np.concatenate([capitals, rng.choice(len(cities.share), size=landlords, p=cities.share
                                                      / cities.share.sum())]))  # fmt: skip
    sectors.append(np.full(landlords + len(capitals), LANDLORD))
    city, sector = np.concatenate(seats), np.concatenate(sectors)
    country = cities.country[city]
    payday = np.array(PAYDAYS)[np.searchsorted([0.4, 0.6, 0.8, 0.9], rng.random(len(city)))]
    employer = _employers(people, sector, country, rng)
    staff = np.bincount(employer[employer >= 0], minlength=len(city))
    return Firms(sector, city, country, payday, staff), employer


def payroll(firms: Firms, people: People, employer: Ints) -> Ints:
    """Return what each firm pays people in a month: salaries, and the state what it gives those who have none."""
    paid = employer >= 0
    wages = np.bincount(employer[paid], people.income[paid], len(firms.city))
    given = np.bincount(people.country, people.income * ~paid, len(COUNTRIES))
    return np.asarray(wages + np.where(firms.sector == STATE, given[firms.country], 0.0), np.int64)


def of_sector(sector: Ints, country: Ints, wanted: int, land: int) -> Ints:
    """Return the firms of a sector in a country."""
    return np.flatnonzero((sector == wanted) & (country == land))


def _employers(people: People, sector: Ints, country: Ints, rng: Draw) -> Ints:
    """Return who employs whom: firms of their country, of which a few are large (Zipf)."""
    found = np.full(len(people.age), -1)
    for land in range(len(COUNTRIES)):
        who = np.flatnonzero((people.status == EMPLOYED) & (people.country == land))
        firms = np.flatnonzero((country == land) & np.isin(sector, (RETAIL, EMPLOYER, STATE, INSURER)))
        weight = np.where(sector[firms] == RETAIL, 0.25, 1.0) / rng.permutation(np.arange(1.0, len(firms) + 1)) ** 0.7
        found[who] = rng.choice(firms, size=len(who), p=weight / weight.sum())
    return found


def picked(rng: Draw, sector: Array, country: Ints, wanted: int, lands: Ints) -> Ints:
    """Return for people of these countries each a firm of a sector there."""
    found = np.zeros(len(lands), np.int64)
    for land in range(len(COUNTRIES)):
        who = lands == land
        found[who] = rng.choice(of_sector(sector, country, wanted, land), size=int(who.sum()))
    return found
