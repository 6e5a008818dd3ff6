"""A document of tables like those of a sample: the marginals are those of its rows, the rules those of its schema."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from likewise.core.progress import Progress, quiet
from likewise.core.table import Table
from likewise.io.format import is_database
from likewise.io.source import read_source
from likewise.modalities.relational.sql_names import quoted
from likewise.recipes.described import Described, described, url_of

if TYPE_CHECKING:
    from likewise.techniques.rules.reading.sql.schema import SqlTable
    from likewise.techniques.rules.synthesizer import Rules

SAMPLE = 10_000
"""Rows of each table that are read, at most."""

KEPT = frozenset({"refers", "sequence", "uuid", "formula", "person", "address", "company", "payment", "vehicle",
                  "device", "product"})  # fmt: skip
"""Makers that a sample has nothing to say to: keys, and records, whose values are never those of real ones."""


def alike(
    source: str | Path,
    *,
    n: int | None = None,
    over: str | Path | Mapping[str, Any] | None = None,
    sample: int = SAMPLE,
    seed: int = 0,
    progress: Progress = quiet,
) -> Described:
    """Return what makes tables like those of a live database, or rows like those of a file.

    Of a database the schema gives keys, references and conditions; the first `sample` rows of each table give the
    distributions of numbers, dates and levels and the shares of missing cells, as the technique `rules` learns them.
    Names, addresses and keys are made, never learned. There are as many rows as there, where `n` does not say how many.
    Raises SourceError.
    """
    from likewise.techniques.rules.document.document import Document
    from likewise.techniques.rules.synthesizer import Rules

    if not is_database(str(source)):
        table = Table.from_any(read_source(source).table)
        document = _document(Rules(), table, seed)
        document = document if n is None else {**document, "rows": n}
        return described(Described(source, Document.of(document)), over=over)
    url = str(source) if "://" in str(source) else url_of(Path(source))
    told = described(source, n=n)
    assert told.reading is not None
    found = told.document.to_dict()
    for number, (name, rules) in enumerate(found["tables"].items()):
        progress("learning tables", number, len(found["tables"]))
        own = told.reading.schema.tables[name]
        place = quoted(own.own) if own.schema is None else f"{quoted(own.schema)}.{quoted(own.own)}"
        rows = read_source(f"{url}#SELECT * FROM {place} LIMIT {sample}").table
        if n is None:
            rules["rows"] = int(read_source(f"{url}#SELECT count(*) AS n FROM {place}").table["n"][0].as_py())
        if rows.num_rows:
            _learn(rules, own, Table.from_any(rows), seed)
    return described(Described(source, Document.of(found), told.reading), over=over)


def _document(rules: Rules, table: Table, seed: int) -> dict[str, Any]:
    """Return the document that is learned from a table."""
    from likewise.techniques.rules.model import RulesModel

    model = rules.fit(table, seed=seed)
    assert isinstance(model, RulesModel)
    return model.document.to_dict()


def _learn(rules: dict[str, Any], own: SqlTable, sample: Table, seed: int) -> None:
    """Let the columns of one table be made as those of its sample are, where that says something of them."""
    from likewise.techniques.rules.synthesizer import Rules

    columns = rules["columns"]
    learned = [name for name in columns if name in sample.names and not KEPT & set(columns[name]) and columns[name]]
    learned = [name for name in learned if not columns[name].get("unique") and (
        sample.schema[name].is_number or sample.schema[name].is_levels)]  # fmt: skip
    fitted = _document(Rules(rules=False), sample.select(learned), seed)["columns"] if learned else {}
    for name, made in fitted.items():
        if "empty" in made:
            continue
        required = own.columns[name].required
        columns[name] = {word: value for word, value in made.items() if word != "missing" or not required}
    for name, made in columns.items():
        if "refers" in made and "missing" in made and name in sample.names:
            made["missing"] = round(float(sample.missing(name).mean()), 3)
