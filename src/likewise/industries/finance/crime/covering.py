"""Covering: when and from where the acts of rings come so that they can pass, and ordinary payments before them.

It is worked out for all rings of a span at once: a ring has a dozen payments, too few for columns to pay.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from likewise.industries.finance.arrays import Draw, Floats, Ints
from likewise.industries.finance.books import payments as books
from likewise.industries.finance.books.payments import Payments, collected, joined, length, payments
from likewise.industries.finance.crime.ring import HOUR, MINUTES, OWN, PRICE, RINGS, Pool, Ring
from likewise.industries.finance.life.outings import is_open
from likewise.industries.finance.life.trips import DAY
from likewise.industries.finance.life.web import places_on_web, times_on_web
from likewise.industries.finance.state import State
from likewise.industries.finance.world.world import HOSTS, World

TRIED = 12
"""Hours at which a shop that was closed is tried again."""

_FRIEND = books.PURPOSES.index("to a friend")


def covered(world: World, state: State, pool: Pool, rings: Sequence[Ring], rng: Draw) -> Payments:
    """Return the payments of rings: at hours at which shops are open, with devices and addresses.

    Those that go before some of them are no fraud. Rings are numbered one after another.
    """
    rows = collected([part for ring in rings for part in ring.parts])
    if not length(rows):
        return rows
    at_shop = np.flatnonzero(rows["terminal"] >= 0)
    rows["time"][at_shop] = _opened(world, rows["merchant"][at_shop], rows["time"][at_shop], rng)
    which = rows["ring"] - rings[0].number
    _place(rows, world, state, pool, np.array([ring.stealth for ring in rings])[which], rng)
    likely = np.array([ring.camouflage for ring in rings])[which]
    return joined([rows, _before(rows, world, state, pool.now, likely, rng)])


def _opened(world: World, shop: Ints, time: Ints, rng: Draw) -> Ints:
    """Return times at which shops are open: those wanted where they are, else at an hour of one of the next days."""
    found = time.copy()
    closed = np.flatnonzero(~is_open(world, shop, time))
    if len(closed):
        later = np.cumsum(rng.random((len(closed), TRIED)) < 0.4, axis=1)
        day = np.minimum(time[closed, None] // DAY + later, world.days - 1)
        behind = world.cities.behind[world.shops.city[shop[closed]]] * HOUR
        tried = day * DAY + (10 * HOUR + rng.random(day.shape) * 9 * HOUR).astype(np.int64) + behind[:, None]
        fits = is_open(world, np.repeat(shop[closed], TRIED), tried.ravel()).reshape(day.shape)
        never = world.days * DAY  # after the end
        found[closed] = np.where(fits.any(1), tried[np.arange(len(closed)), fits.argmax(1)], never)
    return found


def _place(rows: Payments, world: World, state: State, pool: Pool, stealth: Floats, rng: Draw) -> None:
    """Fill in devices and addresses: people's own, or, where a ring acts for them and does not hide it, the ring's."""
    acts = np.flatnonzero(rows["device"] <= OWN)
    device, ip = places_on_web(world, state, rows["customer"][acts], rows["time"][acts], rng)
    by_ring = np.flatnonzero(rows["device"][acts] == RINGS)
    ring, hides = rows["ring"][acts[by_ring]].astype(np.int64), stealth[acts[by_ring]]
    chance = rng.random((3, len(by_ring)))
    several = 1 + (np.bincount(ring)[ring] * hides).astype(np.int64)
    own, one = np.unique((ring << 32) + (chance[0] * several).astype(np.int64), return_inverse=True)
    devices, hosts = pool.devices(len(own), rng), world.hosts + rng.integers(HOSTS, size=len(own))
    shown, hosted = chance[1] >= 0.75 * hides, chance[2] >= 0.85 * hides
    device[by_ring[shown]] = devices[one[shown]]
    ip[by_ring[hosted]] = hosts[one[hosted]]
    rows["device"][acts], rows["ip"][acts] = device, ip


def _before(rows: Payments, world: World, state: State, now: int, likely: Floats, rng: Draw) -> Payments:
    """Return ordinary payments between the same two, some days before those that a ring sends from app to account."""
    accounts = world.accounts
    sent = (rows["channel"] == books.APP) & (accounts.kind[rows["payee"]] == accounts.kind[rows["payer"]])
    which = np.flatnonzero(sent & (rng.random(length(rows)) < likely))
    payer, who, until = rows["payer"][which], rows["customer"][which], rows["time"][which]
    ago = (rng.random(len(which)) * np.minimum(until - now, 14 * DAY)).astype(np.int64)
    when = times_on_web(world, MINUTES, who, (until - ago) // DAY, rng)
    when = np.where((when > now) & (when < until), when, until - ago)
    device, ip = places_on_web(world, state, who, when, rng)
    amount = np.rint(25.0 * PRICE[accounts.currency[payer]] * np.exp(0.8 * rng.standard_normal(len(which)))) * 100
    return payments(len(which), time=when, kind=books.TRANSFER, channel=books.APP, purpose=_FRIEND,
                    amount=np.maximum(amount, 500), payer=payer, payee=rows["payee"][which], customer=who,
                    device=device, ip=ip)  # fmt: skip
