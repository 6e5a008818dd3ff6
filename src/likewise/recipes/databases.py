"""Generated tables into a database: made there with their constraints, or filled where they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from likewise.core.progress import Progress, quiet
from likewise.errors import SettingsError
from likewise.io.connection import Later
from likewise.io.related import Into, Target, related_writer
from likewise.io.sql import parse_url

if TYPE_CHECKING:
    from likewise.techniques.rules.model import TablesModel
    from likewise.techniques.rules.reading.sql import Reading
    from likewise.techniques.rules.writing.tables import Script, TableText


@dataclass(frozen=True)
class Loaded:
    """Hold how many rows each table got, and what the database has no words for."""

    tables: Mapping[str, int]
    notes: tuple[str, ...] = ()


def load(
    model: TablesModel,
    url: str,
    *,
    reading: Reading | None = None,
    seed: int | None = None,
    into: Into = "new",
    replace: bool = False,
    progress: Progress = quiet,
) -> Loaded:
    """Write all tables of a model into a database, in one transaction, with every constraint on.

    `reading` is the script that the document came from: the tables are then made as it says. With `into` the tables
    that are there are filled. Raises SourceError when the database refuses: then nothing is left of it.
    """
    from likewise.techniques.rules.writing.planned import planned_script
    from likewise.techniques.rules.writing.scripted import script_for, tables_of

    dialect = parse_url(url).dialect
    order = list(model.only)
    texts: list[TableText] = []
    script: Script
    if reading is None:
        script = planned_script(model.plan, order, dialect)
    else:
        texts, _ = tables_of(reading, order, dialect)
        script = script_for(reading, order, dialect)
    names = {name: text.name for name, text in zip(order, texts, strict=True)} if texts else {n: n for n in order}
    left = {name: {c.name for c in text.columns if c.generated} for name, text in zip(order, texts)}
    reckoned = {name: text.reckoned for name, text in zip(order, texts)}
    later = _later(model, order) if into != "new" and dialect == "postgresql" else {}
    targets = [Target(names[name], reckoned.get(name, {}), later.get(name)) for name in order]
    tables = model.tables(seed)
    total, done, rows = sum(tables.rows(name) for name in order), 0, dict[str, int]()
    with related_writer(
        url, targets, before=script.before, after=script.after, clear=script.clear, into=into, replace=replace
    ) as fill:
        for name in order:

            def blocks(name: str = name) -> Iterator[pa.Table]:
                for block in tables.stream(name):
                    progress(f"drawing rows: {name}", done, total)
                    yield block.columns.drop_columns([c for c in block.names if c in left.get(name, ())])

            rows[name] = fill(names[name], blocks())
            done += rows[name]
    return Loaded(rows, script.notes)


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
