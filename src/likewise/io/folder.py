"""Folders of pictures, sounds and clips: a folder a class, or a `metadata.csv` that names files beside columns."""

from __future__ import annotations

import errno
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.aside import appear, partial_of, remove
from likewise.core.faults import reading, writing
from likewise.core.media import CELL, KIND_KEY, RATE_KEY, guess_tensor
from likewise.core.schema import Kind
from likewise.core.tensors import Array, from_tensor, is_tensor, to_tensor
from likewise.core.values import one_array
from likewise.errors import SourceError
from likewise.io.cells import without_tensors
from likewise.io.csv import csv_writer, read_csv
from likewise.io.format import Format
from likewise.modalities.audio.files import SUFFIXES as SOUNDS
from likewise.modalities.audio.files import read_sounds, wav
from likewise.modalities.image.files import SUFFIXES as PICTURES
from likewise.modalities.image.files import png, read_pictures
from likewise.modalities.video.files import ANIMATION, gif, is_animation, mp4, read_clips
from likewise.modalities.video.files import SUFFIXES as FILMS

METADATA, FILE = "metadata.csv", "file_name"
SPLITS = frozenset({"train", "training", "test", "testing", "val", "valid", "validation", "dev"})
"""Folders that part the rows rather than name their class."""

MEDIA = PICTURES | SOUNDS | FILMS
"""Suffixes of the files that are read."""

KNOWN = f"pictures: {' '.join(sorted(PICTURES))}; sounds: {' '.join(sorted(SOUNDS))}; clips: {' '.join(sorted(FILMS))}"

THINGS: dict[Kind, str] = {"image": "pictures", "audio": "sounds", "video": "clips"}
USUAL_RATE: dict[Kind, int] = {"audio": 16_000, "video": 10}
"""What is written where nobody says a rate."""

Damaged = Literal["refuse", "skip"]
"""What becomes of a file that is damaged: the reading stops and names it, or its row is left out."""

_UNSAFE = re.compile(r"[^\w.+-]+")


@dataclass(frozen=True, eq=False)
class Files:
    """Hold what the files of one column are and hold: a cell a row, None where there is no file."""

    name: str
    kind: Kind
    cells: list[Array | None]
    paths: Sequence[Path | None]
    rate: int = 0

    def column(self, rows: Sequence[int]) -> tuple[pa.Array, pa.Field]:
        """Return some rows as tensors; the column is called after what it holds where nothing else is said."""
        cells = [self.cells[row] for row in rows]
        array = to_tensor(cells) if any(cell is not None for cell in cells) else pa.nulls(len(cells))
        told = {KIND_KEY: self.kind.encode(), **({RATE_KEY: str(self.rate).encode()} if self.rate else {})}
        return array, pa.field(self.name or self.kind, array.type, metadata=told)


def read_folder(folder: Path, *, damaged: Damaged = "refuse") -> tuple[pa.Table, Format, tuple[str, ...]]:
    """Read a folder: a column `image`, `audio` or `video`, and what `metadata.csv` or the folders' names say beside it.

    `metadata.csv` names a file a row in `file_name`, further ones in `NAME_file_name` (masks, say), and may hold any
    other columns; files that it does not name are left out, and noted. Without one the first folder a file lies in is
    its `label`, under folders called train, test and so on, which become the column `split`. Cells are held in memory,
    sounds and clips all at the rate that most have. A GIF is a clip where all files of its column are films or GIFs
    that move, else its first picture is read.

    Rows whose files are damaged or not there are left out where `damaged` is `skip`, and a note (the third value) names
    them. Raises SourceError for a folder without pictures, sounds or clips, and, where it is `refuse`, for such files.
    """
    skipped: list[Path] | None = [] if damaged == "skip" else None
    with reading(folder):
        found, beside = (_from_metadata if (folder / METADATA).is_file() else _from_places)(folder, skipped)
        gone = set(skipped or ())
        rows = [row for row in range(len(found[0].cells)) if not any(own.paths[row] in gone for own in found)]
        if gone and not rows:
            raise SourceError("source.damaged", f"every file of `{folder}` is damaged or not there", where=str(folder),
                              hint="fetch the files again")  # fmt: skip
    films = [own for own in found if own.kind == "video"]
    moving = bool(films) and all(_is(path, {ANIMATION}) for own in films for path in own.paths if path is not None)
    media = {own.name or FILE: own.column(rows) for own in found}
    columns = [media[name] if array is None else (array.take(pa.array(rows)), pa.field(name, array.type))
               for name, array in beside]  # fmt: skip
    table = pa.table([array for array, _ in columns], schema=pa.schema([field for _, field in columns]))
    return table, Format(form="folder", codec="gif" if moving else None), _notes(folder, found, gone)


def _notes(folder: Path, found: Sequence[Files], gone: set[Path]) -> tuple[str, ...]:
    """Return what is to be said of files that were left out, and of those that come more than once."""
    named = [Counter(Path(os.path.normpath(path)) for path in own.paths if path is not None) for own in found]
    others = [path for path in _media_in(folder) if not any(path in own for own in named)]
    twice = [path for own in named for path, count in own.items() if count > 1]
    said = {
        "are damaged or not there were left out, with their rows": sorted(gone),
        f"`{METADATA}` does not name were left out": others,
        f"`{METADATA}` names more than once are read each time": twice,
    }
    return tuple(
        f"Files that {what} ({len(paths):,}): {_listed(paths, folder)}." for what, paths in said.items() if paths
    )


def _listed(paths: Sequence[Path], folder: Path) -> str:
    listed = ", ".join(f"`{Path(os.path.relpath(path, folder)).as_posix()}`" for path in paths[:12])
    return listed + (f" and {len(paths) - 12:,} more" if len(paths) > 12 else "")


def _media_in(folder: Path) -> list[Path]:
    """Return the pictures, sounds and clips below a folder, hidden ones aside."""
    return sorted(p for p in folder.rglob("*") if _is(p, MEDIA) and p.is_file() and not any(
        part.startswith(".") for part in p.relative_to(folder).parts))  # fmt: skip


def _is(path: Path, suffixes: frozenset[str] | set[str]) -> bool:
    return path.suffix.lower() in suffixes


Beside = list[tuple[str, pa.Array | pa.ChunkedArray | None]]
"""The columns of a folder in their order; None for one of files."""


def _from_places(folder: Path, skipped: list[Path] | None) -> tuple[list[Files], Beside]:
    paths = _media_in(folder)
    if not paths:
        raise SourceError("source.folder", f"`{folder}` is a folder without pictures, sounds, clips or a {METADATA}",
                          where=str(folder), hint=f"name one file of it, or bring {KNOWN}")  # fmt: skip
    places = {name: _levels(values) for name, values in _places(folder, paths).items()}
    return [_files("", paths, skipped)], [(FILE, None), *places.items()]


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


def _from_metadata(folder: Path, skipped: list[Path] | None) -> tuple[list[Files], Beside]:
    place = folder / METADATA
    table, _ = read_csv(place.read_bytes(), place)
    named = [n for n in table.column_names if n == FILE or n.endswith(f"_{FILE}")]
    if not named:
        raise SourceError("source.no-file-name", f"`{place}` has no column `{FILE}`", where=str(place),
                          hint=f"name the file of each row in a column `{FILE}`")  # fmt: skip
    found: list[Files] = []
    beside: Beside = []
    lies_in = [PurePosixPath(text or "").parts[:1] for text in table.column(named[0]).to_pylist()]
    for name in table.column_names:
        values = table.column(name).to_pylist()
        if name in named:
            paths = [folder / text.strip() if text and text.strip() else None for text in values]
            found.append(_files(name.removesuffix(FILE).removesuffix("_"), _there(paths, place, skipped), skipped))
            beside.append((found[-1].name or FILE, None))
            continue
        of_folders = table.num_rows and all((v,) == part for v, part in zip(values, lies_in, strict=True))
        beside.append((name, _levels(values) if of_folders else table.column(name)))
    return found, beside


def _there(paths: Sequence[Path | None], place: Path, skipped: list[Path] | None) -> Sequence[Path | None]:
    """Return the paths that `metadata.csv` names; where files that are not there are to be skipped, note these."""
    gone = [path for path in paths if path is not None and not path.is_file()]
    if gone and skipped is None:
        others = f" and {len(gone) - 1:,} more" if len(gone) > 1 else ""
        raise SourceError("source.no-such-file", f"`{place}` names files that are not there: `{gone[0]}`{others}",
                          where=str(place),
                          hint="bring the files, or leave such rows out: --damaged skip")  # fmt: skip
    if skipped is not None:
        skipped.extend(gone)
    return paths


def _files(name: str, paths: Sequence[Path | None], skipped: list[Path] | None) -> Files:
    """Read the files of one column; `name` is empty for the one that is called after what it holds."""
    gone = set(skipped or ())
    own = [None if path in gone else path for path in paths]
    named = [path for path in own if path is not None]
    odd = next((path for path in named if not _is(path, MEDIA)), None)
    if odd is not None:
        what = f"`{odd}` is neither a picture nor a sound nor a clip by its name"
        raise SourceError("source.unknown-format", what, where=str(odd),
                          hint=f"known are {KNOWN}")  # fmt: skip
    kinds = {path: _kind_of(path) for path in named}
    if "video" in kinds.values() or all(_is(path, {ANIMATION}) for path in named):
        kinds |= {path: "video" for path in named if _is(path, {ANIMATION}) and is_animation(path)}
    found = dict.fromkeys(kinds.values())
    if len(found) > 1 and "video" in found and all(_is(p, {ANIMATION}) for p in named):  # some stand still
        found = dict.fromkeys(["image"])
    if len(found) > 1:
        first, second = list(found)[:2]
        of_first, of_second = (next(path for path in named if kinds[path] == kind) for kind in (first, second))
        what = f"one column would hold {THINGS[first]} and {THINGS[second]}: `{of_first}` is one of the first"
        raise SourceError("source.mixed-folder", what, where=str(of_second),
                          hint="keep them in two folders, or two columns of metadata.csv")  # fmt: skip
    if "video" in found:
        clips, rate = read_clips(own, skipped=skipped)
        return Files(name, "video", list(clips), paths, rate)
    if "audio" in found:
        sounds, rate = read_sounds(own, skipped=skipped)
        return Files(name, "audio", list(sounds), paths, rate)
    return Files(name, "image", list(read_pictures(own, codes=bool(name), skipped=skipped)), paths)


def _kind_of(path: Path) -> Kind:
    return "audio" if _is(path, SOUNDS) else "video" if _is(path, FILMS) else "image"


@contextmanager
def folder_writer(folder: Path, *, animations: bool = False) -> Iterator[Callable[[pa.Table], None]]:
    """Yield a function that writes a block: pictures as PNG, sounds as WAV, clips as MP4, all else in `metadata.csv`.

    Clips are written as GIF with `animations`, and where PyAV is not installed. Files lie in a folder called after the
    row's `label`, where there is such a column. The folder appears when the block ends well; memory stays that of one
    block, and of the rows of metadata. Raises SourceError where a folder with something in it stands in the place.
    """
    with writing(folder):
        if folder.exists() and not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "not a folder")
        if folder.is_dir() and any(folder.iterdir()):
            raise SourceError("source.folder-not-empty", f"the folder `{folder}` is not empty", where=str(folder),
                              hint="name a new folder: nothing in a folder is ever written over")  # fmt: skip
        partial = partial_of(folder)
        partial.mkdir()
    rows: list[pa.Table] = []
    clips = "gif" if animations or find_spec("av") is None else "mp4"
    try:
        with writing(folder):
            yield lambda block: rows.append(_written(block, partial, clips, sum(t.num_rows for t in rows)))
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


def _written(block: pa.Table, folder: Path, clips: str, start: int) -> pa.Table:
    """Write the files of a block, and return its rows of metadata."""
    labels = block.column("label").to_pylist() if "label" in block.column_names else [None] * block.num_rows
    columns: dict[str, Any] = {}
    first = True
    files: list[str | None]
    for name, column in zip(block.column_names, block.columns, strict=True):
        told = block.schema.field(name).metadata or {}
        kind = guess_tensor(name, one_array(column), told).kind if is_tensor(column.type) else None
        if kind not in THINGS:
            columns[name] = column
            continue
        usual = first and name == kind
        first = first and not usual
        rate = int(told.get(RATE_KEY, b"0")) or USUAL_RATE.get(kind, 0)
        suffix = {"image": "png", "audio": "wav"}.get(kind, clips)
        files = []
        for row, (cell, label) in enumerate(zip(from_tensor(one_array(column)), labels, strict=True)):
            if cell is None:
                files.append(None)
                continue
            stem = f"{start + row + 1:06d}" + ("" if usual else f".{_safe(name)}")
            place = Path(_safe(str(label)) if label is not None else "") / f"{stem}.{suffix}"
            (folder / place).parent.mkdir(exist_ok=True)
            cell = cell if cell.ndim == CELL[kind][1] else cell[..., None]
            (folder / place).write_bytes(_content(cell, suffix, rate))
            files.append(place.as_posix())
        columns[FILE if usual else f"{name}_{FILE}"] = pa.array(files, pa.string())
    return without_tensors(pa.table(columns))


def _content(cell: Array, suffix: str, rate: int) -> bytes:
    if suffix == "png":
        return png(cell)
    return {"wav": wav, "mp4": mp4, "gif": gif}[suffix](cell, rate)


def _safe(name: str) -> str:
    return _UNSAFE.sub("_", name).strip("._")[:100] or "other"
