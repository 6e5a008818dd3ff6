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


def lanes_of(grid: Bytes) -> npt.NDArray[np.unsignedinteger] | None:
    """Return rows of up to eight bytes as one whole number each, None where they are longer: they are looked up faster.

    >>> lanes_of(grid_of(["a", "bc"])).tolist()
    [97, 25442]
    """
    size = 1 << (grid.shape[1] - 1).bit_length() if grid.shape[1] else 0
    if not 0 < size <= 8:
        return None
    padded = np.zeros((len(grid), size), dtype=np.uint8)
    padded[:, : grid.shape[1]] = grid
    return padded.view(f"u{size}").ravel()


def looked_up(lanes: npt.NDArray[np.unsignedinteger], places: npt.NDArray[np.int64], width: int) -> Bytes:
    """Return the bytes of the rows at some places."""
    return lanes[places].view(np.uint8).reshape(len(places), -1)[:, :width]


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
