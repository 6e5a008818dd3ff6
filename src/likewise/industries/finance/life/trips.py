"""Trips: when people leave their town, for where, how long the way takes, and when they are back."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from likewise.industries.finance.arrays import Bools, Draw, Ints
from likewise.industries.finance.world.world import World

DAY = 86_400
WEEK = 7


class Trips(NamedTuple):
    """Hold each person's latest trip: when they left, arrived, turned back and were home, and the town.

    Nobody pays at a terminal while on the way, so that nobody is ever in two places.
    """

    leaves: Ints
    arrives: Ints
    turns: Ints
    back: Ints
    town: Ints


def at_home(world: World) -> Trips:
    """Return the trips of people who have been on none."""
    leaves, arrives, turns, back = np.full((4, world.customers), -1)
    return Trips(leaves, arrives, turns, back, world.people.city.copy())


def set_out(world: World, trips: Trips, day: int, rng: Draw) -> None:
    """Let some of those who are home at the beginning of a week leave in the course of it."""
    people, cities = world.people, world.cities
    share = people.travels * _season(world, day)
    who = np.flatnonzero((rng.random(world.customers) < share) & (trips.back < day * DAY))
    town = cities.reached[people.city[who], rng.integers(cities.reached.shape[1], size=len(who))].astype(np.int64)
    way = cities.minutes[people.city[who], town] * 60.0 * rng.uniform(1.0, 1.25, (2, len(who)))
    weekday = world.calendar.weekday[day : day + WEEK]
    chance = np.array([0.8, 0.7, 0.7, 1.0, 2.4, 2.0, 0.8])[weekday]
    leaving = day + rng.choice(WEEK, size=len(who), p=chance / chance.sum())
    leaves = leaving * DAY + rng.integers(6 * 3600, 20 * 3600, size=len(who))
    arrives = leaves + way[0].astype(np.int64)
    turns = arrives + _stay(way[0], rng)
    trips.leaves[who], trips.arrives[who], trips.turns[who] = leaves, arrives, turns
    trips.back[who], trips.town[who] = turns + way[1].astype(np.int64), town


def _season(world: World, day: int) -> float:
    month = int(world.calendar.month[day])
    return {7: 1.6, 8: 1.7, 12: 1.2, 1: 0.7, 2: 0.8}.get(month, 1.0)


def _stay(way: Ints, rng: Draw) -> Ints:
    """Return seconds that people stay: hours where it is near, nights, or a holiday where it is far."""
    far = way > 4 * 3600
    nights = np.where(far, rng.integers(2, 15, size=len(way)), rng.integers(0, 4, size=len(way)))
    return (nights * DAY + rng.integers(3 * 3600, 9 * 3600, size=len(way))).astype(np.int64)


def is_moving(trips: Trips, who: Ints, time: Ints) -> Bools:
    """Return who is on the way somewhere at a time."""
    out = (time >= trips.leaves[who]) & (time < trips.arrives[who])
    return np.asarray(out | ((time >= trips.turns[who]) & (time < trips.back[who])))


def is_away(trips: Trips, who: Ints, time: Ints) -> Bools:
    """Return who is in another town at a time."""
    return np.asarray((time >= trips.arrives[who]) & (time < trips.turns[who]))
