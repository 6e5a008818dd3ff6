"""Tracks of vehicles, real or simulated alike: what they are compared by, and who follows whom in them.

Tracks are columns of one length, a row for each vehicle and moment: `time` in seconds, `agent`, `lane`, and `x`, the
place of the front along the road in metres.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from likewise.techniques.agents.calibration.summaries.summary import Summary
from likewise.techniques.agents.scenario import Floats, Ints

AT = (0.1, 0.25, 0.5, 0.75, 0.9)
"""Which quantiles are taken."""

CRAWL = 2.0
"""Metres a second below which a gap in time says nothing, and a vehicle is taken to stand."""


def summary_of(tracks: Mapping[str, Any]) -> Summary:
    """Return how tracks are driven: speeds, accelerations, headways, gaps in time, and changes of lanes.

    Speed is what was driven from one row of a vehicle to its next; who comes round a ring has none there. Headways are
    metres from front to front in one lane at one time, gaps in time seconds at the own speed. What tracks do not allow
    is NaN. Use for tracks of one rate, such as a row a second: accelerations depend on it.

    >>> found = summary_of({"time": [0, 1, 2] * 2, "agent": [1] * 3 + [2] * 3, "lane": [1] * 6,
    ...                     "x": [0.0, 10, 20, 50, 60, 70]})
    >>> told = dict(zip(found.names, found.values.round(2).tolist()))
    >>> told["speed mean"], told["headway q50"], told["time gap q50"], told["lane changes"]
    (10.0, 50.0, 5.0, 0.0)
    """
    rows = _rows(tracks)
    speed, after, changes, minutes = _driven(rows)
    apart = _headways(rows)
    drives = np.isfinite(speed) & np.isfinite(apart)
    moves = drives & (speed > CRAWL)
    told = {"speed mean": _mean(speed), "speed sd": _spread(speed), "acceleration sd": _spread(after),
            "standing": _mean(speed[np.isfinite(speed)] < CRAWL)}  # fmt: skip
    told |= _quantiles("headway", apart) | _quantiles("time gap", apart[moves] / speed[moves])
    told["speed with headway"] = _correlation(speed[drives], np.log(apart[drives]))
    told["lane changes"] = changes / minutes if minutes else np.nan
    return Summary.of(told)


def summary_of_pursuits(rows: Mapping[str, Any]) -> Summary:
    """Return how drivers follow: speeds, gaps, gaps in time, and how these differ between and within drivers.

    Columns are `time`, `agent`, `v`, the speed in m/s, and `gap`, the room to the one ahead in m.
    """
    order = np.lexsort((np.asarray(rows["time"]), np.asarray(rows["agent"])))
    agent = np.unique(np.asarray(rows["agent"])[order], return_inverse=True)[1]
    v, gap = (np.asarray(rows[name], np.float64)[order] for name in ("v", "gap"))
    gained = np.diff(v)[agent[1:] == agent[:-1]] / np.diff(np.asarray(rows["time"])[order])[agent[1:] == agent[:-1]]
    moves = (v > CRAWL) & (gap > 0)
    own, seconds = agent[moves], np.log(gap[moves] / v[moves])
    counts = np.bincount(own)
    means = np.bincount(own, seconds)[counts > 0] / counts[counts > 0]
    within = seconds - np.repeat(means, counts[counts > 0])
    told = {"speed mean": _mean(v), "speed sd": _spread(v), "acceleration sd": _spread(gained)}
    told |= _quantiles("gap", gap) | _quantiles("time gap", np.exp(seconds))
    told |= {"between drivers": _spread(means), "within drivers": _spread(within),
             "speed with gap": _correlation(v[moves], np.log(gap[moves]))}  # fmt: skip
    return Summary.of(told)


def pursuits(
    tracks: Mapping[str, Any], *, length: float = 4.5, least: float = 10.0, most: float = 100.0
) -> dict[str, Any]:
    """Return who followed whom: each stretch of at least so many seconds behind one vehicle in one lane.

    Columns: `time` since a stretch began, `agent` its number, `v` and `lead`, speeds of the two, m/s, and `gap`, the
    room between them, m, where vehicles are of this `length`. Stretches are left out in which there is ever no gap, or
    one of more than `most`. Speeds are those to the next row.
    """
    rows = _rows(tracks)
    speed, _, _, _ = _driven(rows)
    ahead = _ahead(rows)
    leads = np.where(ahead >= 0, rows["agent"][ahead], -1)
    fine = (ahead >= 0) & np.isfinite(speed) & np.isfinite(speed[ahead])
    goes_on = (rows["agent"][1:] == rows["agent"][:-1]) & (leads[1:] == leads[:-1]) & fine[1:] & fine[:-1]
    goes_on &= rows["lane"][1:] == rows["lane"][:-1]
    stretch = np.concatenate([[0], np.cumsum(~goes_on)])
    gap = rows["x"][ahead] - rows["x"] - length
    first, last = _ends(stretch)
    far, near = (extreme.reduceat(np.where(fine, gap, np.inf), first) for extreme in (np.maximum, np.minimum))
    kept = fine[first] & (rows["time"][last] - rows["time"][first] >= least) & (far <= most) & (near > 0)
    chosen = kept[stretch]
    numbers = np.cumsum(kept) - 1
    return {"time": (rows["time"] - rows["time"][first][stretch])[chosen], "agent": numbers[stretch][chosen],
            "v": speed[chosen], "lead": speed[ahead][chosen], "gap": gap[chosen]}  # fmt: skip


def _rows(tracks: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns by vehicle and time."""
    found = {name: np.asarray(tracks[name]) for name in ("time", "agent", "lane", "x")}
    found["agent"] = np.unique(found["agent"], return_inverse=True)[1]
    found["time"], found["x"] = found["time"].astype(np.float64), found["x"].astype(np.float64)
    order = np.lexsort((found["time"], found["agent"]))
    return {name: values[order] for name, values in found.items()}


def _driven(rows: Mapping[str, Any]) -> tuple[Floats, Floats, float, float]:
    """Return the speed after each row, accelerations, how often lanes were changed, and minutes that were driven."""
    same = rows["agent"][1:] == rows["agent"][:-1]
    took, went = np.diff(rows["time"]), np.diff(rows["x"])
    known = same & (took > 0) & (went > -CRAWL)
    speed = np.full(len(rows["x"]), np.nan)
    speed[:-1][known] = went[known] / took[known]
    gained = np.diff(speed)[:-1] if len(speed) > 1 else np.zeros(0)
    gained = gained[same[:-1] & same[1:]] / took[:-1][same[:-1] & same[1:]] if len(gained) else gained
    changes = float((np.diff(rows["lane"]) != 0)[same].sum())
    return speed, gained, changes, float(took[same].sum()) / 60.0


def _ahead(rows: Mapping[str, Any]) -> Ints:
    """Return the row of who is next ahead in the same lane at the same time, -1 for nobody."""
    lane = np.unique(rows["lane"], return_inverse=True)[1]
    moment = np.unique(rows["time"], return_inverse=True)[1]
    place = moment * (lane.max(initial=0) + 1) + lane
    order = np.lexsort((rows["x"], place))
    found = np.full(len(order), -1)
    same = place[order][1:] == place[order][:-1]
    found[order[:-1][same]] = order[1:][same]
    return found


def _headways(rows: Mapping[str, Any]) -> Floats:
    ahead = _ahead(rows)
    return np.where(ahead >= 0, rows["x"][ahead] - rows["x"], np.nan)


def _ends(stretch: Ints) -> tuple[Ints, Ints]:
    first = np.flatnonzero(np.concatenate([[True], np.diff(stretch) > 0]))
    return first, np.append(first[1:], len(stretch)) - 1


def _mean(values: Any) -> float:
    known = np.asarray(values, np.float64)
    known = known[np.isfinite(known)]
    return float(known.mean()) if len(known) else np.nan


def _spread(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(known.std()) if len(known) else np.nan


def _quantiles(name: str, values: Floats) -> dict[str, float]:
    known = values[np.isfinite(values)]
    found = np.quantile(known, AT) if len(known) else np.full(len(AT), np.nan)
    return {f"{name} q{100 * at:g}": float(value) for at, value in zip(AT, found, strict=True)}


def _correlation(one: Floats, other: Floats) -> float:
    if len(one) < 3 or not one.std() * other.std():
        return np.nan
    return float(np.corrcoef(one, other)[0, 1])
