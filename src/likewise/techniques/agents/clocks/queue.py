"""The queue of what is to happen: a calendar of days, of which only the present one is kept in order.

Putting in and taking out cost about the same for ten events and for ten million, where a heap grows slower with each
doubling: what lies in later days is only dropped onto the pile of its day (Brown, 1988, CACM 31, calendar queues).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from likewise.techniques.agents.compiling import How, as_run
from likewise.techniques.agents.language.fetching import fetch, named_in
from likewise.techniques.agents.language.term import term
from likewise.techniques.agents.population import of_columns

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Shorts = npt.NDArray[np.int32]

LEAST = 1024
"""Piles at least; there is one for each few events that wait."""

A_DAY = 8
"""Events that a day is to have: few enough for a pile that is one line of the processor's cache, as 14 slots are."""

COUNT, REST, FIRST, LINE = 0, 1, 2, 16
"""What a pile holds: how many slots, the first of those for which there was no room, slots; and how many it takes."""

HELD, DAY, SERIAL, FREE, TODAY, STILL, LOST = range(7)
"""What `state` counts: events in the queue, the present day, events ever put in, the first free slot, events of today,
acts since the time moved on, and events for which there was no room."""

WHEN, ORDER, WHO, WHOSE, WHAT, THEN = range(6)
"""What a slot holds: when, which came first, who and the id of who, what, and the next slot of a pile or free one."""

SLOT = 8
"""Numbers that a slot takes, those of a line of the processor's cache: an event is one visit of the memory."""


class Queue(NamedTuple):
    """Hold events in `slots`, by day in `piles`, and those of the present day as a heap: `whens`, `orders`, `today`.

    `near` are columns of the population that acts: what its rule reads, and the ids, so that what waits for one that
    died is not done by one that was born in its place.
    """

    near: Any
    slots: Floats
    piles: Shorts
    whens: Floats
    orders: Ints
    today: Ints
    width: Floats
    state: Ints


def queue(near: Any, size: int, width: float, now: float = 0.0) -> Queue:
    """Return an empty queue of a population for at most so many events; days are of this width."""
    days = LEAST
    while days < size // A_DAY:
        days *= 2
    slots = np.zeros((size, SLOT))
    slots[:, THEN] = np.arange(1, size + 1)
    slots[-1, THEN] = -1
    piles = np.zeros((days, LINE), np.int32)
    piles[:, REST] = -1
    return Queue(near, slots, piles, np.zeros(size), np.zeros(size, np.int64), np.zeros(size, np.int64),
                 np.array([width]), np.array([0, _day(now, width), 0, 0, 0, 0, 0]))  # fmt: skip


def near(who: Any, act: Any) -> Any:
    """Return the columns of a population that a rule reads when an agent acts."""
    named = {"id", "turn"} | (named_in(act) - {"key", "free", "room"})
    return of_columns("near", {name: getattr(who, name) for name in who._fields if name in named})


def room(queue: Queue) -> int:
    """Return how many further events there is room for."""
    return len(queue.slots) - int(queue.state[HELD])


def rebuilt(old: Queue, size: int, width: float, now: float, *, how: How) -> Queue:
    """Return a queue of what waits in another one, with other room and other days."""
    new = queue(old.near, size, width, now)
    as_run(_move, how)(old, new, np.zeros(len(old.slots), np.bool_))
    return new


def _move(old: Any, new: Any, is_free: Any) -> None:
    slot = old.state[FREE]
    while slot >= 0:
        is_free[slot] = True
        slot = int(old.slots[slot, THEN])
    for slot in range(len(old.slots)):
        if not is_free[slot]:
            to = new.state[FREE]
            new.state[FREE] = int(new.slots[to, THEN])
            for field in range(THEN):
                new.slots[to, field] = old.slots[slot, field]
            new.state[HELD] += 1
            _place(new, to)
    new.state[SERIAL], new.state[STILL] = old.state[SERIAL], old.state[STILL]


@term()
def schedule(queue: Any, i: Any, when: Any, what: Any) -> Any:
    """Put into the queue when an agent is to do what; of one moment, what was put in first comes first.

    Never is infinity; what would have been before the present is done at once.
    """
    if not when < np.inf:
        return
    state, slots = queue.state, queue.slots
    slot = state[FREE]
    if slot < 0:
        state[LOST] += 1
        return
    state[FREE] = int(slots[slot, THEN])
    slots[slot, WHEN], slots[slot, ORDER], slots[slot, WHAT] = when, state[SERIAL], what
    slots[slot, WHO], slots[slot, WHOSE] = i, queue.near.id[i]
    state[SERIAL] += 1
    state[HELD] += 1
    _place(queue, slot)


@term()
def _day(when: Any, width: Any) -> Any:
    return int(min(when / width, 9e18))


@term()
def _place(queue: Any, slot: Any) -> Any:
    """Put a slot onto the pile of its day, or among those of today."""
    day = _day(queue.slots[slot, WHEN], queue.width[0])
    if day <= queue.state[DAY]:
        _push(queue, slot)
    else:
        piles, pile = queue.piles, day & (len(queue.piles) - 1)
        count = piles[pile, COUNT]
        if FIRST + count < LINE:
            piles[pile, FIRST + count] = slot
            piles[pile, COUNT] = count + 1
        else:
            queue.slots[slot, THEN] = piles[pile, REST]
            piles[pile, REST] = slot


@term()
def _push(queue: Any, slot: Any) -> Any:
    whens, orders, today = queue.whens, queue.orders, queue.today
    when, order = queue.slots[slot, WHEN], int(queue.slots[slot, ORDER])
    k = queue.state[TODAY]
    queue.state[TODAY] = k + 1
    while k > 0:
        up = (k - 1) // 2
        if whens[up] < when or (whens[up] == when and orders[up] < order):
            break
        whens[k], orders[k], today[k] = whens[up], orders[up], today[up]
        k = up
    whens[k], orders[k], today[k] = when, order, slot


@term()
def _pop(queue: Any) -> Any:
    whens, orders, today = queue.whens, queue.orders, queue.today
    top = today[0]
    count = queue.state[TODAY] - 1
    queue.state[TODAY] = count
    when, order, slot = whens[count], orders[count], today[count]
    k = 0
    while 2 * k + 1 < count:
        down = 2 * k + 1
        if down + 1 < count and (
            whens[down + 1] < whens[down] or (whens[down + 1] == whens[down] and orders[down + 1] < orders[down])
        ):
            down += 1
        if when < whens[down] or (when == whens[down] and order < orders[down]):
            break
        whens[k], orders[k], today[k] = whens[down], orders[down], today[down]
        k = down
    whens[k], orders[k], today[k] = when, order, slot
    return top


@term()
def taken(queue: Any, until: Any) -> Any:
    """Take out the slot of what comes next; -1 where there is nothing before `until`.

    It stays readable until something else is put in.
    """
    state = queue.state
    last = until / queue.width[0]
    empty = 0
    while state[TODAY] == 0:
        if state[HELD] == 0 or state[DAY] >= last:
            return -1
        empty += 1
        if empty > len(queue.piles):
            _leap(queue)
            empty = 0
        else:
            state[DAY] += 1
        _begin_day(queue)
    if queue.whens[0] >= until:
        return -1
    slot = _pop(queue)
    state[HELD] -= 1
    queue.slots[slot, THEN] = state[FREE]
    state[FREE] = slot
    return slot


@term()
def _begin_day(queue: Any) -> Any:
    """Move what is of the present day from its pile to the heap; what is of later years stays."""
    piles, slots = queue.piles, queue.slots
    pile = queue.state[DAY] & (len(piles) - 1)
    kept = FIRST
    for n in range(FIRST, FIRST + piles[pile, COUNT]):
        slot = int(piles[pile, n])
        if not _is_today(queue, slot):
            piles[pile, kept] = slot
            kept += 1
    piles[pile, COUNT] = kept - FIRST
    slot, rest = int(piles[pile, REST]), -1
    while slot >= 0:
        then = int(slots[slot, THEN])
        if not _is_today(queue, slot):
            slots[slot, THEN] = rest
            rest = slot
        slot = then
    piles[pile, REST] = rest
    _look_ahead(queue)


@term()
def _is_today(queue: Any, slot: Any) -> Any:
    """Put a slot onto the heap if it is of the present day."""
    if _day(queue.slots[slot, WHEN], queue.width[0]) > queue.state[DAY]:
        return False
    fetch(queue.near, int(queue.slots[slot, WHO]))
    _push(queue, slot)
    return True


@term()
def _look_ahead(queue: Any) -> Any:
    """Have the slots of tomorrow brought near, and the pile of the day after."""
    piles = queue.piles
    fetch((piles,), (queue.state[DAY] + 2) & (len(piles) - 1))
    pile = (queue.state[DAY] + 1) & (len(piles) - 1)
    for n in range(FIRST, FIRST + piles[pile, COUNT]):
        fetch((queue.slots,), int(piles[pile, n]))


@term()
def _leap(queue: Any) -> Any:
    """Go to the day of the first event after a year in which there was nothing."""
    first = np.inf
    for pile in range(len(queue.piles)):
        for n in range(FIRST, FIRST + queue.piles[pile, COUNT]):
            first = min(first, queue.slots[queue.piles[pile, n], WHEN])
        slot = queue.piles[pile, REST]
        while slot >= 0:
            first = min(first, queue.slots[slot, WHEN])
            slot = int(queue.slots[slot, THEN])
    queue.state[DAY] = _day(first, queue.width[0])
