"""Laundering by shape: money from outside goes along a pattern of accounts, and each passes on a little less.

The shapes are those of AMLSim (Weber et al., 2018) and AMLworld (Altman et al., 2023, NeurIPS).
"""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np

from likewise.industries.finance.arrays import Draw, Ints
from likewise.industries.finance.books import payments as books
from likewise.industries.finance.crime.ring import HOUR, MINUTES, Ring, Typology
from likewise.industries.finance.life.trips import DAY
from likewise.industries.finance.life.web import times_on_web

Edges = list[tuple[int, int]]
"""From which account to which, by their numbers in the ring; those that come first are paid first."""


class Pattern(Typology):
    """Be a laundering typology that is known by the shape of its transfers."""

    typical: ClassVar[int] = 12
    least: ClassVar[int] = 4
    days: ClassVar[tuple[float, float]] = (1.0, 18.0)

    @abstractmethod
    def shape(self, budget: int, rng: Draw) -> Edges:
        """Return the transfers of a ring that makes about so many payments, placements of money counted."""

    def plan(self, ring: Ring) -> None:
        """Add what comes in from outside to the first accounts, and the transfers of the pattern."""
        edges = self.shape(ring.budget, ring.rng)
        needed = 1 + max(max(edge) for edge in edges)
        people = ring.pool.people(needed, ring.end, ring.rng)
        if len(people) < needed:
            return
        account = ring.world.accounts.main[people]
        ring.join("mule", account)
        amount, placed = _amounts(ring, edges, account)
        firsts = np.array(list(placed))
        begun = np.zeros(needed, np.int64)
        begun[firsts] = _placed(ring, account[firsts], np.array(list(placed.values())), _layers(edges))
        time = _times(ring, edges, people, begun)
        source, target = np.array(edges).T
        ring.send("layering", account[source], account[target], amount, time, _money(source, target, time))


class FanIn(Pattern):
    """Let many accounts pay one."""

    name: ClassVar[str] = "fan-in"

    def shape(self, budget: int, rng: Draw) -> Edges:
        """Return the transfers."""
        count = max(3, budget // 2)
        return [(k, count) for k in range(count)]


class FanOut(Pattern):
    """Let one account pay many."""

    name: ClassVar[str] = "fan-out"

    def shape(self, budget: int, rng: Draw) -> Edges:
        """Return the transfers."""
        return [(0, k) for k in range(1, max(3, budget - 1) + 1)]


class ScatterGather(Pattern):
    """Let one account pay many, which all pay another one."""

    name: ClassVar[str] = "scatter-gather"
    least: ClassVar[int] = 5

    def shape(self, budget: int, rng: Draw) -> Edges:
        """Return the transfers."""
        count = max(2, (budget - 1) // 2)
        return [(0, k) for k in range(1, count + 1)] + [(k, count + 1) for k in range(1, count + 1)]


class GatherScatter(Pattern):
    """Let many accounts pay one, which pays many others."""

    name: ClassVar[str] = "gather-scatter"
    least: ClassVar[int] = 6

    def shape(self, budget: int, rng: Draw) -> Edges:
        """Return the transfers."""
        count = max(2, budget // 3)
        out = max(2, budget - 2 * count)
        return [(k, 0) for k in range(1, count + 1)] + [(0, count + k) for k in range(1, out + 1)]


class Cycle(Pattern):
    """Let money come back to where it began."""

    name: ClassVar[str] = "cycle"
    typical: ClassVar[int] = 7

    def shape(self, budget: int, rng: Draw) -> Edges:
        """Return the transfers."""
        count = int(np.clip(budget - 1, 3, 12))
        return [(k, (k + 1) % count) for k in range(count)]


class Stack(Pattern):
    """Let accounts of one layer pay those of the next, and these those of a third."""

    name: ClassVar[str] = "stack"
    least: ClassVar[int] = 8

    def shape(self, budget: int, rng: Draw) -> Edges:
        """Return the transfers."""
        middle = 2 if budget < 22 else 3
        ends = max(2, round((budget - 2) / (2 * middle + 1)))
        last = max(2, (budget - ends - ends * middle) // middle)
        first = [(k, ends + j) for k in range(ends) for j in range(middle)]
        return first + [(ends + j, ends + middle + k) for j in range(middle) for k in range(last)]


class Bipartite(Pattern):
    """Let each of several accounts pay each of several others."""

    name: ClassVar[str] = "bipartite"
    least: ClassVar[int] = 6

    def shape(self, budget: int, rng: Draw) -> Edges:
        """Return the transfers."""
        sources = 2 if budget < 12 else 3
        targets = max(2, budget // sources - 1)
        return [(k, sources + j) for k in range(sources) for j in range(targets)]


class Scattered(Pattern):
    """Let money wander among accounts, in no shape that has a name."""

    name: ClassVar[str] = "random"
    least: ClassVar[int] = 6

    def shape(self, budget: int, rng: Draw) -> Edges:
        """Return the transfers: a chain that parts and never closes, with a way back into its middle."""
        edges: Edges = [(0, 1), (1, 2), (1, 3), (2, 4)]
        while len(edges) < budget - 1:
            edges.append((int(rng.integers(2, len(edges) + 1)), len(edges) + 1))
        return edges


def _amounts(ring: Ring, edges: Edges, account: Ints) -> tuple[Ints, dict[int, int]]:
    """Return what each transfer is, and what has to come in from outside to whom.

    Who is paid passes on what came in less a share, parted among those whom it pays.
    """
    rng = ring.rng
    price = float(ring.price(account[:1])[0])
    weight = rng.gamma(6.0, 1.0, len(edges))
    whole = np.bincount([a for a, _ in edges], weight, len(account))
    paying = np.bincount([a for a, _ in edges], minlength=len(account))
    has = np.zeros(len(account))
    amount = np.zeros(len(edges), np.int64)
    placed: dict[int, int] = {}
    passed = 1.0 - rng.uniform(0.02, 0.10, len(edges))
    for k, (a, b) in enumerate(edges):
        if has[a] == 0.0:
            has[a] = ring.amounts((1500.0, 9000.0), (75.0, 1.1), int(paying[a])).sum() * price
            placed[a] = int(has[a] * rng.uniform(1.02, 1.12)) // 1000 * 1000 + 1000
        share = has[a] * weight[k] / whole[a]
        unit = 1000 if share > 60_000 else 100
        amount[k] = max(int(share) // unit * unit, 100)
        has[b] += amount[k] * passed[k]
    return amount, placed


def _layers(edges: Edges) -> int:
    """Return how many transfers come one after another at most."""
    depth: dict[int, int] = {}
    most = 1
    for a, b in edges:
        step = depth.get(a, 0) + 1
        depth[b] = max(depth.get(b, 0), step)
        most = max(most, step)
    return most


def _times(ring: Ring, edges: Edges, people: Ints, begun: Ints) -> Ints:
    """Return when each transfer is: after all that its payer waits for, often at an hour usual for the payer."""
    rng = ring.rng
    wait = max(ring.end - ring.begin, 4 * HOUR) / (_layers(edges) + 1) * rng.uniform(0.1, 1.0, len(edges))
    who = people[[a for a, _ in edges]]
    usual = times_on_web(ring.world, MINUTES, who, np.zeros(len(edges), np.int64), rng)
    hides = ring.hides(len(edges))
    time = np.zeros(len(edges), np.int64)
    for k, (a, b) in enumerate(edges):
        when = int(begun[a] + 600 + wait[k])
        if hides[k]:
            day = when // DAY * DAY
            when = day + int(usual[k]) + (DAY if day + usual[k] < begun[a] + 300 else 0)
        time[k] = when
        begun[b] = max(begun[b], when)
    return time


def _money(source: Ints, target: Ints, time: Ints) -> Ints:
    """Return whose money transfers move: who pays on holds what came in for the ring, until the last payment."""
    order = np.argsort(time, kind="stable")
    last = np.full(1 + max(source.max(), target.max()), -1)
    last[source[order]] = order
    latest = np.where(last >= 0, time[last], 0)
    pays_on = time < latest[target]
    ends = last[source] == np.arange(len(source))
    return np.asarray(books.FROM_HELD + books.HOLDS * pays_on + books.LAST * ends)


def _placed(ring: Ring, account: Ints, amount: Ints, layers: int) -> Ints:
    """Let money come in from outside, as cash at a branch or a transfer from abroad; return when it does."""
    world, rng = ring.world, ring.rng
    time = ring.moments(len(account), ring.begin, ring.begin + (ring.end - ring.begin) // (layers + 1))
    who = world.accounts.owner[account]
    by_cash = (rng.random(len(account)) < 0.5) & (world.calendar.weekday[time // DAY] < 5)
    at_work = time // DAY * DAY + rng.integers(9 * HOUR, 17 * HOUR, size=len(account))
    at_work += world.cities.behind[world.people.city[who]] * HOUR
    time = np.where(by_cash, np.maximum(at_work, ring.begin), time)
    payer = np.where(by_cash, world.banks.vault[world.accounts.bank[account]],
                     world.accounts.abroad[world.accounts.currency[account]])  # fmt: skip
    ring.add("placement", len(account), time=time, kind=np.where(by_cash, books.CASH, books.TRANSFER),
             channel=np.where(by_cash, np.where(rng.random(len(account)) < 0.5, books.ATM, books.BRANCH), books.BATCH),
             purpose=np.where(by_cash, books.PURPOSES.index("deposit"), books.PURPOSES.index("from abroad")),
             amount=amount, payer=payer, payee=account, customer=who, money=books.HOLDS)  # fmt: skip
    return time
