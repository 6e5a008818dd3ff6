"""Shops: merchants in towns and on the web, their hours and terminals, and where each person goes by habit."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from likewise.industries.finance.arrays import Array, Draw, Floats, Ints
from likewise.industries.finance.world.cities import Cities, along, scattered
from likewise.industries.finance.world.people import People
from likewise.industries.finance.world.trades import CASH, SHOPS, TRADES, WEB, open_hours

KNOWN = 4
"""Shops of each trade that a person goes to by habit."""

AROUND = 4
"""Shops before and after a home along the town that are looked at."""

QUARTER = 15
"""Minutes that opening hours are told to."""


class Shops(NamedTuple):
    """Hold merchants, sorted by town, trade and their place along the town; those of the web come last.

    `owner` is the number of the firm, -1 of cash machines, which are the banks'. `level` is how dear a shop is,
    `opens` and `closes` are minutes by kind of day (working day, Saturday, Sunday or holiday); one that closes after
    midnight does so after minute 1440, and one that is closed opens never: 0 to 0. `terminal` is its first terminal,
    and one more. `starts` are the first shops of each town and trade, and one more; `ends` the shares of those up to
    each shop among the shops of its town and trade, beyond the number of that group: a search for group + chance finds
    a shop by its size. Of the web all is one town. `line` is the place along the town.
    """

    trade: Ints
    city: Ints
    lat: Floats
    lon: Floats
    line: Ints
    owner: Ints
    level: Floats
    opens: Ints
    closes: Ints
    terminal: Ints
    starts: Ints
    ends: Floats

    @property
    def web_group(self) -> int:
        """The group of the first trade on the web; groups of trades follow in their order."""
        return len(self.starts) - 1 - len(WEB)


def shops_of(people: People, cities: Cities, rng: Draw) -> Shops:
    """Return the shops that so many people need."""
    count = len(people.age)
    each = np.array([TRADES[trade].shops for trade in SHOPS])
    wanted = cities.share[:, None] * count / 10_000 * 4.0 * each
    numbers = np.maximum(1, rng.poisson(wanted)).ravel()
    group = np.repeat(np.arange(len(numbers)), numbers)
    city, trade = group // len(SHOPS), np.array(SHOPS)[group % len(SHOPS)]
    web = np.maximum(6, [round(TRADES[k].shops * count / 2500) for k in WEB])
    web_city = rng.choice(len(cities.share), size=int(web.sum()), p=cities.share / cities.share.sum())
    city, trade = np.concatenate([city, web_city]), np.concatenate([trade, np.repeat(WEB, web)])
    group = np.concatenate([group, len(numbers) + np.repeat(np.arange(len(WEB)), web)])
    lat, lon = scattered(cities, city, rng)
    line = along(cities, city, lat, lon)
    order = np.lexsort((line, group))
    city, trade, lat, lon, line = city[order], trade[order], lat[order], lon[order], line[order]
    counts = np.concatenate([numbers, web])
    starts = np.concatenate([[0], np.cumsum(counts)])
    size = rng.pareto(1.3, len(city)) + 0.3
    opens, closes = _hours(trade, rng)
    terminals = np.where(np.isin(trade, WEB), 1, np.clip(np.rint(size), 1, 8)).astype(np.int64)
    return Shops(trade, city, lat, lon, line, _owners(trade, cities.country[city], rng),
                 np.exp(0.18 * rng.standard_normal(len(city))), opens, closes,
                 np.concatenate([[0], np.cumsum(terminals)]), starts, _ends(size, starts))  # fmt: skip


def _ends(size: Floats, starts: Ints) -> Floats:
    total = np.cumsum(size)
    before = np.concatenate([[0.0], total])[starts[:-1]]
    counts = np.diff(starts)
    whole = np.repeat(np.concatenate([[0.0], total])[starts[1:]] - before, counts)
    ends = np.repeat(np.arange(len(counts)), counts) + (total - np.repeat(before, counts)) / whole
    ends[starts[1:] - 1] = np.arange(1, len(counts) + 1)
    return np.asarray(ends)


def _hours(trade: Ints, rng: Draw) -> tuple[Ints, Ints]:
    """Return when shops open and close: as usual in their trade, each a little earlier or later."""
    usual = open_hours()[trade]
    opens, closes = usual[:, :, 0], usual[:, :, 1]
    moved = (opens > 0) | ((closes > 0) & (closes < 1440))
    shift = np.where(moved, QUARTER * rng.integers(-2, 3, size=(len(trade), 1)), 0)
    shift_end = np.where(moved, QUARTER * rng.integers(-2, 3, size=(len(trade), 1)), 0)
    is_open = closes > opens
    later = np.where(closes > 1440, 1800, 1440)
    return (np.where(is_open, np.maximum(opens + shift, 0), 0),
            np.where(is_open, np.minimum(closes + shift_end, later), 0))  # fmt: skip


def _owners(trade: Ints, country: Ints, rng: Draw) -> Ints:
    """Return the firms of shops, numbered from 0: a firm of its own for most, chains for the others."""
    chain = rng.random(len(trade)) < np.where(np.isin(trade, SHOPS[:15]), 0.4, 0.15)
    key = np.where(chain, (country * len(TRADES) + trade) * 3 + rng.integers(3, size=len(trade)), -1)
    own = np.where(chain, key, key.max() + 1 + np.arange(len(trade)))
    is_cash = trade == CASH
    found = np.full(len(trade), -1)
    found[~is_cash] = np.unique(own[~is_cash], return_inverse=True)[1]
    return found


def habits_of(people: People, shops: Shops, rng: Draw) -> Array:
    """Return the shops that people go to by habit: people x trades x `KNOWN`, the most usual first.

    Where it matters how far a shop is, they are near along the town; else large ones.
    """
    count = len(people.age)
    found = np.empty((count, len(SHOPS), KNOWN), np.int32)
    for k, trade in enumerate(SHOPS):
        group = people.city * len(SHOPS) + k
        start, number = shops.starts[group], np.diff(shops.starts)[group]
        reach = TRADES[trade].reach
        if reach == 0.0:
            chance = rng.random((count, KNOWN))
            found[:, k] = np.searchsorted(shops.ends, group[:, None] + chance, side="right")
            continue
        at = np.clip(_places(people, shops, k) - start, 0, number - 1)
        around = start[:, None] + (at[:, None] + np.arange(-AROUND, AROUND + 1)) % number[:, None]
        found[:, k] = _near(people, shops, around, reach, rng)
    return found


def _near(people: People, shops: Shops, around: Ints, reach: float, rng: Draw) -> Ints:
    """Return of some shops those that are nearest, by and large: the farther people go, the less it counts."""
    north = shops.lat[around] - people.lat[:, None]
    east = (shops.lon[around] - people.lon[:, None]) * np.cos(np.radians(people.lat))[:, None]
    far = (north**2 + east**2) * np.exp(reach * rng.standard_normal(around.shape, dtype=np.float32))
    nearest = np.argsort(far, axis=1)[:, :KNOWN]
    return np.take_along_axis(around, nearest, axis=1)


def _places(people: People, shops: Shops, k: int) -> Ints:
    """Return the first shop of a trade past each person's home along the town."""
    of_trade = np.flatnonzero(shops.trade == SHOPS[k])
    key = (shops.city[of_trade] << 20) | shops.line[of_trade]
    at = np.searchsorted(key, (people.city << 20) | people.town_line)
    at = np.minimum(at, len(of_trade) - 1)
    return np.asarray(of_trade[at])
