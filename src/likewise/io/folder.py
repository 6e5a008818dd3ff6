"""Folders of pictures and sounds: one folder a class, or a `metadata.csv` that names the files beside their columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.aside import appear, partial_of, remove
from likewise.core.faults import reading, writing
from likewise.core.media import KIND_KEY, RATE_KEY, guess_tensor
from likewise.core.tensors import Cells, from_tensor, is_tensor, to_tensor
from likewise.core.values import one_array
from likewise.errors import SourceError
from likewise.io.cells import without_tensors
from likewise.io.csv import csv_writer, read_csv
from likewise.io.format import Format
from likewise.modalities.audio.files import SUFFIXES as SOUNDS
from likewise.modalities.audio.files import read_sounds, wav
from likewise.modalities.image.files import SUFFIXES as PICTURES
from likewise.modalities.image.files import png, read_pictures

METADATA, FILE = "metadata.csv", "file_name"
SPLITS = frozenset({"train", "training", "test", "testing", "val", "valid", "validation", "dev"})
"""Folders that part the rows rather than name their class."""

_UNSAFE = re.compile(r"[^\w.+-]+")


def read_folder(folder: Path) -> tuple[pa.Table, Format]:
    """Read a folder: a column `image` or `audio`, and what `metadata.csv` or the folders' names say beside it.

    `metadata.csv` names a file a row in `file_name`, further ones in `NAME_file_name` (masks, say), and may hold any
    other columns; files that it does not name are left out. Without one the first folder a file lies in is its
    `label`, under folders called train, test and so on, which become the column `split`. Cells are held in memory,
    sounds all at the rate that most have. Raises SourceError for a folder without pictures or sounds, and for files
    that are damaged or not there.
    """
    with reading(folder):
        if (folder / METADATA).is_file():
            return _from_metadata(folder), Format(form="folder")
        paths = sorted(p for p in folder.rglob("*") if _suffix(p) and not any(
            part.startswith(".") for part in p.relative_to(folder).parts))  # fmt: skip
        if not paths:
            raise SourceError("source.folder", f"`{folder}` is a folder without pictures, sounds or a {METADATA}",
                              where=str(folder), hint="name one file of it")  # fmt: skip
        columns, fields = [], []
        tensor, field = _cells("", paths)
        columns.append(tensor)
        fields.append(field)
        for name, values in _places(folder, paths).items():
            columns.append(_levels(values))
            fields.append(pa.field(name, columns[-1].type))
    return pa.table(columns, schema=pa.schema(fields)), Format(form="folder")


def _suffix(path: Path) -> bool:
    return path.suffix.lower() in PICTURES | SOUNDS and path.is_file()


def _places(folder: Path, paths: Sequence[Path]) -> dict[str, list[str | None]]:
    """Return what the folders that files lie in say: a split, a label, or both."""
    parts = [path.relative_to(folder).parts[:-1] for path in paths]
    found: dict[str, list[str | None]] = {}
    if all(part and part[0].casefold() in SPLITS for part in parts):
        found["split"] = [part[0] for part in parts]
        parts = [part[1:] for part in parts]
    if any(parts):
        found["label"] = [part[0] if part else None for part in parts]
    return found


def _levels(values: Sequence[str | None]) -> pa.Array:
    """Return the names of folders as levels, in their order: `7` is a class, not a number."""
    levels = pa.array(sorted({value for value in values if value is not None}), pa.string())
    return pa.DictionaryArray.from_arrays(pc.index_in(pa.array(values, pa.string()), levels, skip_nulls=True), levels)


def _from_metadata(folder: Path) -> pa.Table:
    place = folder / METADATA
    table, _ = read_csv(place.read_bytes(), place)
    named = [n for n in table.column_names if n == FILE or n.endswith(f"_{FILE}")]
    if not named:
        raise SourceError("source.no-file-name", f"`{place}` has no column `{FILE}`", where=str(place),
                          hint=f"name the file of each row in a column `{FILE}`")  # fmt: skip
    columns, fields = [], []
    lies_in = [PurePosixPath(text or "").parts[:1] for text in table.column(named[0]).to_pylist()]
    for name in table.column_names:
        if name not in named:
            values = table.column(name).to_pylist()
            of_folders = table.num_rows and all((v,) == part for v, part in zip(values, lies_in, strict=True))
            columns.append(_levels(values) if of_folders else table.column(name))
            fields.append(pa.field(name, columns[-1].type))
            continue
        paths = [folder / text.strip() if text and text.strip() else None for text in table.column(name).to_pylist()]
        gone = [path for path in paths if path is not None and not path.is_file()]
        if gone:
            others = f" and {len(gone) - 1:,} more" if len(gone) > 1 else ""
            raise SourceError("source.no-such-file", f"`{place}` names files that are not there: `{gone[0]}`{others}",
                              where=str(place), hint="correct the column, or bring the files")  # fmt: skip
        tensor, field = _cells(name.removesuffix(FILE).removesuffix("_"), paths)
        columns.append(tensor)
        fields.append(field)
    return pa.table(columns, schema=pa.schema(fields))


def _cells(name: str, paths: Sequence[Path | None]) -> tuple[pa.Array, pa.Field]:
    """Return the files of one column as tensors; `name` is empty for the one that is called after what it holds."""
    sounds = [p for p in paths if p is not None and p.suffix.lower() in SOUNDS]
    pictures = [p for p in paths if p is not None and p.suffix.lower() in PICTURES]
    odd = next((p for p in paths if p is not None and p not in {*sounds, *pictures}), None)
    if odd is not None:
        what = f"`{odd}` is neither a picture nor a sound by its name"
        raise SourceError("source.unknown-format", what, where=str(odd),
                          hint="known are .png .jpg .bmp .webp .gif .tif, .wav .flac .ogg .aiff")  # fmt: skip
    if sounds and pictures:
        what = f"`{pictures[0].parent}` holds pictures and sounds in one column"
        raise SourceError("source.mixed-folder", what, where=str(sounds[0]),
                          hint="keep them in two folders, or two columns of metadata.csv")  # fmt: skip
    if not sounds:
        cells: Cells = read_pictures(paths, codes=bool(name))
        array = to_tensor(cells) if pictures else pa.nulls(len(paths))
        return array, pa.field(name or "image", array.type, metadata={KIND_KEY: b"image"})
    found, rate = read_sounds(paths)
    array = to_tensor(found)
    return array, pa.field(name or "audio", array.type, metadata={KIND_KEY: b"audio", RATE_KEY: str(rate).encode()})


@contextmanager
def folder_writer(folder: Path) -> Iterator[Callable[[pa.Table], None]]:
    """Yield a function that writes a block: its pictures as PNG, its sounds as WAV, all else in `metadata.csv`.

    Files lie in a folder called after the row's `label`, where there is such a column. The folder appears when the
    block ends well; memory stays that of one block, and of the rows of metadata. Raises SourceError where a folder with
    something in it stands in the place.
    """
    with writing(folder):
        if folder.is_dir() and any(folder.iterdir()):
            raise SourceError("source.folder-not-empty", f"the folder `{folder}` is not empty", where=str(folder),
                              hint="name a new folder: nothing in a folder is ever written over")  # fmt: skip
        partial = partial_of(folder)
        partial.mkdir()
    rows: list[pa.Table] = []
    try:
        with writing(folder):
            yield lambda block: rows.append(_written(block, partial, sum(t.num_rows for t in rows)))
            if rows:
                with (
                    (partial / METADATA).open("wb") as stream,
                    csv_writer(stream, Format(form="csv"), partial) as write,
                ):
                    for part in rows:
                        write(part)
            appear(partial, folder)
    except BaseException:
        remove(partial)
        raise


def _written(block: pa.Table, folder: Path, start: int) -> pa.Table:
    """Write the files of a block, and return its rows of metadata."""
    labels = block.column("label").to_pylist() if "label" in block.column_names else [None] * block.num_rows
    columns: dict[str, Any] = {}
    first = True
    files: list[str | None]
    for name, column in zip(block.column_names, block.columns, strict=True):
        told = block.schema.field(name).metadata or {}
        kind = guess_tensor(name, one_array(column), told).kind if is_tensor(column.type) else None
        if kind not in ("image", "audio"):
            columns[name] = column
            continue
        usual = first and name == kind
        first = first and not usual
        rate = int(told.get(RATE_KEY, b"0")) or 16_000
        files = []
        for row, (cell, label) in enumerate(zip(from_tensor(one_array(column)), labels, strict=True)):
            if cell is None:
                files.append(None)
                continue
            stem = f"{start + row + 1:06d}" + ("" if usual else f".{_safe(name)}")
            place = (
                Path(_safe(str(label)) if label is not None else "") / f"{stem}.{'png' if kind == 'image' else 'wav'}"
            )
            (folder / place).parent.mkdir(exist_ok=True)
            cell = cell if cell.ndim == (3 if kind == "image" else 2) else cell[..., None]
            (folder / place).write_bytes(png(cell) if kind == "image" else wav(cell, rate))
            files.append(place.as_posix())
        columns[FILE if usual else f"{name}_{FILE}"] = pa.array(files, pa.string())
    return without_tensors(pa.table(columns))


def _safe(name: str) -> str:
    return _UNSAFE.sub("_", name).strip("._")[:100] or "other"
