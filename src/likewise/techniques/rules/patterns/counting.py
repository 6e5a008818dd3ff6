"""The strings of an automaton by their length: how many there are, the string of a number, and one by chance."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

import numpy as np
import numpy.typing as npt

from likewise.core.counted import Counted
from likewise.errors import SettingsError
from likewise.techniques.rules.patterns.automaton import Automaton
from likewise.techniques.rules.patterns.drawing import WIDEST
from likewise.techniques.rules.patterns.grids import Bytes, grid_of

Ints = npt.NDArray[np.int64]

_CELLS = 20_000_000
"""States times lengths that are counted."""


class Counting:
    """Count the strings of `shortest` to `longest` characters, shorter ones first.

    Raises SettingsError (`settings.pattern`) where that is too much, or where there is no such string.
    """

    def __init__(self, text: str, automaton: Automaton, shortest: int, longest: int) -> None:
        self.automaton, self.shortest, self.longest = automaton, shortest, longest
        states = len(automaton.ways)
        if states * (longest + 1) > _CELLS:
            raise SettingsError(
                "settings.pattern", f"the texts of `{text}` are too many to be counted",
                hint="let it be shorter, or leave out `unique` and the bounds of its length")  # fmt: skip
        self.after = self._after(states)
        kept = [size for size in range(shortest, longest + 1) if self.after[size, 0]]
        self.sizes = np.array(kept, dtype=np.int64)
        if not kept:
            raise SettingsError(
                "settings.pattern", f"no text of {shortest} to {longest} characters matches `{text}`",
                hint="look for a contradiction in the pattern, or with the bounds of its length")  # fmt: skip

    def _after(self, states: int) -> Ints:
        """Return how many strings of each length lead from each state to an end; at most `WIDEST`."""
        starts, targets, many = [], list[int](), list[int]()
        for ways in self.automaton.ways:
            starts.append(len(targets))
            targets.extend(target for _, target in ways)
            many.extend(len(letters) for letters, _ in ways)
        found = np.zeros((self.longest + 1, states), dtype=np.int64)
        found[0] = self.automaton.ends
        some = np.flatnonzero(np.diff(np.append(starts, len(targets))))
        begins, to, by = np.array(starts, dtype=np.int64)[some], np.array(targets, dtype=np.int64), np.array(many)
        for size in range(1, self.longest + 1) if len(some) else ():
            before = found[size - 1][to]
            rough = np.add.reduceat(before.astype(np.float64) * by, begins)
            with np.errstate(over="ignore"):
                exact = np.add.reduceat(before * by, begins)
            found[size, some] = np.where(rough < WIDEST * (1 - 1e-9), exact, WIDEST)
        return found

    @cached_property
    def room(self) -> int:
        """How many strings there are, or 2**61 where that is less."""
        return min(sum(int(self.after[size, 0]) for size in self.sizes.tolist()), WIDEST)

    @cached_property
    def count(self) -> int:
        """How many strings there are, exactly; long ones take long to count."""
        if self.room < WIDEST:
            return self.room
        row, found = [int(end) for end in self.automaton.ends], 0
        for size in range(self.longest + 1):
            found += row[0] if size >= self.shortest else 0
            row = [sum(len(letters) * row[target] for letters, target in ways) for ways in self.automaton.ways]
        return found

    def at(self, ranks: Ints) -> Bytes:
        """Return the strings of some numbers, as a matrix of bytes; other numbers, other strings."""
        ends = np.array([min(end, WIDEST) for end in _summed(self.after[self.sizes, 0].tolist())], dtype=np.int64)
        group = np.searchsorted(ends, ranks, side="right")
        rest = ranks - np.append(0, ends)[group]

        def step(state: int, size: int, own: Ints, place: int) -> tuple[Ints, Ints]:
            ways = self.automaton.ways[state]
            below = [int(self.after[size - 1, target]) for _, target in ways]
            ends = [min(end, WIDEST) for end in _summed([len(w[0]) * n for w, n in zip(ways, below)])]
            way = np.searchsorted(np.array(ends, dtype=np.int64), rest[own], side="right")
            rest[own] -= np.array([0, *ends], dtype=np.int64)[way]
            letter, rest[own] = np.divmod(rest[own], np.maximum(np.array(below, dtype=np.int64), 1)[way])
            return way, letter

        return self._walked(self.sizes[group], step, turned=self.room >= WIDEST)

    def draw(self, random: Counted, rows: Ints) -> Bytes:
        """Return a string for each row: its length, then each character of those that still lead to an end."""
        sizes = self.sizes[random.at("length").integers(rows, len(self.sizes))]
        streams: dict[int, Ints] = {}

        def step(state: int, size: int, own: Ints, place: int) -> tuple[Ints, Ints]:
            ways = self.automaton.ways[state]
            many = np.array([len(letters) if self.after[size - 1, target] else 0 for letters, target in ways])
            if place not in streams:
                streams.clear()
                streams[place] = (random.at(place).bits(rows) >> np.uint64(32)).astype(np.int64)
            ends = np.cumsum(many)
            picked = streams[place][own] * ends[-1] >> 32
            way = np.searchsorted(ends, picked, side="right")
            return way, picked - np.append(0, ends)[way]

        return self._walked(sizes, step, turned=False)

    def _walked(
        self, sizes: Ints, step: Callable[[int, int, Ints, int], tuple[Ints, Ints]], *, turned: bool
    ) -> Bytes:  # fmt: skip
        """Walk through the automaton, each row by its own steps, and write the characters.

        `turned` shifts each letter, among those that lead the same way, by what comes after it: so strings whose
        numbers are few beside all that there are still differ in front, and stay different.
        """
        width = int(sizes.max(initial=0))
        table, first = self._alphabet
        state, ways = np.zeros(len(sizes), dtype=np.int64), np.full((width, len(sizes)), -1, dtype=np.int64)
        picked = np.zeros((width, len(sizes)), dtype=np.int64)
        for place in range(width):
            alive = np.flatnonzero(sizes > place)
            for here, left, own in _together(state, sizes - place, alive):
                way, letter = step(here, left, own, place)
                ways[place, own] = first[here] + way
                picked[place, own] = letter
                state[own] = np.array([target for _, target in self.automaton.ways[here]], dtype=np.int64)[way]
        if turned:
            self._turn(ways, picked)
        out = np.zeros((len(sizes), width, table.shape[1]), dtype=np.uint8)
        for place in range(width):
            own = np.flatnonzero(ways[place] >= 0)
            out[own, place] = table[self._starts[ways[place, own]] + picked[place, own]]
        return out.reshape(len(sizes), width * table.shape[1])

    def _turn(self, ways: Ints, picked: Ints) -> None:
        behind = np.zeros(picked.shape[1], dtype=np.int64)
        sizes = np.diff(np.append(self._starts, len(self._alphabet[0])))
        for place in reversed(range(len(picked))):
            own = np.flatnonzero(ways[place] >= 0)
            shift = Counted(0, "pattern", place).bits(behind[own]) >> np.uint64(33)
            shift[behind[own] == 0] = 0
            picked[place, own] = (picked[place, own] + shift.astype(np.int64)) % sizes[ways[place, own]]
            behind[own] = behind[own] * 1_000_003 + ways[place, own] * 5_003 + picked[place, own] + 1

    @cached_property
    def _alphabet(self) -> tuple[Bytes, list[int]]:
        """Return the letters of all ways one after another, and the number of each state's first way."""
        letters = "".join(chr(c) for ways in self.automaton.ways for found, _ in ways for c in found)
        first, at = list[int](), 0
        for ways in self.automaton.ways:
            first.append(at)
            at += len(ways)
        return grid_of(list(letters)), first

    @cached_property
    def _starts(self) -> Ints:
        """Return where the letters of each way begin."""
        sizes = [len(found) for ways in self.automaton.ways for found, _ in ways]
        return np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64) if sizes else np.zeros(0, dtype=np.int64)


def _summed(numbers: list[int]) -> list[int]:
    found, whole = list[int](), 0
    for number in numbers:
        whole += number
        found.append(whole)
    return found


def _together(state: Ints, left: Ints, alive: Ints) -> Iterator[tuple[int, int, Ints]]:
    """Give the rows that are in one state with one number of characters to come, together."""
    if not len(alive):
        return
    marks = state[alive] * (int(left.max()) + 1) + left[alive]
    if marks.min() == marks.max():
        yield int(state[alive[0]]), int(left[alive[0]]), alive
        return
    order = np.argsort(marks, kind="stable")
    cuts = np.flatnonzero(np.diff(marks[order])) + 1
    for own in np.split(alive[order], cuts):
        yield int(state[own[0]]), int(left[own[0]]), own
