"""Roads: a network of one-way edges between crossings, and the shortest ways along them.

The place of a vehicle is an edge and how far along it it is.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from likewise.errors import SettingsError
from likewise.techniques.agents.language.term import term

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Roads(NamedTuple):
    """Hold edges in the order of the crossings that they begin at: those of crossing `n` from `first[n]` on.

    `length` is in metres, `speed` what is allowed, m/s. `way` holds the edge to take at a crossing (row) to get to
    another (column), -1 where one is there or no road leads there.
    """

    first: Ints
    start: Ints
    to: Ints
    length: Floats
    lanes: Ints
    speed: Floats
    way: Ints


def roads(start: Any, to: Any, length: Any, *, lanes: Any = 1, speed: Any = 13.9) -> Roads:
    """Return roads of one-way edges from crossing to crossing, with the quickest ways of an empty network.

    Raises SettingsError where a length or a speed is not above 0. Memory: 8 bytes for each pair of crossings.

    >>> town = roads([0, 1, 0], [1, 2, 2], [100.0, 100.0, 500.0])
    >>> [int(way_to(town, *pair)) for pair in ((0, 2), (1, 2), (2, 0))]
    [0, 2, -1]
    """
    starts, ends = np.asarray(start, np.int64), np.asarray(to, np.int64)
    metres = np.array(np.broadcast_to(np.asarray(length, np.float64), starts.shape))
    beside = np.array(np.broadcast_to(np.asarray(lanes, np.int64), starts.shape))
    fast = np.array(np.broadcast_to(np.asarray(speed, np.float64), starts.shape))
    if not len(starts) or min(metres.min(), beside.min(), fast.min()) <= 0:
        raise SettingsError("agents.roads", "roads are edges with a length, a speed and lanes, all above 0",
                            where="roads", hint="leave edges without a length out")  # fmt: skip
    order = np.argsort(starts, kind="stable")
    nodes = int(max(starts.max(), ends.max())) + 1
    first = np.searchsorted(starts[order], np.arange(nodes + 1))
    none = np.zeros((0, 0), np.int64)
    found = Roads(first, starts[order], ends[order], metres[order], beside[order], fast[order], none)
    return routed(found, found.length / found.speed)


def routed(roads: Roads, seconds: Any) -> Roads:
    """Return roads with the ways that are quickest when each edge takes so many seconds.

    Dijkstra, 1959, Numerische Mathematik 1; one run for each crossing.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    nodes = len(roads.first) - 1
    order = np.lexsort((seconds, roads.to, roads.start))
    pair = roads.start[order] * nodes + roads.to[order]
    best = order[np.concatenate([[True], np.diff(pair) > 0])]
    # Turned round, the way from everywhere to a crossing is that from it to everywhere.
    graph = csr_array(
        (np.asarray(seconds, np.float64)[best], (roads.to[best], roads.start[best])), shape=(nodes, nodes)
    )
    _, then = dijkstra(graph, return_predecessors=True)
    edge_of = np.full(nodes * nodes, -1)
    edge_of[roads.start[best] * nodes + roads.to[best]] = best
    here = np.broadcast_to(np.arange(nodes), then.shape)
    way = np.where(then >= 0, edge_of[here * nodes + np.maximum(then, 0)], -1)
    return roads._replace(way=np.ascontiguousarray(way.T))


@term()
def way_to(roads: Any, node: Any, goal: Any) -> Any:
    """Return the edge to take at a crossing to get to another; -1 where one is there or no road leads there."""
    return roads.way[node, goal]
