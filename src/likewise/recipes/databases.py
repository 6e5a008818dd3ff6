"""Generated tables into a database: made there with their constraints, or filled where they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from likewise.core.progress import Progress, quiet
from likewise.errors import SettingsError, suggest
from likewise.io.connection import Later
from likewise.io.dump import dump_writer
from likewise.io.related import Fill, Into, Target, related_writer
from likewise.io.sql import parse_url

if TYPE_CHECKING:
    from likewise.modalities.relational.sql_names import Dialect
    from likewise.techniques.rules.model import TablesModel
    from likewise.techniques.rules.reading.sql import Reading
    from likewise.techniques.rules.writing.tables import Script


LANGUAGES: dict[str, Dialect] = {"sqlite": "sqlite", "postgres": "postgresql", "postgresql": "postgresql",
                                "duckdb": "duckdb", "mysql": "mysql", "mariadb": "mysql"}  # fmt: skip
"""What databases are called that scripts are written for."""


@dataclass(frozen=True)
class Loaded:
    """Hold how many rows each table got, and what the database has no words for."""

    tables: Mapping[str, int]
    notes: tuple[str, ...] = ()


def load(
    model: TablesModel,
    out: str,
    *,
    reading: Reading | None = None,
    seed: int | None = None,
    into: Into = "new",
    replace: bool = False,
    progress: Progress = quiet,
) -> Loaded:
    """Write all tables of a model into a database by its URL, in one transaction, with every constraint on.

    `reading` is the script that the document came from: the tables are then made as it says. With `into` the tables
    that are there are filled. Raises SourceError when the database refuses: then nothing is left of it.
    """
    dialect = parse_url(out).dialect
    plan = _planned(model, dialect, reading)
    later = _later(model, list(model.only)) if into != "new" and dialect == "postgresql" else {}
    targets = [Target(target.name, target.reckoned, later.get(name)) for name, target in plan.targets.items()]
    script = plan.script
    with related_writer(
        out, targets, before=script.before, after=script.after, clear=script.clear, into=into, replace=replace
    ) as fill:
        rows = _filled(model, plan, fill, seed, progress)
    return Loaded(rows, script.notes)


def dump(
    model: TablesModel,
    out: str | Path,
    *,
    reading: Reading | None = None,
    language: str | None = None,
    seed: int | None = None,
    progress: Progress = quiet,
) -> Loaded:
    """Write all tables of a model to a script of SQL that makes and fills them.

    `language` is that of `sqlite`, `postgresql`, `duckdb` or `mysql`; that of the script that the document came from
    where it is not told, else PostgreSQL's. Raises SettingsError for another one, and SourceError.
    """
    asked = language or ("postgresql" if reading is None else reading.schema.dialect)
    known = LANGUAGES.get(asked.lower(), "postgresql" if language is None else None)
    if known is None:
        raise SettingsError("settings.dialect", f"no script is written for `{language}`",
                            hint=suggest(asked, list(LANGUAGES), "database"))  # fmt: skip
    plan = _planned(model, known, reading)
    script = plan.script
    with dump_writer(
        Path(out).expanduser(), [*plan.targets.values()], language=known, before=script.before, after=script.after
    ) as fill:
        rows = _filled(model, plan, fill, seed, progress)
    return Loaded(rows, script.notes)


@dataclass(frozen=True)
class _Planned:
    """Hold the statements for a database, and how each table is filled there; `left` are columns it computes itself."""

    script: Script
    targets: Mapping[str, Target]
    left: Mapping[str, set[str]]


def _planned(model: TablesModel, dialect: Dialect, reading: Reading | None) -> _Planned:
    """Return how the tables of a model are made and filled."""
    from likewise.techniques.rules.writing.planned import planned_script
    from likewise.techniques.rules.writing.scripted import script_for, tables_of

    order = list(model.only)
    if reading is None:
        return _Planned(planned_script(model.plan, order, dialect), {name: Target(name) for name in order}, {})
    texts, _ = tables_of(reading, order, dialect)
    targets = {name: Target(text.name, text.reckoned) for name, text in zip(order, texts, strict=True)}
    left = {name: {column.name for column in text.columns if column.generated}
            for name, text in zip(order, texts, strict=True)}  # fmt: skip
    return _Planned(script_for(reading, order, dialect), targets, left)


def _filled(model: TablesModel, plan: _Planned, fill: Fill, seed: int | None, progress: Progress) -> Mapping[str, int]:
    """Fill every table, and return how many rows each got."""
    tables = model.tables(seed)
    total, rows = sum(tables.rows(name) for name in model.only), dict.fromkeys(model.only, 0)

    def blocks(name: str) -> Iterator[pa.Table]:
        for block in tables.stream(name):
            yield block.columns.drop_columns([column for column in block.names if column in plan.left.get(name, ())])
            rows[name] += block.rows
            progress(f"drawing rows: {name}", sum(rows.values()), total)

    for name in model.only:
        fill(plan.targets[name].name, blocks(name))
    return rows


def _later(model: TablesModel, order: list[str]) -> dict[str, Later]:
    """Return the columns that refer to tables which are filled later, where they can be empty until then.

    Raises SettingsError where such a column must hold a value, or its table has no key.
    """
    found: dict[str, Later] = {}
    for place, name in enumerate(order):
        rules = model.document.tables[name]
        waiting = [reference for reference in rules.references if reference.to in order[place + 1 :]]
        if not waiting:
            continue
        columns = tuple(column for reference in waiting for column in reference.columns)
        schema = model.plan.tables[name].schema
        stuck = next((column for column in columns if not schema[column].nullable or column in rules.key), None)
        if stuck is not None or not rules.key:
            what = f"`{name}.{stuck}` cannot be empty" if stuck is not None else f"`{name}` has no key"
            raise SettingsError("settings.circle", f"references in a circle: {what}, so no row can come first",
                                where=f"$.tables.{name}", hint="let the database check one of them at the end, or let "
                                                               "it be empty")  # fmt: skip
        found[name] = Later(columns, rules.key)
    return found
