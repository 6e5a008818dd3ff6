"""Which cells of a column were changed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc


def differ(own: pa.Array, new: pa.Array) -> npt.NDArray[np.bool_]:
    """Return the mask of cells that differ, missing or not."""
    if pa.types.is_dictionary(own.type):
        own, new = own.indices, new.indices
    if pa.types.is_null(own.type):
        return np.zeros(len(own), dtype=bool)
    changed: npt.NDArray[np.bool_] = np.asarray(pc.fill_null(pc.not_equal(own, new), False), dtype=bool)
    changed |= np.asarray(own.is_null()) != np.asarray(new.is_null())
    return changed
