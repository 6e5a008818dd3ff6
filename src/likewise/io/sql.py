"""Tables of databases by URL: SQLite, DuckDB and PostgreSQL.

`sqlite:///shop.db#orders`, `sqlite:////srv/shop.db#orders`, `duckdb:///shop.duckdb#select * from orders where paid`,
`postgresql://user:password@host:5432/shop#public.orders`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote, unquote

import pyarrow as pa

from likewise.core.faults import reading, writing
from likewise.errors import SourceError, suggest
from likewise.io.connection import Connection, DatabaseError
from likewise.io.format import Format, is_database

Dialect = Literal["sqlite", "duckdb", "postgresql"]
Write = Callable[[pa.Table], None]

_SCHEMES: dict[str, Dialect] = {
    "sqlite": "sqlite", "duckdb": "duckdb", "postgresql": "postgresql", "postgres": "postgresql",
}  # fmt: skip
_PASSWORD = re.compile(r"(://[^:/?#@]*):.*@(?=[^@]*$)")
_CUT_PASSWORD = re.compile(r"://[^:/?#@]+:[^/@]*$")
_PASSWORD_FIELD = re.compile(r"(password=)[^&#\s]*", re.IGNORECASE)
_VALUE = re.compile(r"""((?:: |string |value ))(["']).*?\2""")  # values of columns in the database's own words
_STATEMENT = re.compile(r"Failed to execute query '.*': (?=ERROR: )")  # what was asked, before what is wrong with it
_QUERY = re.compile(r"\s*(select|with|values|from)\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Url:
    """Hold the parts of a database's URL: `place` is a file or, for a server, the URL without its fragment."""

    dialect: Dialect
    place: str
    fragment: str
    shown: str


def masked(url: str) -> str:
    """Return a URL whose password cannot be read.

    >>> masked("postgresql://ann:s3cr@t@host/db#t")
    'postgresql://ann:***@host/db#t'
    """
    base, mark, fragment = url.partition("#")
    if _CUT_PASSWORD.search(base) and "@" in fragment:
        base, mark, fragment = url, "", ""
    return _PASSWORD_FIELD.sub(r"\1***", _PASSWORD.sub(r"\1:***@", base)) + mark + fragment


def based(url: str, folder: Path) -> str:
    """Return the URL of a database whose file, where it is a relative one, is looked for in a folder.

    >>> based("sqlite:///shop.db#orders", Path("/srv"))
    'sqlite:////srv/shop.db#orders'
    """
    scheme, mark, rest = url.partition(":///")
    if not mark or rest.startswith("/") or _SCHEMES.get(scheme.lower()) not in ("sqlite", "duckdb"):
        return url
    return f"{scheme}:///{quote(str(folder))}/{rest}"


def parse_url(url: str) -> Url:
    """Return the parts of a database's URL; raises SourceError for other URLs, and never shows a password."""
    base, _, fragment = url.partition("#")
    if _CUT_PASSWORD.search(base) and "@" in fragment:
        raise SourceError("source.unknown-url", "the password in the URL holds a `#`", where=masked(url),
                          hint="write it as %23")  # fmt: skip
    scheme, _, rest = base.partition("://")
    dialect = _SCHEMES.get(scheme.lower())
    if dialect is None:
        raise SourceError("source.unknown-url", f"nothing here reads URLs that begin with `{scheme}://`",
                          where=masked(url), hint="known are sqlite:/// duckdb:/// and postgresql://")  # fmt: skip
    if dialect == "postgresql":
        return Url(dialect, f"postgresql://{rest}", fragment, masked(url))
    if not rest.startswith("/") or len(rest) < 2:
        raise SourceError("source.unknown-url", f"`{url}` names no file", where=url,
                          hint=f"write {scheme}:///relative.db or {scheme}:////absolute.db")  # fmt: skip
    return Url(dialect, unquote(rest[1:]), fragment, url)


def database_file(place: str) -> Path | None:
    """Return the file of a database that is one, as it lies on the disk; None of servers and of other places.

    >>> database_file("/srv/shop.db") == database_file("sqlite:////srv/shop.db#orders")
    True
    """
    if not is_database(place):
        return None
    if "://" in place:
        url = parse_url(place)
        return None if url.dialect == "postgresql" else Path(url.place).resolve()
    return Path(place).expanduser().resolve()


def read_url(
    url: str, *, table: str | None = None, query: str | None = None, by_cell: bool = False
) -> tuple[pa.Table, str, Format]:
    """Read a table or a query of a database: its rows, its name and how it was stored.

    A database of one table needs no `#table`. With `by_cell` no cell changes how another is read. Raises SourceError
    when there are several to choose from, when the table is not there (with the nearest name) and when the database
    refuses.
    """
    parts = parse_url(url)
    asked = query or (parts.fragment if _QUERY.match(parts.fragment) else None)
    with connected(parts, readonly=True) as base:
        if asked is not None:
            name, of, asked = "query", None, asked.strip().rstrip(";")
        else:
            name = _chosen(base.tables(), table or parts.fragment, parts)
            of, asked = name, f"SELECT * FROM {base.quoted(name)}"
        rows, types = base.cells(asked, of) if by_cell else base.read(asked, of)
    return rows, name, Format(form=parts.dialect, types=dict(types))


def _chosen(tables: Sequence[str], name: str, parts: Url) -> str:
    shown = parts.shown.partition("#")[0]
    if name:
        for candidate in (name, unquote(name)):
            if candidate in tables:
                return candidate
        folded = [t for t in tables if t.casefold() == name.casefold()]
        if len(folded) == 1:
            return folded[0]
        hint = suggest(name, tables, "table") if tables else "the database has no tables"
        raise SourceError("source.unknown-table", f"there is no table `{name}`", where=shown, hint=hint)
    if len(tables) == 1:
        return tables[0]
    if not tables:
        raise SourceError("source.empty", "the database has no tables", where=shown, hint="name another database")
    listed = ", ".join(tables[:20]) + (", ..." if len(tables) > 20 else "")
    raise SourceError("source.which-table", f"the database has {len(tables)} tables: {listed}", where=shown,
                      hint=f"choose one: {shown}#{tables[0]}")  # fmt: skip


@contextmanager
def sql_writer(url: str, form: Format | None, *, replace: bool) -> Iterator[Write]:
    """Yield a function that appends blocks to a new table; all of it is one transaction.

    Raises SourceError when the table is there already and `replace` is false, and when the database refuses.
    """
    parts = parse_url(url)
    name = unquote(parts.fragment)
    if not name or _QUERY.match(parts.fragment):
        raise SourceError("source.which-table", "the URL names no table to write", where=parts.shown,
                          hint=f"end it with a table: {parts.shown.partition('#')[0]}#synthetic")  # fmt: skip
    types = form.types if form is not None and form.form == parts.dialect else {}
    with new_file_or_none(parts), connected(parts, readonly=False) as base:
        same = str if parts.dialect == "postgresql" else str.casefold  # only PostgreSQL tells A from a
        existing = {same(t): t for t in base.tables()}.get(same(name))
        if existing is not None and not replace:
            raise SourceError("source.table-exists", f"there is already a table `{existing}`", where=parts.shown,
                              hint="choose another name, or say that it may be replaced")  # fmt: skip
        begun = False

        def write(block: pa.Table) -> None:
            nonlocal begun
            try:
                if not begun:
                    if existing is not None:
                        base.drop(existing)
                    base.create(name, block.schema, types)
                begun = True
                base.append(name, block)
            except DatabaseError as fault:
                raise _refused(fault, parts) from None

        yield write
        base.commit()


@contextmanager
def connected(parts: Url, *, readonly: bool, related: bool = False) -> Iterator[Connection]:
    """Open a database for one transaction, undone unless it is committed; `related` has references checked in SQLite.

    Raises SourceError where it cannot be opened, and for whatever it refuses.
    """
    guard = reading if readonly else writing
    opened: AbstractContextManager[Connection]
    try:
        if parts.dialect == "postgresql":
            from likewise.io.postgres import postgres

            with postgres(parts.place) as base:
                yield base
            return
        path = Path(parts.place)
        with guard(path):
            if readonly or path.exists():
                path.open("rb").close()
            elif not path.parent.is_dir():
                raise FileNotFoundError(2, "no such folder")
        if parts.dialect == "sqlite":
            from likewise.io.sqlite import sqlite

            opened = sqlite(path, readonly=readonly, related=related)
        else:
            from likewise.io.duckdb import duckdb

            opened = duckdb(path, readonly=readonly)
        with opened as base:
            yield base
    except DatabaseError as fault:
        raise _refused(fault, parts) from None


@contextmanager
def new_file_or_none(parts: Url) -> Iterator[None]:
    """Remove the database file that a failed writing has made."""
    path = Path(parts.place)
    if parts.dialect == "postgresql" or path.exists():
        yield
        return
    try:
        yield
    except BaseException:
        for leftover in (path, *path.parent.glob(f"{path.name}-*"), path.with_name(path.name + ".wal")):
            leftover.unlink(missing_ok=True)
        raise


def _refused(fault: DatabaseError, parts: Url) -> SourceError:
    words = _STATEMENT.sub("", " ".join(str(fault).partition("DETAIL")[0].split()))
    words = _VALUE.sub(r"\1\2***\2", words)
    secret = re.search(r"://[^:/?#@]*:(.*)@", parts.place)
    for piece in [*re.split(r"[/?:@]+", secret[1]), unquote(secret[1])] if secret else []:
        words = words.replace(piece, "***") if len(piece) > 1 else words
    full = re.search(r"disk.*full|no space|file too large|disk i/o error", words, re.IGNORECASE)
    code, hint = "source.database", "check the address, your rights, and the SQL if you wrote any"
    if full:
        code, hint = "source.disk-full", "free some space; the transaction was undone"
    return SourceError(code, f"the database refused: {masked(words)[:400]}", where=parts.shown, hint=hint)
