"""Scripts fall into statements, whatever stands in their texts, comments and data."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from likewise.techniques.rules.reading.sql.script import statements_of


def test_texts_names_and_comments_hide_what_ends_statements() -> None:
    script = """-- a; b
/* c; d */ CREATE TABLE "a;b" (c text DEFAULT 'it''s; so', `d;` int, [e;f] int); -- ; g
SELECT 1;
"""
    found = list(statements_of(script))
    assert [statement.line for statement in found] == [2, 3]
    assert found[0].text.startswith('CREATE TABLE "a;b"') and "[e;f] int" in found[0].text


def test_rows_and_words_to_clients_are_left_out() -> None:
    script = "\\connect shop\nCOPY a (b) FROM stdin;\n1;2\n'\n\\.\n\nCREATE TABLE x (y int);\n"
    script += "GO\nCREATE TABLE z (y int)\nGO\n"
    assert [s.text for s in statements_of(script)] == ["COPY a (b) FROM stdin", "CREATE TABLE x (y int)",
                                                       "CREATE TABLE z (y int)"]  # fmt: skip


def test_bodies_of_functions_are_one_statement() -> None:
    script = "CREATE FUNCTION f() AS $body$ begin; x := ';'; end $body$ LANGUAGE plpgsql; SELECT 2"
    assert [s.words[0] for s in statements_of(script)] == ["CREATE", "SELECT"]


def test_mysql_runs_what_its_comments_hold_and_escapes_with_backslashes() -> None:
    script = "/*!40101 SET NAMES utf8 */;\n# no; comment\nINSERT INTO a VALUES ('it\\'s; so');"
    found = [s.text for s in statements_of(script, backslashes=True)]
    assert found == ["SET NAMES utf8", "INSERT INTO a VALUES ('it\\'s; so')"]


@given(st.lists(st.text(alphabet="ab '\";-\n", max_size=12), max_size=6))
def test_quoted_texts_survive_whatever_they_hold(texts: list[str]) -> None:
    statements = ["SELECT '" + text.replace("'", "''") + "'" for text in texts]
    assert [s.text for s in statements_of(";\n".join(statements))] == statements
