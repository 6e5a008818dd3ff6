"""Patterns of SQL match what the database says they match."""

from __future__ import annotations

import re
import sqlite3

from hypothesis import given
from hypothesis import strategies as st

from likewise.techniques.rules.reading.sql.patterns import glob, like

TEXTS = st.text(alphabet="abA1.%_*?", max_size=6)


@given(st.text(alphabet="ab%_.1", max_size=6), TEXTS)
def test_like_is_that_of_sqlite(pattern: str, text: str) -> None:
    (told,) = sqlite3.connect(":memory:").execute("SELECT ? LIKE ?", (text, pattern)).fetchone()
    assert bool(told) == bool(re.fullmatch(f"(?i:{like(pattern, escape='')})", text))


@given(st.text(alphabet="ab*?.1A", max_size=6), TEXTS)
def test_glob_is_that_of_sqlite(pattern: str, text: str) -> None:
    (told,) = sqlite3.connect(":memory:").execute("SELECT ? GLOB ?", (text, pattern)).fetchone()
    assert bool(told) == bool(re.fullmatch(glob(pattern), text))


def test_classes_of_glob() -> None:
    for pattern, text in (("[A-Z][0-9]", "B7"), ("[^a]x", "bx"), ("a[]]b", "a]b")):
        (told,) = sqlite3.connect(":memory:").execute("SELECT ? GLOB ?", (text, pattern)).fetchone()
        assert told and re.fullmatch(glob(pattern), text)
