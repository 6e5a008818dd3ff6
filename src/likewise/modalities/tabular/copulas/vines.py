"""Vines that are declared: pairs of columns, some of them given others, each with a copula of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Self

from pydantic import ConfigDict, Field, model_validator

from likewise.core.spec import Spec
from likewise.errors import SettingsError, suggest
from likewise.modalities.tabular.copulas.vine.pairs import Clayton, Frank, Gaussian, Gumbel, Pair, Parametric, Student
from likewise.modalities.tabular.copulas.vine.structure import Edge
from likewise.modalities.tabular.copulas.vine.vine import Vine

FAMILIES: Mapping[str, type[Parametric]] = {
    "gaussian": Gaussian, "student-t": Student, "clayton": Clayton, "gumbel": Gumbel, "frank": Frank,
}  # fmt: skip
REACH = {"gaussian": (-0.999999, 0.999999), "student-t": (-0.999999, 0.999999), "clayton": (1e-6, 100.0),
         "gumbel": (1.0, 100.0), "frank": (-100.0, 100.0)}  # fmt: skip
"""What `theta` may be."""


class PairCopula(Spec):
    """Tie two columns together, `given` others, by one copula.

    `tau` (Kendall's rank correlation) or the family's own `theta` says how strongly. `clayton` lets small values come
    together, `gumbel` large ones, `student-t` both (the more, the fewer `df`); `gaussian` and `frank` neither. A
    `rotation` turns the first column around (90), the second (270) or both (180), so that a Clayton copula by 180 lets
    large values come together, and one by 90 ties large values of the first to small ones of the second.
    """

    model_config = ConfigDict(coerce_numbers_to_str=True)  # YAML takes a name as 2020 for a number

    pair: tuple[str, str]
    given: tuple[str, ...] = ()
    family: Literal["gaussian", "student-t", "clayton", "gumbel", "frank"] = "gaussian"
    tau: float | None = Field(default=None, ge=-0.98, le=0.98)
    theta: float | None = None
    df: float = Field(default=4.0, ge=1, le=1000)
    rotation: Literal[0, 90, 180, 270] = 0

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if len({*self.pair, *self.given}) < 2 + len(self.given):
            raise ValueError("`pair` and `given` name a column twice")
        if (self.tau is None) == (self.theta is None):
            raise ValueError("`tau` or `theta` says how strongly, one of the two")
        if self.tau is not None and self.tau <= 0 and self.family in ("clayton", "gumbel"):
            raise ValueError(f"`tau` of a {self.family} copula is above 0: turn a column around with `rotation: 90`")
        low, high = REACH[self.family]
        if self.theta is not None and not (low <= self.theta <= high):
            raise ValueError(f"`theta` of a {self.family} copula is from {low:g} to {high:g}")
        if self.family == "frank" and 0 in (self.tau, self.theta):
            raise ValueError("a frank copula of strength 0 ties nothing: leave the pair out")
        return self

    def copula(self) -> Pair:
        """Return the pair copula."""
        form = FAMILIES[self.family]
        theta = form.of_tau(self.tau).theta if self.tau is not None else self.theta
        turns = (self.rotation in (90, 180), self.rotation in (180, 270))
        assert theta is not None
        return Student(theta, *turns, self.df) if form is Student else form(theta, *turns)


class VineCopula(Spec):
    """Tie columns together pair by pair (a regular vine), so that each pair goes together in its own way.

    Pairs without `given` join columns without closing a circle. A pair given one column joins two that are both paired
    with it; a pair given more stands on two pairs that hold these and one of its own each. What is not said is
    independent.

    Bedford and Cooke, 2002, Annals of Statistics 30; Aas and others, 2009, Insurance: Mathematics and Economics 44.
    """

    pairs: tuple[PairCopula, ...] = ()


def vine_of(asked: VineCopula, latents: Mapping[str, int], size: int) -> Vine:
    """Return the vine of declared pairs, among `size` latents; `latents` are those of the columns.

    Raises SettingsError for a column that is not there, and for pairs that are no vine.
    """
    for pair in asked.pairs:
        for name in (*pair.pair, *pair.given):
            if name not in latents:
                raise SettingsError("settings.copula", f"the vine names a column that is not there: `{name}`",
                                    where=name, hint=suggest(name, list(latents), "column"))  # fmt: skip
    trees: list[tuple[Edge, ...]] = []
    for level in range(max((len(pair.given) for pair in asked.pairs), default=-1) + 1):
        own = [pair for pair in asked.pairs if len(pair.given) == level]
        before = {edge.latents for edge in trees[-1]} if trees else {frozenset([latent]) for latent in latents.values()}
        _check_tree(own, before, latents)
        trees.append(tuple(Edge(latents[pair.pair[0]], latents[pair.pair[1]], frozenset(latents[g] for g in pair.given),
                                pair.copula()) for pair in own))  # fmt: skip
    return Vine(tuple(trees), size)


def _check_tree(pairs: Sequence[PairCopula], before: set[frozenset[int]], latents: Mapping[str, int]) -> None:
    """Refuse pairs that do not stand on those of the tree before, or close a circle. Raises SettingsError."""
    group: dict[frozenset[int], frozenset[int]] = {node: node for node in before}

    def root(node: frozenset[int]) -> frozenset[int]:
        while group[node] != node:
            node = group[node]
        return node

    for pair in pairs:
        given = {latents[name] for name in pair.given}
        ends = [frozenset({*given, latents[name]}) for name in pair.pair]
        said = f"{pair.pair[0]} ~ {pair.pair[1]}" + (f" given {', '.join(pair.given)}" if pair.given else "")
        for name, end in zip(pair.pair, ends, strict=True):
            if end not in group:
                wanted = " and ".join(f"`{other}`" for other in sorted({name, *pair.given}))
                raise SettingsError("settings.copula", f"the vine does not pair {wanted}, on which {said} stands",
                                    where=said, hint="declare that pair first, given one column less")  # fmt: skip
        first, second = root(ends[0]), root(ends[1])
        if first == second:
            raise SettingsError("settings.copula", f"the pair {said} closes a circle", where=said,
                                hint="leave one of its pairs out, or say it given the columns between")  # fmt: skip
        group[second] = first
