"""Which row of a table each row of another refers to."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.dataset import Dataset, Relation

Ints = npt.NDArray[np.int64]

NOBODY = -1
"""The number of the row that a row refers to whose reference is missing."""

ORPHAN = -2
"""The number of the row that a row refers to where there is none of that key."""


def referred(dataset: Dataset, relation: Relation) -> Ints:
    """Return for each row of the child the number of the parent's row, NOBODY or ORPHAN where there is none.

    A composite reference is missing where one of its columns is, as in SQL. Of parents with one key the first counts.

    >>> from likewise.core.table import Table
    >>> tables = {"a": Table.from_any({"id": [7, 8, 9]}), "b": Table.from_any({"a_id": [9, None, 7, 5]})}
    >>> relation = Relation(table="b", columns=("a_id",), to="a", key=("id",))
    >>> referred(Dataset(tables, (relation,)), relation).tolist()
    [2, -1, 0, -2]
    """
    child, parent = dataset[relation.table], dataset[relation.to]
    pairs = zip(relation.columns, relation.key, strict=True)
    codes = [_codes(child.column(own), parent.column(other)) for own, other in pairs]
    missing = np.any([both[: child.rows] < 0 for both in codes], axis=0)
    joined = _joined(codes)
    owns, others = joined[: child.rows], joined[child.rows :]
    order = np.argsort(others, kind="stable")
    place = np.searchsorted(others[order], owns)
    inside = place < len(others)
    found = np.full(child.rows, ORPHAN, np.int64)
    candidates = order[place[inside]]
    found[inside] = np.where(others[candidates] == owns[inside], candidates, ORPHAN)
    found[missing] = NOBODY
    return found


def _codes(own: pa.Array, other: pa.Array) -> Ints:
    """Return numbers for the values of one column and then of the other: equal for equal values, -1 where missing."""
    own, other = (_plain(array) for array in (own, other))
    if own.type != other.type:
        own, other = own.cast(pa.string()), other.cast(pa.string())
    return np.asarray(pa.concat_arrays([own, other]).dictionary_encode().indices.fill_null(-1), dtype=np.int64)


def _plain(array: pa.Array) -> pa.Array:
    return array.cast(array.type.value_type) if pa.types.is_dictionary(array.type) else array


def _joined(codes: list[Ints]) -> Ints:
    """Return one number for the codes of several columns, told apart as the codes are."""
    found = codes[0]
    for own in codes[1:]:
        _, found = np.unique(found * (own.max(initial=0) + 2) + own + 1, return_inverse=True)
    return found.reshape(-1).astype(np.int64)
