"""Analysts and victims: who tells of which fraud, how late, and what is told that is none."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from likewise.industries.finance.arrays import Array, Bools, Draw, Floats, Ints
from likewise.industries.finance.crime.registry import NAMES
from likewise.industries.finance.life.trips import DAY

TOLD = {"card testing": 0.85, "stolen card": 0.97, "account takeover": 0.95, "bust-out": 0.9,
        "authorised push payment": 0.8, "refund abuse": 0.35, "mule network": 0.6}  # fmt: skip
"""How much of each typology comes to be known, where analysts make no mistakes; of laundering `FOUND`."""

FOUND = 0.45

NEVER = np.int64(-(2**62))


class Reports(NamedTuple):
    """Hold when payments were reported as fraud, `NEVER` for those that were not; and whether they were."""

    time: Ints
    observed: Bools


def reports(time: Ints, typology: Array, ring: Array, rate: float, delay: float, noise: float, rng: Draw) -> Reports:
    """Return what is reported of payments, and when.

    `delay` is the median time in days, lognormal. Of fraud that would be told a share of `noise` is overlooked, and of
    reports about such a share is of payments that are none (friendly fraud and mistakes). A ring of launderers is found
    as a whole or not at all.
    """
    share = np.array([0.0, *(TOLD.get(name, FOUND) for name in NAMES)])
    as_whole = np.array([False, *(name not in TOLD for name in NAMES)])
    bad = np.flatnonzero(typology)
    chance = np.where(as_whole[typology[bad]], (ring[bad] * 0.6180339887498949 + 0.37) % 1.0, rng.random(len(bad)))
    told = bad[(chance < share[typology[bad]]) & (rng.random(len(bad)) >= noise)]
    wrong = np.flatnonzero(rng.random(len(time)) < noise * rate * 0.7)
    which = np.concatenate([told, wrong[typology[wrong] == 0]])
    found, observed = np.full(len(time), NEVER), np.zeros(len(time), np.bool_)
    found[which] = time[which] + _delays(delay, len(which), rng).astype(np.int64)
    observed[which] = True
    return Reports(found, observed)


def _delays(median: float, count: int, rng: Draw) -> Floats:
    return np.asarray(np.maximum(median * DAY * np.exp(0.8 * rng.standard_normal(count)), 600.0))
