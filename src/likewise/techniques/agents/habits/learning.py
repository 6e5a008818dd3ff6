"""Learn habits: a tree for each decision, from what real entities decided in which situations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.techniques.agents.habits import senses
from likewise.techniques.agents.habits.axis import DAY, HOURS, Axis, hour, open_day
from likewise.techniques.agents.habits.history import History
from likewise.techniques.agents.habits.leaves import MOST_HELD, Decided, Leaves, leaves_of
from likewise.techniques.agents.habits.traits import as_seen, traits_of

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

SIZE, GAP, HOUR, VALUES = range(4)
"""Which tree tells what; from `VALUES` on three for each kind of values."""

IS_NEW, BACK, WHICH = range(3)
"""Which of the three: whether a value is new, how far back an old one lies, which one a new one is."""

LEAST_NEWS = 400
"""Values that are new to their entity that a leaf stands for at least."""

MOST_NEWS = 2**16
"""New values that a leaf holds at most, so that rare ones are among them."""


@dataclass(frozen=True, eq=False)
class Habits:
    """Hold how entities act: their time, what they decide in which situation, and how many use each value.

    `users` are, for each kind of values, how many of the `entities` use each one.
    """

    axis: Axis
    leaves: Leaves
    users: tuple[Ints, ...]
    entities: int


def habits_of(history: History, *, least: int = 30, seed: int) -> Habits:
    """Learn the habits of entities; a leaf stands for `least` occasions at least, and for more events than that."""
    traits = as_seen(traits_of(history))
    decided = [_sizes(history, traits, least), _gaps(history, traits, least), _hours(history, traits, least)]
    for j, codes in enumerate(history.values):
        decided += _values(history, j, codes, traits, 2 * least)
    users = tuple(np.bincount(codes[returns.back < 0], minlength=int(codes.max(initial=-1)) + 1)
                  for codes, returns in zip(history.values, history.returns, strict=True))  # fmt: skip
    return Habits(history.axis, leaves_of(decided, seed=seed), users, history.entities)


def _sizes(history: History, traits: Floats, least: int) -> Decided:
    """Return how many events occasions have, beside how many they would have if all were alike."""
    left = (history.events[history.owner] - history.number)[history.starts]
    told = senses.for_size(history.axis, history.when, left, history.rest, history.size_before, history.gap)
    free = history.rest > 0
    seen = senses.situations(told, traits[history.who])[free]
    return Decided.number(seen, np.log(history.size * (history.rest + 1) / left)[free], least=least)


def _gaps(history: History, traits: Floats, least: int) -> Decided:
    """Return how long it is to the next occasion, beside how long it would be if all came evenly."""
    now = np.flatnonzero(history.rest > 1)  # when the last one is, is settled
    ahead, rest = history.end[history.who[now]] - history.when[now], history.rest[now]
    told = senses.for_gap(history.axis, history.when[now], ahead, rest, history.gap[now], history.gap_before[now],
                          history.size[now])  # fmt: skip
    return Decided.number(senses.situations(told, traits[history.who[now]]),
                          np.log(history.gap[now + 1] * rest / ahead), least=least)  # fmt: skip


def _hours(history: History, traits: Floats, least: int) -> Decided:
    """Return at which second of its day an occasion is that is the first one of its entity on that day."""
    axis, when = history.axis, history.when
    if axis.told[0] != HOURS:
        return Decided.number(np.zeros((0, 1)), np.zeros(0), least=least)
    before = np.where(history.gap > 0, when - history.gap, -DAY)
    days = np.where(before < 0, 3, np.asarray(open_day(axis, when)) - np.asarray(open_day(axis, before)))
    other = days > 0
    day = np.floor(when / DAY) * DAY
    told = senses.for_hour(axis, day, np.where(before < 0, -1.0, hour(axis, before)), days)
    return Decided.number(senses.situations(told, traits[history.who])[other], (when - day)[other], least=least)


def _values(history: History, j: int, codes: Ints, traits: Floats, least: int) -> list[Decided]:
    """Return whether events are at a value that is new to the entity, how far back an old one lies, which is new."""
    returns, who, size = history.returns[j], history.owner, history.size[history.of_occasion]
    left = history.events[who] - history.number
    news = returns.distinct[who] - returns.known
    told = senses.for_value(history.axis, history.time, news, left, returns.known, history.number, history.place, size)
    seen = senses.situations(told, traits[who])
    is_new = returns.back < 0
    free, old = (returns.known > 0) & (news > 0) & (news < left), ~is_new
    which = senses.situations(senses.for_news(history.axis, history.time, history.place), traits[who])
    return [
        Decided(seen[free], is_new[free].astype(np.float64), is_new[free, None].astype(np.float64), least, MOST_HELD),
        Decided.number(seen[old], ((returns.back + 0.5) / np.maximum(returns.known, 1))[old], least=least),
        Decided.level(which[is_new], codes[is_new], least=LEAST_NEWS, most=MOST_NEWS),
    ]
