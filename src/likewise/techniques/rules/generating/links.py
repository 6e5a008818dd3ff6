"""Which row of another table each row refers to."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from likewise.core.counted import Counted, Ints
from likewise.core.permutation import Permutation
from likewise.modalities.tabular.distributions import Constant, Distribution, Zipf
from likewise.techniques.rules.document.reference import Children
from likewise.techniques.rules.generating.offsets import Offsets

NONE = -1
"""What stands for no row."""

SUMMED = 1_000_000
"""Ranks whose weights are summed at a time."""


class Link(ABC):
    """Find the row that each row refers to: its parent."""

    @abstractmethod
    def parents(self, numbers: Ints) -> Ints:
        """Return the number of the parent of each row, -1 for none."""


class Contiguous(Link):
    """Let the rows of each parent follow one another, so that they are found from it too."""

    @property
    @abstractmethod
    def total(self) -> int:
        """The number of rows."""

    @abstractmethod
    def placed(self, numbers: Ints) -> tuple[Ints, Ints]:
        """Return the parents of rows, and the place of each among the rows of its parent, from 0."""

    @abstractmethod
    def children(self, parents: Ints) -> tuple[Ints, Ints]:
        """Return the number of the first row of each parent, and how many it has."""

    def parents(self, numbers: Ints) -> Ints:
        """Return the parent of each row."""
        return self.placed(numbers)[0]


@dataclass(frozen=True, eq=False)
class Uniform(Link):
    """Take any of `size` parents, all alike."""

    size: int
    random: Counted

    def parents(self, numbers: Ints) -> Ints:
        """Return the parent of each row."""
        return self.random.integers(numbers, self.size)


@dataclass(frozen=True, eq=False)
class Alone(Link):
    """Take each of `size` parents at most once."""

    size: int
    random: Counted

    @cached_property
    def _order(self) -> Permutation:
        return Permutation(self.size, self.random)

    def parents(self, numbers: Ints) -> Ints:
        """Return the parent of each row."""
        return self._order.at(numbers)


@dataclass(frozen=True, eq=False)
class Ranked(Link):
    """Take parents by ranks that chance gave them: that of rank r about r**-s times as often as the first."""

    size: int
    s: float
    random: Counted

    @cached_property
    def _order(self) -> Permutation:
        return Permutation(self.size, self.random.at("order"))

    @cached_property
    def _ranks(self) -> Distribution:
        return Zipf(self.s, self.size)

    def parents(self, numbers: Ints) -> Ints:
        """Return the parent of each row."""
        ranks = self._ranks.ppf(self.random.uniforms(numbers)).astype(np.int64)
        return self._order.at(ranks - 1)


@dataclass(frozen=True, eq=False)
class Before(Link):
    """Take any row before it in the same table, so that there are no circles; the first row has none."""

    random: Counted

    def parents(self, numbers: Ints) -> Ints:
        """Return the parent of each row."""
        found = (self.random.uniforms(numbers) * numbers).astype(np.int64)
        return np.where(numbers == 0, NONE, found)


@dataclass(frozen=True, eq=False)
class Branching(Link):
    """Give every row of a table the same number of rows below it in the same table; the first row has none above."""

    each: int

    def parents(self, numbers: Ints) -> Ints:
        """Return the parent of each row."""
        return np.where(numbers == 0, NONE, (numbers - 1) // self.each)


@dataclass(frozen=True, eq=False)
class Even(Contiguous):
    """Share `rows` rows out to `size` parents as evenly as can be."""

    rows: int
    size: int

    @property
    def total(self) -> int:
        """The number of rows."""
        return self.rows

    def placed(self, numbers: Ints) -> tuple[Ints, Ints]:
        """Return the parents of rows, and their places."""
        parents = ((numbers + 1) * self.size - 1) // self.rows
        return parents, numbers - self._first(parents)

    def children(self, parents: Ints) -> tuple[Ints, Ints]:
        """Return the first row of each parent, and how many it has."""
        first = self._first(parents)
        return first, self._first(parents + 1) - first

    def _first(self, parents: Ints) -> Ints:
        return parents * self.rows // self.size


@dataclass(frozen=True, eq=False)
class Numbered(Contiguous):
    """Give each parent a number of rows of its own."""

    offsets: Offsets

    @property
    def total(self) -> int:
        """The number of rows."""
        return self.offsets.total

    def placed(self, numbers: Ints) -> tuple[Ints, Ints]:
        """Return the parents of rows, and their places."""
        return self.offsets.parents(numbers)

    def children(self, parents: Ints) -> tuple[Ints, Ints]:
        """Return the first row of each parent, and how many it has."""
        return self.offsets.children(parents)


@dataclass(frozen=True, eq=False)
class Optional(Link):
    """Let a share of the rows refer to none."""

    link: Link
    share: float
    random: Counted

    def parents(self, numbers: Ints) -> Ints:
        """Return the parent of each row."""
        return np.where(self.random.uniforms(numbers) < self.share, NONE, self.link.parents(numbers))


@dataclass(frozen=True, eq=False)
class Among(Link):
    """Take only parents that are listed, as another link takes them by their places in the list."""

    link: Link
    listed: Ints

    def parents(self, numbers: Ints) -> Ints:
        """Return the parent of each row."""
        places = self.link.parents(numbers)
        return np.where(places < 0, NONE, self.listed[places])


def counted(children: Children, size: int, random: Counted, least: int = 0, most: int | None = None) -> Contiguous:
    """Return the link whose number of rows follows from how many each of `size` parents has, within two ends."""
    if isinstance(children.of, Constant):
        each = max(int(children.of.value), least)
        return Even(size * (each if most is None else min(each, most)), size)
    counts = _counts(children, size, random)
    if not least and most is None:
        return Numbered(Offsets(counts, size))
    return Numbered(Offsets(lambda parents: np.clip(counts(parents), least, most), size))


def _counts(children: Children, size: int, random: Counted) -> Callable[[Ints], Ints]:
    """Return what says how many rows some parents have."""
    if children.form == "counted" and children.of is not None:
        distribution = children.of
        return lambda parents: distribution.ppf(random.uniforms(parents)).astype(np.int64)
    if children.form == "preferential":
        rise = 1 + 1 / children.mean

        def yule(parents: Ints) -> Ints:
            """Return geometric numbers whose chance is itself drawn, as growth by preference ends (Yule-Simon)."""
            stop = np.exp(np.log(random.at("own").uniforms(parents)) / rise)
            with np.errstate(divide="ignore"):
                found = np.log(random.uniforms(parents)) / np.log1p(-stop)
            return np.minimum(found, max(children.mean * size, 1.0)).astype(np.int64)

        return yule
    order = Permutation(size, random.at("order")) if size else None
    whole = children.mean * size / _weights(children.s, size)

    def zipf(parents: Ints) -> Ints:
        """Return each parent's share of all rows by its rank, rounded up or down by chance."""
        assert order is not None
        share = whole * (order.at(parents) + 1.0) ** -children.s
        return np.floor(share + random.uniforms(parents)).astype(np.int64)

    return zipf


def _weights(s: float, size: int) -> float:
    """Return the sum of r**-s over all ranks."""
    parts = (np.arange(at + 1, min(at + SUMMED, size) + 1, dtype=np.float64) for at in range(0, size, SUMMED))
    return float(sum((part**-s).sum() for part in parts)) or 1.0
