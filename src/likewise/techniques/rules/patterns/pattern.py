"""A regular expression to make strings from."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.counted import Counted
from likewise.errors import SettingsError
from likewise.techniques.rules.patterns.automaton import automaton_of
from likewise.techniques.rules.patterns.counting import Counting
from likewise.techniques.rules.patterns.drawing import (
    WIDEST,
    Drawn,
    Plan,
    Ranked,
    Source,
    is_full,
    plan_of,
    sizes_of,
    written,
)
from likewise.techniques.rules.patterns.grids import texts_of
from likewise.techniques.rules.patterns.parsing import parse_pattern
from likewise.techniques.rules.patterns.tree import (
    OPEN,
    Again,
    Node,
    edges_hold,
    holds,
    is_framed,
    is_impossible,
    lengths,
)
from likewise.techniques.rules.records.texts import fixed

Ints = npt.NDArray[np.int64]

_BYTES = 1 << 24
"""Bytes that are written at once."""


@lru_cache(maxsize=256)
def compiled(pattern: str, *, full: bool = True, shortest: int = 0, longest: int | None = None) -> Pattern:
    """Return the strings of a regular expression of Python: those that it matches as a whole, or somewhere in them.

    `full` is false for JSON Schema and SQL's `~`, which look for the pattern anywhere in a text. `shortest` and
    `longest` bound the characters of the whole string; without, `*`, `+` and `{2,}` repeat 8 times at most. Classes
    like `.` and `\\w` make printable ASCII; `\\s` a space. Raises SettingsError (`settings.pattern`) with the place of
    what cannot be turned into strings: lookbehind, lookahead after the beginning, word boundaries.

    >>> compiled("(A|B)-[0-9]{2}").count
    200
    >>> compiled(r"(?=.*[0-9])[a-z0-9]{8,10}").draw(Counted(0, "x"), np.arange(2)).to_pylist()
    ['xn3bdgy0wh', 'hdn2l24dtt']
    """
    tree = parse_pattern(pattern)
    return Pattern(pattern, tree, full=full or is_framed(tree), shortest=shortest, longest=longest)


class Pattern:
    """Make the strings of a regular expression: by chance with `draw`, or by their numbers with `at`.

    `count` is how many there are. No two numbers below `room` give the same string, so a permutation of numbers is a
    column without repeats. Build one with `compiled`.
    """

    def __init__(self, text: str, tree: Node, *, full: bool, shortest: int, longest: int | None) -> None:
        self.text, self.full, self._tree, self.shortest = text, full, tree, shortest
        low, high = lengths(tree)
        self.longest = longest if longest is not None else max(high, shortest) + (0 if full else 2 * OPEN)
        drawable = edges_hold(tree) and not is_impossible(tree)
        self._plan = plan_of(tree) if drawable else None
        self._fits = shortest <= low and high <= self.longest
        self._sizes = sizes_of(self._plan) if self._plan is not None and self._fits and full else None
        if self._plan is None or not self._fits:
            _ = self._counting  # refuses what has no string before any row is made

    @cached_property
    def count(self) -> int:
        """How many strings there are, exactly; open ends (`*`) go as far as the longest string that is wanted."""
        return math.prod(self._sizes) if self._sizes is not None else self._counting.count

    @property
    def room(self) -> int:
        """How many numbers `at` takes: `count`, or 2**61 where that is less."""
        return min(self.count, WIDEST) if self._sizes is not None else self._counting.room

    def at(self, ranks: Ints) -> pa.Array:
        """Return the strings of numbers from 0 up to, but not, `room`; other numbers give other strings.

        Raises SettingsError (`key.exhausted`) for greater ones.

        >>> compiled("[ab][01]").at(np.arange(4)).to_pylist()
        ['a0', 'a1', 'b0', 'b1']
        """
        if len(ranks) and int(ranks.max()) >= self.room:
            raise SettingsError(
                "key.exhausted", f"the pattern `{self.text}` makes {self.count:,} different texts, and "
                f"{int(ranks.max()) + 1:,} are wanted", hint="ask for fewer rows, or widen the pattern")  # fmt: skip
        if self._sizes is None or self._plan is None:
            return texts_of(self._counting.at(ranks))
        sizes = self._sizes
        return _sliced(self._plan, len(ranks), lambda own: Ranked(ranks[own], sizes))

    def draw(self, random: Counted, rows: Ints) -> pa.Array:
        """Return a string for each row: every class, choice and repeat is drawn by itself, each outcome alike likely.

        >>> compiled("[A-Z]{3}-[0-9]{4}").draw(Counted(0, "code"), np.arange(2)).to_pylist()
        ['OYR-7988', 'EOS-4652']
        """
        if self._plan is None:
            return texts_of(self._counting.draw(random, rows))
        drawn = _sliced(self._plan, len(rows), lambda own: Drawn(random, rows[own]))
        if self._fits:
            return drawn
        sizes = np.asarray(pc.utf8_length(drawn))
        other = np.flatnonzero((sizes < self.shortest) | (sizes > self.longest))
        new = texts_of(self._counting.draw(random.at("again"), rows[other]))
        places = np.arange(len(rows))
        places[other] = len(rows) + np.arange(len(other))
        return pa.concat_arrays([drawn, new]).take(pa.array(places))

    @cached_property
    def _counting(self) -> Counting:
        if holds(self._tree, Again):
            raise SettingsError(
                "settings.pattern", f"the strings of `{self.text}` cannot be counted: it refers back to a group",
                hint="give the group one length, or leave out `unique` and the bounds of its length")  # fmt: skip
        return Counting(self.text, automaton_of(self._tree, full=self.full), self.shortest, self.longest)


def _sliced(plan: Plan, rows: int, source: Callable[[slice], Source]) -> pa.Array:
    """Return what a plan writes for all rows, so many at a time as fit into the memory it may take."""
    size, made = max(_BYTES // max(plan.width, 1), 1), fixed if is_full(plan) else texts_of
    parts = [made(written(plan, source(slice(at, at + size)), min(size, rows - at))) for at in range(0, rows, size)]
    return pa.concat_arrays(parts) if parts else pa.array([], pa.string())
