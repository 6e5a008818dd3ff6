"""A joint distribution of many discrete attributes, each drawn given those before it that it was counted with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from likewise.errors import FitError
from likewise.techniques.marginals.graph.agreeing import agreed
from likewise.techniques.marginals.graph.answering import shared_information
from likewise.techniques.marginals.graph.beliefs import Array
from likewise.techniques.marginals.graph.evidence import impossible
from likewise.techniques.marginals.graph.fitting import Factor, target_of
from likewise.techniques.marginals.graph.grouping import Grouping, Zeros, grouping_of, turned
from likewise.techniques.marginals.graph.measurement import Map, Measurement, merged, total_of
from likewise.techniques.marginals.graph.saving import packed, unpacked
from likewise.techniques.marginals.graph.tree import Clique
from likewise.techniques.marginals.wide.drawing import Crowd, Masks
from likewise.techniques.marginals.wide.fitting import level_target, linked
from likewise.techniques.marginals.wide.steps import Step, by_rank, group_of_places, order_of, steps_of

ROWS = 16384
"""Rows that stand for the distribution in a fit."""

TOLD = 65536
"""Rows that answer what marginals are."""

AT_ONCE = 65536
"""Candidates that are drawn together."""

CANDIDATES = 64
"""Candidates for each row that is completed."""


@dataclass(frozen=True, eq=False)
class Chain:
    """Hold a joint distribution of attributes 0, 1, ... as steps, and the number of rows it is of.

    Use where so many sets of attributes were counted that no tree of cliques fits memory: time and memory grow with the
    number of counted sets, whatever they tie together. Avoid where a `Graph` fits: its marginals and conditions are
    exact, while here both are told by drawn rows, conditions by a choice among candidates.

    >>> chain = Chain.fit((2, 2), [Measurement((0, 1), np.array([[40.0, 10.0], [10.0, 40.0]]), 1.0)])
    >>> chain.draw(3, np.random.default_rng(0)).shape
    (3, 2)
    """

    sizes: tuple[int, ...]
    total: float
    factors: tuple[Factor, ...]
    zeros: Zeros = ()

    @classmethod
    def fit(
        cls,
        sizes: Sequence[int],
        measurements: Sequence[Measurement],
        *,
        total: float | None = None,
        zeros: Zeros = (),
        start: Chain | None = None,
        rounds: int = 8,
    ) -> Chain:
        """Return a distribution whose counts are close to `measurements`, weighed by their noise.

        `total` is the number of rows; without it, it is estimated from the measurements. Cells that are true in a mask
        of `zeros` are never drawn. `start` is an earlier fit whose measurements are mostly the same. Raises
        SettingsError where a measurement does not fit `sizes`, and FitError where `zeros` leave no possible row.
        """
        known = merged(measurements, sizes)
        rows = total_of(known) if total is None else max(float(total), 0.0)
        banned = tuple(turned(mask, clique, tuple(sorted(clique))) for clique, mask in zeros)
        earlier = {f.measurement.key(): f.theta for f in start.factors} if start else {}
        begin = tuple(Factor(m, earlier.get(m.key(), np.zeros(m.values.shape, np.float32))) for m in known)
        return cls(tuple(sizes), rows, begin, banned).refit(rounds)

    def refit(self, rounds: int) -> Chain:
        """Return the distribution with its factors fitted to their counts, step by step on rows drawn so far."""
        total = max(self.total, 1.0)
        agreeing = agreed([f.measurement for f in self.factors], self.sizes, total)
        rank = {a: i for i, a in enumerate(self.order)}
        crowd = Crowd(self.grouping, np.full((1, len(self.sizes)), -1, np.int32), {}, ROWS, np.random.default_rng(0))
        thetas = [f.theta for f in self.factors]
        turns = [by_rank(m.clique, rank) for m in agreeing]
        inside = [group_of_places(m, self.grouping) if len(m.clique) == 1 else None for m in agreeing]
        for step in self.steps:
            mine = [k for k, to in enumerate(turns) if len(to) > 1 and to[-1] == step.attribute]
            targets = [target_of(agreeing[k].turned(turns[k]), self.grouping) for k in mine]
            levels = [k for k, to in enumerate(turns) if mine and to == (step.attribute,) and inside[k] is not None]
            targets += [level_target(agreeing[k], within) for k in levels if (within := inside[k]) is not None]
            done = linked(step, targets, ROWS / total, crowd.groups, rounds)
            for k, target, link in zip(mine + levels, targets, done.links):
                theta, within = link.theta.astype(np.float32).reshape(target.counts.shape), inside[k]
                back = [turns[k].index(a) for a in agreeing[k].clique]
                thetas[k] = theta.transpose(back) if within is None else theta[within]
            crowd.take(done)
            crowd.choose()
        if crowd.log_mass[0] == -np.inf:
            raise FitError("fit.impossible", "the rules of impossible cells leave no row that is possible",
                           hint="loosen the rules, or widen the columns' domains")  # fmt: skip
        fitted = tuple(Factor(f.measurement, theta) for f, theta in zip(self.factors, thetas))
        return Chain(self.sizes, self.total, fitted, self.zeros)

    @cached_property
    def grouping(self) -> Grouping:
        """Which cells the model need not tell apart."""
        return grouping_of(self.sizes, [f.measurement for f in self.factors], self.zeros)

    @cached_property
    def order(self) -> Clique:
        """The order in which attributes are drawn."""
        return order_of(self.sizes, [f.measurement.clique for f in self.factors] + [rule for rule, _ in self.zeros])

    @cached_property
    def steps(self) -> list[Step]:
        """How each attribute is drawn, in their order."""
        return steps_of(self.order, self.factors, self.zeros, self.grouping, max(self.total, 1.0))

    @cached_property
    def rows(self) -> NDArray[np.int32]:
        """Rows that tell the marginals; always the same ones."""
        return self.draw(TOLD, np.random.default_rng(0))

    def marginal(self, clique: Clique, maps: Sequence[Map] | None = None) -> Array:
        """Return the expected counts of any attributes, an axis each, by the groups of cells in `maps`."""
        shape, places = [], []
        for a, by in zip(clique, maps or (None,) * len(clique)):
            shape.append(self.sizes[a] if by is None else int(np.max(by)) + 1)
            places.append(self.rows[:, a] if by is None else np.asarray(by)[self.rows[:, a]])
        code = np.ravel_multi_index(places, shape) if clique else np.zeros(TOLD, np.int64)
        counts = np.bincount(code, minlength=int(np.prod(shape))).reshape(shape)
        return np.asarray(counts * (self.total / TOLD))

    def marginals(self, cliques: Sequence[Clique], maps: Sequence[Map] | None = None) -> list[Array]:
        """Return the expected counts of many sets of attributes; `maps` has an entry for each attribute."""
        return [self.marginal(clique, [maps[a] for a in clique] if maps else None) for clique in cliques]

    def draw(self, n: int, rng: np.random.Generator, masks: Masks | None = None) -> NDArray[np.int32]:
        """Return `n` rows, an int32 column an attribute, in random order.

        `masks` weigh the cells of an attribute (false or 0: never): rows are chosen by weight among more candidates, so
        rare conditions repeat what was drawn before them. Raises ConditionError where no candidate meets them.
        """
        empty, parts = np.full((1, len(self.sizes)), -1, np.int32), [np.zeros((0, len(self.sizes)), np.int32)]
        for start in range(0, n, AT_ONCE):
            kept = min(AT_ONCE, n - start)
            parts.append(self.filled(empty, rng, masks or {}, max(kept, AT_ONCE) if masks else kept, kept))
        return np.asfortranarray(np.concatenate(parts))

    def complete(
        self, rows: NDArray[np.int32], rng: np.random.Generator, masks: Masks | None = None
    ) -> NDArray[np.int32]:
        """Return rows whose entries below 0 are drawn given each row's others, by choice among candidates.

        Raises ConditionError where no candidate for a row comes to what is known of it.
        """
        step = AT_ONCE // CANDIDATES
        parts = [self.filled(rows[i : i + step], rng, masks or {}, CANDIDATES, 1) for i in range(0, len(rows), step)]
        return np.concatenate([np.zeros((0, len(self.sizes)), np.int32), *parts])

    def filled(
        self, known: NDArray[np.int32], rng: np.random.Generator, masks: Masks, each: int, kept: int
    ) -> NDArray[np.int32]:
        """Return `kept` of `each` candidates for every row."""
        crowd = Crowd(self.grouping, known, masks, each, rng)
        for step in self.steps:
            crowd.take(step)
        rows = crowd.rows(kept)
        if np.any(crowd.log_mass == -np.inf):
            raise impossible()
        return rows

    def log_probability(self, rows: NDArray[np.int32]) -> Array:
        """Return each row's log-probability in nats, -inf where it cannot be.

        It is exact where all entries are known; those below 0 are summed over by candidates, always the same ones.
        """
        whole = (rows >= 0).all(axis=1)
        told = np.zeros(len(rows))
        for each, members in ((1, np.flatnonzero(whole)), (CANDIDATES, np.flatnonzero(~whole))):
            step = AT_ONCE // each
            for i in range(0, len(members), step):
                crowd = Crowd(self.grouping, rows[members[i : i + step]], {}, each, np.random.default_rng(0))
                for one in self.steps:
                    crowd.take(one)
                crowd.choose()
                told[members[i : i + step]] = crowd.log_mass
        return told

    def information(self, pairs: Sequence[Clique]) -> Array:
        """Return the mutual information of pairs of attributes, in nats, at least 0; told by rows."""
        return np.array([shared_information(table) for table in self.marginals(pairs)])

    def state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Return JSON values and arrays that `from_state` makes the same distribution of, to the last bit."""
        values, arrays = packed(self.factors, self.zeros)
        return {"sizes": list(self.sizes), "total": self.total, **values}, arrays

    @classmethod
    def from_state(cls, values: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Chain:
        """Return the distribution whose `state` was saved."""
        factors, zeros = unpacked(values, arrays)
        return cls(tuple(values["sizes"]), values["total"], factors, zeros)
