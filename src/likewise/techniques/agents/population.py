"""Populations: agents as columns, one array for each of their properties."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from likewise.errors import SettingsError
from likewise.techniques.agents.language.chance import key_of
from likewise.techniques.agents.language.term import term

OWN = ("key", "id", "turn", "free", "room")
"""What every population has: where its chances begin, ids that never repeat (-1 where nobody lives), turns taken, the
places of the dead that may be filled again, and in `room` how many places are used, free, which id comes next, and how
many found no place."""

USED, FREE, NEXT, UNBORN = range(4)

NOBODY = -2
"""The id of a door, which is no agent."""


@cache
def record(name: str, fields: tuple[str, ...]) -> Any:
    """Return the type of a group of named arrays: rules write `w.sheep.energy[i]`."""
    return namedtuple(name, fields)


def population(seed: int, name: str, count: int, /, **columns: Any) -> Any:
    """Return `count` agents with these columns: arrays, or one value for all.

    Whole numbers are held as int64, others as float64, truths as they are, so that rules come to the same result
    whether they are compiled or not.

    >>> people = population(0, "people", 3, age=[30, 40, 50], is_ill=False)
    >>> people.age.tolist(), people.is_ill.tolist(), people.id.tolist()
    ([30, 40, 50], [False, False, False], [0, 1, 2])
    """
    taken = [column for column in columns if column in OWN]
    if taken:
        raise SettingsError("agents.column", f"`{taken[0]}` is what every population has by itself", where=name,
                            hint="give the column another name")  # fmt: skip
    held = {column: _held(values, count, f"{name}.{column}") for column, values in columns.items()}
    own = {"key": key_of(seed, name), "id": np.arange(count), "turn": np.zeros(count, np.int64),
           "free": np.zeros(count, np.int64), "room": np.array([count, 0, count, 0])}  # fmt: skip
    return of_columns(name, {**own, **held})


def door(seed: int, name: str, /, **columns: Any) -> Any:
    """Return a population of nobody yet but a door: what is in place 0 acts, lets others in, and is in no table.

    >>> people = with_room(door(0, "people", age=0), 1)
    >>> len(living(people)), born(people).item(), living(people).tolist(), people.id.tolist()
    (0, 1, [1], [-2, 0])
    """
    found = population(seed, name, 1, **columns)
    found.id[0], found.room[NEXT] = NOBODY, 0
    return found


def of_columns(name: str, columns: Mapping[str, Any]) -> Any:
    """Return named arrays as rules see them."""
    return record(name, tuple(columns))(**columns)


def _held(values: Any, count: int, where: str) -> Any:
    found = np.asarray(values)
    if found.dtype.kind in "iu":
        found = found.astype(np.int64)
    elif found.dtype.kind == "f":
        found = found.astype(np.float64)
    elif found.dtype.kind != "b":
        raise SettingsError("agents.column", "agents have numbers and truths, nothing else", where=where,
                            hint="number the levels of a category")  # fmt: skip
    if found.ndim and len(found) != count:
        raise SettingsError("agents.column", f"{len(found)} values for {count} agents", where=where,
                            hint="give one value, or one for each agent")  # fmt: skip
    return np.array(np.broadcast_to(found, (count, *found.shape[1:])))


def living(who: Any) -> Any:
    """Return the places of those who live."""
    return np.flatnonzero(who.id[: who.room[USED]] >= 0)


def with_room(who: Any, more: int) -> Any:
    """Return a population with places for so many more agents: itself where it has them."""
    wanted = int(who.room[USED] - who.room[FREE]) + more
    have = len(who.id)
    if wanted <= have:
        return who
    size = max(wanted, have + have // 2)
    grown = {name: _longer(values, size) if np.ndim(values) and name != "room" else values
             for name, values in who._asdict().items()}  # fmt: skip
    grown["id"][have:] = -1
    return type(who)(**grown)


def _longer(values: Any, size: int) -> Any:
    longer = np.zeros((size, *values.shape[1:]), values.dtype)
    longer[: len(values)] = values
    return longer


@term()
def born(who: Any) -> Any:
    """Return the place of a new agent, whose columns are still those of the one before it there.

    A rule that calls this says `births=` how often it may, for which there is then room.
    """
    room = who.room
    if room[FREE] > 0:
        room[FREE] -= 1
        i = who.free[room[FREE]]
    else:
        i = room[USED]
        if i >= len(who.id):
            room[UNBORN] += 1
            return i - 1
        room[USED] += 1
    who.id[i] = room[NEXT]
    who.turn[i] = 0
    room[NEXT] += 1
    return i


@term()
def die(who: Any, i: Any) -> Any:
    """Let an agent go; its place is for the next one that is born."""
    who.id[i] = -1
    who.free[who.room[FREE]] = i
    who.room[FREE] += 1
