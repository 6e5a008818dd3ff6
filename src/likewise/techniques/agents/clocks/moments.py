"""Acting in time: each agent when what it put into the queue comes up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from likewise.techniques.agents.clocks.queue import (
    HELD,
    STILL,
    WHAT,
    WHEN,
    WHO,
    WHOSE,
    Floats,
    Ints,
    Queue,
    schedule,
    taken,
)
from likewise.techniques.agents.compiling import How, around, as_run
from likewise.techniques.agents.population import FREE, USED

DONE, FULL, STUCK = range(3)
"""Why acting ended: nothing more before the time; something lacks room; time stands still."""


def put_all(queue: Queue, who: Ints, when: Floats, what: Ints, *, how: How) -> None:
    """Put many events into a queue that has room for them."""
    as_run(_put_all, how)(queue, who, when, what)


def _put_all(queue: Any, who: Any, when: Any, what: Any) -> None:
    for k in range(len(who)):
        schedule(queue, who[k], when[k], what[k])


def act_until(
    act: Any, w: Any, whose: tuple[Any, Any], until: float, most: int, room: tuple[int, int, int], *, how: How
) -> tuple[int, int]:
    """Let agents act as their times come until a moment; return how many did, and why it ended: DONE, FULL or STUCK.

    `whose` are the population that acts and the one that is born into; `room` is how many events one act may put into
    the queue, how many it may note, and how many may be born in it; `most` how many acts there may be without the time
    moving on.
    """
    count, why = around(_in_time, act, how)(w, *whose, until, most, *room)
    return int(count), int(why)


def _in_time(act: Any) -> Callable[..., Any]:
    def run(w: Any, who: Any, born: Any, until: Any, most: Any, puts: Any, notes: Any, births: Any) -> Any:
        queue, log = w.queue, w.log
        count, state = 0, queue.state
        while True:
            if (len(queue.slots) - state[HELD] < puts or len(log.time) - 1 - log.used[0] < notes
                    or len(born.id) - born.room[USED] + born.room[FREE] < births):  # fmt: skip
                return count, FULL
            slot = taken(queue, until)
            if slot < 0:
                return count, DONE
            now, i, what = queue.slots[slot, WHEN], int(queue.slots[slot, WHO]), int(queue.slots[slot, WHAT])
            if who.id[i] != int(queue.slots[slot, WHOSE]):
                continue
            state[STILL] = state[STILL] + 1 if now <= log.now[0] else 0
            if state[STILL] > most:
                return count, STUCK
            log.now[0] = max(now, log.now[0])
            act(i, what, w, log.now[0])
            who.turn[i] += 1
            count += 1

    return run
