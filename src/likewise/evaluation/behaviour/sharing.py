"""What entities share: how many use the same device, shop or product, how often each comes back to the same one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from likewise.core.seeds import generator
from likewise.evaluation.behaviour.events import Counts, Events, Floats, Ints, Mask, counts_of
from likewise.evaluation.behaviour.measures import Bundle, Grid, Items, Measure, Side, distribution
from likewise.evaluation.behaviour.wording import number, percent

STARS = 4.0
"""How far one of m entities may move the logarithm of the pairs that meet, times m."""


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


def equal_parts(events: Sequence[Events], seed: int) -> list[Mask]:
    """Return as many entities of the synthetic side as of the real one, chosen at random, and all of a holdout.

    The more entities there are the more meet anywhere, so that only equal numbers can be shown side by side.
    """
    size = min(own.entities for own in events[:2])
    kept = [np.ones(own.entities, dtype=bool) for own in events]
    for mask in kept[:2]:
        mask[generator(seed, "behaviour", "shown").permutation(len(mask))[size:]] = False
    return kept


def sharing_bundles(
    events: Sequence[Events], pairs: Sequence[Pairs], shown: Sequence[Mask], attribute: str
) -> list[Bundle]:  # fmt: skip
    """Return the statistics of one attribute; those that the real events are too few for are left out.

    Two are of values (by how many entities each is used, and how many pairs of entities meet there), and must be
    counted anew for any group of entities; two are of entities (how many values each uses, how often it comes back to
    one). `shown` are the entities by which values are put into words.
    """
    ranges = [np.bincount(own.owner, minlength=side.entities) for own, side in zip(pairs, events, strict=True)]
    reach = [Items.of_entities(_logarithms(own)) for own in ranges]
    back = [Items.of_entities(returns(side, own, attribute)) for side, own in zip(events, ranges, strict=True)]
    found = [
        _degrees(pairs, shown, attribute),
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


def _degrees(pairs: Sequence[Pairs], shown: Sequence[Mask], attribute: str) -> Bundle | None:
    """Return the distribution of degrees, and the density of two-stars, of any group of entities."""
    whole = [degrees(own, np.ones(len(kept), dtype=bool)) for own, kept in zip(pairs, shown, strict=True)]
    if not len(whole[0]):
        return None
    grid = Grid.of([np.log2(own) for own in whole])
    seen = [degrees(own, kept) for own, kept in zip(pairs, shown, strict=True)]
    told = tuple(f"mean {number(own.mean())}" if len(own) else "none" for own in seen)
    users = Measure(f"users of {attribute}", f"Entities at the same `{attribute}`", "sharing", grid.apart, told,
                    grid.reach)  # fmt: skip
    stars = Measure(f"meetings at {attribute}", f"Pairs of entities that meet at a `{attribute}`", "sharing",
                    lambda first, second: float(np.abs(first - second).sum()),
                    tuple(f"{number(2 ** two_stars(own, int(kept.sum())) - 1)} an entity"
                          for own, kept in zip(seen, shown, strict=True)), STARS)  # fmt: skip
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
