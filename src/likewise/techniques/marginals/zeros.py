"""Rules that no row may break, as combinations of cells that never occur."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.constraints.kinds import Constraint
from likewise.core.table import Table
from likewise.errors import PrivacyError
from likewise.privacy.contract import Contract, Domain, decode, schema_of
from likewise.techniques.marginals.select.bins import Bins

Clique = tuple[int, ...]
Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

MOST_COMBINED = 2**20
"""Combinations of cells that a rule is tried on, at most."""

MOST_KINDS = 64
"""Kinds of cells that rules may tell apart in a column: each is a bin of its own at least."""


@dataclass(frozen=True, eq=False)
class Ruled:
    """Hold which combinations of cells of a few columns meet a rule: it follows from contract and rule alone."""

    clique: Clique
    holds: Mask

    def barred(self, bins: Sequence[Bins]) -> tuple[Clique, Mask]:
        """Return the columns and which combinations of bins break the rule: all cells of a bin are of one kind."""
        firsts = [bins[a].pieces.starts[np.unique(bins[a].of_piece, return_index=True)[1]] for a in self.clique]
        return self.clique, ~self.holds[np.ix_(*firsts)]


def ruled(constraints: Sequence[Constraint], contract: Contract) -> tuple[Ruled, ...]:
    """Return the rules as combinations of cells. Raises PrivacyError for a rule that is none."""
    names = [domain.name for domain in contract.coded]
    found = []
    for rule in constraints:
        columns = tuple(getattr(rule, "columns", ()))
        if rule.scope != "row" or not columns or not set(columns) <= set(names):
            raise _left(rule, "it is not about columns that are learned, in one row")
        clique = tuple(sorted(names.index(name) for name in set(columns)))
        domains = [contract.coded[a] for a in clique]
        if not all(is_exact(domain) for domain in domains):
            raise _left(rule, "a cell of one of its columns holds several values")
        if math.prod(domain.size for domain in domains) > MOST_COMBINED:
            raise _left(rule, "its columns have too many combinations of values")
        found.append(Ruled(clique, _tried(rule, contract, domains)))
        if any(kinds.max() >= MOST_KINDS for kinds in kinds_of(found, contract.sizes)):
            raise _left(rule, "it tells too many values apart")
    return tuple(found)


def kept_by_cells(constraints: Sequence[Constraint], contract: Contract) -> tuple[Constraint, ...]:
    """Return those rules that combinations of cells can keep, together with the ones before them."""
    found: list[Constraint] = []
    for rule in constraints:
        try:
            ruled([*found, rule], contract)
        except PrivacyError:
            continue
        found.append(rule)
    return tuple(found)


def is_exact(domain: Domain) -> bool:
    """Return whether each cell of a column holds one value."""
    axis = getattr(domain, "axis", None)
    return axis is None or bool(axis.whole and axis.edges[-1] == axis.cells)


def kinds_of(rules: Sequence[Ruled], sizes: Sequence[int]) -> list[Ints]:
    """Return for each column the kind of each cell: cells of a kind are one to every rule."""
    kinds = [np.zeros(size, dtype=np.int64) for size in sizes]
    for rule in rules:
        for axis, a in enumerate(rule.clique):
            slices = np.packbits(np.moveaxis(rule.holds, axis, 0).reshape(sizes[a], -1), axis=1)
            own = np.unique(slices, axis=0, return_inverse=True)[1].reshape(-1)
            kinds[a] = np.unique(kinds[a] * (own.max() + 1) + own, return_inverse=True)[1].reshape(-1)
    return kinds


def _tried(rule: Constraint, contract: Contract, domains: Sequence[Domain]) -> Mask:
    """Return whether a rule holds for every combination of its columns' values."""
    shape = [domain.size for domain in domains]
    rng = np.random.default_rng(0)  # a cell of one value draws that value, whatever is drawn
    codes = [part.reshape(-1).astype(np.int32) for part in np.indices(shape)]
    arrays = [decode(contract, domain.name, own, rng) for domain, own in zip(domains, codes, strict=True)]
    names = [domain.name for domain in domains]
    table = Table(pa.table(arrays, names=names), schema_of(contract).select(names))
    return np.asarray(rule.holds(table), dtype=bool).reshape(shape)


def _left(rule: Constraint, why: str) -> PrivacyError:
    return PrivacyError("privacy.rule", f"{rule.said()} cannot be kept by cells that never occur: {why}",
                        hint="hold it around the technique: technique='constrained', inner='marginals'")  # fmt: skip
