"""Rows generalised until every class meets what is asked, by the method that is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.errors import PrivacyError, SettingsError
from likewise.privacy.anonymity.criteria import Criteria, Secret, Tally, meets
from likewise.privacy.anonymity.hierarchy import Hierarchy, ends_of
from likewise.privacy.anonymity.lattice import Lattice, combined
from likewise.privacy.anonymity.mondrian import Mondrian

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Cells:
    """Hold a generalised column of the kept rows: their codes, what is written, and the codes that it may stand for."""

    hierarchy: Hierarchy
    codes: Ints
    texts: pa.Array
    first: Ints
    last: Ints


@dataclass(frozen=True, eq=False)
class Generalised:
    """Hold which rows are kept, and their generalised columns; `said` is how they were found, in a sentence."""

    kept: Mask
    columns: tuple[Cells, ...]
    said: str


def generalise(
    codes: Sequence[Ints],
    hierarchies: Sequence[Hierarchy],
    secrets: Sequence[Secret],
    criteria: Criteria,
    *,
    method: str,
    suppress: float,
) -> Generalised:
    """Return columns of k rows at least, generalised as far as it takes. Raises PrivacyError where nothing will do."""
    check_reachable(len(codes[0]), secrets, criteria)
    if method == "lattice":
        return _by_lattice(codes, [h.laddered() for h in hierarchies], secrets, criteria, suppress)
    stacked = np.asfortranarray(np.column_stack(codes))
    boxes = Mondrian(stacked, hierarchies, secrets, criteria, relaxed=method == "relaxed").cut()
    columns = []
    for place, hierarchy in enumerate(hierarchies):
        low, high = boxes.low[:, place], boxes.high[:, place]
        first, last = hierarchy.extent(low, high)
        texts = hierarchy.written(low, high).take(pa.array(boxes.of))
        columns.append(Cells(hierarchy, codes[place], texts, first[boxes.of], last[boxes.of]))
    cuts = "between values, then between rows" if method == "relaxed" else "between values"
    return Generalised(np.ones(len(stacked), bool), tuple(columns), f"Mondrian, cuts {cuts}")


def _by_lattice(
    codes: Sequence[Ints], hierarchies: Sequence[Hierarchy], secrets: Sequence[Secret], criteria: Criteria,
    suppress: float,
) -> Generalised:  # fmt: skip
    lattice = Lattice(np.column_stack(codes), hierarchies, secrets, criteria, suppress)
    found = lattice.search()
    kept = found.node.kept[lattice.point_of]
    columns = []
    for own, hierarchy, level in zip(codes, hierarchies, found.node.levels.tolist(), strict=True):
        group, labels = hierarchy.climbed(level)
        first, last = ends_of(group)
        there = group[own[kept]]
        columns.append(Cells(hierarchy, own[kept], labels.take(pa.array(there)), first[there], last[there]))
    best = "the least lossy of all" if found.is_best else "the least lossy of those tried"
    return Generalised(kept, tuple(columns), f"full-domain lattice, {found.tried} combinations tried, {best}")


def check_reachable(rows: int, secrets: Sequence[Secret], criteria: Criteria) -> None:
    """Raise PrivacyError where not even all rows as one class would meet the criteria."""
    if criteria.of_secrets and not secrets:
        raise SettingsError("settings.sensitive", "l and t are asked for, and no column is sensitive", where="l, t",
                            hint="name one: `illness: sensitive`, or --sensitive illness")  # fmt: skip
    for secret in secrets:
        whole = np.bincount(secret.codes, minlength=secret.count) / rows
        asked = criteria.l
        if max(asked.distinct, asked.recursive, np.ceil(asked.entropy - 1e-9)) > secret.count:
            raise PrivacyError("privacy.l", f"`{secret.name}` has fewer than the l values that are asked of each class",
                               where=secret.name, hint="ask for a smaller l")  # fmt: skip
        tally = Tally.of_rows(np.zeros(rows, np.int64), 1, secret)
        if not meets(tally, secret, whole, criteria).all():
            raise PrivacyError("privacy.l", f"not even all rows together are as diverse in `{secret.name}` as asked",
                               where=secret.name, hint="ask for a smaller l or a larger c")  # fmt: skip


def classes_of(columns: Sequence[pa.Array]) -> tuple[Ints, int]:
    """Return the number of each row's class, rows that are written alike, and how many there are."""
    coded = [np.asarray(array.dictionary_encode("encode").indices).astype(np.int64) for array in columns]
    return combined(coded)
