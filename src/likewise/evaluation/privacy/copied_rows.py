"""List the rows that were repeated, for the owner of the data: where they stand and what is in them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from likewise.core.schema import MEDIA, Kind
from likewise.core.spec import Spec
from likewise.core.table import Table

MOST_LISTED = 50
MOST_PLACES = 5


class CopiedRow(Spec):
    """Name one synthetic row that equals real ones; rows are counted from 1, the header aside."""

    synthetic: int
    real: tuple[int, ...]
    equals: int
    values: tuple[str, ...]


class CopiedRows(Spec):
    """List copied rows, those that equal fewest real ones first: they point at one person. `total` counts all."""

    names: tuple[str, ...]
    total: int
    rows: tuple[CopiedRow, ...]


def list_copies(
    synthetic: Table, real_keys: npt.NDArray[np.uint64], synthetic_keys: npt.NDArray[np.uint64]
) -> CopiedRows | None:  # fmt: skip
    """Return up to 50 rows of `synthetic` that equal a real row in every compared column, None where none does.

    The list holds real values: it is for the owner of the real rows alone.
    """
    order = np.argsort(real_keys, kind="stable")
    sorted_keys = real_keys[order]
    first = np.searchsorted(sorted_keys, synthetic_keys, "left")
    equals = np.searchsorted(sorted_keys, synthetic_keys, "right") - first
    copied = np.flatnonzero(equals)
    if not len(copied):
        return None
    listed = copied[np.argsort(equals[copied], kind="stable")][:MOST_LISTED]
    plain = [column.name for column in synthetic.schema.columns if not column.is_media]
    texts = synthetic.select(plain).take(listed).columns.to_pylist() if plain else [{} for _ in listed]
    rows = tuple(
        CopiedRow(
            synthetic=int(place) + 1,
            real=tuple(sorted(int(at) + 1 for at in order[first[place] : first[place] + equals[place]])[:MOST_PLACES]),
            equals=int(equals[place]),
            values=tuple(_shown(row.get(name), synthetic.schema[name].kind) for name in synthetic.names),
        )
        for place, row in zip(listed, texts, strict=True)
    )
    return CopiedRows(names=synthetic.names, total=len(copied), rows=rows)


def _shown(value: object, kind: Kind) -> str:
    """Return a value as a text; a picture or a sound is named only."""
    if kind in MEDIA:
        return f"({kind})"
    return "" if value is None else str(value)
