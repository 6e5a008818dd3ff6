"""The charts of how entities behave: gaps, hours, crowds, users of a value, rules that fire."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from likewise.evaluation.behaviour.clock import DAY, HOUR, Clock
from likewise.evaluation.behaviour.events import Occasions, Rows
from likewise.evaluation.behaviour.measures import FEWEST_ITEMS, Items
from likewise.evaluation.behaviour.sharing import Pairs
from likewise.evaluation.behaviour.timing import WEEKDAYS, week_places
from likewise.evaluation.behaviour.velocity import Fired
from likewise.evaluation.report.behaviour import Picture

MOST_RULES = 12
DOUBLINGS = (2, 3, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
CROWDS = ("1", "2", "3", "4 to 7", "8 to 15", "16 to 31", "32 to 63", "64 to 127", "128 to 255", "256 to 511",
          "512 to 1,023", "1,024 or more")  # fmt: skip


def pictures(
    sides: Sequence[Occasions], pairs: Sequence[Sequence[Pairs]], shared: Sequence[str], fired: Sequence[Fired],
    clock: Clock,
) -> tuple[Picture, ...]:  # fmt: skip
    """Return the charts of the real and the synthetic events, the first two of `sides` and of `pairs`."""
    real, synthetic = sides[:2]
    found = [
        _gaps(real, synthetic, clock),
        _week(real, synthetic, clock),
        _crowds("Events at one moment", [Items.of(own.size.astype(np.float64), own.owner) for own in sides[:2]]),
        *(_users(name, own, other) for name, own, other in zip(shared, *pairs[:2], strict=True)),
        _rules(fired, len(real.owner)),
    ]
    return tuple(picture for picture in found if picture is not None)


def _gaps(real: Occasions, synthetic: Occasions, clock: Clock) -> Picture | None:
    gaps = real.gaps[0]
    if len(gaps) < FEWEST_ITEMS:
        return None
    # The rarest ends tell of single entities.
    cuts, labels = clock.cuts(np.quantile(gaps, (0.01, 0.99)))
    sides = [Items.of(*own.gaps) for own in (real, synthetic)]
    return _picture("Time between events", labels, sides,
                    [np.searchsorted(cuts, own.values, side="right") for own in sides])  # fmt: skip


def _week(real: Occasions, synthetic: Occasions, clock: Clock) -> Picture | None:
    if not clock.days:
        return None
    sides = [Items.of(own.time, own.owner) for own in (real, synthetic)]
    if clock.hours:
        places = [np.floor(np.mod(own.time, DAY) / HOUR).astype(np.int64) for own in (real, synthetic)]
        return _picture("Hour of the day", [f"{hour}:00" for hour in range(24)], sides, places)
    places = [week_places(own, hours=False) for own in (real, synthetic)]
    return _picture("Day of the week", [day[:3] for day in WEEKDAYS], sides, places)


def _users(name: str, real: Pairs, synthetic: Pairs) -> Picture | None:
    counts = [np.bincount(own.value) for own in (real, synthetic)]
    return _crowds(
        f"Entities at the same `{name}`", [Items.of_entities(own[own > 0].astype(np.float64)) for own in counts]
    )


def _crowds(title: str, sides: Sequence[Items]) -> Picture | None:
    places = [np.searchsorted(DOUBLINGS, own.values, side="right") for own in sides]
    last = max(int(own.max(initial=0)) for own in places) + 1
    return _picture(title, CROWDS[:last], sides, places) if last > 1 else None


def _rules(fired: Sequence[Fired], n: int) -> Picture | None:
    shown = fired[:MOST_RULES]
    if not shown:
        return None
    real, synthetic = (tuple(round(rule.rates[side], 6) for rule in shown) for side in (0, 1))
    return Picture(title="Events of an entity that set a rule off", numeric=False,
                   labels=tuple(rule.name for rule in shown), real=real, synthetic=synthetic, n=n)  # fmt: skip


def _picture(title: str, labels: Sequence[str], sides: Sequence[Items], places: Sequence[Rows]) -> Picture:
    shares = [own.shares(place, len(labels)) for own, place in zip(sides, places, strict=True)]
    real, synthetic = (tuple(round(float(v), 6) for v in own / (own.sum() or 1.0)) for own in shares)
    return Picture(title=title, numeric=True, labels=tuple(labels), real=real, synthetic=synthetic,
                   n=len(sides[0]))  # fmt: skip
