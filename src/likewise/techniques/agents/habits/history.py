"""What the entities of a table did: their events in the order of time, and the occasions these make up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.techniques.agents.habits.axis import Axis

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class History:
    """Hold the events of all entities, by entity and then by time, and what of values each has (codes from 0).

    Events of an entity at one time are one occasion. Entities are numbered from 0, and each has an event at least.

    >>> import numpy as np
    >>> axis = Axis(np.array([0.0, 0.0, 1.0, 9.0]), np.zeros(1, np.int64), np.zeros(7))
    >>> history = History(axis, np.array([0, 0, 0, 1]), np.array([1.0, 1.0, 4.0, 9.0]), ())
    >>> history.size.tolist(), history.gap.tolist(), history.of_occasion.tolist()
    ([2, 1, 1], [0.0, 3.0, 0.0], [0, 0, 1, 2])
    """

    axis: Axis
    owner: Ints
    time: Floats
    values: Sequence[Ints]

    @cached_property
    def entities(self) -> int:
        """How many entities there are."""
        return int(self.owner[-1]) + 1

    @cached_property
    def events(self) -> Ints:
        """How many events each entity has."""
        return np.bincount(self.owner, minlength=self.entities)

    @cached_property
    def number(self) -> Ints:
        """How many events its entity had before each event."""
        return np.arange(len(self.owner)) - (np.cumsum(self.events) - self.events)[self.owner]

    @cached_property
    def starts(self) -> Ints:
        """The first event of each occasion."""
        new = (np.diff(self.owner, prepend=-1) != 0) | (np.diff(self.time, prepend=np.nan) != 0)
        return np.flatnonzero(new)

    @cached_property
    def of_occasion(self) -> Ints:
        """Which occasion each event is part of."""
        return np.repeat(np.arange(len(self.starts)), self.size)

    @cached_property
    def place(self) -> Ints:
        """How many events of its occasion come before each event."""
        return np.arange(len(self.owner)) - self.starts[self.of_occasion]

    # -- of occasions -----------------------------------------------------------------------------------------------
    @cached_property
    def size(self) -> Ints:
        """How many events each occasion has."""
        return np.diff(self.starts, append=len(self.owner))

    @cached_property
    def who(self) -> Ints:
        """Whose each occasion is."""
        return self.owner[self.starts]

    @cached_property
    def when(self) -> Floats:
        """When each occasion is."""
        return self.time[self.starts]

    @cached_property
    def occasions(self) -> Ints:
        """How many occasions each entity has."""
        return np.bincount(self.who, minlength=self.entities)

    @cached_property
    def first(self) -> Ints:
        """The first occasion of each entity."""
        return np.cumsum(self.occasions) - self.occasions

    @cached_property
    def rest(self) -> Ints:
        """How many occasions its entity has after each occasion."""
        return (self.first + self.occasions - 1)[self.who] - np.arange(len(self.who))

    @cached_property
    def passed(self) -> Ints:
        """How many occasions its entity had before each occasion."""
        return np.arange(len(self.who)) - self.first[self.who]

    @cached_property
    def gap(self) -> Floats:
        """The time since the occasion before, 0 at the first one of an entity."""
        return np.asarray(np.where(self.passed >= 1, self.when - np.roll(self.when, 1), 0.0))

    @cached_property
    def gap_before(self) -> Floats:
        """The time from the occasion before last to the last one; 0 where there is none."""
        return np.asarray(np.where(self.passed >= 2, np.roll(self.gap, 1), 0.0))

    @cached_property
    def size_before(self) -> Ints:
        """How many events the occasion before had, 0 at the first one of an entity."""
        return np.asarray(np.where(self.gap > 0, np.roll(self.size, 1), 0))

    @cached_property
    def end(self) -> Floats:
        """When the last occasion of each entity is."""
        return np.asarray(self.when[self.first + self.occasions - 1])

    # -- of values --------------------------------------------------------------------------------------------------
    @cached_property
    def returns(self) -> tuple[Returns, ...]:
        """What is a return to what, for each of the values."""
        return tuple(returns_of(self.owner, codes) for codes in self.values)


@dataclass(frozen=True, eq=False)
class Returns:
    """Hold of each event how many values its entity had used before (`known`), and how many of these it had used since
    it last used this one (`back`), -1 where this one is new to it; and of each entity how many it uses in all.
    """

    known: Ints
    back: Ints
    distinct: Ints


def returns_of(owner: Ints, codes: Ints) -> Returns:
    """Return what each event returns to: stack distances (Mattson et al., 1970, IBM Systems Journal 9).

    >>> returns_of(np.zeros(4, np.int64), np.array([7, 8, 7, 7])).back.tolist()
    [-1, -1, 1, 0]
    """
    known, back = np.zeros(len(owner), np.int64), np.full(len(owner), -1)
    stack: list[Any] = []
    now, distinct = -1, np.zeros(int(owner[-1]) + 1, np.int64)
    for row, (who, code) in enumerate(zip(owner.tolist(), codes.tolist(), strict=True)):
        if who != now:
            now, stack, seen = who, [], set[int]()
        known[row] = len(stack)
        if code in seen:
            back[row] = stack.index(code)
            del stack[back[row]]
        else:
            seen.add(code)
        stack.insert(0, code)
        distinct[who] = len(stack)
    return Returns(known, back, distinct)
