"""Values for the cells of drawn rows: each column by its contract, order values by steps from the first one."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.counted import Counted
from likewise.core.keys import keys_at
from likewise.core.schema import Column
from likewise.privacy.contract import Domain
from likewise.privacy.contract.outside import Id
from likewise.techniques.marginals.units.levels import Level
from likewise.techniques.marginals.units.tree import Drawn

Ints = npt.NDArray[np.int64]


def columns_of(level: Level, drawn: Drawn, rng: np.random.Generator) -> dict[str, pa.Array]:
    """Return the columns of drawn rows that are learned, by name."""
    found = {domain.name: domain.decoded(drawn.cells[:, a].astype(np.int32), rng) for a, domain in enumerate(level.own)}
    if level.orders is not None:
        codes = ordered(level, drawn)
        values = level.orders.decoded(codes.astype(np.int32), rng)
        found[level.orders.name] = in_order(values, drawn.parents)
    return found


def ordered(level: Level, drawn: Drawn) -> Ints:
    """Return the order column's cell of each row: the first one's, and steps from there.

    Steps of a parent's rows are shortened, all alike, where they would lead beyond the contract's bounds.
    """
    assert level.orders is not None and level.begins is not None
    first = np.diff(drawn.parents, prepend=-1) != 0
    last = level.orders.cells - 1
    begins = np.minimum(drawn.cells[:, level.begins], last)
    steps = np.where(first, 0, np.minimum(drawn.cells[:, level.begins + 1], last))
    which = np.cumsum(first) - 1
    walked = np.cumsum(steps)
    walked -= walked[first][which] if len(which) else 0
    start = begins[first][which] if len(which) else begins
    ends = np.append(np.flatnonzero(first)[1:], len(first)) - 1
    room, most = last - start, walked[ends][which] if len(which) else walked
    return np.asarray(start + np.where(most > room, walked * room // np.maximum(most, 1), walked))


def in_order(values: pa.Array, parents: Ints) -> pa.Array:
    """Return values sorted within each parent: those of one cell were drawn without regard to each other."""
    table = pa.table({"parent": parents, "value": values})
    return values.take(pc.sort_indices(table, sort_keys=[("parent", "ascending"), ("value", "ascending")]))


def ids_of(domain: Domain, places: Ints, seed: int) -> pa.Array:
    """Return ids made anew, in the type that `repeated` says: the same for the same place."""
    assert isinstance(domain, Id)
    random = Counted(seed, "keys", domain.pattern.form, domain.pattern.mask)
    texts = keys_at(domain.pattern, places, random)
    return texts.cast(pa.int64()) if repeated(domain).kind == "integer" else texts


def repeated(domain: Domain) -> Column:
    """Return the schema of ids that several rows may have."""
    own = domain.column()
    return Column(name=own.name, kind="integer" if own.dtype == "int64" else "text", role=own.role, dtype=own.dtype)
