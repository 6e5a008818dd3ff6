"""Real tables with their values replaced: the same way everywhere, by a key, and undone by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.counted import Counted
from likewise.core.dataset import Dataset
from likewise.core.frames import to_container, to_raw
from likewise.core.infer import infer_schema_of
from likewise.core.nested import flatten, restore
from likewise.core.progress import Progress, quiet
from likewise.core.schema import Nested
from likewise.core.table import Table
from likewise.io.sink import open_sink
from likewise.io.source import read_source
from likewise.privacy.masking.apply import lost, masked
from likewise.privacy.masking.document import ALONE, Masking
from likewise.privacy.masking.key import Key
from likewise.privacy.masking.methods import Keep, Replace
from likewise.recipes.files import as_texts
from likewise.recipes.originals import Originals
from likewise.recipes.places import keep_apart
from likewise.recipes.verbs import read

Ways = Masking | str | Path | Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Masked:
    """Hold how many rows of each table were written, and the columns that cannot be had back."""

    rows: Mapping[str, int]
    lost: tuple[str, ...]


def mask(data: Any, masking: Ways, key: Key | str | Path, *, backwards: bool = False) -> Any:
    """Return a table, or a Dataset, with its columns masked, in the kind of object that was given.

    `masking` says what is done with each column (see `Masking`); equal values are masked alike in all tables, so that
    references hold. `backwards` undoes what can be undone with the `key`. Raises SettingsError for a masking that
    forgets a column, and for columns of kinds that cannot be masked so.

    >>> from likewise.privacy.masking.key import Key
    >>> people = {"id": [1001, 1002, 1003], "note": ["a", "b", "c"]}
    >>> ways, key = {"columns": {"id": "format", "note": "keep"}}, Key.new()
    >>> hidden = mask(people, ways, key)
    >>> mask(hidden, ways, key, backwards=True)["id"]
    [1001, 1002, 1003]
    """
    ways, secret = checked(masking), Key.of(key)
    if isinstance(data, Dataset):
        ways.check_tables(list(data))
        ways.check_relations(data.relations)
        tables = {name: _masked(data[name], name, ways, secret, backwards) for name in data}
        return Dataset(tables, data.relations)
    if isinstance(data, Table | str | Path):
        return _masked(read(data), ALONE, ways, secret, backwards)
    raw, natives, container = to_raw(data)
    found = masked_rows(raw, ALONE, ways, secret, backwards=backwards)
    return to_container(found, infer_schema_of(found, natives), container)


def mask_to(
    source: str | Path,
    out: str | Path,
    masking: Ways,
    key: Key | str | Path,
    *,
    backwards: bool = False,
    refers: Sequence[str] = (),
    replace: bool = False,
    progress: Progress = quiet,
) -> Masked:
    """Write a file, a table of a database by URL, a whole database or a folder of files masked to another place.

    One table at a time is held in memory. Raises SourceError when a place cannot be read or written: then nothing is.
    """
    keep_apart(source, out)
    ways, secret = checked(masking), Key.of(key)
    if _is_one(source):
        return _one(source, out, ways, secret, backwards, replace)
    originals = Originals.of(source, refers)
    ways.check_tables(list(originals.files))
    ways.check_relations(originals.relations)
    rows: dict[str, int] = {}
    gone: list[str] = []
    with originals.writing(out, replace=replace) as put:
        for name in originals.files:
            progress(f"masking {name}", len(rows), len(originals.files))
            part = masked_rows(originals.read(name).table, name, ways, secret, backwards=backwards)
            put(name, part)
            rows[name] = part.num_rows
            gone += [f"{name}.{column}" for column in lost(ways.table(name, part.column_names))]
    return Masked(rows, tuple(gone))


def checked(masking: Ways) -> Masking:
    """Read a masking whose records have the fields that it names. Raises SettingsError."""
    from likewise.techniques.rules.makers.recorded import record_of

    ways = Masking.of(masking)
    for columns in ways.tables.values():
        for method in columns.values():
            if isinstance(method, Replace):
                record_of(method.record).field(method.field)
    return ways


@contextmanager
def key_for(path: str | Path | None, new: str | Path | None) -> Iterator[Key]:
    """Yield the key of a file, or a new one that is written to `new`, and not left there where masking by it fails.

    Raises SourceError and SettingsError.
    """
    if new is None:
        assert path is not None
        yield Key.read(path)
        return
    key = Key.new()
    key.write(new)
    try:
        yield key
    except BaseException:
        Path(new).unlink(missing_ok=True)
        raise


def masked_rows(rows: pa.Table, name: str, ways: Masking, key: Key, *, backwards: bool = False) -> pa.Table:
    """Return the rows of a table masked, in the types they are stored in; what is kept is not touched.

    Fields of records and of JSON objects are columns, such as `address.city`, where the masking names them so.
    """
    nested: tuple[Nested, ...] = ()
    flat = rows
    if ways.named(name).keys() - set(rows.column_names):
        flat, nested = flatten(rows)
    found = masked(flat, ways.table(name, flat.column_names), key, invent=invented, backwards=backwards)
    return restore(found, nested)


def _is_one(source: str | Path) -> bool:
    """Return whether a source is one table: a file, or a database with the name of one."""
    if isinstance(source, str) and "://" in source:
        return bool(source.partition("#")[2])
    return not Path(source).expanduser().is_dir()


def _one(source: str | Path, out: str | Path, ways: Masking, key: Key, backwards: bool, replace: bool) -> Masked:
    came = read_source(source)
    name = came.name if came.name in ways.tables else ALONE
    if name not in ways.tables:
        ways.check_tables([came.name])
    found = masked_rows(came.table, name, ways, key, backwards=backwards)
    if came.format.form == "csv" and not as_texts(out, came.format):
        found = Table.from_arrow(found).to_arrow()
    with open_sink(out, format=came.format, replace=replace) as sink:
        sink.write(found)
    return Masked({came.name: found.num_rows}, lost(ways.table(name, found.column_names)))


def _masked(table: Table, name: str, ways: Masking, key: Key, backwards: bool) -> Table:
    """Return a table masked; what is masked is looked at anew, so that its schema tells nothing of what was there."""
    found = masked_rows(table.written(), name, ways, key, backwards=backwards)
    touched = [own for own, method in ways.named(name).items() if not isinstance(method, Keep)]
    kept = [own for own in table.names if not any(own == other or own.startswith(f"{other}.") for other in touched)]
    natives = {own.name: own.native for own in table.schema.columns if own.native}
    return Table.from_arrow(found, table.schema.select(kept) if kept else None, table.container, natives)


def invented(method: Replace, numbers: npt.NDArray[np.int64]) -> pa.Array:
    """Return the field of a record for each number; equal numbers are one record, whose fields agree.

    Raises SettingsError for a field that the record does not have.
    """
    from likewise.techniques.rules.makers.recorded import record_of
    from likewise.techniques.rules.records.record import Record, Setting

    distinct, places = np.unique(numbers, return_inverse=True)

    def record(word: str) -> Record:
        return record_of(word)(Setting(locale=method.locale, safe=True, numbers=distinct, known={}, beside=record,
                                       random=Counted(0, "mask", word, method.alias)))  # fmt: skip

    found = record(method.record).of(method.field)
    plain = found.cast(pa.string()) if pa.types.is_dictionary(found.type) else found
    return plain.take(pa.array(places))
