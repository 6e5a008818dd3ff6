"""How agents act by habits: they come, stay for some events, each at values that they know or find, and come again.

Each has a budget, as the entities that were learned from had theirs: so many events on so many occasions, until then,
at so many different values. What it decides is how it uses what is left of it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from likewise.techniques.agents.clocks.queue import schedule
from likewise.techniques.agents.habits.axis import (
    DAY,
    FORM,
    HOURS,
    PLAIN,
    SPAN,
    UNIT,
    hour,
    open_day,
    told_finely,
    weekday,
)
from likewise.techniques.agents.habits.learning import BACK, GAP, HOUR, IS_NEW, SIZE, VALUES, WHICH
from likewise.techniques.agents.habits.leaves import alike, chosen
from likewise.techniques.agents.habits.senses import SENSES, for_gap, for_hour, for_news, for_size, for_value
from likewise.techniques.agents.language.arithmetic import exp, less, more, whole
from likewise.techniques.agents.language.chance import below, uniform
from likewise.techniques.agents.language.term import term
from likewise.techniques.agents.notes import note
from likewise.techniques.agents.rule import queued

Ints = npt.NDArray[np.int64]

COME, STAY = range(2)
"""What agents do: come to an occasion, and have a further event at it."""

A_SIZE, A_GAP, AN_HOUR, THE_FIRST, A_VALUE = 0, 1, 2, 3, 8
"""What chances are asked for; of the values of kind j from `A_VALUE` + `APART` j on."""
APART = 16

NEAR = 1.3
"""How many times as long a gap may be as one of an entity in such a situation for that to be taken as it was."""

ANOTHER = -1.0
"""How many days later an agent comes where that is not said: on the day that the gap leads to, but not today."""

TRIES = 8
"""New values that an agent looks at before it takes one that has users enough."""

LOOKS = 1000
"""Values that an agent looks at one by one where it knows all those that it found."""


class Places(NamedTuple):
    """Hold values that agents use: of each how many may yet begin to, and of each agent those it knows.

    `first` is where the values of a kind begin in `free`, which has the last one's end too; `known` are the values that
    agents used, those used last at the end, in the room that each agent has for each kind.
    """

    first: Ints
    free: Ints
    known: Ints


@queued("agents")
def act(i: Any, what: Any, w: Any, now: Any) -> None:
    """Have an event, and stay for another one or say when to come again."""
    agents = w.agents
    if what == COME:
        _come(w, i, now)
    row = note(w.log, True, i, agents, 0)
    for j in range(len(w.places.first) - 1):
        w.log.values[row, j] = _value(w, i, j, now)
    agents.done[i] += 1
    agents.place[i] += 1
    if agents.place[i] < agents.size[i]:
        schedule(w.queue, i, now, STAY)
    elif agents.rest[i] > 0:
        schedule(w.queue, i, _next(w, i, now), COME)


@term()
def _come(w: Any, i: Any, now: Any) -> Any:
    """Settle how many events the occasion has: the last one all that are left."""
    agents = w.agents
    left = agents.events[i] - agents.done[i]
    agents.rest[i] -= 1
    rest = agents.rest[i]
    size = left
    if rest > 0:
        _look(agents, i, for_size(w.axis, now, left, rest, agents.size[i], agents.gap[i]))
        share = chosen(w.leaves, SIZE, agents.seen[i], uniform(agents, i, A_SIZE))
        size = less(more(whole(exp(share) * left / (rest + 1.0) + 0.5), 1), left - rest)
    agents.size[i] = size
    agents.place[i] = 0


@term()
def _next(w: Any, i: Any, now: Any) -> Any:
    """Return when the next occasion is, and keep how long that is from now: the last one when it is to be."""
    agents, rest = w.agents, w.agents.rest[i]
    ahead = more(agents.last[i] - now, w.axis.told[UNIT])
    _look(agents, i, for_gap(w.axis, now, ahead, rest, agents.gap[i], agents.earlier[i], agents.size[i]))
    like = alike(w.leaves, GAP, agents.seen[i], uniform(agents, i, A_GAP))
    gap = less(exp(w.leaves.held[like]) * ahead / rest, ahead)
    was, days = w.leaves.beside[like, 0], w.leaves.beside[like, 1]
    is_same_day = w.axis.told[FORM] != PLAIN and days == 0.0
    is_near = rest > 1 and was < ahead and gap < was * NEAR and was < gap * NEAR
    if is_same_day or is_near:  # what comes again and again stays as it was
        gap = less(was, ahead)
    elif days > 0.0:
        days = ANOTHER
    then = _landed(w, i, now, gap, days)
    agents.earlier[i] = agents.gap[i]
    agents.gap[i] = then - now
    return then


@term()
def _landed(w: Any, i: Any, now: Any, gap: Any, days: Any) -> Any:
    """Return the moment after now at which an agent comes: a gap later where there are no days; else so many days
    later, of those on which anything happens, or, where that is not said, on the one that the gap leads to; at the end
    of time it is now.
    """
    axis = w.axis
    then = less(more(told_finely(axis, now + gap), now + axis.told[UNIT]), axis.told[SPAN])
    if axis.told[FORM] == PLAIN:
        return then
    today, day = open_day(axis, now), open_day(axis, then)
    if axis.told[FORM] == HOURS and days == 0.0 and then <= _closes(axis, today):
        return then
    if days > 0.0:
        day = today + whole(days)
    day = less(more(day, today + 1), len(axis.open) - 1)
    begins = axis.open[day] * DAY
    if axis.told[FORM] == HOURS:
        begins = at_own_hour(w, i, day, hour(axis, now), day - today, AN_HOUR)
        late = told_finely(axis, now + gap / NEAR)
        if days == 1.0 and begins < late and late <= _closes(axis, day):  # who came late does not come early
            begins = late
    return more(now, less(begins, axis.told[SPAN]))


@term()
def _closes(axis: Any, day: Any) -> Any:
    """Return when the last event of a day of those on which anything happens may be, by its weekday."""
    begins = axis.open[day] * DAY
    return begins + axis.latest[whole(weekday(axis, begins))]


@term()
def at_own_hour(w: Any, i: Any, day: Any, before: Any, days: Any, purpose: Any) -> Any:
    """Return the moment of a day at which an agent comes, who last came so many days ago at the hour `before`.

    `purpose` is what chance is asked for: the first moment of all is settled at the same turn as the second may be.
    """
    agents, begins = w.agents, w.axis.open[day] * DAY
    _look(agents, i, for_hour(w.axis, begins, before, days))
    return begins + chosen(w.leaves, HOUR, agents.seen[i], uniform(agents, i, purpose))


@term()
def _value(w: Any, i: Any, j: Any, now: Any) -> Any:
    """Return at which value an event is: one that is new to the agent, or one that it returns to."""
    agents, places = w.agents, w.places
    left, known = agents.events[i] - agents.done[i], agents.known[i, j]
    news, tree, purpose = agents.distinct[i, j] - known, VALUES + 3 * j, A_VALUE + APART * j
    _look(agents, i, for_value(w.axis, now, news, left, known, agents.done[i], agents.place[i], agents.size[i]))
    begins = agents.room_[i, j]
    is_new = known == 0 or news >= left
    if not is_new and news > 0:
        is_new = chosen(w.leaves, tree + IS_NEW, agents.seen[i], uniform(agents, i, purpose)) > 0.5
    value = _found(w, i, j, now) if is_new else -1
    if value >= 0:
        places.known[begins + known] = value
        agents.known[i, j] = known + 1
        return value
    share = chosen(w.leaves, tree + BACK, agents.seen[i], uniform(agents, i, purpose + 1))
    at = begins + known - 1 - less(whole(share * known), known - 1)
    value = places.known[at]
    for k in range(at, begins + known - 1):
        places.known[k] = places.known[k + 1]
    places.known[begins + known - 1] = value
    return value


@term()
def _found(w: Any, i: Any, j: Any, now: Any) -> Any:
    """Return a value that is new to the agent: the first it finds that may have another user, else any one, or -1."""
    agents, places = w.agents, w.places
    _look(agents, i, for_news(w.axis, now, agents.place[i], agents.known[i, j]))
    found = -1
    for attempt in range(TRIES):
        chance = uniform(agents, i, A_VALUE + APART * j + 2 + attempt)
        value = whole(chosen(w.leaves, VALUES + 3 * j + WHICH, agents.seen[i], chance))
        if not _knows(agents, places, i, j, value):
            found = value
            if places.free[places.first[j] + value] > 0:
                break
    if found < 0:
        count = places.first[j + 1] - places.first[j]
        value = below(agents, i, A_VALUE + APART * j + 2 + TRIES, count)
        for _ in range(less(count, LOOKS)):
            if not _knows(agents, places, i, j, value):
                found = value
                break
            value = (value + 1) % count
    if found >= 0:
        places.free[places.first[j] + found] -= 1
    return found


@term()
def _knows(agents: Any, places: Any, i: Any, j: Any, value: Any) -> Any:
    """Return whether an agent has been at a value."""
    begins, is_known = agents.room_[i, j], False
    for k in range(begins, begins + agents.known[i, j]):
        is_known = is_known or places.known[k] == value
    return is_known


@term()
def _look(agents: Any, i: Any, told: Any) -> Any:
    """Look at what is told of a situation, beside the agent's own traits."""
    for k in range(SENSES):
        agents.seen[i, k] = told[k]
