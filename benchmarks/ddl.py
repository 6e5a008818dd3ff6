"""Load what is generated from schemas into real databases, and print how many rows they reject.

Run `python benchmarks/ddl.py [SCRIPT ...] [--postgres URL]`: without scripts those in `benchmarks/schemas` are taken.
Every constraint is on. Of each schema it says how many conditions were read, how many rows each database took and how
well columns that may be empty and stand in a CHECK are filled. PostgreSQL is left out where no URL is
given; give that of an empty database, as tables of the same names are replaced there.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from likewise.errors import LikewiseError
from likewise.recipes.databases import load
from likewise.recipes.described import Described, described
from likewise.techniques.rules.model import TablesModel

SCHEMAS = Path(__file__).parent / "schemas"


def filled(told: Described, model: TablesModel) -> float | None:
    """Return the share of cells that hold a value among the columns that may be empty and stand in a condition."""
    assert told.reading is not None
    known = total = 0
    for name, rules in told.reading.rules.items():
        table = told.reading.schema.tables[name]
        asked = {column for rule in rules for column in rule.names()}
        asked = {column for column in asked if column in table.columns and not table.columns[column].required}
        if not asked:
            continue
        for block in model.tables(0).stream(name):
            for column in asked & set(block.names):
                total += block.rows
                known += block.rows - int(block.missing(column).sum())
    return known / total if total else None


def outcome(model: TablesModel, url: str, told: Described) -> str:
    """Return how many rows a database took, or its first words against them."""
    began = time.process_time()
    try:
        loaded = load(model, url, reading=told.reading, replace=True)
    except LikewiseError as fault:
        return f"refused: {fault.what[:160]}"
    left = f", {len(loaded.notes)} constraints it has no words for" if loaded.notes else ""
    return f"{sum(loaded.tables.values()):,} rows, 0 rejected{left}, {time.process_time() - began:.2f} CPU s"


def report(script: Path, rows: int, postgres: str | None) -> None:
    """Print what became of one schema."""
    told = described(script, n=rows)
    assert told.reading is not None
    model = TablesModel.of(told.document, rows=rows)
    schema = told.reading.schema
    references = sum(len(table.references) for table in schema.tables.values())
    print(f"{script.name} ({schema.dialect}): {len(schema.tables)} tables, {references} references, "
          f"{told.reading.read} conditions read, {told.reading.unread} not")  # fmt: skip
    share = filled(told, model)
    print(f"  nullable columns in conditions filled: {'none' if share is None else f'{share:.1%}'}")
    with tempfile.TemporaryDirectory() as folder:
        print(f"  SQLite:     {outcome(model, f'sqlite:///{folder}/out.db', told)}")
        print(f"  DuckDB:     {outcome(model, f'duckdb:///{folder}/out.duckdb', told)}")
    if postgres is not None:
        print(f"  PostgreSQL: {outcome(model, postgres, told)}")


def main() -> None:
    """Read the command line and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scripts", nargs="*", type=Path)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--postgres")
    asked = parser.parse_args()
    for script in asked.scripts or sorted(SCHEMAS.glob("*.sql")):
        try:
            report(script, asked.rows, asked.postgres)
        except LikewiseError as fault:
            print(f"{script.name}: {fault}")


if __name__ == "__main__":
    main()
