"""NumPy archives: a column an array, by its name."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.frames import to_raw
from likewise.core.media import KIND_KEY
from likewise.core.tensors import from_tensor, is_ragged, is_tensor
from likewise.core.values import decoded, is_words, one_array
from likewise.errors import SchemaError, SourceError
from likewise.io.format import Format

Arrays = Mapping[str, npt.NDArray[Any]]
_SPLIT = re.compile(r"^(?:(train|val|valid|test)_(.+)|(.+)_(train|val|valid|test))$")
DAMAGED = (zipfile.BadZipFile, ValueError, EOFError, OSError, KeyError, NotImplementedError)


def read_npz(path: Path) -> tuple[pa.Table, Format]:
    """Read an archive of arrays of one length as a table, pictures (uint8) and series among the columns.

    Arrays called `x_train`, `x_test` or `train_images`, `test_images` are one column, and `split` says which rows were
    where. Never runs code that an archive may hold. Raises SourceError for one that is damaged, that holds Python
    objects, or whose arrays are of different lengths.
    """
    try:
        if not zipfile.is_zipfile(path):
            raise zipfile.BadZipFile
        with np.load(path, allow_pickle=False) as archive:
            arrays = {str(name): archive[name] for name in archive.files}
    except DAMAGED as fault:
        if "pickle" in str(fault):
            raise SourceError("source.objects", f"`{path}` holds Python objects, which may run code when they are read",
                              where=str(path), hint="store plain arrays: numbers and texts") from None  # fmt: skip
        raise SourceError("source.damaged", f"`{path}` is no archive of NumPy arrays, or one with damage in it",
                          where=str(path), hint="fetch or make the file again") from None  # fmt: skip
    if not arrays:
        raise SourceError("source.empty", f"`{path}` holds no arrays", where=str(path),
                          hint="store one array a column")  # fmt: skip
    columns = {name: _column(array) for name, array in _joined(arrays).items()}
    if any(array.ndim == 0 for array in columns.values()) or len({len(a) for a in columns.values()}) != 1:
        sizes = ", ".join(f"`{n}` {'x'.join(map(str, a.shape)) or 'one value'}" for n, a in list(columns.items())[:6])
        raise SourceError("source.lengths", f"the arrays of `{path}` are not of one length: {sizes}", where=str(path),
                          hint="give each array one row a record")  # fmt: skip
    try:
        return to_raw(columns)[0], Format(form="npz")
    except (SchemaError, pa.ArrowException) as fault:
        said = fault.what if isinstance(fault, SchemaError) else "an array is of a type that no column can be"
        raise SourceError("source.types", said, where=str(path), hint="store numbers and texts") from None


def _joined(arrays: Arrays) -> Arrays:
    """Return the arrays of several splits as one, and which rows were where."""
    found: dict[str, dict[str, npt.NDArray[Any]]] = {}
    for name, array in arrays.items():
        match = _SPLIT.match(name)
        if match is None or array.ndim == 0:
            return arrays
        found.setdefault(match[1] or match[4], {})[match[2] or match[3]] = array
    splits = list(found.values())
    if not splits or any(own.keys() != splits[0].keys() for own in splits):
        return arrays
    shapes = [{name: a.shape[1:] for name, a in own.items()} for own in splits]
    if any(own != shapes[0] for own in shapes) or any(len({len(a) for a in own.values()}) > 1 for own in splits):
        return arrays
    whole = {name: np.concatenate([own[name] for own in splits]) for name in splits[0]}
    sizes = [len(next(iter(own.values()))) for own in splits]
    return {**whole, "split": np.repeat(list(found), sizes)}


def _column(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return an array as `to_raw` takes it: labels of shape n x 1 are values, bytes are texts."""
    if array.ndim == 2 and array.shape[1] == 1 and array.dtype.kind in "biuUS":
        array = array[:, 0]
    if array.dtype.kind == "S":
        array = np.char.decode(array, "utf-8", "replace")
    return array.astype(object) if array.dtype.kind == "U" else array


@contextmanager
def npz_writer(stream: BinaryIO, path: Path) -> Iterator[Callable[[pa.Table], None]]:
    """Yield a function that takes blocks; the archive is written at the end, from memory: it cannot grow by rows."""
    blocks: list[pa.Table] = []

    def write(block: pa.Table) -> None:
        for field in block.schema:
            _check(field, path)
        blocks.append(block)

    yield write
    if not blocks:
        return
    table = pa.concat_tables(blocks)
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, column in zip(table.column_names, table.columns, strict=True):
            content = io.BytesIO()
            np.lib.format.write_array(content, _array(one_array(column), name, path), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content.getvalue())


def _check(field: pa.Field, path: Path) -> None:
    """Refuse what is no array by its type. Pictures of several sizes may come back as one: they are seen at the end."""
    kind = field.type
    if is_tensor(kind):
        if is_ragged(kind) and (field.metadata or {}).get(KIND_KEY) != b"image":
            raise _uneven(field.name, path)
    elif pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_null(kind):
        raise SourceError("source.types", f"`{field.name}` holds {kind}, which is no array", where=str(path),
                          hint="write .parquet instead")  # fmt: skip


def _uneven(name: str, path: Path) -> SourceError:
    what = f"the arrays of `{name}` differ in shape, or some are missing"
    return SourceError("source.types", what, where=str(path), hint="write .parquet or a folder instead")


def _array(column: pa.Array, name: str, path: Path) -> npt.NDArray[Any]:
    """Return a column as an array: texts where it is no numbers, NaN or an empty text where a value is missing."""
    column = decoded(column)
    if is_tensor(column.type):
        cells = from_tensor(column)
        if isinstance(cells, np.ndarray):
            return cells
        raise _uneven(name, path)
    kind = column.type
    if is_words(kind):
        return np.array([v or "" for v in column.to_pylist()], dtype=np.str_)
    if pa.types.is_decimal(kind):
        column = column.cast(pa.float64())
    if pa.types.is_boolean(kind) and column.null_count:
        column = column.cast(pa.float64())
    return np.asarray(column.to_numpy(zero_copy_only=False))
