"""What agents look at when they decide: the same terms of real entities, to learn from, and of agents that act."""

from __future__ import annotations

from typing import Any

import numpy as np

from likewise.techniques.agents.habits.axis import SPAN, hour, weekday
from likewise.techniques.agents.language.arithmetic import log, where
from likewise.techniques.agents.language.term import term

SENSES = 8
"""How many numbers a decision looks at beside the traits of an agent; those that it lacks are 0."""

NONE = -99.0
"""What stands for a trait or a gap that there is not."""

LEAST = 1e-12


@term()
def _log(x: Any) -> Any:
    return log(where(x > LEAST, x, LEAST))


@term()
def moment(axis: Any, now: Any) -> Any:
    """Return what the time is: how much of it has passed, the day of the week and the hour."""
    return now / axis.told[SPAN], weekday(axis, now), hour(axis, now)


@term()
def for_size(axis: Any, now: Any, left: Any, rest: Any, before: Any, gap: Any) -> Any:
    """Return what is looked at for how many events an occasion has.

    `left` events are left for it and `rest` occasions after it; the one before had `before`, a `gap` ago (0 if none).
    """
    passed, day, time = moment(axis, now)
    mean = _log(left / (rest + 1.0))
    back = where(gap > 0.0, _log(where(before > 0, before, 1.0)) - mean, NONE)
    return passed, day, time, mean, _log(rest + 1.0), back, where(gap > 0.0, _log(gap / axis.told[SPAN]), NONE), 0.0


@term()
def for_gap(axis: Any, now: Any, ahead: Any, rest: Any, gap: Any, earlier: Any, size: Any) -> Any:
    """Return what is looked at for how long it is to the next occasion.

    It is `ahead` to the last one, `rest` occasions from now; the `gap` before this one and the `earlier` one are 0
    where there is none.
    """
    passed, day, time = moment(axis, now)
    mean = _log(ahead / rest)
    last = where(gap > 0.0, _log(gap) - mean, NONE)
    other = where(earlier > 0.0, _log(earlier) - mean, NONE)
    return passed, day, time, mean - _log(axis.told[SPAN]), _log(rest), last, other, _log(size)


@term()
def for_hour(axis: Any, day: Any, before: Any, days: Any) -> Any:
    """Return what is looked at for the hour of an occasion on another day than the one before, which was so many days
    of those on which anything happens earlier, at the hour `before` (-1 if there was none).
    """
    passed, week, _ = moment(axis, day)
    return passed, week, before, where(days > 3, 3.0, days + 0.0), 0.0, 0.0, 0.0, 0.0


@term()
def for_value(axis: Any, now: Any, news: Any, left: Any, known: Any, number: Any, place: Any, size: Any) -> Any:
    """Return what is looked at for whether an event is at a value that is new to the agent, and where it returns to.

    `news` values are yet to be new in the `left` events, `known` ones are known after `number` events; the event is in
    this place of an occasion of this size.
    """
    passed, _, time = moment(axis, now)
    return passed, time, news / left, _log(known + 1.0), _log(number + 1.0), _log(place + 1.0), _log(size), 0.0


@term()
def for_news(axis: Any, now: Any, place: Any, known: Any) -> Any:
    """Return what is looked at for which value it is that is new to an agent, who knows so many: popular first."""
    passed, day, time = moment(axis, now)
    return passed, day, time, place + 0.0, _log(known + 1.0), 0.0, 0.0, 0.0


def situations(told: Any, traits: Any) -> Any:
    """Return situations as rows: what is looked at, and then traits, which may be missing."""
    columns = np.broadcast_arrays(*(np.asarray(own, np.float64) for own in told), np.zeros(len(traits)))[:-1]
    return np.column_stack([*columns, np.where(np.isfinite(traits), traits, NONE)])
