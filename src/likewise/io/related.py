"""Related tables into a database: all of them in one transaction, with every constraint on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

import pyarrow as pa

from likewise.errors import SourceError, suggest
from likewise.io.connection import Connection, Later
from likewise.io.sql import Url, connected, new_file_or_none, parse_url

Into = Literal["new", "existing", "append"]
"""Tables that are made, those that are there and empty, or those that are there and may hold rows."""

Fill = Callable[[str, Iterable[pa.Table]], int]


@dataclass(frozen=True)
class Target:
    """Say how a table is filled.

    `reckoned` are columns that the database computes itself, by an expression, wherever they hold a value: what a
    condition sets equal to something computed has to come out of the database's own arithmetic. `later` are columns
    that refer to tables which are filled only after this one.
    """

    name: str
    reckoned: Mapping[str, str] = field(default_factory=dict)
    later: Later | None = None


@contextmanager
def related_writer(
    url: str,
    targets: Sequence[Target],
    *,
    before: Sequence[str] = (),
    after: Sequence[str] = (),
    clear: Sequence[str] = (),
    into: Into = "new",
    replace: bool = False,
) -> Iterator[Fill]:
    """Yield a function that fills one table with blocks of rows; the tables are filled in the order of `targets`.

    `before` are the statements that make the tables and `after` those that follow the rows, such as references; `clear`
    are run where tables may be replaced, when those of the same names are gone. With
    `into` the tables that are there are filled; they must be empty unless rows may be appended. All of it is one
    transaction: whatever goes wrong, the database is as it was. Raises SourceError when tables are there already and
    `replace` is false, when those to be filled are not there or hold rows, and when the database refuses.
    """
    parts = parse_url(url.partition("#")[0])
    with new_file_or_none(parts), connected(parts, readonly=False, related=True) as base:
        if into == "new":
            _make_room(base, parts, targets, replace)
            for statement in (*(clear if replace else ()), *before):
                base.run(statement)
        else:
            _check_there(base, parts, targets, empty=into == "existing")
        known = {target.name: target for target in targets}

        def fill(name: str, blocks: Iterable[pa.Table]) -> int:
            target = known[name]
            return base.fill(name, blocks, target.reckoned, target.later if into != "new" else None)

        yield fill
        if into != "new":
            for target in targets:
                if target.later is not None:
                    base.amend(target.name, target.later)
        for statement in after if into == "new" else ():
            base.run(statement)
        base.commit()


def _make_room(base: Connection, parts: Url, targets: Sequence[Target], replace: bool) -> None:
    """Drop the tables that are to be replaced. Raises SourceError where they may not be."""
    same = str if parts.dialect == "postgresql" else str.casefold
    existing = {same(name): name for name in base.tables()}
    there = [existing[same(target.name)] for target in targets if same(target.name) in existing]
    if there and not replace:
        listed = ", ".join(f"`{name}`" for name in there[:6]) + (", ..." if len(there) > 6 else "")
        raise SourceError("source.table-exists", f"there are already tables of these names: {listed}",
                          where=parts.shown,
                          hint="say that they may be replaced (--replace), or fill them (--into existing)")  # fmt: skip
    if parts.dialect == "postgresql" and there:  # together, as they may refer to one another
        base.run(f"DROP TABLE {', '.join(base.quoted(name) for name in there)}")
        return
    for name in reversed(there):
        base.drop(name)


def _check_there(base: Connection, parts: Url, targets: Sequence[Target], *, empty: bool) -> None:
    """Refuse tables that are not there, or that hold rows where they should be empty. Raises SourceError."""
    existing = base.tables()
    for target in targets:
        if target.name not in existing:
            raise SourceError("source.unknown-table", f"there is no table `{target.name}` to fill", where=parts.shown,
                              hint=suggest(target.name, existing, "table") if existing else "make it first")  # fmt: skip
        if empty and base.rows(f"SELECT 1 FROM {base.quoted(target.name)} LIMIT 1"):
            raise SourceError("source.table-not-empty", f"the table `{target.name}` holds rows already",
                              where=parts.shown, hint="empty it, or say that rows are appended: --into append")  # fmt: skip
