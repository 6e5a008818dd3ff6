"""How agents act by habits: they come, stay for some events, each at values that they know or find, and come again.

Each has a budget, as the entities that were learned from had theirs: so many events on so many occasions, until then,
at so many different values. What it decides is how it uses what is left of it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from likewise.techniques.agents.clocks.queue import schedule
from likewise.techniques.agents.habits.axis import DAY, FORM, PLAIN, SPAN, UNIT, hour, open_day, told_finely
from likewise.techniques.agents.habits.axis import HOURS as HOURS_OF_DAYS
from likewise.techniques.agents.habits.learning import BACK, GAP, HOUR, IS_NEW, SIZE, VALUES, WHICH
from likewise.techniques.agents.habits.leaves import chosen
from likewise.techniques.agents.habits.senses import SENSES, for_gap, for_hour, for_news, for_size, for_value
from likewise.techniques.agents.language.arithmetic import exp, less, more, whole
from likewise.techniques.agents.language.chance import uniform
from likewise.techniques.agents.language.term import term
from likewise.techniques.agents.notes import note
from likewise.techniques.agents.rule import queued

Ints = npt.NDArray[np.int64]

COME, STAY = range(2)
"""What agents do: come to an occasion, and have a further event at it."""

A_SIZE, A_GAP, AN_HOUR, A_VALUE = 0, 1, 2, 8
"""What chances are asked for; of the values of kind j from `A_VALUE` + `APART` j on."""
APART = 16

TRIES = 8
"""New values that an agent looks at before it takes one that has users enough."""


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
    """Return when the next occasion is, and keep how long that is from now."""
    agents, rest = w.agents, w.agents.rest[i]
    ahead = more(agents.last[i] - now, w.axis.told[UNIT])
    gap = ahead
    if rest > 1:
        _look(agents, i, for_gap(w.axis, now, ahead, rest, agents.gap[i], agents.earlier[i], agents.size[i]))
        share = chosen(w.leaves, GAP, agents.seen[i], uniform(agents, i, A_GAP))
        gap = less(exp(share) * ahead / rest, ahead)
    then = landed(w, i, now, now + gap)
    agents.earlier[i] = agents.gap[i]
    agents.gap[i] = then - now
    return then


@term()
def landed(w: Any, i: Any, now: Any, then: Any) -> Any:
    """Return the moment near `then`, after now, at which an agent comes: on a day on which anything happens, and, if
    that is another day than today, at an hour of its own. At the end of time it is now.
    """
    axis = w.axis
    later = less(more(told_finely(axis, then), now + axis.told[UNIT]), axis.told[SPAN])
    if axis.told[FORM] == PLAIN:
        return later
    today, day = open_day(axis, now), open_day(axis, later)
    if axis.told[FORM] == HOURS_OF_DAYS:
        if day == today and later < (axis.open[day] + 1) * DAY:
            return later
        return more(now, less(at_own_hour(w, i, day, hour(axis, now), day - today), axis.told[SPAN]))
    return axis.open[less(more(day, today + 1), len(axis.open) - 1)] * DAY


@term()
def at_own_hour(w: Any, i: Any, day: Any, before: Any, days: Any) -> Any:
    """Return the moment of a day at which an agent comes, who last came so many days ago at the hour `before`."""
    agents, begins = w.agents, w.axis.open[day] * DAY
    _look(agents, i, for_hour(w.axis, begins, before, days))
    return begins + chosen(w.leaves, HOUR, agents.seen[i], uniform(agents, i, AN_HOUR))


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
    if not is_new:
        share = chosen(w.leaves, tree + BACK, agents.seen[i], uniform(agents, i, purpose + 1))
        back = known - 1 - less(whole(share * known), known - 1)
        value = places.known[begins + back]
        for k in range(begins + back, begins + known - 1):
            places.known[k] = places.known[k + 1]
        places.known[begins + known - 1] = value
        return value
    value = _found(w, i, j, now)
    places.known[begins + known] = value
    agents.known[i, j] = known + 1
    return value


@term()
def _found(w: Any, i: Any, j: Any, now: Any) -> Any:
    """Return a value that is new to the agent: the first it finds that may have another user, or the last it finds."""
    agents, places = w.agents, w.places
    begins, ends = agents.room_[i, j], agents.room_[i, j] + agents.known[i, j]
    _look(agents, i, for_news(w.axis, now, agents.place[i]))
    found = -1
    for attempt in range(TRIES):
        chance = uniform(agents, i, A_VALUE + APART * j + 2 + attempt)
        value = whole(chosen(w.leaves, VALUES + 3 * j + WHICH, agents.seen[i], chance))
        is_known = False
        for k in range(begins, ends):
            is_known = is_known or places.known[k] == value
        if not is_known or found < 0:
            found = value
        if not is_known and places.free[places.first[j] + value] > 0:
            break
    places.free[places.first[j] + found] -= 1
    return found


@term()
def _look(agents: Any, i: Any, told: Any) -> Any:
    """Look at what is told of a situation, beside the agent's own traits."""
    for k in range(SENSES):
        agents.seen[i, k] = told[k]
