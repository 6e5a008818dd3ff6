"""Which cells of a column were changed."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.tensors import from_tensor, is_tensor


def differ(own: pa.Array, new: pa.Array) -> npt.NDArray[np.bool_]:
    """Return the mask of cells that differ, missing or not."""
    if pa.types.is_dictionary(own.type):
        own, new = own.indices, new.indices
    if is_tensor(own.type):
        pairs = zip(from_tensor(own), from_tensor(new), strict=True)
        return np.array([not _same(one, other) for one, other in pairs], dtype=bool)
    if pa.types.is_null(own.type):
        return np.zeros(len(own), dtype=bool)
    changed: npt.NDArray[np.bool_] = np.asarray(pc.fill_null(pc.not_equal(own, new), False), dtype=bool)
    changed |= np.asarray(own.is_null()) != np.asarray(new.is_null())
    return changed


def _same(one: npt.NDArray[Any] | None, other: npt.NDArray[Any] | None) -> bool:
    if one is None or other is None:
        return one is other
    return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
