"""What a pattern is made of: classes of characters, one after another, one of several, repeated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from likewise.techniques.rules.patterns.letters import Letters

OPEN = 8
"""How often something without an end (`*`, `+`, `{2,}`) repeats at most, unless lengths ask for more."""


@dataclass(frozen=True)
class One:
    """Hold one character, any of some."""

    letters: Letters


@dataclass(frozen=True)
class Series:
    """Hold parts that follow one another; no part is the empty text."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Either:
    """Hold one of several parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Repeated:
    """Hold a part `least` to `most` times; `most` is None where there is no end."""

    part: Node
    least: int
    most: int | None

    @cached_property
    def usual(self) -> int:
        """How often it is drawn at most."""
        return max(self.least, 1) + OPEN - 1 if self.most is None else self.most


@dataclass(frozen=True)
class Group:
    """Hold a part that may be asked for again by its number."""

    number: int
    part: Node


@dataclass(frozen=True)
class Again:
    """Hold what a group held (a back-reference)."""

    number: int


@dataclass(frozen=True)
class Edge:
    """Hold the beginning or the end of the text."""

    first: bool


@dataclass(frozen=True)
class Ahead:
    """Hold that the rest of the text does or does not begin with a part (a lookahead)."""

    part: Node
    wanted: bool


Node = One | Series | Either | Repeated | Group | Again | Edge | Ahead


def lengths(node: Node, groups: dict[int, tuple[int, int]] | None = None) -> tuple[int, int]:
    """Return the fewest and the most characters that a part is drawn with.

    >>> lengths(Repeated(One((97,)), 2, None))
    (2, 9)
    """
    groups = {} if groups is None else groups
    match node:
        case One():
            return 1, 1
        case Series(parts):
            found = [lengths(part, groups) for part in parts]
            return sum(low for low, _ in found), sum(high for _, high in found)
        case Either(parts):
            found = [lengths(part, groups) for part in parts]
            return min(low for low, _ in found), max(high for _, high in found)
        case Repeated():
            low, high = lengths(node.part, groups)
            return low * node.least, high * node.usual
        case Group(number, part):
            groups[number] = lengths(part, groups)
            return groups[number]
        case Again(number):
            return groups.get(number, (0, 0))
        case Edge() | Ahead():
            return 0, 0


def holds(node: Node, kind: type) -> bool:
    """Return whether a part of some kind lies anywhere in a pattern."""
    if isinstance(node, kind):
        return True
    match node:
        case Series(parts) | Either(parts):
            return any(holds(part, kind) for part in parts)
        case Repeated() | Group() | Ahead():
            return holds(node.part, kind)
    return False


def edges_hold(node: Node, first: bool = True, last: bool = True) -> bool:
    """Return whether `^` can only stand at the beginning and `$` at the end, so that they hold of themselves."""
    match node:
        case Edge():
            return first if node.first else last
        case Series(parts):
            empty = [lengths(part)[1] == 0 and not holds(part, Again) for part in parts]
            return all(
                edges_hold(part, first and all(empty[:i]), last and all(empty[i + 1 :])) for i, part in enumerate(parts)
            )
        case Either(parts):
            return all(edges_hold(part, first, last) for part in parts)
        case Repeated():
            once = node.most is not None and node.most <= 1
            return edges_hold(node.part, first and once, last and once)
        case Group():
            return edges_hold(node.part, first, last)
        case Ahead():
            return False
    return True


def series(parts: Sequence[Node]) -> Node:
    """Return parts that follow one another, flat."""
    flat: list[Node] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, Series) else [part])
    return flat[0] if len(flat) == 1 else Series(tuple(flat))


def size(node: Node) -> int:
    """Return how many characters and marks a pattern has when its repeats are written out."""
    match node:
        case Series(parts) | Either(parts):
            return sum(size(part) for part in parts)
        case Repeated():
            return size(node.part) * max(node.least, node.most or 0, 1)
        case Group() | Ahead():
            return size(node.part)
    return 1


def is_framed(node: Node) -> bool:
    """Return whether a pattern begins with `^` and ends with `$`, so that it is the whole text wherever it is found."""
    parts = [part for part in (node.parts if isinstance(node, Series) else ()) if not isinstance(part, Ahead)]
    return parts[:1] == [Edge(True)] and parts[-1:] == [Edge(False)]


def is_impossible(node: Node) -> bool:
    """Return whether a part of a pattern is a class without characters."""
    match node:
        case One(letters):
            return not letters
        case Series(parts) | Either(parts):
            return not (parts or isinstance(node, Series)) or any(is_impossible(part) for part in parts)
        case Repeated() | Group() | Ahead():
            return is_impossible(node.part)
    return False


def certain(node: Node, known: frozenset[int] = frozenset()) -> frozenset[int] | None:
    """Return the groups that surely hold something after a part, None where one is asked for that may not."""
    match node:
        case Again(number):
            return known if number in known else None
        case Group(number, part):
            found = certain(part, known)
            return None if found is None else found | {number}
        case Series(parts):
            after: frozenset[int] | None = known
            for part in parts:
                after = certain(part, after) if after is not None else None
            return after
        case Either(parts):
            all_found = [certain(part, known) for part in parts]
            some = [found for found in all_found if found is not None]
            return (
                None
                if len(some) < len(all_found)
                else frozenset.intersection(known | some[0], *some)
                if some
                else known
            )
        case Repeated():
            found = certain(node.part, known)
            return found if node.least or found is None else known
        case Ahead():
            return certain(node.part, known)
    return known
