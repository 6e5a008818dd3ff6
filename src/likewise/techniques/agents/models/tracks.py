"""Tracks: where people were at which times, in the world or in a simulation; and what is to be told of them.

Tracks are columns `agent`, `time` (seconds), `x` and `y` (metres), in any order of rows: a Table, a data frame or a
mapping of arrays. `id` is read as `agent`, so that the panels of a simulation are tracks.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from likewise.core.table import Table
from likewise.errors import SettingsError
from likewise.techniques.agents.scenario import Floats, Ints

Walk = tuple[float, float, float, float, float]
"""When somebody comes, from which x and y, and to which they go."""

AT = (0.1, 0.5, 0.9)
"""The shares of people, or of moments, that are below the values told."""

APART = 1e6
"""Metres between moments, so that nobody is near those of another."""


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


def summaries(tracks: Any) -> dict[str, float]:
    """Return how people of tracks walk, in numbers that real and simulated ones may be compared by.

    `speed`: metres a second of each person on average (mean, sd, and at 10, 50 and 90 % of people); `pace sd`: by how
    much somebody's speed varies. `nearest`: metres to the nearest other (at 10, 50 and 90 % of moments with others).
    `deviation`: metres off the straight line from the first to the last place, on average; `detour`: by which share the
    way was longer. What there is nobody to tell of is not a number. Raises SettingsError for tracks that lack a column.

    >>> told = summaries({"agent": [1, 1, 2, 2], "time": [0, 1, 0, 1], "x": [0, 1, 0, 2], "y": [0, 0, 3, 3]})
    >>> told["speed mean"], told["speed sd"], round(told["nearest 50 %"], 2), told["deviation"]
    (1.5, 0.5, 3.08, 0.0)
    """
    agent, time, x, y = _columns(tracks)
    found = {**_speeds(agent, time, x, y), **_at("nearest", _nearest(time, x, y))}
    return {**found, **_deviations(agent, x, y)}


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


def _at(name: str, values: Floats) -> dict[str, float]:
    """Return the values below which some shares of them lie."""
    return {f"{name} {share:.0%}".replace("%", " %"): float(np.quantile(values, share)) if len(values) else np.nan
            for share in AT}  # fmt: skip


def _speeds(agent: Ints, time: Floats, x: Floats, y: Floats) -> dict[str, float]:
    goes_on = (np.diff(agent) == 0) & (np.diff(time) > 0)
    passed = np.diff(time)[goes_on]
    speed, who = np.hypot(np.diff(x), np.diff(y))[goes_on] / passed, agent[1:][goes_on]
    total = np.bincount(who, passed)
    is_seen = total > 0
    mean = np.bincount(who, speed * passed)[is_seen] / total[is_seen]
    square = np.bincount(who, speed**2 * passed)[is_seen] / total[is_seen]
    if not len(mean):
        return {"speed mean": np.nan, "speed sd": np.nan, **_at("speed", mean), "pace sd": np.nan}
    varying = float(np.sqrt(np.maximum(square - mean**2, 0)).mean())
    return {"speed mean": float(mean.mean()), "speed sd": float(mean.std()), **_at("speed", mean), "pace sd": varying}


def _nearest(time: Floats, x: Floats, y: Floats) -> Floats:
    """Return how far the nearest other is, for each person and moment with others."""
    if len(time) < 2:
        return np.zeros(0)
    moment = np.unique(time, return_inverse=True)[1]
    points = np.stack([x, y, APART * moment], axis=1)
    found: npt.NDArray[np.float64] = cKDTree(points).query(points, k=2)[0][:, 1]
    return found[found < APART]


def _deviations(agent: Ints, x: Floats, y: Floats) -> dict[str, float]:
    first = np.flatnonzero(np.diff(agent, prepend=-1))
    last = np.append(first[1:], len(agent)) - 1
    across, up = x[last] - x[first], y[last] - y[first]
    straight = np.hypot(across, up)
    goes = straight > 0
    if not goes.any():
        return {"deviation": np.nan, "detour": np.nan}
    off = np.abs((x - x[first][agent]) * up[agent] - (y - y[first][agent]) * across[agent])
    mean_off = np.bincount(agent, off)[goes] / np.bincount(agent)[goes] / straight[goes]
    steps = np.where(np.diff(agent) == 0, np.hypot(np.diff(x), np.diff(y)), 0.0)
    detour = np.bincount(agent[1:], steps, minlength=len(first))[goes] / straight[goes] - 1
    return {"deviation": float(mean_off.mean()), "detour": float(np.median(detour))}


def corridor_walks(
    rng: np.random.Generator, people: int, *, flow: float, length: float, width: float
) -> tuple[Walk, ...]:
    """Return walks of people who come to either end of a corridor at random; none of them ends at a wall."""
    time = np.cumsum(rng.exponential(1 / flow, people))
    y, to_y = width * (0.05 + 0.9 * rng.random((2, people)))
    x = np.where(rng.random(people) < 0.5, 0.0, length)
    return tuple(zip(*(ends.tolist() for ends in (time, x, y, length - x, to_y)), strict=True))
