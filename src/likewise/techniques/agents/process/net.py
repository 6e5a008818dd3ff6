"""A declared process as a Petri net: what its logs are replayed on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from likewise.techniques.agents.process.flow import Do, Flow, Parallel, Repeat, Step, Wait, below

_KIND = "http://www.pnml.org/version-2009/grammar/ptnet"


@dataclass(frozen=True)
class Net:
    """Hold a workflow net: places by number from 0, the source, to 1, the sink; transitions with labels or without.

    A transition is what it is called (None for one that leaves no event), the places that it takes a token from and
    those that it puts one on.

    Van der Aalst, 1998, Journal of Circuits, Systems and Computers 8; Leemans, Fahland and van der Aalst, 2013.
    """

    places: int
    transitions: tuple[tuple[str | None, tuple[int, ...], tuple[int, ...]], ...]

    def to_pnml(self) -> str:
        """Return the net as a document that ProM and pm4py read (ISO 15909-2)."""
        lines = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            "<pnml>",
            f'<net id="process" type="{_KIND}"><page id="page">',
        ]
        for place in range(self.places):
            marked = "<initialMarking><text>1</text></initialMarking>" if place == 0 else ""
            name = {0: "source", 1: "sink"}.get(place, f"p{place}")
            lines.append(f'<place id="p{place}"><name><text>{name}</text></name>{marked}</place>')
        for n, (label, takes, puts) in enumerate(self.transitions):
            silent = "" if label is not None else '<toolspecific tool="ProM" version="6.4" activity="$invisible$"/>'
            name = f"<name><text>{escape(label or f'silent {n}')}</text></name>"
            lines.append(f'<transition id="t{n}">{name}{silent}</transition>')
            arcs = [(f"p{place}", f"t{n}") for place in takes] + [(f"t{n}", f"p{place}") for place in puts]
            lines += [f'<arc id="{a}-{b}" source="{a}" target="{b}"/>' for a, b in arcs]
        lines += ["</page><finalmarkings><marking>",
                  *(f'<place idref="p{place}"><text>{int(place == 1)}</text></place>' for place in range(self.places)),
                  "</marking></finalmarkings></net>", "</pnml>"]  # fmt: skip
        return "\n".join(lines) + "\n"


@dataclass
class _Builder:
    others: Mapping[str, Flow]
    leaving: frozenset[str]
    places: int = 2
    transitions: list[tuple[str | None, tuple[int, ...], tuple[int, ...]]] = field(default_factory=list)

    def place(self) -> int:
        self.places += 1
        return self.places - 1

    def link(self, label: str | None, takes: tuple[int, ...], puts: tuple[int, ...]) -> None:
        self.transitions.append((label, takes, puts))

    def flow(self, steps: Flow, begin: int, end: int) -> None:
        """Lay a flow between two places."""
        steps = tuple(step for step in steps if not isinstance(step, Wait))
        if not steps:
            self.link(None, (begin,), (end,))
        for n, step in enumerate(steps):
            then = end if n == len(steps) - 1 else self.place()
            self._step(step, begin, then)
            begin = then

    def _step(self, step: Step, begin: int, end: int) -> None:
        if isinstance(step, Do):
            self.link(step.activity, (begin,), (end,))
            if step.activity in self.leaving:
                self.link(None, (begin,), (1,))
            elif step.activity in self.others:
                self._apart(self.others[step.activity], begin, end)
        elif isinstance(step, Parallel):
            ways = [(self.place(), self.place()) for _ in step.flows]
            self.link(None, (begin,), tuple(first for first, _ in ways))
            self.link(None, tuple(last for _, last in ways), (end,))
            for flow, (first, last) in zip(step.flows, ways, strict=True):
                self.flow(flow, first, last)
        elif isinstance(step, Repeat):
            first, last = self.place(), self.place()
            self.link(None, (begin,), (first,))
            self.link(None, (last,), (first,))
            self.link(None, (last,), (end,))
            self.flow(step.flow, first, last)
        else:
            for flow in below(step):
                self._apart(flow, begin, end)

    def _apart(self, flow: Flow, begin: int, end: int) -> None:
        """Lay one of several flows between two places: with a place of its own, so that a loop in it stays in it."""
        first = self.place()
        self.link(None, (begin,), (first,))
        self.flow(flow, first, end)


def net_of(flow: Flow, others: Mapping[str, Flow], leaving: frozenset[str]) -> Net:
    """Return the net of a flow; cases that wait too long go on by `others`, or are at the end where they leave."""
    builder = _Builder(others, leaving)
    builder.flow(flow, 0, 1)
    return Net(builder.places, tuple(builder.transitions))
