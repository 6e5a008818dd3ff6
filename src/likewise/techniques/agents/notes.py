"""What is noted while a simulation runs: events as columns, which are read out before they are full."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from likewise.techniques.agents.language.term import term
from likewise.techniques.agents.population import of_columns

AT_ONCE = 2**18
"""Events after which those that were noted are read out."""

LOST = 1
"""Where `used` counts, after the rows, events for which there was no room."""

UNTOLD = -(2**63)
"""What a whole number is that nothing was told of; a float is then NaN."""

OWN = ("now", "used", "time", "who", "what")


def empty(attributes: Mapping[str, Any], size: int) -> Any:
    """Return a log with room for so many events, each with these attributes beside its time, agent and activity.

    An attribute is `int` or `float`, or `(float, 3)`, say, for three numbers.
    """
    columns = {"now": np.zeros(1), "used": np.zeros(2, np.int64), "time": np.zeros(size + 1),
               "who": np.zeros(size + 1, np.int64), "what": np.zeros(size + 1, np.int64)}  # fmt: skip
    return of_columns("log", {**columns, **{name: _column(kind, size + 1) for name, kind in attributes.items()}})


def _column(kind: Any, rows: int) -> Any:
    shape, number = ((rows, kind[1]), kind[0]) if isinstance(kind, tuple) else (rows, kind)
    return np.full(shape, UNTOLD) if number is int else np.full(shape, np.nan)


def room(log: Any) -> int:
    """Return how many further events fit in a log."""
    return len(log.time) - 1 - int(log.used[0])


def read_out(log: Any) -> dict[str, Any]:
    """Return the events of a log, which is empty afterwards."""
    used = int(log.used[0])
    log.used[0] = 0
    found = {name: getattr(log, name)[:used].copy() for name in log._fields if name not in ("now", "used")}
    for name in log._fields[len(OWN) :]:
        values = getattr(log, name)
        values[:used] = UNTOLD if values.dtype.kind == "i" else np.nan
    return found


def put_in_order(log: Any, first: int) -> None:
    """Put the events from a row on in the order of their agents: that in which they are noted one agent at a time."""
    last = int(log.used[0])
    order = np.argsort(log.who[first:last], kind="stable") + first
    for name in log._fields:
        if name not in ("now", "used"):
            values = getattr(log, name)
            values[first:last] = values[order]


def _note_all(log: Any, when: Any, i: Any, who: Any, what: Any) -> Any:
    chosen = np.flatnonzero(np.broadcast_to(when, np.shape(i)))
    first = int(log.used[0])
    rows = np.full(len(i), -1)
    rows[chosen] = np.arange(first, first + len(chosen))
    log.time[rows[chosen]] = log.now[0]
    log.who[rows[chosen]] = who.id[i[chosen]]
    log.what[rows[chosen]] = np.broadcast_to(what, len(i))[chosen]
    log.used[0] = first + len(chosen)
    return rows


@term(arrays=_note_all)
def note(log: Any, when: Any, i: Any, who: Any, what: Any) -> Any:
    """Note that an agent of a population did something, if `when`; return the row for what else is to be told of it.

    `w.log.amount[row] = 5.0` tells an attribute, which is missing where it is not told; where nothing was noted, the
    row is one that nobody reads.
    """
    if not when:
        return -1
    row = log.used[0]
    if row >= len(log.time) - 1:
        log.used[LOST] += 1
        return -1
    log.time[row] = log.now[0]
    log.who[row] = who.id[i]
    log.what[row] = what
    log.used[0] = row + 1
    return row
