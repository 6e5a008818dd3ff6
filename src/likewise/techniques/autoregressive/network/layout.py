"""How the symbols of each column become one digit or two, so that a column of hundreds has small outputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]
Floats32 = npt.NDArray[np.float32]

SINGLE = 40
"""Symbols that a column may have and still be one digit."""

GROUPS = 32
"""Groups of about equal mass that more symbols are cut into: the first digit."""

MEMBERS = 24
"""Neighbouring symbols that a group holds at most: the second digit."""

WAVES = 7
"""Sine waves, each twice as fast as the one before, that tell a network where on its line a number lies."""


@dataclass(frozen=True, eq=False)
class Layout:
    """Say for each column which group a symbol belongs to, which member it is, and where on the line it lies.

    All are (columns, most symbols); what lies beyond a column's own `counts` is unused. The last symbol, missing, is a
    group of its own. `place` is the middle rank of a number's symbol from 0 to 1, and 0 for categories. `seen` tells
    which symbols any row holds: others are never drawn.
    """

    counts: Ints
    group: Ints
    member: Ints
    place: Floats32
    seen: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, symbols: Ints, counts: Sequence[int], ordered: Sequence[bool]) -> Self:
        """Lay out the columns of `symbols` (columns, rows), each with `counts` symbols."""
        shape = len(counts), max(counts)
        group, member, place = np.zeros(shape, np.int32), np.zeros(shape, np.int32), np.zeros(shape, np.float32)
        seen = np.zeros(shape, np.bool_)
        for number, (count, is_ordered) in enumerate(zip(counts, ordered, strict=True)):
            held = np.bincount(symbols[number], minlength=count).astype(np.float64)
            group[number, :count], member[number, :count] = _digits(held)
            seen[number, :count] = held > 0
            if is_ordered:
                place[number, :count] = (np.cumsum(held) - held / 2) / held.sum()
        return cls(np.array(counts, dtype=np.int32), group, member, place, seen)

    @property
    def groups(self) -> int:
        """The size of the first digit."""
        return int(self.group.max()) + 1

    @property
    def members(self) -> int:
        """The size of the second digit; 1 where no column needs it."""
        return int(self.member.max()) + 1

    @property
    def features(self) -> Floats32:
        """Where each symbol lies, as a network takes it: (columns, symbols, 1 + 2 WAVES), 0 for categories."""
        angle = self.place[..., None] * (np.pi * 2.0 ** np.arange(WAVES))
        found = np.concatenate([self.place[..., None], np.sin(angle), np.cos(angle)], axis=-1)
        used: Floats32 = (found * (self.place.max(axis=1) > 0)[:, None, None]).astype(np.float32)
        return used

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return its arrays, for a model file."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def _digits(held: npt.NDArray[np.float64]) -> tuple[Ints, Ints]:
    """Return the group and the member of each symbol, given how many rows hold it."""
    count = len(held)
    if count <= SINGLE:
        return np.arange(count, dtype=np.int32), np.zeros(count, np.int32)
    wanted = held[:-1].sum() / GROUPS
    group, member = np.zeros(count, np.int32), np.zeros(count, np.int32)
    mass, size = 0.0, 0
    for symbol in range(1, count):
        mass, size = mass + held[symbol - 1], size + 1
        alone = symbol == count - 1 or held[symbol] >= wanted
        opens = alone or mass >= wanted or size >= MEMBERS
        group[symbol] = group[symbol - 1] + opens
        member[symbol] = 0 if opens else member[symbol - 1] + 1
        if opens:
            mass, size = 0.0, 0
    return group, member
