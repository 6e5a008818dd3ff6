"""Rows given what is known of what they belong to and follow: each column is drawn given all before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from likewise.techniques.marginals.graph import Measurement
from likewise.techniques.marginals.graph.agreeing import agreed
from likewise.techniques.marginals.graph.fitting import Factor, Target, target_of
from likewise.techniques.marginals.graph.grouping import Grouping, Zeros
from likewise.techniques.marginals.graph.measurement import merged
from likewise.techniques.marginals.graph.saving import packed, unpacked
from likewise.techniques.marginals.wide.drawing import evenly, picked, softened
from likewise.techniques.marginals.wide.fitting import linked
from likewise.techniques.marginals.wide.steps import Step, steps_of

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Conditional:
    """Hold how attributes `known`, `known` + 1, ... are drawn, in turn, given the first `known` ones.

    Each has a log-linear weight for every pair that was counted of it and an attribute before it. Use where what is
    given comes from elsewhere, such as the row that these belong to: correlations within it are allowed for, as the
    fit is to rows that have them. Avoid where anything but the first attributes may be given.
    """

    sizes: tuple[int, ...]
    known: int
    total: float
    factors: tuple[Factor, ...]
    zeros: Zeros = ()

    @classmethod
    def fit(
        cls,
        sizes: Sequence[int],
        given: Ints,
        measurements: Sequence[Measurement],
        *,
        total: float,
        zeros: Zeros = (),
        start: Conditional | None = None,
        rounds: int = 8,
    ) -> tuple[Conditional, Ints]:
        """Return what fits `measurements` best, and rows drawn from it for what is `given`.

        The rows that are given stand for all: they have the known attributes as often as those that were counted do.
        """
        same = merged(measurements, sizes)
        earlier = {f.measurement.key(): f.theta for f in start.factors} if start else {}
        begin = [Factor(m, earlier.get(m.key(), np.zeros(m.values.shape, np.float32))) for m in same]
        bare = cls(tuple(sizes), given.shape[1], total, tuple(begin), zeros)
        agreeing = agreed(same, sizes, total)
        thetas = [f.theta for f in begin]
        rows = bare.opened(given)
        rng = np.random.default_rng(0)
        for step in bare.steps:
            mine = [k for k, m in enumerate(agreeing) if len(m.clique) > 1 and m.clique[-1] == step.attribute]
            targets = [
                by_line(target_of(agreeing[k], bare.grouping), link.parents.line(rows), len(rows) / total)
                for k, link in zip(mine, step.links, strict=True)
            ]
            with np.errstate(over="ignore"):  # what is all but impossible may become likely, and is bounded then
                done = linked(step, targets, len(rows) / total, rows, rounds)
            for k, link in zip(mine, done.links, strict=True):
                thetas[k] = link.theta.astype(np.float32).reshape(agreeing[k].values.shape)
            take(done, rows, rng)
        fitted = tuple(Factor(f.measurement, theta) for f, theta in zip(begin, thetas, strict=True))
        return cls(bare.sizes, bare.known, total, fitted, zeros), rows

    @cached_property
    def grouping(self) -> Grouping:
        """Every cell by itself."""
        return Grouping(tuple(np.arange(size) for size in self.sizes))

    @cached_property
    def steps(self) -> list[Step]:
        """How each attribute is drawn: by its links to others, whose rows need not be as common as those counted."""
        order = tuple(range(len(self.sizes)))
        steps = steps_of(order, self.factors, self.zeros, self.grouping, self.total)[self.known :]
        return [replace(step, links=tuple(link for link in step.links if link.parents.attributes)) for step in steps]

    def opened(self, given: Ints) -> Ints:
        """Return rows with place for what is to be drawn."""
        return np.asfortranarray(np.pad(given, ((0, 0), (0, len(self.sizes) - self.known))))

    def draw(self, given: Ints, rng: np.random.Generator) -> Ints:
        """Return a row for each line of what is given: the attributes that are drawn, a column each."""
        rows = self.opened(given)
        if len(rows):
            for step in self.steps:
                take(step, rows, rng)
        return rows[:, self.known :]

    def state(self) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
        """Return JSON values and arrays that `from_state` makes the same of."""
        values, arrays = packed(self.factors, self.zeros)
        return {"sizes": list(self.sizes), "known": self.known, "total": self.total, **values}, arrays

    @classmethod
    def from_state(cls, values: dict[str, Any], arrays: dict[str, npt.NDArray[Any]]) -> Self:
        """Return what `state` was had from."""
        return cls(tuple(values["sizes"]), values["known"], values["total"], *unpacked(values, arrays))


def by_line(target: Target, lines: Ints, scale: float) -> Target:
    """Return a target whose counts come to as many rows, for each line of what is given, as there are to fit to.

    What is fitted is how a column hangs on what is given; how often that is so is not the rows' to tell. Lines whose
    counts are hardly more than noise are left nearly as they are.
    """
    counts = target.counts.reshape(-1, target.counts.shape[-1])
    told, noise = counts.sum(axis=1), target.sigma * np.sqrt(counts.shape[1])
    there = np.bincount(lines, minlength=len(counts)) / scale
    factor = ((there + noise) / (np.maximum(told, 0.0) + noise))[:, None]
    shape = target.counts.shape
    ridge = target.ridge.reshape(counts.shape) * factor
    return replace(target, counts=(counts * factor).reshape(shape), ridge=ridge.reshape(shape))


def take(step: Step, rows: Ints, rng: np.random.Generator) -> None:
    """Draw one attribute of all rows, in place."""
    rows[:, step.attribute] = picked(softened(step.logits(rows))[0], evenly(step, rows, rng))
