"""What entities share: how many use the same device, shop or product, how often each comes back to the same one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from likewise.evaluation.behaviour.events import Counts, Events, Floats, Ints, Mask, counts_of
from likewise.evaluation.behaviour.measures import (
    Bundle,
    Grid,
    Items,
    Measure,
    Side,
    distribution,
    number,
    percent,
)


@dataclass(frozen=True, eq=False)
class Pairs:
    """Hold the edges of the graph between entities and the values of one attribute, each once.

    `owner` and `value` are its ends, `values` how many values there are at most.
    """

    owner: Ints
    value: Ints
    values: int


def pairs_of(events: Events, attribute: str) -> Pairs:
    """Return which entity uses which value of an attribute.

    >>> codes = {"shop": np.array([4, 4, 1], np.int32)}
    >>> found = pairs_of(Events(2, np.array([0, 0, 1], np.int32), np.arange(3.0), values=codes), "shop")
    >>> found.owner.tolist(), found.value.tolist()
    ([0, 1], [4, 1])
    """
    codes = events.values[attribute]
    known = codes >= 0
    size = int(codes.max(initial=-1)) + 1
    keys = np.unique(events.owner[known].astype(np.int64) * max(size, 1) + codes[known])
    owner, value = np.divmod(keys, max(size, 1))
    return Pairs(owner.astype(np.int32), value.astype(np.int32), size)


def sharing_bundles(events: Sequence[Events], pairs: Sequence[Pairs], attribute: str) -> list[Bundle]:
    """Return the statistics of one attribute; those that the real events are too few for are left out.

    Two are of values (by how many entities each is used, and how many pairs of entities meet there), and must be
    counted anew for any group of entities; two are of entities (how many values each uses, how often it comes back to
    one).
    """
    ranges = [np.bincount(own.owner, minlength=side.entities) for own, side in zip(pairs, events, strict=True)]
    reach = [Items.of_entities(_logarithms(own)) for own in ranges]
    back = [Items.of_entities(returns(side, own, attribute)) for side, own in zip(events, ranges, strict=True)]
    found = [
        _degrees(events, pairs, attribute),
        distribution(f"range of {attribute}", f"Different `{attribute}` of an entity", "sharing", reach, _counts),
        distribution(f"returns to {attribute}", f"Events at a `{attribute}` used before", "sharing", back,
                     lambda own: percent(own.mean)),
    ]  # fmt: skip
    return [bundle for bundle in found if bundle is not None]


def returns(events: Events, ranges: Counts, attribute: str) -> Floats:
    """Return the share of each entity's events at a value that it used before; NaN for entities of one event."""
    known = events.values[attribute] >= 0
    counts = counts_of(events.owner[known], events.entities)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(counts > 1, 1 - ranges / counts, np.nan)


def degrees(pairs: Pairs, kept: Mask) -> Ints:
    """Return by how many of some entities each value is used that any of them uses."""
    found = np.bincount(pairs.value[kept[pairs.owner]], minlength=pairs.values)
    return found[found > 0].astype(np.int32)


def two_stars(found: Ints, entities: int) -> float:
    """Return how many pairs of entities meet at a value, an entity, as the binary logarithm of one more.

    >>> two_stars(np.array([1, 2, 3]), 4)
    1.0
    """
    met = found.astype(np.float64)
    return float(np.log2(1 + (met * (met - 1)).sum() / 2 / max(entities, 1)))


def _degrees(events: Sequence[Events], pairs: Sequence[Pairs], attribute: str) -> Bundle | None:
    """Return the distribution of degrees, and the density of two-stars, of any group of entities."""
    whole = [degrees(own, np.ones(int(own.owner.max(initial=-1)) + 1, dtype=bool)) for own in pairs]
    if not len(whole[0]):
        return None
    grid = Grid.of([np.log2(own) for own in whole])
    users = Measure(f"users of {attribute}", f"Entities at the same `{attribute}`", "sharing", grid.apart,
                    tuple(f"mean {number(own.mean())}" if len(own) else "none" for own in whole))  # fmt: skip
    stars = Measure(f"meetings at {attribute}", f"Pairs of entities that meet at a `{attribute}`", "sharing",
                    lambda first, second: float(np.abs(first - second).sum()),
                    tuple(f"{number(2 ** two_stars(own, side.entities) - 1)} an entity"
                          for own, side in zip(whole, events, strict=True)))  # fmt: skip
    return Bundle((users, stars), tuple(_side(own, grid) for own in pairs))


def _side(pairs: Pairs, grid: Grid) -> Side:
    def counted(kept: Mask) -> tuple[Floats, ...]:
        found = degrees(pairs, kept)
        histogram = np.bincount(grid.codes(np.log2(found)), minlength=grid.bins).astype(np.float64)
        return histogram, np.array([two_stars(found, int(kept.sum()))])

    return counted


def _logarithms(counts: Counts) -> Floats:
    with np.errstate(divide="ignore"):
        return np.log2(counts)


def _counts(items: Items) -> str:
    return f"mean {number(items.count)}"
