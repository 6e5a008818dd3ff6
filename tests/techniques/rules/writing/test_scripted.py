"""Scripts of one database in the words of another."""

from __future__ import annotations

from likewise.techniques.rules.reading.sql import read_sql
from likewise.techniques.rules.writing.scripted import script_for


def test_extensions_are_made_before_the_types_that_they_bring() -> None:
    found = script_for(read_sql("CREATE TABLE t (id serial PRIMARY KEY, name citext NOT NULL)"), ["t"], "postgresql")
    assert found.before[0] == "CREATE EXTENSION IF NOT EXISTS citext"


def test_duckdb_is_spared_what_it_has_no_words_for() -> None:
    reading = read_sql("""CREATE DOMAIN b20 AS bytea CHECK (octet_length(VALUE) = 20);
CREATE TABLE a (id int PRIMARY KEY, name varchar(9) UNIQUE);
CREATE TABLE b (a_id bigint REFERENCES a (id), name varchar(20) REFERENCES a (name), digest b20)""")
    found = script_for(reading, ["a", "b"], "duckdb")
    assert found.notes == ("DuckDB refers to columns of the same type only: b (a_id) has no reference",
                           "b: a condition is left out of the database: no words for the length of bytes")  # fmt: skip
    assert 'FOREIGN KEY ("name")' in found.before[-1] and 'a_id") REFERENCES' not in found.before[-1]
