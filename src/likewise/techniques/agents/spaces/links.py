"""Links: who is linked to whom, in a network that stays or by who is near at the moment."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from likewise.errors import SettingsError
from likewise.techniques.agents.language.term import term

Ints = npt.NDArray[np.int64]


class Links(NamedTuple):
    """Hold links of agents: those of agent `i` lead to `other[start[i] : start[i + 1]]`, in ascending order.

    Memory: 8 bytes for each agent and each end of a link.
    """

    start: Ints
    other: Ints


def links_of(agents: int, a: npt.ArrayLike, b: npt.ArrayLike, *, both_ways: bool = True) -> Links:
    """Return the links between agents `a` and `b`, pair by pair; a pair that comes twice counts once.

    Links lead both ways unless told otherwise: then from `a` to `b`. Raises SettingsError for pairs of numbers that are
    no agents, or of an agent with itself.

    >>> links_of(4, [0, 0, 2], [1, 2, 0])
    Links(start=array([0, 2, 3, 4, 4]), other=array([1, 2, 0, 0]))
    """
    ends = [_ends(a, agents), _ends(b, agents)]
    if len(ends[0]) != len(ends[1]):
        raise SettingsError("agents.links", f"{len(ends[0])} beginnings and {len(ends[1])} ends of links",
                            where="links", hint="give a pair of agents for each link")  # fmt: skip
    if np.any(ends[0] == ends[1]):
        raise SettingsError("agents.links", "an agent is linked to itself", where="links",
                            hint="leave such pairs out")  # fmt: skip
    size = np.int64(max(agents, 1))
    keys = ends[0] * size + ends[1]
    keys = np.concatenate([keys, ends[1] * size + ends[0]]) if both_ways else keys.copy()
    keys.sort()
    keys = keys[np.diff(keys, prepend=-1) > 0]
    source, other = np.divmod(keys, size)
    return Links(_starts(np.bincount(source, minlength=agents)), other)


def edges_of(links: Links) -> tuple[Ints, Ints]:
    """Return the links as pairs of agents: both ways where they lead both ways."""
    return np.repeat(np.arange(len(links.start) - 1), np.diff(links.start)), links.other


def _ends(agents: npt.ArrayLike, count: int) -> Ints:
    found = np.asarray(agents)
    if found.size and (found.dtype.kind not in "iu" or found.min() < 0 or found.max() >= count):
        raise SettingsError("agents.links", f"a link ends at what is no agent: there are {count:,}, counted from 0",
                            where="links", hint="number agents from 0 on")  # fmt: skip
    return found.astype(np.int64).ravel()


def _starts(counts: Ints) -> Ints:
    """Return where each part begins, and where the last one ends, of parts with so many members."""
    start = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=start[1:])
    return start


@term()
def degree(links: Any, i: Any) -> Any:
    """Return how many links an agent has."""
    return links.start[i + 1] - links.start[i]


@term()
def neighbour(links: Any, i: Any, k: Any) -> Any:
    """Return the neighbour number `k` of an agent, from 0 up to, but not, its degree."""
    return links.other[links.start[i] + k]


def _pairs(links: Any, i: Any) -> tuple[Ints, Ints]:
    """Return the links of some agents: the place of each among them, and the other agent."""
    counts = degree(links, i)
    first = np.cumsum(counts) - counts
    owner = np.repeat(np.arange(len(i)), counts)
    return owner, links.other[np.arange(len(owner)) + (links.start[i] - first)[owner]]


def _summed(owner: Any, amounts: Any, count: int) -> Any:
    """Return sums by owner, each begun with 0 and added to in order: those of a loop."""
    amounts = np.broadcast_to(np.asarray(amounts, np.float64), len(owner))
    return np.bincount(owner, amounts, minlength=count).astype(np.float64, copy=False)


def _total_of_columns(links: Any, i: Any, values: Any) -> Any:
    owner, other = _pairs(links, i)
    return _summed(owner, values[other], len(i))


@term(arrays=_total_of_columns, by=1)
def total(links: Any, i: Any, values: Any) -> Any:
    """Return the sum of a column over the neighbours of an agent, as a float.

    >>> line = links_of(3, [0, 1], [1, 2])
    >>> total(line, 1, np.array([1.0, 2.0, 4.0])), total(line, np.arange(3), np.array([1.0, 2.0, 4.0])).tolist()
    (np.float64(5.0), [2.0, 5.0, 2.0])
    """
    found = 0.0
    for k in range(links.start[i], links.start[i + 1]):
        found += values[links.other[k]]
    return found


def _count_of_columns(links: Any, i: Any, truths: Any) -> Any:
    owner, other = _pairs(links, i)
    return np.bincount(owner[truths[other]], minlength=len(i))


@term(arrays=_count_of_columns, by=1)
def count(links: Any, i: Any, truths: Any) -> Any:
    """Return for how many neighbours of an agent a column of truths holds."""
    found = 0
    for k in range(links.start[i], links.start[i + 1]):
        if truths[links.other[k]]:
            found += 1
    return found


def _total_of_pairs(links: Any, i: Any, amount: Any, w: Any) -> Any:
    owner, other = _pairs(links, i)
    return _summed(owner, amount(i[owner], other, w), len(i))


@term(arrays=_total_of_pairs, by=1)
def total_of(links: Any, i: Any, amount: Any, w: Any) -> Any:
    """Return the sum over the neighbours `j` of an agent of `amount(i, j, w)`, a term of one's own.

    >>> from likewise.techniques.agents.population import of_columns
    >>> @term()
    ... def older(i, j, w):
    ...     return w.age[j] - w.age[i]
    >>> w = of_columns("w", {"age": np.array([30, 40, 60])})
    >>> total_of(links_of(3, [0, 1], [1, 2]), np.arange(3), older, w).tolist()
    [10.0, 10.0, -20.0]
    """
    found = 0.0
    for k in range(links.start[i], links.start[i + 1]):
        found += amount(i, links.other[k], w)
    return found


def _totals_of_pairs(links: Any, i: Any, amounts: Any, w: Any) -> Any:
    owner, other = _pairs(links, i)
    first, second = amounts(i[owner], other, w)
    return _summed(owner, first, len(i)), _summed(owner, second, len(i))


@term(arrays=_totals_of_pairs, by=1)
def totals_of(links: Any, i: Any, amounts: Any, w: Any) -> Any:
    """Return the two sums over the neighbours `j` of an agent of the two numbers `amounts(i, j, w)`: a force, a way."""
    first = second = 0.0
    for k in range(links.start[i], links.start[i + 1]):
        a, b = amounts(i, links.other[k], w)
        first += a
        second += b
    return first, second
