"""The queue of what is to happen: a calendar of days, of which only the present one is kept in order.

Putting in and taking out cost about the same for ten events and for ten million, where a heap grows slower with each
doubling: what lies in later days is only dropped onto the pile of its day (Brown, 1988, CACM 31, calendar queues).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from likewise.techniques.agents.compiling import How, as_run
from likewise.techniques.agents.language.term import term

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

LEAST = 1024
"""Piles at least; there is one for each few events that wait."""

A_DAY = 16
"""Events that a day is to have: few enough for a heap that stays in the processor's cache."""

HELD, DAY, SERIAL, FREE, TODAY = range(5)
"""What `state` holds: events that wait, the present day, events ever put in, the first free slot, events of today."""

WHEN, ORDER, WHO, WHOSE, WHAT, THEN = range(6)
"""What a slot holds: when, which came first, who and the id of who, what, and the next slot of a pile or free one."""

LINE = 8
"""Numbers that a slot takes, those of a line of the processor's cache: an event is one visit of the memory."""


class Queue(NamedTuple):
    """Hold events in `slots`, by day in `piles`, and those of the present day as a heap: `whens`, `orders`, `today`.

    `ids` are those of the population that acts, so that what waits for one that died is not done by one that was born
    in its place.
    """

    ids: Ints
    slots: Floats
    piles: Ints
    whens: Floats
    orders: Ints
    today: Ints
    width: Floats
    state: Ints


def queue(who: Any, size: int, width: float, now: float = 0.0) -> Queue:
    """Return an empty queue of a population for at most so many events; days are of this width."""
    days = LEAST
    while days < size // A_DAY * 2:
        days *= 2
    slots = np.zeros((size, LINE))
    slots[:, THEN] = np.arange(1, size + 1)
    slots[-1, THEN] = -1
    return Queue(who.id, slots, np.full(days, -1), np.zeros(size), np.zeros(size, np.int64), np.zeros(size, np.int64),
                 np.array([width]), np.array([0, _day(now, width), 0, 0, 0]))  # fmt: skip


def room(queue: Queue) -> int:
    """Return how many further events there is room for."""
    return len(queue.slots) - int(queue.state[HELD])


def rebuilt(old: Queue, who: Any, size: int, width: float, now: float, *, how: How) -> Queue:
    """Return a queue of what waits in another one, with other room and other days."""
    new = queue(who, size, width, now)
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
    new.state[SERIAL] = old.state[SERIAL]


@term()
def schedule(queue: Any, i: Any, when: Any, what: Any) -> Any:
    """Put into the queue when an agent is to do what; of one moment, what was put in first comes first.

    Never is infinity; what would have been before the present is done at once.
    """
    if not when < np.inf:
        return
    state, slots = queue.state, queue.slots
    slot = state[FREE]
    state[FREE] = int(slots[slot, THEN])
    slots[slot, WHEN], slots[slot, ORDER], slots[slot, WHAT] = when, state[SERIAL], what
    slots[slot, WHO], slots[slot, WHOSE] = i, queue.ids[i]
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
        pile = day & (len(queue.piles) - 1)
        queue.slots[slot, THEN] = queue.piles[pile]
        queue.piles[pile] = slot


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
    pile = queue.state[DAY] & (len(queue.piles) - 1)
    slot, kept = queue.piles[pile], -1
    while slot >= 0:
        then = int(queue.slots[slot, THEN])
        if _day(queue.slots[slot, WHEN], queue.width[0]) <= queue.state[DAY]:
            _push(queue, slot)
        else:
            queue.slots[slot, THEN] = kept
            kept = slot
        slot = then
    queue.piles[pile] = kept


@term()
def _leap(queue: Any) -> Any:
    """Go to the day of the first event after a year in which there was nothing."""
    first = np.inf
    for pile in range(len(queue.piles)):
        slot = queue.piles[pile]
        while slot >= 0:
            first = min(first, queue.slots[slot, WHEN])
            slot = int(queue.slots[slot, THEN])
    queue.state[DAY] = _day(first, queue.width[0])
