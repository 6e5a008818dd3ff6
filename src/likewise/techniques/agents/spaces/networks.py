"""Networks of chance: who knows whom, by the models that everybody compares with.

Each is drawn from a generator of `likewise.core.seeds`, with arrays as a whole: a million agents take seconds.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from likewise.errors import SettingsError
from likewise.techniques.agents.spaces.links import Ints, Links, links_of

ROUNDS = 1000
"""Times that what falls together is drawn again before it is left as it was."""

Kind = Literal["random", "small-world", "preferential"]
"""How networks of one number of links on average may come about."""


def network(kind: Kind, rng: np.random.Generator, agents: int, degree: float, *, rewired: float = 0.1) -> Links:
    """Return a network of a kind in which agents have `degree` links on average, an even number unless it is random.

    Raises SettingsError for a degree that there is no such network of.
    """
    if kind == "random":
        return by_chance(rng, agents, degree)
    _check(agents, degree, degree % 2 == 0)
    return small_world(rng, agents, int(degree), rewired) if kind == "small-world" else (
        preferential(rng, agents, int(degree) // 2))  # fmt: skip


def by_chance(rng: np.random.Generator, agents: int, degree: float) -> Links:
    """Return a network in which any two are linked with the same probability, and have `degree` links on average.

    Use when nothing is known but how many links there are. Avoid when friends of friends are friends, or when some have
    very many: degrees are nearly Poisson. Raises SettingsError for a degree that so few agents cannot have.

    >>> from likewise.core.seeds import generator
    >>> len(by_chance(generator(0), 1000, 4.0).other) / 1000
    3.956

    Gilbert, 1959, Annals of Mathematical Statistics 30; Erdős and Rényi, 1959, Publicationes Mathematicae 6.
    """
    _check(agents, degree, degree <= agents - 1 and degree >= 0)
    pairs = agents * (agents - 1) // 2
    number = int(rng.binomial(pairs, degree / (agents - 1))) if pairs else 0
    chosen = _some_of(rng, pairs, min(number, pairs - number))
    if 2 * number > pairs:
        others = np.ones(pairs, np.bool_)
        others[chosen] = False
        chosen = np.flatnonzero(others)
    # Pair number k is (a, b) with b < a, where a - 1 is the largest whole number whose triangle is not above k.
    a = ((1 + np.sqrt(1.0 + 8.0 * chosen)) / 2).astype(np.int64)
    a += (a * (a + 1) // 2 <= chosen).astype(np.int64) - (a * (a - 1) // 2 > chosen)
    return links_of(agents, a, chosen - a * (a - 1) // 2)


def _some_of(rng: np.random.Generator, total: int, number: int) -> Ints:
    """Return so many different numbers below `total`, of which they are at most half."""
    found = np.zeros(0, np.int64)
    while len(found) < number:
        found = np.sort(np.concatenate([found, rng.integers(total, size=number - len(found))]))
        found = found[np.diff(found, prepend=-1) > 0]
    return found


def small_world(rng: np.random.Generator, agents: int, degree: int, rewired: float) -> Links:
    """Return a ring in which each is linked to its `degree` nearest, with a share of the links led elsewhere.

    Use when friends of friends are friends and yet nobody is far away. `degree` is even; the number of links is kept.
    Raises SettingsError for a degree that is odd or that so few agents cannot have, and a share outside 0 to 1.

    >>> from likewise.core.seeds import generator
    >>> from likewise.techniques.agents.spaces.links import neighbour
    >>> ring = small_world(generator(0), 10, 4, 0.0)
    >>> [neighbour(ring, 5, k).item() for k in range(4)]
    [3, 4, 6, 7]

    Watts and Strogatz, 1998, Nature 393.
    """
    _check(agents, degree, degree % 2 == 0 and 0 <= degree <= agents - 1)
    if not 0 <= rewired <= 1:
        raise SettingsError("agents.links", "a share is a number from 0 to 1", where="rewired",
                            hint="0 leaves the ring, 1 leads every link elsewhere")  # fmt: skip
    a = np.tile(np.arange(agents), degree // 2)
    b = (a + np.repeat(np.arange(1, degree // 2 + 1), agents)) % agents
    taken, open_ = np.sort(_keys(a, b, agents)), np.flatnonzero(rng.random(len(a)) < rewired)
    for _ in range(ROUNDS):
        if not len(open_):
            break
        to = rng.integers(agents, size=len(open_))
        key = _keys(a[open_], to, agents)
        first = np.zeros(len(open_), np.bool_)
        first[np.unique(key, return_index=True)[1]] = True
        is_free = first & (to != a[open_]) & ~_in(taken, key)
        b[open_[is_free]] = to[is_free]
        taken, open_ = np.sort(np.concatenate([taken, key[is_free]])), open_[~is_free]
    return links_of(agents, a, b)


def preferential(rng: np.random.Generator, agents: int, links: int) -> Links:
    """Return a network that grew: each newcomer is linked to `links` others, the likelier the more links one has.

    Use when a few have very many links (web pages, airports, accounts): the share of those with k links falls as k**-3.
    The first `links` + 1 agents all know each other. Raises SettingsError where there are no more agents than `links`.

    >>> from likewise.core.seeds import generator
    >>> from likewise.techniques.agents.spaces.links import degree
    >>> grown = preferential(generator(0), 10_000, 2)
    >>> int(degree(grown, np.arange(10_000)).min()), len(grown.other)
    (2, 39994)

    Barabási and Albert, 1999, Science 286; each end of an earlier link is as likely as any other (Batagelj and Brandes,
    2005, Physical Review E 71), and where that leads is found for all at once (Sanders and Schulz, 2016, Information
    Processing Letters 116). Where two links of a newcomer fall together, one is drawn again.
    """
    _check(agents, links, 1 <= links < agents)
    known = links + 1
    b, a = np.tril_indices(known, -1)
    newcomer = np.repeat(np.arange(known, agents), links)
    fixed = len(a)
    until = 2 * (fixed + (newcomer - known) * links)
    end = (rng.random(len(newcomer)) * until).astype(np.int64)
    for _ in range(ROUNDS):
        to = _led_to(end, newcomer, a, b)
        sorted_ = np.sort(to.reshape(-1, links) * links + np.arange(links), axis=1)
        is_same = np.diff(sorted_ // links, axis=1, prepend=-1) == 0
        again = np.sort((sorted_ % links + np.arange(len(sorted_))[:, None] * links)[is_same])
        if not len(again):
            break
        end[again] = (rng.random(len(again)) * until[again]).astype(np.int64)
    return links_of(agents, np.concatenate([a, to]), np.concatenate([b, newcomer]))


def _led_to(end: Ints, newcomer: Ints, a: Ints, b: Ints) -> Ints:
    """Return the agents at ends of links: that of a newcomer's own choice is where the end that it chose leads to."""
    fixed = len(a)
    at = end.copy()
    open_ = np.arange(len(end))
    to = np.empty(len(end), np.int64)
    while len(open_):
        link, is_second = np.divmod(at[open_], 2)
        is_fixed = link < fixed
        is_known = is_fixed | (is_second == 0)
        old = link[is_fixed]
        to[open_[is_fixed]] = np.where(is_second[is_fixed] == 0, a[old], b[old])
        new = is_known & ~is_fixed
        to[open_[new]] = newcomer[link[new] - fixed]
        open_ = open_[~is_known]
        at[open_] = end[link[~is_known] - fixed]
    return to


def of_degrees(rng: np.random.Generator, degrees: npt.ArrayLike) -> Links:
    """Return a network in which each has as many links as is said, to others of chance.

    Use when it is known how many contacts people have, and not who knows whom. Links of one with itself and double ones
    are mixed with others until there are none; the very few that stay after 1,000 rounds are left out. Raises
    SettingsError for numbers that no network has.

    >>> from likewise.core.seeds import generator
    >>> from likewise.techniques.agents.spaces.links import degree
    >>> degree(of_degrees(generator(0), [3, 1, 2, 2]), np.arange(4)).tolist()
    [3, 1, 2, 2]

    Molloy and Reed, 1995, Random Structures and Algorithms 6.
    """
    wanted = np.asarray(degrees)
    if wanted.dtype.kind not in "iu" or not _is_graphical(wanted):
        raise SettingsError("agents.links", "no network has these numbers of links", where="degrees",
                            hint="give whole numbers with an even sum, none larger than the others allow")  # fmt: skip
    agents = len(wanted)
    ends = rng.permutation(np.repeat(np.arange(agents), wanted)).reshape(-1, 2)
    for _ in range(ROUNDS):
        bad = _bad(ends, agents)
        if not len(bad):
            break
        mixed = np.unique(np.concatenate([bad, rng.integers(len(ends), size=len(bad) + 1)]))
        ends[mixed] = rng.permutation(ends[mixed].ravel()).reshape(-1, 2)
    ends = ends[ends[:, 0] != ends[:, 1]]
    return links_of(agents, ends[:, 0], ends[:, 1])


def _bad(ends: Ints, agents: int) -> Ints:
    """Return which links are of one with itself, or were there before."""
    key = _keys(ends[:, 0], ends[:, 1], agents)
    is_bad = ends[:, 0] == ends[:, 1]
    order = np.argsort(key, kind="stable")
    is_bad[order[1:][np.diff(key[order]) == 0]] = True
    return np.flatnonzero(is_bad)


def _is_graphical(degrees: npt.NDArray[np.integer]) -> bool:
    """Return whether there is a network with such degrees (Erdős and Gallai, 1960)."""
    if not len(degrees):
        return True
    largest = -np.sort(-degrees.astype(np.int64))
    if largest[-1] < 0 or largest[0] >= len(degrees) or largest.sum() % 2:
        return False
    k = np.arange(1, len(degrees) + 1)
    below = np.concatenate([np.cumsum(largest[::-1])[::-1], [0]])
    # Those after the k-th with more than k links count as k: they stand before `many`.
    many = np.maximum(np.searchsorted(-largest, -k, side="left"), k)
    return bool(np.all(np.cumsum(largest) <= k * (k - 1) + k * (many - k) + below[many]))


def _keys(a: Ints, b: Ints, agents: int) -> Ints:
    """Return a number for each pair, the same either way round."""
    return np.minimum(a, b) * np.int64(agents) + np.maximum(a, b)


def _in(taken: Ints, keys: Ints) -> npt.NDArray[np.bool_]:
    place = np.minimum(np.searchsorted(taken, keys), max(len(taken) - 1, 0))
    return taken[place] == keys if len(taken) else np.zeros(len(keys), np.bool_)


def _check(agents: int, degree: float, is_possible: bool) -> None:
    if not is_possible:
        raise SettingsError("agents.links", f"{agents:,} agents cannot have {degree:g} links each", where="links",
                            hint="give fewer links, or more agents; an even number unless all are random")  # fmt: skip
