"""The work folder: what every step made, kept under its key with a digest, so that a run goes on where it stopped."""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from likewise.core.aside import clear, write_aside
from likewise.core.card import versions
from likewise.core.faults import writing
from likewise.core.protocol import Model
from likewise.core.schema import Schema
from likewise.core.spec import Spec
from likewise.core.state import from_bytes, to_bytes
from likewise.core.table import Table
from likewise.errors import LikewiseError, SourceError
from likewise.recipes.recipe.steps.step import Made
from likewise.recipes.rows import Rows

FORMAT = 1


class Record(Spec):
    """Say what a step made: rows or a model, how many rows were taken and made, and how long it took in seconds.

    `digest` is the SHA-256 of the file beside this record.
    """

    format: int = FORMAT
    step: str
    thing: str
    digest: str
    taken: int
    rows: int
    seconds: float


@dataclass(frozen=True, eq=False)
class Result:
    """Hold what a step made, loaded when it is wanted, its digest, and whether it was made before (`kept`)."""

    digest: str
    load: Callable[[], Made]
    record: Record | None = None
    kept: bool = False


class Store:
    """Keep what steps made in a folder; without one, in memory only.

    Files are written aside and renamed, the record last: what has a record is whole. What was damaged or edited since
    is noticed by its digest and counts as not there.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def prepare(self) -> None:
        """Make the folder, for its owner alone, and clear what a killed run left half-written."""
        if self.folder is None:
            return
        with _elsewhere(), writing(self.folder):
            if self.folder.exists() and not self.folder.is_dir():
                raise NotADirectoryError(20, "not a folder")
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not os.access(self.folder, os.W_OK):
                raise PermissionError(13, "read-only")
            ignored = self.folder / ".gitignore"
            if not ignored.exists():
                write_aside(ignored, "*\n")
        clear(self.folder)

    def find(self, key: str) -> Result | None:
        """Return what was made under a key, if it is there and as it was."""
        if self.folder is None:
            return None
        file = self.folder / f"{key}.made"
        try:
            record = Record.from_dict(json.loads((self.folder / f"{key}.json").read_text()))
            with file.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
        except (OSError, ValueError, LikewiseError):
            return None
        if record.format != FORMAT or digest != record.digest:
            return None
        return Result(digest, lambda: unpacked(file.read_bytes(), record.thing), record, kept=True)

    def keep(self, key: str, made: Made, step: str, taken: int, seconds: float) -> Result:
        """Keep what a step made, and return it with its digest."""
        content = packed(made)
        digest = hashlib.sha256(content).hexdigest()
        thing, rows = ("model", made.card.rows) if isinstance(made, Model) else ("rows", made.table.rows)
        record = Record(step=step, thing=thing, digest=digest, taken=taken, rows=rows, seconds=round(seconds, 3))
        if self.folder is None:
            return Result(digest, lambda: made, record)
        with _elsewhere():
            write_aside(self.folder / f"{key}.made", content)
            write_aside(self.folder / f"{key}.json", json.dumps(record.model_dump(mode="json"), indent=1) + "\n")
        file = self.folder / f"{key}.made"
        return Result(digest, lambda: unpacked(file.read_bytes(), thing), record)


@contextmanager
def _elsewhere() -> Iterator[None]:
    """Say of a work folder that cannot be written how another one is named."""
    try:
        yield
    except SourceError as fault:
        fault.hint = "keep results of steps elsewhere: `--work FOLDER`, or `work` in Python"
        raise


def key_of(said: str) -> str:
    """Return the key of a step, from its settings, seed and things taken as a text: another one in other versions.

    >>> len(key_of("sample 3"))
    32
    """
    return hashlib.sha256(json.dumps([FORMAT, versions(), said], sort_keys=True).encode()).hexdigest()[:32]


def packed(made: Made) -> bytes:
    """Return the bytes that a thing is kept as: a model file, or rows as one Arrow file."""
    if isinstance(made, Model):
        return to_bytes(made)
    arrays = [made.table.column(name) for name in made.table.names]
    fields = {
        "schema": made.table.schema.to_dict(),
        "container": made.table.container,
        "notes": list(made.notes),
        "representative": made.representative,
        "weighted": made.weights is not None,
    }
    own = [pa.array(made.made), *([] if made.weights is None else [pa.array(made.weights)])]
    names = [*made.table.names, *("made", "weight")[: len(own)]]
    table = pa.table([*arrays, *own], names=names)
    table = table.replace_schema_metadata({"likewise": json.dumps(fields, ensure_ascii=False)})
    sink = io.BytesIO()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def unpacked(content: bytes, thing: str) -> Made:
    """Return what `packed` wrote. Raises SourceError where it cannot be read."""
    if thing == "model":
        return from_bytes(content)
    try:
        table = pa.ipc.open_file(pa.py_buffer(content)).read_all()
        fields = json.loads(table.schema.metadata[b"likewise"])
        schema = Schema.from_dict(fields["schema"])
        size = len(schema)
        columns = table.select(list(range(size))).replace_schema_metadata(None)
        weights = np.asarray(table.column(size + 1)) if fields["weighted"] else None
        made = np.asarray(table.column(size).combine_chunks().cast(pa.int8()), dtype=bool)
        whole = Table(columns, schema, fields["container"])
        return Rows(whole, made, weights, tuple(fields["notes"]), fields["representative"])
    except (pa.ArrowException, KeyError, TypeError, ValueError) as fault:
        raise SourceError("source.damaged", f"a kept step cannot be read ({type(fault).__name__})",
                          hint="delete the work folder and run again") from fault  # fmt: skip


def digest_of(table: Table) -> str:
    """Return a digest of the values of a table and of what its columns mean."""
    said = json.dumps([table.digest(), table.schema.to_dict(), table.container], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()
