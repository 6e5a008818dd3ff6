"""Resources that agents share: so many units each, and lines of those who wait for them.

An agent waits in one line at a time, at the end of those of its rank; lower ranks come first. Who is first and wants
more units than are free keeps all others waiting, so that nobody is passed over for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from likewise.errors import SettingsError
from likewise.techniques.agents.clocks.queue import schedule
from likewise.techniques.agents.language.term import term

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


LINE, RANK, UNITS, AHEAD, BEHIND, THEN = range(6)
"""What `line_` holds of who waits: for what (-1: nothing), of which rank, how many units, between whom, what then."""


class Resources(NamedTuple):
    """Hold how many units of each resource there are and are `busy`, and who waits `first` and `last`, by rank.

    `served` and `left` count who got what they asked for and who gave up; `work` is the time that units were busy, and
    `line` the time that agents waited, both summed up until `since`.
    """

    capacity: Ints
    busy: Ints
    first: Ints
    last: Ints
    waiting: Ints
    served: Ints
    left: Ints
    work: Floats
    line: Floats
    since: Floats


def resources(capacities: Sequence[int], ranks: int = 1) -> Resources:
    """Return resources of so many units, with lines for so many ranks. Raises SettingsError for less than 0 units.

    >>> resources([2, 1]).capacity.tolist()
    [2, 1]
    """
    if min(capacities, default=0) < 0:
        raise SettingsError("agents.capacity", "a resource has at least 0 units", where="resources",
                            hint="give whole numbers of at least 0")  # fmt: skip
    count = len(capacities)
    whole, real = np.zeros((5, count), np.int64), np.zeros((3, count))
    nobody = np.full((2, count, ranks), -1)
    return Resources(np.array(capacities, np.int64), whole[0], nobody[0], nobody[1], *whole[1:4], *real)


def in_line(count: int = 1) -> dict[str, Any]:
    """Return the columns of a population that may wait: `population(seed, "people", 100, **in_line(100))`."""
    return {"line_": np.tile([-1, 0, 0, -1, -1, 0], (count, 1)), "until_": np.inf}


@term()
def ask(resources: Any, who: Any, i: Any, r: Any, units: Any, rank: Any, now: Any, then: Any) -> Any:
    """Take units of a resource and return True, or wait in line for them and return False.

    An agent that waited is to do what `then` says, at the moment when it has what it asked for.
    """
    count_up(resources, r, now)
    fits = resources.busy[r] + units <= resources.capacity[r]
    for other in range(rank + 1):
        fits = fits and resources.first[r, other] < 0
    if fits:
        resources.busy[r] += units
        resources.served[r] += 1
        return True
    last, line = resources.last[r, rank], who.line_
    line[i, LINE], line[i, RANK], line[i, UNITS], line[i, THEN] = r, rank, units, then
    line[i, AHEAD], line[i, BEHIND] = last, -1
    who.until_[i] = np.inf
    if last >= 0:
        line[last, BEHIND] = i
    else:
        resources.first[r, rank] = i
    resources.last[r, rank] = i
    resources.waiting[r] += 1
    return False


@term()
def wait_until(queue: Any, who: Any, i: Any, until: Any, what: Any) -> Any:
    """Let an agent in line be patient until a moment, at which it is to do what `what` says: ask if it `gives_up`."""
    who.until_[i] = until
    schedule(queue, i, until, what)


@term()
def gives_up(resources: Any, who: Any, i: Any, now: Any) -> Any:
    """Return whether the patience of an agent that still waits is at an end; it then leaves the line."""
    r = who.line_[i, LINE]
    if r < 0 or now < who.until_[i]:
        return False
    count_up(resources, r, now)
    resources.left[r] += 1
    _out_of_line(resources, who, i)
    return True


@term()
def release(resources: Any, queue: Any, who: Any, r: Any, units: Any, now: Any) -> Any:
    """Give units of a resource back, and let those who come next in line have them."""
    count_up(resources, r, now)
    resources.busy[r] -= units
    _let_in(resources, queue, who, r, now)


@term()
def set_capacity(resources: Any, queue: Any, who: Any, r: Any, capacity: Any, now: Any) -> Any:
    """Let a resource have so many units from now on; what is being done with units that go is done to its end."""
    count_up(resources, r, now)
    resources.capacity[r] = capacity
    _let_in(resources, queue, who, r, now)


@term()
def count_up(resources: Any, r: Any, now: Any) -> Any:
    """Add the time since the last change of a resource to what it worked and how long agents waited for it."""
    passed = now - resources.since[r]
    resources.since[r] = now
    resources.work[r] += passed * resources.busy[r]
    resources.line[r] += passed * resources.waiting[r]


@term()
def _let_in(resources: Any, queue: Any, who: Any, r: Any, now: Any) -> Any:
    for rank in range(resources.first.shape[1]):
        i = resources.first[r, rank]
        while i >= 0:
            if resources.busy[r] + who.line_[i, UNITS] > resources.capacity[r]:
                return
            resources.busy[r] += who.line_[i, UNITS]
            resources.served[r] += 1
            _out_of_line(resources, who, i)
            schedule(queue, i, now, who.line_[i, THEN])
            i = resources.first[r, rank]


@term()
def _out_of_line(resources: Any, who: Any, i: Any) -> Any:
    line = who.line_
    r, rank, ahead, behind = line[i, LINE], line[i, RANK], line[i, AHEAD], line[i, BEHIND]
    if ahead >= 0:
        line[ahead, BEHIND] = behind
    else:
        resources.first[r, rank] = behind
    if behind >= 0:
        line[behind, AHEAD] = ahead
    else:
        resources.last[r, rank] = ahead
    line[i, LINE] = -1
    resources.waiting[r] -= 1
