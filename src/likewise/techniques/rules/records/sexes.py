"""How people write sex in tables: read in any common spelling, so that a person can be made to fit it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.techniques.rules.records.reference import lines

SPELLINGS = {line[2:]: int(line[0]) for line in lines("sexes.txt")}
"""The sex that a word, a letter or a number of ISO 5218 stands for, in lower case."""


def sexes_in(values: pa.Array, drawn: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Return the sex that each value tells; where it tells none (missing, `x`, `diverse`), what was drawn instead.

    >>> sexes_in(pa.array(["Female", "m", None, "x"]), np.array([1, 0, 1, 0])).tolist()
    [0, 1, 1, 0]
    """
    coded = values if isinstance(values, pa.DictionaryArray) else values.cast(pa.string()).dictionary_encode()
    told = [SPELLINGS.get(str(value).strip().rstrip(".").casefold(), -1) for value in coded.dictionary.to_pylist()]
    found = np.array([*told, -1]).take(pc.fill_null(coded.indices, len(told)).to_numpy(zero_copy_only=False))
    return np.where(found < 0, drawn, found)
