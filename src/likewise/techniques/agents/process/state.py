"""How far a process is: tokens, who works, who gathers, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from likewise.techniques.agents.population import door
from likewise.techniques.agents.process.conditions import Tests, condition
from likewise.techniques.agents.process.document import Resource
from likewise.techniques.agents.resources import in_line

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

CASE, ROOT, NODE, PARENT, WAYS, NEED, FELLOW, UNIT = range(8)
"""Where a token is: the number of its case, the token of that, its node, the token that waits for it, how many tokens
it waits for, how many resources it has (or ways it went), who does the same with it, and which unit does it."""

CAME, BEGAN, TIRED_AT = range(3)
"""When the case of a token came, when its activity began, and when it will have waited too long."""

COME, GONE, LEFT = range(3)
"""What is counted: cases that came, came to their ends, and left."""

TOOK, COSTS = range(2)
"""What is summed: how long cases took that came to their ends, and what all cost."""

GATHERING, LATEST, GATHERED = range(3)
"""Who is the first and the last to gather for an activity that is done together, and how many there are."""

COUNT, OFFSET, HEAD, TAIL, RANKING = range(5)
"""What there is of a resource: how many units, how many those before it have, where in `free` the next comes from and
goes to, and the first comparison of its ranking."""


class Settings(NamedTuple):
    """Hold where a process begins, how cases come, and which distributions their attributes have."""

    begin: int
    rate: float
    every: int
    attributes: int
    most: int


class State(NamedTuple):
    """Hold what is counted and summed, and who gathers for activities, until when."""

    counts: Ints
    sums: Floats
    groups: Ints
    until: Floats


class Staff(NamedTuple):
    """Hold those who are the units of resources: rows of numbers, who has been free for longest, and what they cost."""

    rows: Ints
    free: Ints
    cost: Floats


def tokens(seed: int, attributes: int) -> Any:
    """Return the tokens of a process: none yet, but the door, by which cases come in."""
    return door(seed, "cases", at_=np.zeros((1, 8), np.int64), times_=np.zeros((1, 3)),
                attributes_=np.zeros((1, attributes)), **in_line())  # fmt: skip


def state(activities: int) -> State:
    """Return the state of a process of so many activities at its beginning."""
    return State(np.zeros(3, np.int64), np.zeros(2), np.tile([-1, -1, 0], (activities, 1)), np.zeros(activities))


def staff(resources: Mapping[str, Resource], tests: Tests) -> Staff:
    """Return those who work, all of them free."""
    listed = list(resources.values())
    rows = np.zeros((len(listed), 5), np.int64)
    rows[:, COUNT] = [resource.capacity for resource in listed]
    rows[:, OFFSET] = np.cumsum(rows[:, COUNT]) - rows[:, COUNT]
    rows[:, RANKING] = [tests.chain([condition(text) for text in resource.first]) for resource in listed]
    free = np.tile(np.arange(max(rows[:, COUNT], default=1)), (len(listed), 1))
    return Staff(rows, free, np.array([resource.cost for resource in listed], np.float64))
