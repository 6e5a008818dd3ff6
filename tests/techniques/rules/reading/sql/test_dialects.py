"""The dialect of a script is told by what only that one writes."""

from __future__ import annotations

import pytest

from likewise.errors import SettingsError
from likewise.techniques.rules.reading.sql.dialects import dialect_of


@pytest.mark.parametrize(
    ("script", "dialect"),
    [
        ("CREATE TABLE `a` (id int NOT NULL AUTO_INCREMENT) ENGINE=InnoDB", "mysql"),
        ("CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT)", "sqlite"),
        ("CREATE TABLE [a] ([b] NVARCHAR(20), [c] INTEGER NOT NULL)", "sqlite"),
        ("ALTER TABLE ONLY public.a ADD CONSTRAINT b CHECK (((c)::text = 'x'::text))", "postgres"),
        ("CREATE TABLE [dbo].[a] ([b] [int] IDENTITY(1,1))\nGO\n", "tsql"),
        ("CREATE TABLE a (b VARCHAR2(10), c NUMBER(5))", "oracle"),
        ("CREATE TABLE a (b HUGEINT)", "duckdb"),
        ("CREATE TABLE a (b int)", "postgres"),
    ],
)
def test_dialects_are_recognised(script: str, dialect: str) -> None:
    assert dialect_of(script) == dialect


def test_a_dialect_that_is_asked_for_is_taken() -> None:
    assert dialect_of("CREATE TABLE a (b int)", "PostgreSQL") == "postgres"
    assert dialect_of("CREATE TABLE a (b int)", "mssql") == "tsql"


def test_an_unknown_dialect_is_refused_with_the_nearest() -> None:
    with pytest.raises(SettingsError, match="no SQL dialect `postgress`") as fault:
        dialect_of("", "postgress")
    assert fault.value.code == "settings.dialect" and fault.value.hint == "did you mean `postgres`?"
