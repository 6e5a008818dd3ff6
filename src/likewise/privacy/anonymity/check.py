"""What the written rows reach, counted from what stands in their cells and from nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.schema import Schema
from likewise.core.spec import Spec
from likewise.core.table import Table
from likewise.core.values import MARKERS, as_texts, one_array
from likewise.errors import PrivacyError
from likewise.privacy.anonymity.criteria import CLOSE, Criteria
from likewise.privacy.anonymity.measures import (
    classes,
    entropy_diversity,
    is_recursive_diverse,
    k_anonymity,
    l_diversity,
    t_closeness,
)

Ints = npt.NDArray[np.int64]


class Diverse(Spec):
    """Hold what the classes reach in one sensitive column: fewest values, their least worth by entropy, distance."""

    distinct: int
    entropy: float
    t: float


class Reached(Spec):
    """Hold what the written rows reach: the smallest class, how many there are, and each sensitive column."""

    k: int
    classes: int
    sensitive: dict[str, Diverse] = {}

    @property
    def risk(self) -> float:
        """How often a guess at the row of somebody who is known to be among them is right, at most."""
        return 1 / self.k


def reached(
    rows: pa.Table, schema: Schema, quasi: Sequence[str], sensitive: Sequence[str], criteria: Criteria
) -> Reached:  # fmt: skip
    """Count what rows reach. Raises PrivacyError where it is less than the criteria, which would be a fault of ours.

    Sensitive columns are read anew, as the `schema` of the source says they are written.
    """
    keys = _keys([one_array(rows.column(name)) for name in quasi])
    found = Reached(k=k_anonymity(keys), classes=len(classes(keys).sizes))
    held = found.k >= criteria.k
    diverse: dict[str, Diverse] = {}
    for name in sensitive:
        secret, ordered = _secret(rows, schema, name)
        own = Diverse(distinct=l_diversity(keys, secret), entropy=entropy_diversity(keys, secret),
                      t=t_closeness(keys, secret, ordered=ordered))  # fmt: skip
        diverse[name] = own
        asked = criteria.l
        held &= own.distinct >= asked.distinct and own.entropy >= asked.entropy * (1 - 2 * CLOSE)
        held &= asked.c is None or is_recursive_diverse(keys, secret, c=asked.c, at=asked.recursive)
        held &= criteria.t is None or own.t <= criteria.t + CLOSE
    if not held:
        raise PrivacyError("privacy.unproven", "counted again, the rows do not meet what was asked; nothing is written",
                           hint="please report it: this is a fault of likewise")  # fmt: skip
    return found.model_copy(update={"sensitive": diverse})


def _keys(columns: Sequence[pa.Array]) -> Ints:
    """Return a number for each row, equal where the texts of all columns are; gaps are alike however they are told."""
    codes = []
    for array in columns:
        texts = pc.utf8_trim_whitespace(as_texts(array).fill_null(""))
        texts = pc.if_else(pc.is_in(texts, value_set=pa.array(MARKERS)), "", texts)
        codes.append(np.asarray(texts.dictionary_encode().indices))
    order = np.lexsort(codes)
    ordered = np.column_stack([own[order] for own in codes])
    changes = np.append(False, (ordered[1:] != ordered[:-1]).any(axis=1)) if len(order) else np.zeros(0, bool)
    keys = np.empty(len(order), np.int64)
    keys[order] = np.cumsum(changes)
    return keys


def _secret(rows: pa.Table, schema: Schema, name: str) -> tuple[npt.NDArray[np.float64] | Ints, bool]:
    table = Table.from_arrow(rows.select([name]), Schema(columns=(schema[name],)))
    column = table.schema[name]
    if column.is_number:
        return table.numbers(name), True
    if column.is_levels:
        return table.codes(name).astype(np.int64), column.ordered
    texts = table.column(name).cast(pa.string()).fill_null("")
    return np.asarray(texts.dictionary_encode().indices).astype(np.int64), False
