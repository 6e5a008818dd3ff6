"""Texts as rows of a matrix of bytes, in which 0 stands for nothing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Bytes = npt.NDArray[np.uint8]


def grid_of(texts: Sequence[str]) -> Bytes:
    """Return texts as a matrix of their UTF-8 bytes, filled up with 0.

    >>> grid_of(["a", "bc"]).tolist()
    [[97, 0], [98, 99]]
    """
    coded = [text.encode() for text in texts]
    width = max((len(text) for text in coded), default=0)
    joined = b"".join(text.ljust(width, b"\0") for text in coded)
    return np.frombuffer(joined, dtype=np.uint8).reshape(len(coded), width)


def texts_of(grid: Bytes, *, full: bool = False) -> pa.Array:
    """Return the rows of a matrix as texts, their zeros left out; `full` says that there are none.

    >>> texts_of(np.array([[97, 0], [0, 98]], dtype=np.uint8)).to_pylist()
    ['a', 'b']
    """
    rows, width = grid.shape
    if full:
        offsets = np.arange(rows + 1, dtype=np.int64) * width
        data = np.ascontiguousarray(grid)
    else:
        kept = grid != 0
        offsets = np.zeros(rows + 1, dtype=np.int64)
        np.cumsum(kept.sum(axis=1, dtype=np.int64), out=offsets[1:])
        data = grid[kept]
    whole = [None, pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(data)]
    return pa.Array.from_buffers(pa.string(), rows, whole)
