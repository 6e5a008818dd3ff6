"""Rhythms: at which hour people go out, and for what, by their ways, the kind of day and the hour."""

from __future__ import annotations

import numpy as np

from likewise.industries.finance.arrays import Array, Floats, shares_of_rows
from likewise.industries.finance.world.people import CLOCKS, MANNERS
from likewise.industries.finance.world.trades import NAMES, SHOPS, TRADES, WEB, sought

MINUTES = 1024
"""Entries of a table of minutes of the day."""

SOUGHT = 1024
"""Entries of a table of trades."""

TRAVELLER = len(MANNERS)
"""The way of somebody who is away from home, beside those of `MANNERS`."""

_OUT = {
    0: "1 1 1 0 1 2 6 9 9 8 8 9 11 10 8 8 10 13 14 12 8 5 4 2",
    1: "3 2 1 1 0 1 2 4 8 11 13 13 12 11 11 11 10 10 10 9 7 6 6 5",
    2: "4 3 2 1 0 1 2 4 7 9 9 9 11 10 8 8 8 8 9 9 7 5 4 2",
}
"""How many people go out at each hour of a working day, a Saturday, and a Sunday or holiday."""

_WEB = "4 2 1 1 0 0 1 3 4 5 6 6 7 6 5 5 6 7 8 10 12 13 11 7"

_LIKES = {
    "young": "bar 3 fast-food 2.2 cinema 2 kiosk 1.5 clothing 1.3 games 3 digital-goods 1.8 delivered-food 1.8 "
             "doctor .4 furniture .4 garage .3 fuel .5 local-transport 1.8 jewellery .5",
    "single": "bar 1.4 restaurant 1.2 delivered-food 1.3 groceries .9",
    "family": "groceries 1.4 toys 2.2 home-supply 1.4 furniture 1.3 bar .5 fuel 1.3 web-clothing 1.2 games .7",
    "wealthy": "restaurant 1.8 clothing 1.4 jewellery 2.5 airline 2 travel-agency 1.8 electronics 1.4 taxi 1.8 "
               "fast-food .6 garage 1.2 hotel 1.5",
    "old": "pharmacy 2.2 doctor 2 bakery 1.4 bar .4 fast-food .4 games .1 delivered-food .4 gambling .7 taxi 1.2 "
           "crypto-exchange .1 web-pharmacy 2.2 cash-machine 1.5",
    "thrifty": "groceries 1.3 kiosk 1.2 restaurant .5 clothing .7 travel-agency .4 airline .4 taxi .6 "
               "cash-machine 1.4",
}  # fmt: skip
_LIKES_AWAY = "restaurant 3.5 hotel 25 bar 1.8 taxi 3 railway 2 kiosk 1.5 groceries .5 garage 0 furniture 0 " \
              "doctor .1 home-supply 0 hairdresser .1 cinema .5 clothing 1.2 fuel 1.2"  # fmt: skip


def minutes() -> Array:
    """Return equally likely minutes of the day at which people go out, by how early they are up and the kind of day."""
    found = np.empty((CLOCKS, 3, MINUTES), np.int32)
    for clock in range(CLOCKS):
        for kind, text in _OUT.items():
            found[clock, kind] = _spread(text, 75 * (clock - 1))
    return found


def web_minutes() -> Array:
    """Return minutes of the day at which people shop on the web, equally likely, by how early they are up."""
    return np.stack([_spread(_WEB, 60 * (clock - 1)) for clock in range(CLOCKS)])


def _spread(text: str, later: int) -> Array:
    """Return minutes of the day so that as many fall into each hour as a text of 24 numbers says."""
    hours = np.array([float(part) for part in text.split()])
    ends = np.concatenate([[0.0], np.cumsum(hours) / hours.sum()])
    places = (np.arange(MINUTES) + 0.5) / MINUTES
    found = np.interp(places, ends, np.arange(25) * 60.0)
    return np.asarray((np.rint(found).astype(np.int64) + later) % 1440, np.int32)


def trades_sought() -> Array:
    """Return equally likely places in `SHOPS` that are sought, by ways to live or `TRAVELLER`, kind of day and hour."""
    liked = np.stack([*(_liked(_LIKES[manner], SHOPS) for manner in MANNERS), _liked(_LIKES_AWAY, SHOPS)])
    by_hour = sought()[list(SHOPS)].T + 1e-9
    free = np.array([1.3 if TRADES[k].sought in ("stroll", "night", "meals") else 1.0 for k in SHOPS])
    kinds = np.stack([np.ones(len(SHOPS)), free, free])
    return shares_of_rows(liked[:, None, None] * kinds[None, :, None] * by_hour[None, None], SOUGHT)


def web_sought() -> Array:
    """Return places in `WEB` that people seek, equally likely, by their ways."""
    return shares_of_rows(np.stack([_liked(_LIKES[manner], WEB) for manner in MANNERS]), SOUGHT)


def _liked(text: str, trades: tuple[int, ...]) -> Floats:
    words = text.split()
    more = {name.replace("-", " "): float(factor) for name, factor in zip(words[::2], words[1::2], strict=True)}
    assert set(more) <= set(NAMES)
    return np.array([TRADES[k].share * more.get(TRADES[k].name, 1.0) for k in trades])
