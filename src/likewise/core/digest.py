"""Digests that depend on values alone, not on how they lie in memory."""

from __future__ import annotations

import hashlib

import pyarrow as pa


def digest_columns(columns: pa.Table) -> str:
    """Return the SHA-256 of names, types and values of a table, whatever its chunks and offsets.

    Cost: one pass over the bytes.
    """
    hasher = hashlib.sha256()
    for name, column in zip(columns.column_names, columns.columns, strict=True):
        array = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
        if pa.types.is_dictionary(array.type):
            array = array.dictionary_decode()
        hasher.update(f"{name}\0{array.type}\0{len(array)}\0".encode())
        # Rebuilding from a fresh buffer drops offsets, so that a slice and its copy digest alike.
        batch = pa.record_batch([pa.concat_arrays([array])], names=["c"])
        hasher.update(batch.serialize())
    return hasher.hexdigest()
