"""A regular vine: uniforms drawn one after the other through pair copulas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from likewise.modalities.tabular.copulas.copula import Arrays, Copula, Floats, Limits, kept_within, log_of, within
from likewise.modalities.tabular.copulas.vine.choosing import clipped
from likewise.modalities.tabular.copulas.vine.pairs import Pair, load_pair
from likewise.modalities.tabular.copulas.vine.structure import Edge, drawing_order, trees_of

AT_ONCE = 8192
"""Rows drawn at a time: what each latent is given others is kept for all of them."""


@dataclass(frozen=True, eq=False)
class Vine(Copula):
    """The dependence of many latents as that of pairs: first of the strongest, then of what is left given them.

    `trees` hold the pairs, those of a tree given one latent more than those of the tree before; beyond the last tree
    all is taken for independent given what came before (a truncated vine). Latents are drawn in an order of the vine's
    own, and conditions are met in it.

    Use when columns move together in more than one direction, or extremes do on one side. Avoid for many categories.
    Cost of a draw: rows times latents times trees squared, at most 8,192 rows at a time in memory.

    Joe, 1996; Bedford and Cooke, 2002, Annals of Statistics 30; Dissmann and others, 2013, CSDA 59.
    """

    trees: tuple[tuple[Edge, ...], ...]
    latents: int

    form: ClassVar[str] = "vine"
    reorders: ClassVar[bool] = False

    @classmethod
    def learned(cls, uniforms: Floats, grids: Sequence[Floats]) -> Vine:
        """Return the vine of uniforms (latents, rows), with the cells that each one's checkerboards have."""
        return cls(tuple(tuple(tree) for tree in trees_of(uniforms, grids)), len(uniforms))

    @property
    def size(self) -> int:
        """The number of latents."""
        return self.latents

    @cached_property
    def steps(self) -> tuple[tuple[int, tuple[tuple[int, frozenset[int], Pair], ...]], ...]:
        """The latents in the order of drawing, each with its partners, what these are given, and the pair copulas."""
        return tuple(
            (latent, tuple(_seen_from(latent, edge) for edge in edges))
            for latent, edges in drawing_order(self.trees, self.latents)
        )

    @cached_property
    def sources(self) -> dict[tuple[int, frozenset[int]], tuple[int, frozenset[int], Pair]]:
        """Where what a latent is given others comes from: its partner, what both were given before, the pair copula."""
        found = {}
        for edge in (edge for tree in self.trees for edge in tree):
            for latent in (edge.first, edge.second):
                partner, given, pair = _seen_from(latent, edge)
                found[latent, given | {partner}] = (partner, given, pair)
        return found

    def draw(self, n: int, rng: np.random.Generator) -> Floats:
        """Return (latents, n) uniforms."""
        found = np.empty((self.latents, n))
        for start in range(0, n, AT_ONCE):
            shares = rng.random((self.latents, min(AT_ONCE, n - start)))
            found[:, start : start + AT_ONCE] = self._walked(shares)
        return found

    def tie(self, even: Floats, scale: Floats) -> Floats:
        """Return (latents, n) uniforms made of independent ones."""
        parts = [self._walked(even[:, start : start + AT_ONCE]) for start in range(0, even.shape[1], AT_ONCE)]
        return np.concatenate(parts, axis=1) if parts else even

    def _walked(self, shares: Floats) -> Floats:
        """Return the uniforms at shares of what each latent can be given those before it."""
        walk, found = Walk(self, shares.shape[1]), np.empty_like(shares)
        for latent, links in self.steps:
            found[latent] = walk.placed(latent, links, clipped(shares[latent]))
        return found

    def draw_within(self, n: int, rng: np.random.Generator, limits: Limits) -> tuple[Floats, Floats]:
        """Return (latents, n) uniforms within limits, and the logarithm of what each row weighs."""
        found, weight = np.full((self.latents, n), np.nan), np.zeros(n)
        limited = {*limits.latents}
        for start in range(0, n, AT_ONCE):
            rows = slice(start, min(start + AT_ONCE, n))
            shares = rng.random((self.latents, rows.stop - start))
            walk = Walk(self, rows.stop - start)
            for latent, links in self.steps:
                share = clipped(shares[latent])
                if latent in limited:
                    low, high = (ends[:, rows] for ends in limits.of(latent, found))
                    reach = [np.stack([walk.reached(links, end) for end in side]) for side in (low, high)]
                    share, width = within(reach[0], reach[1], share)
                    weight[rows] += log_of(width)
                own = walk.placed(latent, links, clipped(share))
                found[latent, rows] = kept_within(own, low, high) if latent in limited else own
        return found, weight

    def weighs(self, limits: Limits) -> bool:
        """Return whether rows drawn within limits differ in their weights: they do where another latent comes first."""
        return {*limits.latents} != {self.steps[0][0]}

    def said(self) -> str:
        """Return in a few words which copula it is."""
        return f"vine of {len(self.trees)} trees"

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return what a model file keeps of it."""
        edges, arrays = [], {}
        for number, (level, edge) in enumerate(self._edges()):
            meta, own = edge.pair.state()
            edges.append(
                {"tree": level, "first": edge.first, "second": edge.second, "given": sorted(edge.given), **meta}
            )
            arrays.update({f"pair.{number}.{name}": array for name, array in own.items()})
        return {"form": self.form, "latents": self.latents, "trees": len(self.trees), "edges": edges}, arrays

    @classmethod
    def from_state(cls, meta: dict[str, Any], arrays: Arrays) -> Vine:
        """Rebuild it from a model file."""
        trees: list[list[Edge]] = [[] for _ in range(meta["trees"])]
        for number, kept in enumerate(meta["edges"]):
            prefix = f"pair.{number}."
            own = {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
            edge = Edge(kept["first"], kept["second"], frozenset(kept["given"]), load_pair(kept, own))
            trees[kept["tree"]].append(edge)
        return cls(tuple(tuple(tree) for tree in trees), meta["latents"])

    def _edges(self) -> Iterator[tuple[int, Edge]]:
        for level, tree in enumerate(self.trees):
            for edge in tree:
                yield level, edge


class Walk:
    """Remember, for some rows, what each latent drawn so far is given others."""

    def __init__(self, vine: Vine, rows: int) -> None:
        self.vine, self.rows = vine, rows
        self.known: dict[tuple[int, frozenset[int]], Floats] = {}

    def placed(self, latent: int, links: Sequence[tuple[int, frozenset[int], Pair]], share: Floats) -> Floats:
        """Return the uniform of a latent at a share of what it can be given all its partners."""
        for partner, given, pair in reversed(links):
            self.known[latent, given | {partner}] = share
            share = pair.inverse(share, self.given(partner, given))
        self.known[latent, frozenset()] = share
        return share

    def reached(self, links: Sequence[tuple[int, frozenset[int], Pair]], uniforms: Floats) -> Floats:
        """Return the shares of what a latent can be, given all its partners, that lie below some uniforms."""
        inner = (uniforms > 0) & (uniforms < 1)
        share = clipped(uniforms)
        for partner, given, pair in links:
            share = pair.given(share, self.given(partner, given))
        return np.where(inner, share, uniforms)

    def given(self, latent: int, others: frozenset[int]) -> Floats:
        """Return a latent's uniform given others."""
        found = self.known.get((latent, others))
        if found is None:
            partner, before, pair = self.vine.sources[latent, others]
            found = pair.given(self.given(latent, before), self.given(partner, before))
            self.known[latent, others] = found
        return found


def _seen_from(latent: int, edge: Edge) -> tuple[int, frozenset[int], Pair]:
    """Return the partner of a latent on an edge, what both are given, and the copula of (latent, partner)."""
    if latent == edge.first:
        return edge.second, edge.given, edge.pair
    return edge.first, edge.given, edge.pair.swapped()
