"""When an entity's events come: gaps between them, how these follow one another, hours of the week."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from likewise.evaluation.behaviour.clock import DAY, HOUR, Clock
from likewise.evaluation.behaviour.events import Floats, Ints, Occasions, Rows
from likewise.evaluation.behaviour.measures import (
    FEWEST_ITEMS,
    Bundle,
    Items,
    Measure,
    distribution,
    mean_apart,
    profile,
    totals,
)

LAGS = 5
STEADY = 1e-6
"""Relative spread of gaps up to which they count as equal: times are floats."""
FEWEST_GAPS, FEWEST_LAGGED = 5, 8
"""Gaps of an entity below which nothing is said of how they spread, and of how they follow one another."""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def timing_bundles(sides: Sequence[Occasions], entities: Sequence[int], clock: Clock) -> list[Bundle]:
    """Return the statistics of timing of some tables' events; those that the real ones are too few for are left out.

    Gaps lie between occasions, so that events of one moment make none.
    """
    gaps = [log_gaps(own) for own in sides]
    found = [distribution("gaps", "Time between events", "timing", gaps,
                          lambda own: clock.said(2**own.median))]  # fmt: skip
    per_entity = [burstiness_and_memory(own, size) for own, size in zip(sides, entities, strict=True)]
    for place, (name, title) in enumerate((("burstiness", "Burstiness"), ("memory", "Memory of gaps"))):
        items = [Items.of_entities(pair[place]) for pair in per_entity]
        found.append(distribution(name, title, "timing", items, _mean))
    found.append(_autocorrelation(gaps, entities))
    if clock.days:
        found.append(_week(sides, clock))
    return [bundle for bundle in found if bundle is not None]


def log_gaps(occasions: Occasions) -> Items:
    """Return the binary logarithms of the gaps between an entity's occasions: a step is a doubling, whatever the unit.

    >>> log_gaps(Occasions(np.array([0, 0, 1], np.int32), np.array([0.0, 8.0, 3.0]), np.ones(3, np.int32))).values
    array([3.])
    """
    gaps, owners = occasions.gaps
    return Items.of(np.log2(gaps), owners)


def burstiness_and_memory(occasions: Occasions, entities: int) -> tuple[Floats, Floats]:
    """Return for each entity how bursty its gaps are and how alike neighbouring gaps are, both from -1 to 1.

    Burstiness is -1 for a regular beat, 0 for chance (Poisson), towards 1 for bursts: (s - m) / (s + m) of the mean m
    and the deviation s of gaps (Goh and Barabasi, 2008, EPL 81, 48002), corrected for how few there are (Kim and Jo,
    2016, Physical Review E 94, 032311). Memory is the correlation of each gap with the next (Goh and Barabasi). NaN
    below five gaps, and memory where they do not vary.

    >>> beat = Occasions(np.zeros(8, np.int32), np.arange(8.0), np.ones(8, np.int32))
    >>> burstiness_and_memory(beat, 1)
    (array([-1.]), array([nan]))
    """
    gaps, owners = occasions.gaps
    number = np.bincount(owners, minlength=entities).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(owners, gaps, entities) / number
        around = gaps - mean[owners]
        ratio = np.sqrt(np.bincount(owners, around**2, entities) / number) / mean
        more, less = np.sqrt(number + 1), np.sqrt(number - 1)
        burstiness = (more * ratio - less) / ((more - 2) * ratio + less)
        memory = _neighbours(gaps, owners, entities)
    few = number < FEWEST_GAPS
    return np.where(few, np.nan, burstiness), np.where(few, np.nan, memory)


def _neighbours(gaps: Floats, owners: Ints, entities: int) -> Floats:
    """Return the correlation of gaps with those after them, each side about its own mean."""
    same = owners[1:] == owners[:-1]
    first, second, owner = gaps[:-1][same], gaps[1:][same], owners[1:][same]
    number = np.bincount(owner, minlength=entities)
    first = first - (np.bincount(owner, first, entities) / number)[owner]
    second = second - (np.bincount(owner, second, entities) / number)[owner]
    together, own, other = (np.bincount(owner, v, entities) for v in (first * second, first**2, second**2))
    usual = np.bincount(owner, gaps[1:][same] ** 2, entities)
    varied = (own > STEADY**2 * usual) & (other > STEADY**2 * usual)
    return np.where(varied, np.clip(together / np.sqrt(own * other), -1, 1), np.nan)


def autocorrelations(gaps: Items, entities: int) -> Floats:
    """Return the autocorrelation of each entity's log gaps at lags 1 to 5, NaN below eight gaps: entities x lags.

    Gaps are taken about the entity's own mean, so that gaps in random order come out a little below 0, as those of any
    generator of single rows do (Sajja, 2026).
    """
    number = np.bincount(gaps.owners, minlength=entities)
    around = gaps.values - (np.bincount(gaps.owners, gaps.values, entities) / np.maximum(number, 1))[gaps.owners]
    spread = np.bincount(gaps.owners, around**2, entities)
    columns = []
    for lag in range(1, LAGS + 1):
        same = gaps.owners[lag:] == gaps.owners[:-lag]
        columns.append(np.bincount(gaps.owners[lag:], around[lag:] * around[:-lag] * same, entities))
    known = (number >= FEWEST_LAGGED) & (spread > STEADY**2 * number)
    return np.where(known[:, None], np.stack(columns, axis=1) / np.where(known, spread, 1)[:, None], np.nan)


def _autocorrelation(gaps: Sequence[Items], entities: Sequence[int]) -> Bundle | None:
    found = [autocorrelations(own, size) for own, size in zip(gaps, entities, strict=True)]
    if int(np.isfinite(found[0][:, 0]).sum()) < FEWEST_ITEMS:
        return None
    parts = [np.column_stack([np.isfinite(own[:, 0]), np.nan_to_num(own)]) for own in found]
    told = tuple(_signed(_mean_of(own.sum(axis=0))[0]) for own in parts)
    measure = Measure("autocorrelation", f"Autocorrelation of gaps, lags 1 to {LAGS}", "timing", mean_apart, told)
    return totals(measure, parts, _mean_of)


def _mean_of(total: Floats) -> Floats:
    return total[1:] / total[0] if total[0] else np.full(len(total) - 1, np.nan)


def week_places(occasions: Occasions, *, hours: bool) -> Rows:
    """Return the hour of the week of each occasion, from Monday at midnight, or the day of the week.

    >>> monday = Occasions(np.zeros(1, np.int32), np.array([4 * 86400.0 + 7200]), np.ones(1, np.int32))
    >>> week_places(monday, hours=True).tolist(), week_places(monday, hours=False).tolist()
    ([2], [0])
    """
    # 1970 began on a Thursday.
    days = (np.floor(occasions.time / DAY).astype(np.int64) + 3) % 7
    return 24 * days + np.floor(np.mod(occasions.time, DAY) / HOUR).astype(np.int64) if hours else days


def _week(sides: Sequence[Occasions], clock: Clock) -> Bundle | None:
    items = [Items.of(week_places(own, hours=clock.hours).astype(np.float64), own.owner) for own in sides]
    size, title = (168, "Hour of the week") if clock.hours else (7, "Day of the week")
    return profile("week", title, "timing", items, size, lambda own: _busiest(own, size))


def _busiest(items: Items, size: int) -> str:
    top = int(items.shares(items.values.astype(np.int64), size).argmax())
    day, hour = (top // 24, f" {top % 24}:00") if size > 7 else (top, "")
    return f"most on {WEEKDAYS[day]}{hour}"


def _mean(items: Items) -> str:
    return f"mean {_signed(items.mean)}"


def _signed(value: float) -> str:
    return "none" if np.isnan(value) else f"{round(value, 2) + 0.0:.2f}".replace("-", "−")
