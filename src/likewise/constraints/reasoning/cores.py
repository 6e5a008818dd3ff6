"""The smallest set that cannot hold together, and the cheapest to drop so that the rest can."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

Places = frozenset[int]
Holds = Callable[[Places], bool]
"""Tells whether the parts at some places can hold together; what is not decided counts as if it could."""

TRIES = 400
"""How many sets are tried at most to find a smaller core than the first one."""


def smallest_core(parts: Collection[int], weights: dict[int, float], holds: Holds) -> Places:
    """Return the set of parts of least weight that cannot hold together, of parts that cannot.

    Every set that can hold together leaves some parts out, of which a core must have one: the smallest set that has one
    of each is tried until it cannot hold together (Ignatiev et al., 2015, CP). After `TRIES` the best core found is
    returned, of which no part can be left out.
    """
    everything = frozenset(parts)
    best = reduced(everything, holds)
    left_out: list[Places] = []
    for _ in range(TRIES):
        chosen = cheapest_hitting(left_out, weights)
        if _total(chosen, weights) >= _total(best, weights):
            return best
        if not holds(chosen):
            return chosen
        left_out.append(everything - grown(chosen, everything, holds))
    return best


def _total(parts: Places, weights: dict[int, float]) -> float:
    return sum(weights[part] for part in parts)


def cheapest_to_drop(
    parts: Collection[int], costs: dict[int, float], holds: Holds
) -> tuple[Places | None, list[Places]]:
    """Return the parts whose costs sum up to the least, without which the others hold together; and the cores met.

    `costs` has those parts that may be dropped. None is returned where those that may not cannot hold together
    (implicit hitting sets; Davies and Bacchus, 2011, CP).
    """
    everything = frozenset(parts)
    cores: list[Places] = []
    while True:
        dropped = cheapest_hitting([core & costs.keys() for core in cores], costs)
        if holds(everything - dropped):
            return dropped, cores
        core = reduced(everything - dropped, holds)
        cores.append(core)
        if not core & costs.keys():
            return None, cores


def reduced(parts: Places, holds: Holds) -> Places:
    """Return a core in parts that cannot hold together: without any one of its own parts they can."""
    kept, size = sorted(parts), max(len(parts) // 4, 1)
    while True:
        place = 0
        while place < len(kept):
            fewer = kept[:place] + kept[place + size :]
            if fewer and not holds(frozenset(fewer)):
                kept = fewer
            else:
                place += size
        if size == 1:
            return frozenset(kept)
        size = max(size // 2, 1)


def grown(parts: Places, everything: Places, holds: Holds) -> Places:
    """Return parts that hold together with as many more as still do."""
    found = parts
    for part in sorted(everything - parts):
        if holds(found | {part}):
            found |= {part}
    return found


def cheapest_hitting(sets: Sequence[Collection[int]], costs: dict[int, float]) -> Places:
    """Return the parts of least cost that have one of each set."""
    best: tuple[float, Places] = (float("inf"), frozenset())

    def search(chosen: Places, cost: float, open_sets: list[Collection[int]]) -> None:
        nonlocal best
        if cost >= best[0]:
            return
        if not open_sets:
            best = (cost, chosen)
            return
        tight = min(open_sets, key=len)
        for part in sorted(tight, key=lambda each: (costs[each], each)):
            search(chosen | {part}, cost + costs[part], [one for one in open_sets if part not in one])

    search(frozenset(), 0.0, sorted(sets, key=len))
    return best[1]
