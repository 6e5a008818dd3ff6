"""Summaries of movement: speeds, accelerations, gaps to the one ahead, distances to the nearest other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from likewise.techniques.agents.calibration.summaries.summary import Floats, Summary, groups_of, quantiles
from likewise.techniques.agents.calibration.summaries.times import seconds_of

AT = (0.1, 0.25, 0.5, 0.75, 0.9)
FAR = 4e6
"""Pairs whose distances are worked out at once."""


def speeds(x: Any, y: Any, times: Any, *, by: Any = None, at: Sequence[float] = AT) -> Summary:
    """Return quantiles of speed, in units of distance a second (or of `times`).

    `x`, `y`: where each record is, `y` None on a line. `by`: whose record it is. Records of one time are left out.

    >>> speeds([0, 3, 6], [0, 4, 8], [0, 1, 2], at=(0.5,)).values.tolist()
    [5.0]
    """
    _, speed, _ = _moves(x, y, times, by)
    return quantiles(speed, at).under("speed")


def accelerations(x: Any, y: Any, times: Any, *, by: Any = None, at: Sequence[float] = AT) -> Summary:
    """Return quantiles of the change of speed along the way, in units of distance a second squared.

    Below 0 for braking. Arguments as those of `speeds`.

    >>> accelerations([0, 1, 3, 6], None, [0, 1, 2, 3], at=(0.5,)).values.tolist()
    [1.0]
    """
    middle, speed, run = _moves(x, y, times, by)
    same = np.diff(run) == 0
    gained = np.diff(speed)[same] / np.diff(middle)[same] if same.any() else np.zeros(0)
    return quantiles(gained, at).under("acceleration")


def headways(position: Any, times: Any, *, lane: Any = None, at: Sequence[float] = AT) -> Summary:
    """Return quantiles of the distance to the next one ahead, in the same lane at the same time.

    `position`: how far along the way each record is. Nobody ahead is no distance.

    >>> headways([0, 10, 30], [5, 5, 5], at=(0.5,)).values.tolist()
    [15.0]
    """
    moments = np.unique(np.asarray(times), return_inverse=True)[1]
    lanes = np.zeros_like(moments) if lane is None else np.unique(np.asarray(lane), return_inverse=True)[1]
    place = np.asarray(position, dtype=np.float64)
    sort, same = groups_of(moments * (lanes.max(initial=0) + 1) + lanes, place, len(place))
    return quantiles(np.diff(place[sort])[same], at).under("headway")


def nearest_neighbours(x: Any, y: Any, times: Any = None, *, at: Sequence[float] = AT) -> Summary:
    """Return quantiles of the distance to the nearest other, at the same time where `times` are given.

    `y` is None on a line. Cost: the square of how many there are at one time; above 2,000 a tree is built.

    >>> nearest_neighbours([0, 3, 10], [0, 4, 10], at=(0.5,)).values.tolist()
    [5.0]
    """
    points = _points(x, y)
    moments = np.zeros(len(points)) if times is None else np.asarray(times)
    sort, same = groups_of(moments, np.arange(len(points)), len(points))
    cuts = np.flatnonzero(~same) + 1
    found = [_nearest(points[part]) for part in np.split(sort, cuts) if len(part) > 1]
    return quantiles(np.concatenate(found) if found else np.zeros(0), at).under("nearest")


def _points(x: Any, y: Any) -> Floats:
    first = np.asarray(x, dtype=np.float64)
    return np.stack([first, np.zeros_like(first) if y is None else np.asarray(y, dtype=np.float64)], axis=1)


def _moves(x: Any, y: Any, times: Any, by: Any) -> tuple[Floats, Floats, Floats]:
    """Return the time in the middle of each move, its speed, and the number of the one that moves."""
    points, seconds = _points(x, y), seconds_of(times)
    sort, same = groups_of(by, seconds, len(seconds))
    went, took = np.diff(points[sort], axis=0), np.diff(seconds[sort])
    runs = np.cumsum(np.concatenate([[0], ~same]))[1:]
    kept = same & (took > 0)
    speed = (went[kept, 0] if y is None else np.hypot(*went[kept].T)) / took[kept]
    return (seconds[sort][:-1] + took / 2)[kept], np.asarray(speed), runs[kept].astype(np.float64)


def _nearest(points: Floats) -> Floats:
    """Return the distance of each point to the nearest other."""
    if len(points) ** 2 > FAR:
        from scipy.spatial import cKDTree

        return np.asarray(cKDTree(points).query(points, k=2)[0][:, 1])
    apart = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    np.fill_diagonal(apart, np.inf)
    return np.asarray(apart.min(axis=1))
