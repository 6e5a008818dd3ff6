"""The map: towns in countries, how many live there, and how far it is from one to another."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from likewise.industries.finance.arrays import Array, Draw, Floats, Ints, shares_of_rows
from likewise.industries.finance.world.countries import COUNTRIES, ZONE
from likewise.industries.finance.world.names import towns

KM_A_DEGREE = 111.195
NEAREST = 25.0
"""Kilometres between towns at least, where there is room."""

TRIED = 12
"""Places that are tried for a town; the one farthest from others is taken."""

WIDEST = 18.0
"""Kilometres from the middle of the largest towns to their edge."""


class Cities(NamedTuple):
    """Hold towns: where they lie, what share of all people lives there, and their size in kilometres to the edge.

    `first` is the first town of each country, and one more. `reached` is where people of a town travel to: a table of
    equally likely towns for each. `behind` is by how many hours their clocks are behind those of `ZONE`, `minutes` how
    long the way from one to another takes, from door to door.
    """

    name: list[str]
    country: Ints
    lat: Floats
    lon: Floats
    share: Floats
    radius: Floats
    behind: Ints
    first: Ints
    reached: Array
    minutes: Floats


def cities_of(customers: int, rng: Draw) -> Cities:
    """Return the towns for a number of customers."""
    weights = np.array([country.share for country in COUNTRIES])
    total = int(np.clip(8 + 1.3 * np.sqrt(customers / 80), 10, 140))
    counts = np.maximum(1, np.rint(weights * total)).astype(np.int64)
    names: list[str] = []
    lat, lon, share = [], [], []
    for country, count in zip(COUNTRIES, counts, strict=True):
        names += towns(country.language, int(count), rng)
        south, north, west, east = country.box
        places = _spread(int(count), rng)
        lat.append(south + places[:, 0] * (north - south))
        lon.append(west + places[:, 1] * (east - west))
        sizes = 1.0 / np.arange(1.0, count + 1.0) ** 0.9
        share.append(country.share * sizes / sizes.sum())
    country_of = np.repeat(np.arange(len(COUNTRIES)), counts)
    of = np.concatenate(share) / weights.sum()
    found_lat, found_lon = np.concatenate(lat), np.concatenate(lon)
    km = kilometres(found_lat[:, None], found_lon[:, None], found_lat, found_lon)
    behind = ZONE - np.array([country.hours for country in COUNTRIES])[country_of]
    return Cities(names, country_of, found_lat, found_lon, of, np.clip(WIDEST * np.sqrt(of / of.max()), 3.0, None),
                  behind, np.concatenate([[0], np.cumsum(counts)]), _reached(km, of, country_of),
                  _minutes(km))  # fmt: skip


def _spread(count: int, rng: Draw) -> Floats:
    """Return places in a unit square that keep apart (the best of a few candidates each)."""
    found = np.zeros((count, 2))
    for k in range(count):
        tried = rng.random((TRIED, 2))
        apart = ((tried[:, None] - found[None, :k]) ** 2).sum(-1).min(1) if k else np.zeros(TRIED)
        found[k] = tried[np.argmax(apart)]
    return found


def _reached(km: Floats, share: Floats, country: Ints) -> Array:
    """Return where people travel to: near and large towns more often, those of their own country most."""
    pull = share * (0.25 + (country[:, None] == country)) / (km + 60.0) ** 0.9
    np.fill_diagonal(pull, 0.0)
    return shares_of_rows(pull, 512)


def _minutes(km: Floats) -> Floats:
    """Return how long journeys take: by road or rail, and by air where it is far."""
    return 20.0 + np.where(km < 450.0, (km + 2 * WIDEST) / 85.0 * 60.0, 150.0 + (km + 2 * WIDEST) / 650.0 * 60.0)


def kilometres(lat: Floats, lon: Floats, to_lat: Floats, to_lon: Floats) -> Floats:
    """Return distances over the globe between places in degrees (haversine).

    >>> kilometres(np.array([0.0]), np.array([0.0]), np.array([0.0]), np.array([90.0])).round().tolist()
    [10008.0]
    """
    a, b = np.radians(lat), np.radians(to_lat)
    half = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(np.radians(to_lon - lon) / 2) ** 2
    return np.asarray(2.0 * 6371.0 * np.arcsin(np.sqrt(np.minimum(half, 1.0))))


def scattered(cities: Cities, city: Ints, rng: Draw) -> tuple[Floats, Floats]:
    """Return a place within each of some towns, more of them near the middle; two are never farther than two edges."""
    far = cities.radius[city] * rng.random(len(city)) ** 0.8
    angle = 2 * np.pi * rng.random(len(city))
    lat = cities.lat[city] + far * np.sin(angle) / KM_A_DEGREE
    lon = cities.lon[city] + far * np.cos(angle) / (KM_A_DEGREE * np.cos(np.radians(cities.lat[city])))
    return lat, lon


def along(cities: Cities, city: Ints, lat: Floats, lon: Floats) -> Ints:
    """Return where places lie on a curve that fills their town: what is near on the curve is near in town (Morton)."""
    wide = cities.radius[city] / KM_A_DEGREE
    y = np.clip(((lat - cities.lat[city]) / wide + 1.0) * 512.0, 0, 1023).astype(np.int64)
    x = np.clip(((lon - cities.lon[city]) * np.cos(np.radians(cities.lat[city])) / wide + 1.0) * 512.0, 0, 1023)
    return (_apart(y) << 1) | _apart(x.astype(np.int64))


def _apart(bits: Ints) -> Ints:
    """Return ten bits with a gap before each."""
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        bits = (bits | (bits << shift)) & mask
    return bits
