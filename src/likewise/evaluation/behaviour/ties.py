"""How entities hang together by what they share: neighbours, closed wedges; and by whom they pay: returns and rings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from likewise.core.seeds import generator
from likewise.evaluation.behaviour.events import Counts, Events, Floats, Ints, Mask
from likewise.evaluation.behaviour.measures import FEWEST_ITEMS, Bundle, Grid, Measure, Side
from likewise.evaluation.behaviour.sharing import Pairs
from likewise.evaluation.behaviour.wording import number, percent

MOST_USERS = 64
"""Entities that share a value up to which they count as tied by it: what half the world uses ties nobody."""
MOST_WEDGES = 1_500_000
"""Pairs of edges at one value that are looked at, which bounds the work whatever the hubs."""
LEAST = 2


@dataclass(frozen=True, eq=False)
class Ties:
    """Hold the graph between entities and the values of all attributes, and up to how many users a value ties."""

    owner: Ints
    value: Ints
    values: int
    users: int
    order: Ints

    @classmethod
    def of(cls, pairs: Sequence[Pairs], users: int, seed: int) -> Ties:
        """Join the graphs of several attributes; values are looked at in a seeded order where they are too many."""
        before = np.cumsum([0, *(own.values for own in pairs)])
        value = np.concatenate([own.value + at for own, at in zip(pairs, before, strict=False)]).astype(np.int32)
        order = generator(seed, "behaviour", "ties").permutation(int(before[-1])).astype(np.int32)
        return cls(np.concatenate([own.owner for own in pairs]), value, int(before[-1]), users, order)

    def among(self, kept: Mask) -> tuple[Floats, Floats]:
        """Return with how many others each of some entities is tied, and by how many of these ties wedges are closed.

        Two entities that share a value are tied; a path of edges from one to the other by one value (a wedge) is closed
        where they share a second one (Robins and Alexander, 2004, call such squares closed paths of three). Cost: at
        most `MOST_WEDGES` pairs of edges.
        """
        from scipy.sparse import csr_array

        inside = kept[self.owner]
        owner, value = self.owner[inside], self.value[inside]
        few = self._looked_at(np.bincount(value, minlength=self.values))[value]
        place = np.cumsum(kept) - 1
        size = int(kept.sum())
        graph = csr_array((np.ones(int(few.sum()), dtype=np.int32), (place[owner[few]], value[few])),
                          shape=(size, self.values))  # fmt: skip
        shared = (graph @ graph.T).tocoo()
        apart = shared.row != shared.col
        ties = np.bincount(shared.row[apart], minlength=size)
        closed = np.bincount(shared.row[apart & (shared.data > 1)], minlength=size)
        return ties.astype(np.float64), closed.astype(np.float64)

    def _looked_at(self, users: Counts) -> Mask:
        """Choose the values that tie: used by two and more but no crowd, and no more than the work allows."""
        fits = (users >= LEAST) & (users <= self.users)
        work = np.cumsum(np.where(fits, users.astype(np.float64) ** 2, 0)[self.order])
        fits[self.order[work > MOST_WEDGES]] = False
        return fits


def most_users(pairs: Sequence[Pairs]) -> int:
    """Return up to how many users a value is looked at, so that half of the real entities are within the work allowed.

    Half as many entities share a value of which all are taken at random.
    """
    users = np.concatenate([np.bincount(own.value, minlength=own.values) for own in pairs]) // 2
    counted = np.bincount(users[users <= MOST_USERS], minlength=MOST_USERS + 1)
    work = np.cumsum(counted * np.arange(MOST_USERS + 1.0) ** 2)
    return max(LEAST, int((work <= MOST_WEDGES).sum()) - 1)


def ties_bundle(pairs: Sequence[Sequence[Pairs]], shown: Sequence[Mask], seed: int) -> Bundle | None:
    """Return how entities are tied by what they share, over all attributes (`pairs` by side); None where none is.

    `shown` are the entities by which values are put into words.
    """
    users = most_users(pairs[0])
    graphs = [Ties.of(own, users, seed) for own in pairs]
    whole = [graph.among(kept) for graph, kept in zip(graphs, shown, strict=True)]
    if not whole[0][0].any():
        return None
    near = Grid.of([np.log2(1 + ties) for ties, _ in whole])
    shut = Grid.of([_share(ties, closed) for ties, closed in whole])
    measures = (
        Measure("ties", f"Entities that share a value with an entity (of up to {users} users)", "sharing", near.apart,
                tuple(f"mean {number(ties.mean())}" for ties, _ in whole), near.reach),
        Measure("closed wedges", "Of these, those that share a second one (closed wedges)", "sharing", shut.apart,
                tuple(f"mean {percent(_share(ties, closed).mean())}" if ties.any() else "none"
                      for ties, closed in whole), shut.reach),
    )  # fmt: skip
    return Bundle(measures, tuple(_tied(graph, near, shut) for graph in graphs))


def _share(ties: Floats, closed: Floats) -> Floats:
    return closed[ties > 0] / ties[ties > 0]


def _tied(graph: Ties, near: Grid, shut: Grid) -> Side:
    def counted(kept: Mask) -> tuple[Floats, ...]:
        ties, closed = graph.among(kept)
        values = (near, np.log2(1 + ties)), (shut, _share(ties, closed))
        return tuple(np.bincount(grid.codes(own), minlength=grid.bins).astype(np.float64) for grid, own in values)

    return counted


# -- entities that deal with one another ----------------------------------------------------------------------------
@dataclass(frozen=True, eq=False)
class Dealings:
    """Hold which entity deals with which: edges from `source` to `sink`, each once, and whether it is answered."""

    source: Ints
    sink: Ints
    answered: Mask

    @classmethod
    def of(cls, events: Events) -> Dealings:
        """Return who deals with whom, of those that are entities themselves; dealings with oneself are none."""
        assert events.partner is not None
        known = (events.partner >= 0) & (events.partner != events.owner)
        size = max(events.entities, 1)
        keys = np.unique(events.owner[known].astype(np.int64) * size + events.partner[known])
        source, sink = np.divmod(keys, size)
        answered = np.isin(sink * size + source, keys, assume_unique=True)
        return cls(source.astype(np.int32), sink.astype(np.int32), answered)

    def among(self, kept: Mask) -> tuple[float, float]:
        """Return the share of dealings of some entities that are answered, and of paths of two that close to a ring.

        Entities of more than `MOST_USERS` partners on a side are left out of rings, which bounds the work.
        """
        from scipy.sparse import csr_array

        inside = kept[self.source] & kept[self.sink]
        if not inside.any():
            return 0.0, 0.0
        source, sink, size = self.source[inside], self.sink[inside], len(kept)
        crowd = (np.bincount(source, minlength=size) > MOST_USERS) | (np.bincount(sink, minlength=size) > MOST_USERS)
        few = ~(crowd[source] | crowd[sink])
        graph = csr_array((np.ones(int(few.sum())), (source[few], sink[few])), shape=(size, size))
        paths = graph @ graph
        onward = float(paths.sum() - paths.diagonal().sum())
        rings = float(paths.multiply(graph.T).sum())
        return float(self.answered[inside].mean()), rings / onward if onward else 0.0


def dealings_bundle(events: Sequence[Events], shown: Sequence[Mask]) -> Bundle | None:
    """Return how entities deal with one another; None where too few real ones do."""
    graphs = [Dealings.of(own) for own in events]
    if len(graphs[0].source) < FEWEST_ITEMS:
        return None
    whole = [graph.among(kept) for graph, kept in zip(graphs, shown, strict=True)]
    names = (("answered", "Dealings that are answered"), ("rings", "Paths of two that close to a ring"))
    measures = [
        Measure(name, title, "sharing", lambda first, second: float(np.abs(first - second).sum()),
                tuple(percent(found[place]) for found in whole))
        for place, (name, title) in enumerate(names)
    ]  # fmt: skip
    return Bundle(tuple(measures), tuple(_dealt(graph) for graph in graphs))


def _dealt(graph: Dealings) -> Side:
    return lambda kept: tuple(np.array([share]) for share in graph.among(kept))
