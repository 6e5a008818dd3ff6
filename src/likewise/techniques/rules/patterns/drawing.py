"""How strings of a pattern are drawn: each class, choice and repeat by itself, for a block of rows at once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from itertools import count, product

import numpy as np
import numpy.typing as npt

from likewise.core.counted import Counted
from likewise.techniques.rules.patterns.grids import Bytes, grid_of, lanes_of, looked_up
from likewise.techniques.rules.patterns.tree import (
    Again,
    Either,
    Group,
    Node,
    One,
    Repeated,
    Series,
)

Ints = npt.NDArray[np.int64]

WIDEST = 2**61
"""What numbers of strings stay below where they are counted in 64 bits."""

_MERGED, _LANES = 32_768, 8
"""Neighbouring classes are drawn as one while together they have so many strings, of so many bytes."""


class Source(ABC):
    """Give the places in the tables of a plan, for the rows of a block."""

    @abstractmethod
    def pick(self, node: int, size: int, at: Ints | None) -> Ints:
        """Return a number below `size` for each row, or for those at some places of the block."""

    @abstractmethod
    def inside(self, node: int, time: int) -> Source:
        """Return the source of one time of what is repeated."""


class Drawn(Source):
    """Draw the places, each alike likely."""

    def __init__(self, random: Counted, rows: Ints) -> None:
        self.random, self.rows = random, rows

    def pick(self, node: int, size: int, at: Ints | None) -> Ints:
        """Return random numbers, which depend on the number of the row alone."""
        return self.random.at(node).integers(self.rows if at is None else self.rows[at], size)

    def inside(self, node: int, time: int) -> Source:
        """Return numbers of its own for one time."""
        return Drawn(self.random.at(node, time), self.rows)


class Ranked(Source):
    """Read the places from the numbers of strings: the last table counts fastest.

    Where there are more strings than 64 bits number, the tables at the front are read from a hash of the number: other
    numbers still give other strings.
    """

    def __init__(self, ranks: Ints, sizes: Sequence[int]) -> None:
        room, rest, found = 1, ranks, list[Ints]()
        for place in reversed(range(len(sizes))):
            size = sizes[place]
            if room * size < WIDEST:
                room *= size
                rest, digit = np.divmod(rest, size)
            else:
                digit = Counted(0, "pattern", place).integers(ranks, size)
            found.append(digit)
        self._digits = iter(reversed(found))

    def pick(self, node: int, size: int, at: Ints | None) -> Ints:
        """Return the next place."""
        return next(self._digits)

    def inside(self, node: int, time: int) -> Source:
        """Return itself: nothing that is counted so is repeated."""
        return self


class Plan(ABC):
    """Write one part of the strings into the columns of a matrix; `width` is how many bytes it may take."""

    width: int

    @abstractmethod
    def fill(self, out: Bytes, source: Source, at: Ints | None, groups: dict[int, Bytes]) -> None:
        """Write a part for each row, or for those at some places of the block; what it leaves is 0."""


class Table(Plan):
    """Write one of a list of texts.

    `even` says that all are different and of one length.
    """

    def __init__(self, node: int, texts: Sequence[str]) -> None:
        self.node, self.texts = node, texts
        self.cells = grid_of(texts)
        self.width = self.cells.shape[1]
        self.different = len(set(texts)) == len(texts)
        self.even = self.different and len({len(text) for text in texts}) == 1
        self._lanes = lanes_of(self.cells)

    def fill(self, out: Bytes, source: Source, at: Ints | None, groups: dict[int, Bytes]) -> None:
        """Write the texts of the places that the source gives."""
        if len(self.texts) == 1:
            out[:] = self.cells
            return
        places = source.pick(self.node, len(self.texts), at)
        if self._lanes is None:
            out[:] = self.cells[places]
        else:
            out[:] = looked_up(self._lanes, places, self.width)


class Row(Plan):
    """Write parts one after another."""

    def __init__(self, parts: Sequence[Plan]) -> None:
        self.parts = tuple(parts)
        self.width = sum(part.width for part in parts)

    def fill(self, out: Bytes, source: Source, at: Ints | None, groups: dict[int, Bytes]) -> None:
        """Write the parts beside one another."""
        start = 0
        for part in self.parts:
            part.fill(out[:, start : start + part.width], source, at, groups)
            start += part.width


class Pick(Plan):
    """Write one of several parts."""

    def __init__(self, node: int, parts: Sequence[Plan]) -> None:
        self.node, self.parts = node, tuple(parts)
        self.width = max(part.width for part in parts)

    def fill(self, out: Bytes, source: Source, at: Ints | None, groups: dict[int, Bytes]) -> None:
        """Write the part that each row drew."""
        picked = source.pick(self.node, len(self.parts), at)
        for number, part in enumerate(self.parts):
            _on(part, out, np.flatnonzero(picked == number), source, at, groups)


class Times(Plan):
    """Write a part as often as drawn, from `least` to `most` times."""

    def __init__(self, node: int, part: Plan, least: int, most: int) -> None:
        self.node, self.part, self.least, self.most = node, part, least, most
        self.width = part.width * most

    def fill(self, out: Bytes, source: Source, at: Ints | None, groups: dict[int, Bytes]) -> None:
        """Write each time in its own columns."""
        times, wide = self.least + source.pick(self.node, self.most - self.least + 1, at), self.part.width
        for time in range(self.most):
            own = np.flatnonzero(times > time)
            if not len(own):
                break
            _on(self.part, out[:, time * wide : (time + 1) * wide], own, source.inside(self.node, time), at, groups)


class Kept(Plan):
    """Write a part and keep it for later."""

    def __init__(self, number: int, part: Plan) -> None:
        self.number, self.part, self.width = number, part, part.width

    def fill(self, out: Bytes, source: Source, at: Ints | None, groups: dict[int, Bytes]) -> None:
        """Write the part, and remember it."""
        self.part.fill(out, source, at, groups)
        groups[self.number][slice(None) if at is None else at] = out


class Copied(Plan):
    """Write again what was kept."""

    def __init__(self, kept: Kept) -> None:
        self.kept, self.width = kept, kept.width

    def fill(self, out: Bytes, source: Source, at: Ints | None, groups: dict[int, Bytes]) -> None:
        """Write what the group wrote last."""
        out[:] = groups[self.kept.number][slice(None) if at is None else at]


def _on(
    part: Plan, out: Bytes, own: Ints, source: Source, at: Ints | None, groups: dict[int, Bytes]
) -> None:  # fmt: skip
    """Let a part write into some of the rows."""
    if len(own):
        written = np.zeros((len(own), part.width), dtype=np.uint8)
        part.fill(written, source, own if at is None else at[own], groups)
        out[own, : part.width] = written


def plan_of(tree: Node) -> Plan:
    """Return how the strings of a tree are drawn; edges are taken to hold of themselves."""
    return _Planner().plan(tree)


class _Planner:
    """Make the plan of a tree; every node that draws has a number of its own."""

    def __init__(self) -> None:
        self.numbers, self.groups = count(), dict[int, Kept]()

    def plan(self, node: Node) -> Plan:
        match node:
            case One(letters):
                return Table(next(self.numbers), [chr(letter) for letter in letters])
            case Series(parts):
                return self._row(parts)
            case Either(parts):
                return self._either(parts)
            case Repeated():
                if node.least == node.usual:
                    return self._row([node.part] * node.least)
                return Times(next(self.numbers), self.plan(node.part), node.least, node.usual)
            case Group(number, part):
                self.groups[number] = Kept(number, self.plan(part))
                return self.groups[number]
            case Again(number) if number in self.groups:
                return Copied(self.groups[number])
        return Row([])

    def _row(self, parts: Sequence[Node]) -> Plan:
        found = list[Plan]()
        for part in map(self.plan, parts):
            for piece in part.parts if isinstance(part, Row) else [part]:
                last = found[-1] if found else None
                merged = _merged(last, piece) if isinstance(last, Table) and isinstance(piece, Table) else None
                if merged is None:
                    found.append(piece)
                else:
                    found[-1] = merged
        return found[0] if len(found) == 1 else Row(found)

    def _either(self, parts: Sequence[Node]) -> Plan:
        """Return one table where the parts have equally many texts, all different, else a choice."""
        found = [self.plan(part) for part in parts]
        tables = [part for part in found if isinstance(part, Table)]
        if len(tables) == len(found) and len({len(table.texts) for table in tables}) == 1:
            texts = [text for table in tables for text in table.texts]
            if len(set(texts)) == len(texts) <= _MERGED:
                return Table(next(self.numbers), texts)
        return Pick(next(self.numbers), found)


def _merged(first: Table, second: Table) -> Table | None:
    """Return two tables as one, while it stays small."""
    size, width = len(first.texts) * len(second.texts), first.width + second.width
    if size > _MERGED or (width > _LANES and size > 1):
        return None
    merged = Table(first.node, ["".join(pair) for pair in product(first.texts, second.texts)])
    return merged if merged.different or not (first.different and second.different) else None


def sizes_of(plan: Plan) -> list[int] | None:
    """Return the sizes of the tables that number the strings of a plan, None where two numbers may give one string.

    Where at most one part is of different lengths, what each part wrote can be told from the string.
    """
    parts = list(_leaves(plan))
    if any(not isinstance(part, Table | Copied) for part in parts):
        return None
    tables = [part for part in parts if isinstance(part, Table)]
    if not all(table.different for table in tables) or sum(not _is_even(part) for part in parts) > 1:
        return None
    return [len(table.texts) for table in tables if len(table.texts) > 1]


def _leaves(plan: Plan) -> Iterator[Plan]:
    match plan:
        case Row():
            for part in plan.parts:
                yield from _leaves(part)
        case Kept():
            yield from _leaves(plan.part)
        case _:
            yield plan


def _is_even(plan: Plan) -> bool:
    return all(part.even if isinstance(part, Table) else _is_even(part.kept) if isinstance(part, Copied) else False
               for part in _leaves(plan))  # fmt: skip


def is_full(plan: Plan) -> bool:
    """Return whether every string of a plan fills all its bytes."""
    return all(bool(part.cells.all()) if isinstance(part, Table) else is_full(part.kept) if isinstance(part, Copied)
               else False for part in _leaves(plan))  # fmt: skip


def written(plan: Plan, source: Source, rows: int) -> Bytes:
    """Return the matrix that a plan writes."""
    out = np.zeros((rows, plan.width), dtype=np.uint8)
    groups = {number: np.zeros((rows, width), dtype=np.uint8) for number, width in _groups(plan).items()}
    plan.fill(out, source, None, groups)
    return out


def _groups(plan: Plan) -> dict[int, int]:
    """Return the widths of what is kept and asked for again."""
    match plan:
        case Kept():
            return {plan.number: plan.width, **_groups(plan.part)}
        case Row() | Pick():
            return {number: width for part in plan.parts for number, width in _groups(part).items()}
        case Times():
            return _groups(plan.part)
    return {}
