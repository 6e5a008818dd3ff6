"""Learn habits: a tree for each decision, from what real entities decided in which situations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.techniques.agents.habits import senses
from likewise.techniques.agents.habits.axis import DAY, FORM, HOURS, PLAIN, Axis, hour, open_day
from likewise.techniques.agents.habits.history import History, Returns
from likewise.techniques.agents.habits.leaves import Decided, Leaves, leaves_of
from likewise.techniques.agents.habits.traits import as_seen, traits_of

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

GAP, SIZE, HOUR, VALUES = range(4)
"""Which tree tells what; from `VALUES` on three for each kind of values."""

MOST_TIMES = 32
"""How often an event counts at most."""

IS_NEW, BACK, WHICH = range(3)
"""Which of the three: whether a value is new, how far back an old one lies, which one a new one is."""


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
    decided = [_gaps(history, traits, least), _sizes(history, traits, least), _hours(history, traits, least)]
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
    seen, who = senses.situations(told, traits[history.who])[free], history.who[free]
    return Decided.number(seen, np.log(history.size * (history.rest + 1) / left)[free], who, least=least)


def _gaps(history: History, traits: Floats, least: int) -> Decided:
    """Return how long it is to the next occasion, beside how long it would be if all came evenly.

    Beside that stand the time itself, and how many of the days on which anything happens it is.
    """
    now = np.flatnonzero(history.rest > 0)
    who = history.who[now]
    ahead, rest = history.end[who] - history.when[now], history.rest[now]
    told = senses.for_gap(history.axis, history.when[now], ahead, rest, history.gap[now], history.gap_before[now],
                          history.size[now])  # fmt: skip
    gap, days = history.gap[now + 1], np.zeros(len(now))
    if history.axis.told[FORM] != PLAIN:
        days += np.asarray(open_day(history.axis, history.when[now + 1])) - open_day(history.axis, history.when[now])
    beside = np.stack([gap, days], axis=1)
    return Decided.number(
        senses.situations(told, traits[who]), np.log(gap * rest / ahead), who, least=least, beside=beside
    )


def _hours(history: History, traits: Floats, least: int) -> Decided:
    """Return at which second of its day an occasion is that is the first one of its entity on that day."""
    axis, when = history.axis, history.when
    if axis.told[FORM] != HOURS:
        return Decided.number(np.zeros((0, 1)), np.zeros(0), np.zeros(0, np.int64), least=least)
    before = np.where(history.gap > 0, when - history.gap, -DAY)
    days = np.where(before < 0, 3, np.asarray(open_day(axis, when)) - np.asarray(open_day(axis, before)))
    other = days > 0
    day = np.floor(when / DAY) * DAY
    told = senses.for_hour(axis, day, np.where(before < 0, -1.0, hour(axis, before)), days)
    seen = senses.situations(told, traits[history.who])[other]
    return Decided.number(seen, (when - day)[other], history.who[other], least=least)


def _values(history: History, j: int, codes: Ints, traits: Floats, least: int) -> list[Decided]:
    """Return whether events are at a value that is new to the entity, how far back an old one lies, which is new."""
    returns, who, size = history.returns[j], history.owner, history.size[history.of_occasion]
    left = history.events[who] - history.number
    news = returns.distinct[who] - returns.known
    told = senses.for_value(history.axis, history.time, news, left, returns.known, history.number, history.place, size)
    seen = senses.situations(told, traits[who])
    is_new = returns.back < 0
    free, old = (returns.known > 0) & (news > 0) & (news < left), ~is_new
    news_of = np.repeat(np.flatnonzero(is_new), _times(codes, returns, who)[is_new])
    which = senses.for_news(history.axis, history.time, history.place, returns.known)
    back = (returns.back + 0.5) / np.maximum(returns.known, 1)
    return [
        Decided.flag(seen[free], is_new[free], who[free], least=least),
        Decided.number(seen[old], back[old], who[old], least=least),
        Decided.level(senses.situations(which, traits[who])[news_of], codes[news_of], who[news_of], least=4 * least),
    ]


def _times(codes: Ints, returns: Returns, who: Ints) -> Ints:
    """Return how often each event counts among those that are at new values: the more often, the more entities knew its
    value when they looked for one, as they could not have taken it.
    """
    is_new = returns.back < 0
    later = np.bincount(codes[is_new], (returns.distinct[who] - returns.known - 1)[is_new])
    free = 1.0 - later / int(is_new.sum())
    return np.rint(1.0 / np.maximum(free, 1.0 / MOST_TIMES)).astype(np.int64)[codes]
