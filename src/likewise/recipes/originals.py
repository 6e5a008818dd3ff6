"""Real related tables: of a database, or of a folder of files; and where what is made of them goes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from likewise.core.dataset import Relation
from likewise.errors import SchemaError, SettingsError, SourceError, suggest
from likewise.io.catalogue import read_catalogue
from likewise.io.format import Format
from likewise.io.related import Target, related_writer
from likewise.io.source import read_source
from likewise.io.sql import masked, parse_url, read_url
from likewise.io.tables import open_tables
from likewise.modalities.relational.ordering import parents_first

if TYPE_CHECKING:
    from likewise.techniques.rules.reading.sql import Reading

Put = Callable[[str, pa.Table], None]
_REFERS = re.compile(r"\s*([^.]+)\.([^.=]+?)\s*=\s*([^.]+)\.([^.=]+?)\s*")


@dataclass(frozen=True, eq=False)
class Originals:
    """Know the tables of a source, those that are referred to first, and how they refer to one another."""

    place: str
    files: Mapping[str, str]
    relations: tuple[Relation, ...]
    reading: Reading | None = None

    @classmethod
    def of(cls, place: str | Path, refers: Sequence[str] = ()) -> Originals:
        """Look at a database, which knows its references, or at a folder of files, whose `refers` are told.

        A reference is told as `orders.customer_id=customers.id`. Raises SourceError where there is nothing, and
        SettingsError for references that cannot be read or name a table or column that is not there.
        """
        told = tuple(_relation(text) for text in refers)
        if isinstance(place, str) and "://" in place:
            found = _of_database(place, told)
        else:
            found = _of_folder(Path(place).expanduser(), told)
        for relation in told:
            for name, columns in ((relation.table, relation.columns), (relation.to, relation.key)):
                known = found.read(found.named(name)).table.column_names
                for column in columns:
                    if column not in known:
                        raise SchemaError("schema.unknown-column", f"`{name}` has no column `{column}`", where=name,
                                          hint=suggest(column, known, "column"))  # fmt: skip
        return found

    def named(self, name: str) -> str:
        """Return the name of a table. Raises SettingsError, with the nearest one, where there is none."""
        if name not in self.files:
            whole = next((own for own in self.files if self._stored(own) == name), None)
            if whole is not None:
                return whole
            raise SettingsError("settings.table", f"there is no table `{name}`", where=masked(self.place),
                                hint=suggest(name, list(self.files), "table"))  # fmt: skip
        return name

    def read(self, name: str) -> _Original:
        """Return a table as it is stored."""
        place = self.files[name]
        if "://" in place:
            rows, _, form = read_url(place, table=self._stored(name))
            return _Original(rows, form)
        found = read_source(place)
        return _Original(found.table, found.format)

    def _stored(self, name: str) -> str:
        """Return the name of a table in its database, with the schema where that is not the usual one."""
        if self.reading is None:
            return name
        own = self.reading.schema.tables[name]
        return own.own if own.schema is None else f"{own.schema}.{own.own}"

    @contextmanager
    def writing(self, out: str | Path, *, replace: bool = False) -> Iterator[Put]:
        """Yield a function that takes each table once, in the order of `files`; all of them are there, or none.

        A database gets the tables as they are declared in the original one, with every constraint.
        Raises SourceError where files are to go into one.
        """
        if isinstance(out, str) and "://" in out and self.reading is not None:
            with self._into_database(out, self.reading, replace) as put:
                yield put
            return
        if isinstance(out, str) and "://" in out:
            raise SourceError("source.unknown-url", "files go into a folder: they do not say how a database is made",
                              where=masked(out), hint="name a new folder")  # fmt: skip
        form = "csv" if all(place.endswith(".csv") for place in self.files.values()) else "parquet"
        with open_tables(out, list(self.files), format=form) as put:
            yield put

    @contextmanager
    def _into_database(self, out: str, reading: Reading, replace: bool) -> Iterator[Put]:
        from likewise.techniques.rules.writing.scripted import script_for, tables_of

        dialect, order = parse_url(out).dialect, list(self.files)
        texts = dict(zip(order, tables_of(reading, order, dialect)[0], strict=True))
        script = script_for(reading, order, dialect)
        targets = [Target(texts[name].name) for name in order]
        with related_writer(
            out, targets, before=script.before, after=script.after, clear=script.clear, replace=replace
        ) as fill:

            def put(name: str, rows: pa.Table) -> None:
                reckoned = [column.name for column in texts[name].columns if column.generated]
                fill(texts[name].name, [rows.drop_columns([own for own in reckoned if own in rows.column_names])])

            yield put


@dataclass(frozen=True, eq=False)
class _Original:
    """Hold a table as it was read, and how it was written."""

    table: pa.Table
    format: Format


def _of_database(url: str, told: tuple[Relation, ...]) -> Originals:
    from likewise.techniques.rules.reading.sql import read_sql

    script, dialect = read_catalogue(url)
    reading = read_sql(script, dialect="postgres" if dialect == "postgresql" else dialect)
    tables = reading.schema.tables
    declared = tuple(
        Relation(table=name, columns=own.columns, to=own.to, key=own.key or tables[own.to].key)
        for name, table in tables.items()
        for own in table.references
        if own.to in tables
    )
    relations = (*declared, *(own for own in told if own not in declared))
    order = parents_first(list(tables), relations)
    return Originals(url, dict.fromkeys(order, url.partition("#")[0]), relations, reading)


def _of_folder(folder: Path, told: tuple[Relation, ...]) -> Originals:
    if not folder.is_dir():
        raise SourceError("source.no-such-folder", f"`{folder}` is neither a folder nor the URL of a database",
                          where=str(folder), hint="name a folder of files, or e.g. sqlite:///shop.db")  # fmt: skip
    files = {path.name.split(".")[0]: str(path) for path in sorted(folder.iterdir()) if path.is_file()}
    if not files:
        raise SourceError("source.empty", f"the folder `{folder}` holds no files", where=str(folder),
                          hint="a table is a file: customers.csv, orders.parquet")  # fmt: skip
    for name in {each for own in told for each in (own.table, own.to)}:
        if name not in files:
            raise SettingsError("settings.table", f"there is no table `{name}`", where=str(folder),
                                hint=suggest(name, list(files), "table"))  # fmt: skip
    return Originals(str(folder), {name: files[name] for name in parents_first(list(files), told)}, told)


def _relation(text: str) -> Relation:
    """Read `orders.customer_id=customers.id`."""
    found = _REFERS.fullmatch(text)
    if found is None:
        raise SettingsError("settings.refers", f"`{text}` is no reference", where="refers",
                            hint="write orders.customer_id=customers.id")  # fmt: skip
    table, column, to, key = found.groups()
    return Relation(table=table, columns=(column,), to=to, key=(key,))
