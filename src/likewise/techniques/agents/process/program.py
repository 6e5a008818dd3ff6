"""A process as arrays that one rule runs: steps are nodes, each of which knows the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from likewise.modalities.tabular.distributions import Constant, Distribution
from likewise.techniques.agents.process.conditions import Tests
from likewise.techniques.agents.process.document import Activity, Resource
from likewise.techniques.agents.process.flow import Do, Flow, Parallel, Repeat, Step, Wait, is_by_chance, shares_of

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

DO, WAIT, CHANCE, DECIDE, FORK, JOIN, END = range(7)
"""Kinds of nodes: an activity, time that passes, ways by chance, by conditions, at once, where these meet, the end."""

LEAVE = -1
"""Where a case goes on that waited too long and has nothing else to do."""

NEVER = Constant(1e100)
"""The patience of a case that waits for ever."""


KIND, WHAT, NEXT, OTHERWISE, FIRST, LAST = range(6)
"""What there is of a node: its kind; the activity of one that does one, the distribution of one that waits, the first
comparison of one that decides; the next one; where a case goes on that waited too long; from which up to which row its
ways are."""

TAKES, PATIENCE, BY, FROM, UNTIL, SIZE = range(6)
"""What there is of an activity: the distributions of how long it takes and cases wait; the resource that is said to do
it, -1 for none; from which up to which row its needs are; how many cases it is done for together."""

COST, WAIT_FOR = range(2)
"""What an activity costs, and how long the first of several cases waits for others."""

RESOURCE, UNITS = range(2)
"""What there is of a need."""


class Nodes(NamedTuple):
    """Hold the steps of a process, the nodes to which each of their ways leads, and cumulated chances of these."""

    rows: Ints
    ways: Ints
    ends: Floats


class Activities(NamedTuple):
    """Hold what activities are, what they cost, and what they need."""

    rows: Ints
    costs: Floats
    needs: Ints


@dataclass
class Builder:
    """Build the nodes of flows, the last step of each first."""

    activities: Mapping[str, Activity]
    others: Mapping[str, Flow]
    tests: Tests
    distributions: list[Distribution] = field(default_factory=list)
    nodes: list[tuple[int, int, int, int, int, int]] = field(default_factory=list)
    ways: list[int] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)

    def node(
        self, kind: int, what: int = 0, then: int = -1, otherwise: int = LEAVE, ways: Sequence[int] = (),
        ends: Sequence[float] = (),
    ) -> int:  # fmt: skip
        """Add a node and return its number."""
        first = len(self.ways)
        self.ways += ways
        self.ends += ends or [1.0] * len(ways)
        self.nodes.append((kind, what, then, otherwise, first, len(self.ways)))
        return len(self.nodes) - 1

    def drawn(self, distribution: Distribution) -> int:
        """Return the number of a distribution."""
        self.distributions.append(distribution)
        return len(self.distributions) - 1

    def flow(self, steps: Flow, then: int) -> int:
        """Return the node where a flow begins that goes on to another node."""
        for step in reversed(steps):
            then = self._step(step, then)
        return then

    def _step(self, step: Step, then: int) -> int:
        if isinstance(step, Do):
            other = self.others.get(step.activity)
            otherwise = LEAVE if other is None else self.flow(other, then)
            return self.node(DO, list(self.activities).index(step.activity), then, otherwise)
        if isinstance(step, Wait):
            return self.node(WAIT, self.drawn(step.span), then)
        if isinstance(step, Repeat):
            back = self.node(CHANCE, ways=[-1, then], ends=[step.again, 1.0])
            begin = self.flow(step.flow, back)
            self.ways[self.nodes[back][FIRST]] = begin
            return begin
        if isinstance(step, Parallel):
            join = self.node(JOIN)
            return self.node(FORK, then=then, ways=[self.flow(flow, join) for flow in step.flows])
        ways = [self.flow(branch.flow, then) for branch in step.branches]
        if is_by_chance(step):
            return self.node(CHANCE, ways=ways, ends=[*accumulate(shares_of(step)[:-1]), 1.0])
        conditions = [branch.when for branch in step.branches if branch.when is not None]
        return self.node(DECIDE, self.tests.chain(conditions), ways=ways)

    def built(self) -> Nodes:
        """Return the nodes as rules read them."""
        return Nodes(np.array(self.nodes, np.int64), np.array(self.ways, np.int64), np.array(self.ends, np.float64))


def activities_of(
    activities: Mapping[str, Activity], resources: Mapping[str, Resource], builder: Builder
) -> Activities:  # fmt: skip
    """Return what activities take and need, resources in the order in which the document names them.

    All cases ask for resources in that one order: so no two wait for what the other has.
    """
    names = list(resources)
    rows, costs, needs = [], [], list[tuple[int, int]]()
    for activity in activities.values():
        first, batch = len(needs), activity.batch
        needs += sorted((names.index(name), units) for name, units in activity.needs.items())
        by = names.index(next(iter(activity.needs))) if activity.needs else -1
        takes, patience = builder.drawn(activity.takes), builder.drawn(activity.patience or NEVER)
        rows.append((takes, patience, by, first, len(needs), batch.size if batch else 1))
        costs.append((activity.cost, batch.wait if batch else 0.0))
    return Activities(np.array(rows, np.int64), np.array(costs, np.float64), np.array(needs, np.int64).reshape(-1, 2))
