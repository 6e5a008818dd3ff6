"""Columns that go from state to state, as a Markov chain says."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field

from likewise.core.counted import Counted
from likewise.core.schema import Column, Kind
from likewise.errors import suggest
from likewise.techniques.rules.maker import Ints, Maker, Rows, told
from likewise.techniques.rules.makers.along.runs import along_of

Weights = tuple[tuple[str, float], ...]
FIELDS = ("start", "moves", "longest")


class States(Maker):
    """Let each row's state follow from that of the row before: `{states: {start: ..., moves: ...}, along: order_id}`.

    `start` is a state or chances of several, `moves` maps a state to the next one or to chances; one without moves is
    an end. Where the reference says `children: {states: status}`, each row of the other table has as many rows as its
    way to an end is long, `longest` at most; else the rows after an end stay there.
    """

    word: ClassVar[str] = "states"
    follows: ClassVar[bool] = True
    beside: ClassVar[tuple[str, ...]] = ("along",)

    start: Weights
    moves: tuple[tuple[str, Weights], ...]
    along: str
    longest: int = Field(default=100, ge=1, le=100_000)

    @classmethod
    def read(cls, value: Any, path: str) -> Self:
        """Read the states, and which reference orders the rows."""
        machine, at = value.get("states"), f"{path}.states"
        if not isinstance(machine, Mapping) or not {"start", "moves"} <= set(machine):
            raise told(at, "`start` and `moves` are wanted", "write {start: new, moves: {new: {paid: 0.9, lost: 0.1}}}")
        for name in machine:
            if name not in FIELDS:
                raise told(f"{at}.{name}", f"there is no setting `{name}`", suggest(str(name), FIELDS, "setting"))
        if not isinstance(machine["moves"], Mapping):
            raise told(f"{at}.moves", "a mapping of states is wanted", "write {new: {paid: 0.9, lost: 0.1}}")
        moves = tuple((str(state), _weights(to, f"{at}.moves.{state}")) for state, to in machine["moves"].items())
        longest = machine.get("longest", 100)
        if not isinstance(longest, int) or isinstance(longest, bool) or not 1 <= longest <= 100_000:
            raise told(f"{at}.longest", "a whole number from 1 to 100,000 is wanted", "write 20")
        return cls(start=_weights(machine["start"], f"{at}.start"), moves=moves, along=along_of(value, "states", path),
                   longest=longest)  # fmt: skip

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """All states, in the order in which they are named."""
        named = [state for state, _ in self.start]
        for state, to in self.moves:
            named += [state, *(other for other, _ in to)]
        return tuple(dict.fromkeys(named))

    def needs(self) -> tuple[str, ...]:
        """Return the reference by which rows follow one another."""
        return (f"#{self.along}",)

    def column(self, name: str, known: Mapping[str, Column]) -> Column:
        """Return a category of all states."""
        kind: Kind = "category" if len(self.levels) > 1 else "constant"
        return Column(name=name, kind=kind, dtype="string", levels=self.levels)

    def make(self, rows: Rows) -> pa.Array:
        """Return the states of some rows."""
        parents, ordinals, _ = rows.placed(self.along)
        distinct, own = np.unique(parents, return_inverse=True)
        found = np.zeros(len(parents), np.int32)
        order = np.argsort(ordinals, kind="stable")
        ends = np.searchsorted(ordinals[order], np.arange(int(ordinals.max(initial=-1)) + 2))
        states = np.zeros(len(distinct), np.int64)
        for step in range(len(ends) - 1):
            states = self._stepped(states, step, distinct, rows.random)
            asked = order[ends[step] : ends[step + 1]]
            found[asked] = states[own[asked]]
        return pa.DictionaryArray.from_arrays(found, pa.array(self.levels, pa.string()))

    def lengths(self, parents: Ints, random: Counted) -> Ints:
        """Return how many rows lead each parent to an end."""
        found, states = np.full(len(parents), self.longest, np.int64), np.zeros(len(parents), np.int64)
        going = np.arange(len(parents))
        for step in range(self.longest):
            states[going] = self._stepped(states[going], step, parents[going], random)
            ended = self._ends[states[going]]
            found[going[ended]] = step + 1
            going = going[~ended]
            if not len(going):
                break
        return found

    def _stepped(self, states: Ints, step: int, parents: Ints, random: Counted) -> Ints:
        """Return the states of a step, from those of the one before."""
        chances = random.at("step", step).uniforms(parents)
        rows = self._cumulated[states + 1] if step else self._cumulated[np.zeros(len(states), np.int64)]
        found: Ints = (rows < chances[:, None]).sum(axis=1)
        return found

    @cached_property
    def _cumulated(self) -> npt.NDArray[np.float64]:
        """The chances of the states up to each: at the start, and after each state."""
        size = len(self.levels)
        found = np.zeros((size + 1, size))
        for row, weights in ((0, self.start), *((self.levels.index(state) + 1, to) for state, to in self.moves)):
            for state, weight in weights:
                found[row, self.levels.index(state)] = weight
        ends = np.flatnonzero(found[1:].sum(axis=1) == 0)
        found[ends + 1, ends] = 1.0
        cumulated = np.cumsum(found / found.sum(axis=1, keepdims=True), axis=1)
        cumulated[:, -1] = 1.0
        return cumulated

    @cached_property
    def _ends(self) -> npt.NDArray[np.bool_]:
        """Which states are an end."""
        going = {state for state, to in self.moves if any(weight > 0 for _, weight in to)}
        return np.array([state not in going for state in self.levels])


def _weights(value: Any, path: str) -> Weights:
    """Read one state, or states with their chances."""
    if isinstance(value, str):
        return ((value, 1.0),)
    if not isinstance(value, Mapping) or not value:
        raise told(path, "a state or chances of states are wanted", "write {paid: 0.9, cancelled: 0.1}")
    for state, weight in value.items():
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 <= weight < 1e300:
            raise told(f"{path}.{state}", "a chance of at least 0 is wanted", "write e.g. 0.9")
    if not sum(value.values()) > 0:
        raise told(path, "one of the chances has to be above 0", "write e.g. {paid: 0.9, cancelled: 0.1}")
    return tuple((str(state), float(weight)) for state, weight in value.items())
