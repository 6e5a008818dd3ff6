"""Rules mean in a database what they mean here."""

from __future__ import annotations

import sqlite3
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.constraints.language.cells import Cells
from likewise.constraints.language.evaluating import holds
from likewise.constraints.language.reading import read_expression
from likewise.techniques.rules.writing.conditions import Unwritable, condition_of

RULES = ["a < b", "a + b * 2 >= 3", "a != b or t == 'x'", "if a > 1 then t is missing", "not (a == 1 and b == 2)",
         "t in ['x', 'y']", "a between 0 and 2", "abs(a) <= max(b, 1)", "len(t) == 1", "concat(t, t) == 'xx'",
         "coalesce(a, b) > 0", "a is missing or b is not missing", "contains(t, 'x')", "a not in [1, 2]", "-a < b",
         "t matches '(?s:.*)x(?s:.*)'"]  # fmt: skip
CELLS = st.tuples(
    st.one_of(st.none(), st.integers(-2, 3)),
    st.one_of(st.none(), st.integers(-2, 3)),
    st.sampled_from([None, "x", "y", "xx"]),
)


@settings(deadline=None)
@given(st.sampled_from(RULES), st.lists(CELLS, min_size=1, max_size=8))
def test_sqlite_agrees_on_every_row(rule: str, rows: list[tuple[Any, ...]]) -> None:
    base = sqlite3.connect(":memory:")
    expression = read_expression(rule)
    statement = f"SELECT coalesce({condition_of(expression, 'sqlite')}, 1) FROM (SELECT ? AS a, ? AS b, ? AS t)"
    told = [bool(base.execute(statement, row).fetchone()[0]) for row in rows]
    a, b, t = zip(*rows, strict=True)
    columns = {
        "a": Cells("number", np.array(a, dtype=np.float64), 0),
        "b": Cells("number", np.array(b, dtype=np.float64), 0),
        "t": Cells("text", pa.array(t, pa.string())),
    }
    assert told == holds(expression, columns.__getitem__, len(rows)).tolist()


@pytest.mark.parametrize(
    ("rule", "dialect", "condition"),
    [
        ("t matches '[A-Z]{2}(?s:.*)'", "postgresql", "\"t\" ~ '^(?:[A-Z]{2}.*)$'"),
        ("t matches '(?i:a(?s:.*))'", "postgresql", "\"t\" ~* '^(?:a.*)$'"),
        ("t matches 'a\\d'", "duckdb", "regexp_full_match(\"t\", 'a\\d', 's')"),
        ("year(d) > 2000", "postgresql", 'EXTRACT(year FROM "d") > 2000'),
        ("year(d) > 2000", "sqlite", "CAST(strftime('%Y', \"d\") AS INTEGER) > 2000"),
        ("e >= d + 3 days", "postgresql", '"e" >= ("d" + INTERVAL \'259200 seconds\')'),
        ("a is not missing", "mysql", "`a` IS NOT NULL"),
        ("t == 'it''s'", "sqlite", "\"t\" = 'it''s'"),
    ],
)
def test_what_is_written(rule: str, dialect: Any, condition: str) -> None:
    assert condition_of(read_expression(rule), dialect) == condition


def test_what_a_database_has_no_words_for_is_said() -> None:
    for rule, dialect in (("t matches '[A-Z]{2}'", "sqlite"), ("age(d, e) > 3", "postgresql")):
        with pytest.raises(Unwritable):
            condition_of(read_expression(rule), dialect)  # type: ignore[arg-type]
