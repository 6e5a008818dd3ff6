"""A pattern as a deterministic automaton: each string has one way through it, so that strings can be counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from likewise.errors import SettingsError
from likewise.techniques.rules.patterns.letters import Letters
from likewise.techniques.rules.patterns.tree import Ahead, Edge, Either, Group, Node, One, Repeated, Series, series

_LARGEST = 20_000
"""States that an automaton may have."""

ANYTHING = Repeated(One(tuple(range(ord("a"), ord("z") + 1))), 0, None)
"""What is put around a pattern that only has to be found somewhere in the text."""


@dataclass
class Loose:
    """Hold an automaton that may be in several states at once: the pattern, written out (Thompson, 1968)."""

    steps: list[list[tuple[Letters, int]]] = field(default_factory=list)
    jumps: list[list[tuple[int, str]]] = field(default_factory=list)

    def state(self) -> int:
        """Add a state. Raises SettingsError where there are too many."""
        if len(self.steps) > _LARGEST:
            raise _too_large()
        self.steps.append([])
        self.jumps.append([])
        return len(self.steps) - 1

    def add(self, node: Node, start: int) -> int:
        """Write a part behind a state and return the state it ends in."""
        match node:
            case One(letters):
                end = self.state()
                self.steps[start].append((letters, end))
                return end
            case Series(parts):
                for part in parts:
                    start = self.add(part, start)
                return start
            case Either(parts):
                end = self.state()
                for part in parts:
                    begin = self.state()
                    self.jumps[start].append((begin, ""))
                    self.jumps[self.add(part, begin)].append((end, ""))
                return end
            case Repeated():
                return self._repeated(_merged(node), start)
            case Group():
                return self.add(node.part, start)
            case Edge(first):
                end = self.state()
                self.jumps[start].append((end, "first" if first else "last"))
                return end
        raise ValueError(f"{type(node).__name__} is in no regular language")

    def _repeated(self, node: Repeated, start: int) -> int:
        for _ in range(node.least):
            start = self.add(node.part, start)
        if node.most is None:
            loop = self.state()
            self.jumps[start].append((loop, ""))
            self.jumps[self.add(node.part, loop)].append((loop, ""))
            end = self.state()
            self.jumps[loop].append((end, ""))
            return end
        end = self.state()
        self.jumps[start].append((end, ""))
        for _ in range(node.most - node.least):
            start = self.add(node.part, start)
            self.jumps[start].append((end, ""))
        return end

    def reached(self, states: Iterable[int | tuple[int, bool]], at_start: bool) -> frozenset[tuple[int, bool]]:
        """Return all states that are reached without a character; the flag says that the text must have ended."""
        waiting = [state if isinstance(state, tuple) else (state, False) for state in states]
        found = set(waiting)
        while waiting:
            state, ended = waiting.pop()
            for target, edge in self.jumps[state]:
                if edge == "first" and not at_start:
                    continue
                then = (target, ended or edge == "last")
                if then not in found:
                    found.add(then)
                    waiting.append(then)
        return frozenset(found)


@dataclass
class Automaton:
    """Hold an automaton that is in one state at a time: state 0 first; `ways` lead from each state by letters.

    Letters of one state that lead to the same state are together.
    """

    ways: list[list[tuple[Letters, int]]]
    ends: list[bool]


def automaton_of(tree: Node, *, full: bool) -> Automaton:
    """Return the automaton of all strings that a tree matches, as a whole or (not `full`) somewhere in them.

    Raises SettingsError (`settings.pattern`) where it grows too large. Back-references are not for it.
    """
    looks = [part for part in (tree.parts if isinstance(tree, Series) else [tree]) if isinstance(part, Ahead)]
    rest = [part for part in (tree.parts if isinstance(tree, Series) else [tree]) if not isinstance(part, Ahead)]
    before = [] if full or looks else [ANYTHING]
    after = [] if full else [Repeated(One(tuple(sorted(_letters(series(rest))))), 0, None)] if looks else [ANYTHING]
    body = series([*before, *rest, *after])
    letters = tuple(sorted(_letters(body)))
    every = Repeated(One(letters), 0, None)
    loose = Loose()
    parts = [(_written(loose, body), True)]
    for look in looks:
        parts.append((_written(loose, series([look.part, every])), look.wanted))
    return _determined(loose, parts, _classes(loose, letters))


def _written(loose: Loose, node: Node) -> tuple[int, int]:
    start = loose.state()
    return start, loose.add(node, start)


def _merged(node: Repeated) -> Repeated:
    """Return a repeat of a repeat as one, where the times have no gap: `(x{0,3}){0,2}` is `x{0,6}`."""
    inner = node.part
    while isinstance(inner, Group):
        inner = inner.part
    if not isinstance(inner, Repeated):
        return node
    inner = _merged(inner)
    if inner.least > 1 and node.least != node.most:
        return node
    most = 0 if 0 in (inner.most, node.most) else None if None in (inner.most, node.most) else inner.most * node.most  # type: ignore[operator]
    return Repeated(inner.part, inner.least * node.least, most)


def _letters(node: Node) -> set[int]:
    match node:
        case One(letters):
            return set(letters)
        case Series(parts) | Either(parts):
            return set().union(*map(_letters, parts)) if parts else set()
        case Repeated() | Group() | Ahead():
            return _letters(node.part)
    return set()


def _classes(loose: Loose, letters: Letters) -> list[Letters]:
    """Return the letters that no step tells apart, together."""
    sets = {found for steps in loose.steps for found, _ in steps}
    marks: dict[int, list[int]] = {letter: [] for letter in letters}
    for number, found in enumerate(sorted(sets)):
        for letter in found:
            if letter in marks:
                marks[letter].append(number)
    classes: dict[tuple[int, ...], list[int]] = {}
    for letter, own in marks.items():
        classes.setdefault(tuple(own), []).append(letter)
    return [tuple(each) for each in classes.values()]


State = tuple[frozenset[tuple[int, bool]], ...]


def _determined(loose: Loose, parts: list[tuple[tuple[int, int], bool]], classes: list[Letters]) -> Automaton:
    """Return the automaton whose states are sets of states, one set for each part that must hold."""
    first: State = tuple(loose.reached([start], at_start=True) for (start, _), _ in parts)
    numbers: dict[State, int] = {first: 0}
    ways, ends, waiting = list[list[tuple[Letters, int]]](), list[bool](), [first]
    by_class = {letters[0]: letters for letters in classes}
    members: dict[Letters, list[int]] = {}
    for state in waiting:
        ends.append(all(any(place == end for place, _ in states) == wanted
                        for states, ((_, end), wanted) in zip(state, parts)))  # fmt: skip
        targets: dict[State, list[int]] = {}
        after: list[dict[int, set[int]]] = [{} for _ in parts]
        for part, states in enumerate(state):
            for place, ended in states:
                for letters, target in () if ended else loose.steps[place]:
                    firsts = members.setdefault(letters, _firsts(letters, by_class))
                    for letter in firsts:
                        after[part].setdefault(letter, set()).add(target)
        for letter in after[0]:
            then = tuple(loose.reached(found.get(letter, ()), at_start=False) for found in after)
            targets.setdefault(then, []).extend(by_class[letter])
        own = list[tuple[Letters, int]]()
        for then, found in targets.items():
            if then not in numbers:
                numbers[then] = len(numbers)
                waiting.append(then)
                if len(numbers) > _LARGEST:
                    raise _too_large()
            own.append((tuple(sorted(found)), numbers[then]))
        ways.append(sorted(own))
    return Automaton(ways, ends)


def _firsts(letters: Letters, by_class: dict[int, Letters]) -> list[int]:
    return [letter for letter in letters if letter in by_class]


def _too_large() -> SettingsError:
    return SettingsError("settings.pattern", "the pattern is too intricate for its strings to be counted",
                         hint="repeat less, or leave out `unique` and the bounds of its length")  # fmt: skip
