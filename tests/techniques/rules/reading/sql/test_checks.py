"""Conditions of SQL mean the rules that are read from them, and what cannot be read is said."""

from __future__ import annotations

import pytest
import sqlglot

from likewise.constraints.language.reading import read_expression
from likewise.constraints.language.writing import write_expression
from likewise.techniques.rules.reading.sql.checks import conditions_of, read_check
from likewise.techniques.rules.reading.sql.meanings import Meaning
from likewise.techniques.rules.reading.sql.terms import Unread

MEANINGS = {"a": Meaning("integer"), "x": Meaning("integer"), "b": Meaning("text"), "c": Meaning("text"),
            "d": Meaning("decimal", decimals=2), "e": Meaning("date"), "f": Meaning("datetime"),
            "g": Meaning("boolean"),
            "j": Meaning("json")}  # fmt: skip


def rules(condition: str, dialect: str) -> list[str]:
    node = sqlglot.parse_one(f"SELECT {condition}", read=dialect).expressions[0]
    return [write_expression(read_check(part, dialect, MEANINGS)[0]) for part in conditions_of(node, sqlglot.exp)]


@pytest.mark.parametrize(
    ("dialect", "condition", "rule"),
    [
        ("postgres", "a BETWEEN 1 AND 2", "a >= 1 and a <= 2"),
        ("postgres", "a NOT IN (1, 2)", "a not in [1, 2]"),
        ("postgres", "((b)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[]))",
         "b in ['x', 'y']"),
        ("postgres", "a <> ALL (ARRAY[1, 2])", "a not in [1, 2]"),
        ("postgres", "c NOT LIKE 'a%'", "c not matches 'a(?s:.*)'"),
        ("postgres", "b NOT LIKE 'x!%' ESCAPE '!'", "b not matches 'x%'"),
        ("postgres", "b ILIKE 'x_'", "b matches 'x(?s:.)'"),
        ("postgres", "b NOT ILIKE 'x_'", "b not matches '(?i:x(?s:.))'"),
        ("postgres", "b ~ E'^\\\\d{3}$'", r"b matches '\d{3}'"),
        ("postgres", "b SIMILAR TO '(x|y)%'", "b matches '(x|y)(?s:.*)'"),
        ("postgres", "extract(year from e) > 2000", "year(e) > 2000"),
        ("postgres", "date_part('month', e) = 3", "month(e) == 3"),
        ("postgres", "e + interval '3 days' > f", "e + 3 days > f"),
        ("postgres", "e <= f - interval '1 year'", "e <= f - 366 days"),
        ("postgres", "NOT (e <= f - interval '1 year')", "e > f - 365 days"),
        ("postgres", "e >= f - interval '1 year'", "e >= f - 365 days"),
        ("postgres", "e <= CURRENT_DATE", "e <= '2025-01-01'"),
        ("postgres", "e > CURRENT_DATE", "e > '2050-01-01'"),
        ("postgres", "(a IS NULL) = (b IS NULL)", "(a is missing) == (b is missing)"),
        ("postgres", "a IS DISTINCT FROM 2", "a is missing or a != 2"),
        ("postgres", "CASE WHEN a > 1 THEN x < 2 ELSE true END", "if a > 1 then x < 2"),
        ("postgres", "a / 2 > x", "a // 2 > x"),
        ("postgres", "d / 2 > 1", "d / 2 > 1"),
        ("postgres", "char_length(btrim(b)) > 0", "len(trim(b)) > 0"),
        ("postgres", "position('@' in b) > 0", "contains(b, '@')"),
        ("postgres", "substring(b from 1 for 2) = upper(left(b, 2))",
         "substring(b, 1, 2) == upper(substring(b, 1, 2))"),
        ("postgres", "coalesce(a, 0) + greatest(a, x) >= 0", "coalesce(a, 0) + max(a, x) >= 0"),
        ("mysql", "a / 2 > x", "a / 2 > x"),
        ("sqlite", "b GLOB '[A-Z]*'", "b matches '[A-Z](?s:.*)'"),
        ("sqlite", "b LIKE 'a%'", "b matches 'a(?s:.*)'"),
        ("sqlite", "b NOT LIKE 'a%'", "b not matches '(?i:a(?s:.*))'"),
        ("sqlite", "julianday(e) - julianday(f) > 3", "e - f > 3"),
        ("sqlite", "strftime('%Y', e) > '2000'", "year(e) > 2000"),
        ("sqlite", "typeof(a) = 'integer'", "a is not missing"),
        ("sqlite", "typeof(a) IN ('integer', 'null')", "true"),
        ("sqlite", "date(e) IS NOT NULL", "e is not missing"),
        ("sqlite", "date(e) = e", "true"),
        ("sqlite", "g IN (0, 1)", "g in [false, true]"),
        ("sqlite", "json_valid(j)", "true"),
        ("sqlite", "b <> 'x' COLLATE NOCASE", "lower(b) != 'x'"),
        ("tsql", "a > (0) and a < getdate() - e", "a > 0"),
    ],
)  # fmt: skip
def test_what_conditions_mean(dialect: str, condition: str, rule: str) -> None:
    if dialect == "tsql":
        condition = condition.partition(" and ")[0]
    found = " and ".join(rules(condition, dialect))
    assert found == rule
    assert write_expression(read_expression(found)) == found


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("a > (SELECT max(a) FROM t)", "SELECT"),
        ("shouting(b)", "the function shouting()"),
        ("a::text <> 'x'", "a integer as a text"),
        ("e = f + interval '1 month'", "an interval of month that has to be exact"),
        ("zz > 1", "there is no column `zz`"),
        ("b ~ c", "the pattern"),
        ("e ~ '^2'", "a pattern of a date"),
        ("a & 1 = 0", "`a & 1`"),
    ],
)
def test_what_cannot_be_read_is_said(condition: str, said: str) -> None:
    with pytest.raises(Unread, match=said.replace("(", r"\(").replace(")", r"\)")):
        rules(condition, "postgres")


def test_what_stands_for_now_is_said() -> None:
    node = sqlglot.parse_one("SELECT e < now()", read="postgres").expressions[0]
    assert read_check(node, "postgres", MEANINGS)[1] == ("the current moment is taken to be 2025-01-01",)
