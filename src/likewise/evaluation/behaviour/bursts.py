"""In what bursts events come: how many at once, in runs, how unevenly they fill windows, how many in all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from likewise.evaluation.behaviour.clock import Clock
from likewise.evaluation.behaviour.events import Events, Floats, Ints, Occasions, counts_of
from likewise.evaluation.behaviour.measures import Bundle, Items, distribution
from likewise.evaluation.behaviour.wording import number

CLOSE = (0.1, 0.3)
"""Shares of the real gaps that count as close: what a burst is held together by."""
FEWEST_OCCASIONS = 5
"""Occasions of an entity below which nothing is said of how unevenly they fill windows."""


def bursts_bundles(events: Sequence[Events], sides: Sequence[Occasions], clock: Clock) -> list[Bundle]:
    """Return the statistics of bursts of some tables' events; those that the real ones are too few for are left out.

    How close is close is set by quantiles of the real gaps, so that it suits any table.
    """
    entities = [own.entities for own in events]
    found = [
        distribution("activity", "Events of an entity", "bursts",
                     [Items.of_entities(np.log2(counts_of(own.owner, own.entities))) for own in events], _counts),
        distribution("lifetime", "From an entity's first event to its last", "bursts",
                     [lifetimes(own, size) for own, size in zip(sides, entities, strict=True)],
                     lambda own: clock.said(2**own.median)),
        distribution("at_once", "Events at one moment", "bursts",
                     [Items.of(np.log2(own.size), own.owner) for own in sides], _counts),
    ]  # fmt: skip
    gaps = sides[0].gaps[0]
    for close in dict.fromkeys(np.quantile(gaps, CLOSE).tolist() if len(gaps) else ()):
        found += _runs(sides, entities, close, clock)
    for said, length in clock.windows[1:]:
        items = [Items.of_entities(dispersion(own, size, length)) for own, size in zip(sides, entities, strict=True)]
        title = f"Unevenness over windows of {said}"
        found.append(distribution(f"dispersion of {said}", title, "bursts", items, _raised))
    return [bundle for bundle in found if bundle is not None]


def _runs(sides: Sequence[Occasions], entities: Sequence[int], close: float, clock: Clock) -> list[Bundle | None]:
    runs = [runs_of(own, close) for own in sides]
    within = f"within {clock.said(close)}"
    sizes = [Items.of(np.log2(size), owner) for size, owner in runs]
    bursts = [Items.of_entities(np.log2(1 + np.bincount(owner[size > 1], minlength=of)))
              for (size, owner), of in zip(runs, entities, strict=True)]  # fmt: skip
    return [
        distribution(f"run {within}", f"Length of runs of events {within} of one another", "bursts", sizes, _counts),
        distribution(f"bursts {within}", f"Bursts {within} of an entity", "bursts", bursts,
                     lambda own: f"mean {own.count - 1:.2f}"),
    ]  # fmt: skip


def lifetimes(occasions: Occasions, entities: int) -> Items:
    """Return the binary logarithm of the time from each entity's first occasion to its last, of those with two."""
    gaps, owners = occasions.gaps
    spans = np.bincount(owners, gaps, entities)
    with np.errstate(divide="ignore"):
        return Items.of_entities(np.log2(spans))


def runs_of(occasions: Occasions, close: float) -> tuple[Floats, Ints]:
    """Return how many occasions each run has, and whose it is; a run goes on while gaps are at most `close`.

    >>> times = Occasions(np.zeros(4, np.int32), np.array([0.0, 1.0, 2.0, 9.0]), np.ones(4, np.int32))
    >>> runs_of(times, 1.5)[0].tolist()
    [3.0, 1.0]
    """
    new = np.ones(len(occasions.owner), dtype=bool)
    new[1:] = (np.diff(occasions.owner) != 0) | (np.diff(occasions.time) > close)
    starts = np.flatnonzero(new)
    return np.diff(starts, append=len(new)).astype(np.float64), occasions.owner[starts]


def dispersion(occasions: Occasions, entities: int, window: float) -> Floats:
    """Return the binary logarithm of the index of dispersion of each entity's occasions over windows (Fano, 1947).

    It is the variance of the count over its mean, windows without an event included, from the table's first occasion to
    its last: 0 in the logarithm for chance, above for bursts. NaN for entities of under five occasions.
    """
    if not len(occasions.time):
        return np.full(entities, np.nan)
    passed = occasions.time - occasions.time.min()
    windows = np.floor(passed / window)
    spanned = float(windows.max()) + 1
    new = np.ones(len(windows), dtype=bool)
    new[1:] = (np.diff(occasions.owner) != 0) | (np.diff(windows) != 0)
    starts = np.flatnonzero(new)
    counts = np.diff(starts, append=len(windows)).astype(np.float64)
    owner = occasions.owner[starts]
    total = np.bincount(owner, counts, entities)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total / spanned
        index = np.log2((np.bincount(owner, counts**2, entities) / spanned - mean**2) / mean)
    return np.where((total >= FEWEST_OCCASIONS) & np.isfinite(index), index, np.nan)


def _counts(items: Items) -> str:
    return f"mean {number(items.count)}"


def _raised(items: Items) -> str:
    return f"median {2**items.median:.2f}"
