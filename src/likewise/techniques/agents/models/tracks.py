"""Tracks: where people were at which times, in the world or in a simulation; and what is to be told of them.

Tracks are columns `agent`, `time` (seconds), `x` and `y` (metres), in any order of rows: a Table, a data frame or a
mapping of arrays. `id` is read as `agent`, so that the panels of a simulation are tracks.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from likewise.core.table import Table
from likewise.errors import SettingsError
from likewise.techniques.agents.calibration.summaries import Summary, nearest_neighbours, quantiles
from likewise.techniques.agents.scenario import Floats, Ints

Walk = tuple[float, float, float, float, float]
"""When somebody comes, from which x and y, and to which they go."""

AT = (0.1, 0.5, 0.9)
"""Shares of people, or of moments, below the values told."""


def walks_of(tracks: Any) -> tuple[Walk, ...]:
    """Return who comes when, from where to where: the first and the last place of each; times count from the first.

    Somebody seen only once goes nowhere, and is left out. Raises SettingsError for tracks that lack a column.

    >>> walks_of({"agent": [7, 7, 8, 8], "time": [4.0, 4.4, 5.0, 5.4], "x": [0, 1, 9, 8], "y": [0, 0, 2, 2]})
    ((0.0, 0.0, 0.0, 1.0, 0.0), (1.0, 9.0, 2.0, 8.0, 2.0))
    """
    agent, time, x, y = _columns(tracks)
    first = np.flatnonzero(np.diff(agent, prepend=-1))
    last = np.append(first[1:], len(agent)) - 1
    begin = time.min() if len(time) else 0.0
    found = np.stack([time[first] - begin, x[first], y[first], x[last], y[last]], axis=1)[last > first]
    return tuple(tuple(walk) for walk in found[np.argsort(found[:, 0], kind="stable")].tolist())


def summaries(tracks: Any) -> Summary:
    """Return how people of tracks walk, in numbers that real and simulated ones may be compared by.

    `speed`: metres a second of each person on average (its mean, sd and quantiles); `pace sd`: by how much the speed of
    one varies. `nearest`: metres to the nearest other, at moments with others. `deviation`: metres off the straight
    line from the first to the last place, on average; `detour`: by which share the way was longer. What there is nobody
    to tell of is not a number. Raises SettingsError for tracks that lack a column.

    >>> told = summaries({"agent": [1, 1, 2, 2], "time": [0, 1, 0, 1], "x": [0, 1, 0, 2], "y": [0, 0, 3, 3]})
    >>> dict(zip(told.names, told.values.tolist()))["speed mean"]
    1.5
    """
    agent, time, x, y = _columns(tracks)
    return _speeds(agent, time, x, y) + nearest_neighbours(x, y, time, at=AT) + _deviations(agent, x, y)


def _columns(tracks: Any) -> tuple[Ints, Floats, Floats, Floats]:
    """Return numbers of agents from 0, times, and places, ordered by agent and time."""
    table = Table.from_any(tracks)
    names = ["id" if "agent" not in table.names and "id" in table.names else "agent", "time", "x", "y"]
    lacking = [name for name in names if name not in table.names]
    if lacking:
        raise SettingsError("agents.tracks", f"tracks lack the column `{lacking[0]}`", where="tracks",
                            hint="give columns agent, time, x and y")  # fmt: skip
    who, *places = (table.to_arrow()[name].to_numpy(zero_copy_only=False) for name in names)
    time, x, y = (np.asarray(values, np.float64) for values in places)
    if not all(np.isfinite(values).all() for values in (time, x, y)):
        raise SettingsError("agents.tracks", "a time or a place of the tracks is missing or no number", where="tracks",
                            hint="leave such rows out; times are seconds, places metres")  # fmt: skip
    agent = np.unique(who, return_inverse=True)[1].astype(np.int64)
    order = np.lexsort((time, agent))
    return agent[order], time[order], x[order], y[order]


def _speeds(agent: Ints, time: Floats, x: Floats, y: Floats) -> Summary:
    goes_on = (np.diff(agent) == 0) & (np.diff(time) > 0)
    passed = np.diff(time)[goes_on]
    speed, who = np.hypot(np.diff(x), np.diff(y))[goes_on] / passed, agent[1:][goes_on]
    total = np.bincount(who, passed)
    is_seen = total > 0
    mean = np.bincount(who, speed * passed)[is_seen] / total[is_seen]
    square = np.bincount(who, speed**2 * passed)[is_seen] / total[is_seen]
    middle, spread, varying = (mean.mean(), mean.std(), np.sqrt(np.maximum(square - mean**2, 0)).mean()) if (
        len(mean)) else (np.nan, np.nan, np.nan)  # fmt: skip
    told = Summary.of({"speed mean": middle, "speed sd": spread, "pace sd": varying})
    return told + quantiles(mean, AT).under("speed")


def _deviations(agent: Ints, x: Floats, y: Floats) -> Summary:
    first = np.flatnonzero(np.diff(agent, prepend=-1))
    last = np.append(first[1:], len(agent)) - 1
    across, up = x[last] - x[first], y[last] - y[first]
    straight = np.hypot(across, up)
    goes = straight > 0
    if not goes.any():
        return Summary.of({"deviation": np.nan, "detour": np.nan})
    off = np.abs((x - x[first][agent]) * up[agent] - (y - y[first][agent]) * across[agent])
    mean_off = np.bincount(agent, off)[goes] / np.bincount(agent)[goes] / straight[goes]
    steps = np.where(np.diff(agent) == 0, np.hypot(np.diff(x), np.diff(y)), 0.0)
    detour = np.bincount(agent[1:], steps, minlength=len(first))[goes] / straight[goes] - 1
    return Summary.of({"deviation": mean_off.mean(), "detour": np.median(detour)})


def corridor_walks(
    rng: np.random.Generator, people: int, *, flow: float, length: float, width: float
) -> tuple[Walk, ...]:
    """Return walks of people who come to either end of a corridor at random, not at the walls, and go straight on."""
    time = np.cumsum(rng.exponential(1 / flow, people))
    y = width * (0.05 + 0.9 * rng.random(people))
    x = np.where(rng.random(people) < 0.5, 0.0, length)
    return tuple(zip(*(ends.tolist() for ends in (time, x, y, length - x, y)), strict=True))
