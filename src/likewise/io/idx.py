"""IDX files, in which MNIST and its kin come: pictures in one file, their labels in another."""

from __future__ import annotations

import gzip
import math
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.aside import open_aside, together
from likewise.core.frames import to_raw
from likewise.core.tensors import from_tensor, is_tensor
from likewise.core.values import decoded, is_words, one_array
from likewise.errors import SourceError
from likewise.io.format import IDX, Format

TYPES = {8: ">u1", 9: ">i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}


def read_idx(path: Path) -> tuple[pa.Table, Format]:
    """Read one file of pictures or labels, with its partner where it lies beside it: columns `image` and `label`.

    Raises SourceError for a damaged file and where there are not as many labels as pictures.
    """
    match = IDX.match(path.name)
    assert match is not None
    columns: dict[str, Any] = {}
    for part, name, axes in (("images", "image", "3"), ("labels", "label", "1")):
        place = path if match[2] == part else partner(path, part, axes)
        if place.exists():
            columns[name] = _array(place)
    sizes = {len(array) for array in columns.values()}
    if len(sizes) > 1:
        what = f"`{path}` and the file beside it hold {' and '.join(f'{size:,}' for size in sorted(sizes))} rows"
        raise SourceError("source.lengths", what, where=str(path),
                          hint="bring the two files that belong together")  # fmt: skip
    form = Format(form="idx", suffix="-images-idx3-ubyte", compression="gz" if match[4] else None)
    table = to_raw(columns)[0]
    if "label" in columns and columns["label"].ndim == 1:  # numbers that name classes rather than measure
        place = table.column_names.index("label")
        levels = np.unique(columns["label"])
        codes = pa.array(np.searchsorted(levels, columns["label"]), pa.int32())
        table = table.set_column(place, "label", pa.DictionaryArray.from_arrays(codes, pa.array(levels)))
    return table, form


def partner(path: Path, part: str, axes: str) -> Path:
    """Return where the file that belongs to another lies: the labels of pictures, the pictures of labels."""
    name = re.sub(r"(images|labels)([-.])idx\d", rf"{part}\g<2>idx{axes}", path.name)
    return path.with_name(name)


def _array(path: Path) -> npt.NDArray[Any]:
    data = path.read_bytes()
    try:
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
        kind, axes = data[2], data[3]
        shape = tuple(int(n) for n in np.frombuffer(data, ">i4", count=axes, offset=4))
        if data[:2] != b"\0\0" or kind not in TYPES or not axes:
            raise ValueError
        values = np.frombuffer(data, TYPES[kind], offset=4 + 4 * axes)
        if len(values) != math.prod(shape):
            raise ValueError
    except (OSError, EOFError, IndexError, ValueError, zlib.error):
        raise SourceError("source.damaged", f"`{path}` is no IDX file, or one with damage in it", where=str(path),
                          hint="fetch the file again") from None  # fmt: skip
    return values.reshape(shape).astype(values.dtype.newbyteorder("="))


@contextmanager
def idx_writer(path: Path) -> Iterator[Callable[[pa.Table], None]]:
    """Yield a function that takes blocks of pictures and labels; both files are written at the end, from memory."""
    blocks: list[pa.Table] = []

    def write(block: pa.Table) -> None:
        others = [name for name in block.column_names if name not in ("image", "label")]
        if others or "image" not in block.column_names:
            raise SourceError("source.types", "IDX files hold a column `image` and a column `label`, and nothing else",
                              where=str(path), hint="write .npz or a folder instead")  # fmt: skip
        if "label" in block.column_names and is_words(decoded(one_array(block.column("label").slice(0, 0))).type):
            raise _no_bytes("label", path)
        blocks.append(block)

    yield write
    if not blocks:
        return
    table = pa.concat_tables(blocks)
    packed = path.suffix == ".gz"
    with together():
        for part, name, axes in (("images", "image", "3"), ("labels", "label", "1")):
            if name in table.column_names:
                own = path if IDX.match(path.name)[2] == part else partner(path, part, axes)  # type: ignore[index]
                content = _bytes(one_array(table.column(name)), name, path)
                with open_aside(own) as stream:
                    _write(stream, content, packed)


def _write(stream: BinaryIO, content: bytes, packed: bool) -> None:
    stream.write(gzip.compress(content, mtime=0) if packed else content)


def _bytes(column: pa.Array, name: str, path: Path) -> bytes:
    try:
        cells = from_tensor(column) if is_tensor(column.type) else decoded(column).to_numpy(zero_copy_only=False)
        array = np.asarray(cells)
        if array.ndim == 4 and array.shape[3] == 1:
            array = array[..., 0]
        whole = array.astype(np.uint8)
        if array.dtype == object or (whole != array.astype(np.float64)).any() or array.ndim not in (1, 3, 4):
            raise ValueError
    except (ValueError, TypeError):
        raise _no_bytes(name, path) from None
    return bytes([0, 0, 8, whole.ndim]) + np.array(whole.shape, ">i4").tobytes() + whole.tobytes()


def _no_bytes(name: str, path: Path) -> SourceError:
    what = f"column `{name}` is no array of whole numbers from 0 to 255"
    return SourceError("source.types", what, where=str(path), hint="write .npz or a folder instead")
