"""Patterns of SQL and JSON Schema make what SQL and JSON Schema take."""

from __future__ import annotations

import re
import sqlite3

import numpy as np
import pytest

from likewise.core.counted import Counted
from likewise.errors import SettingsError
from likewise.techniques.rules.patterns.dialects import ecma, like, posix, similar
from likewise.techniques.rules.patterns.pattern import compiled


@pytest.mark.parametrize("text", ["A%", "%@%.com", "__-_", "100\\%", "a.b%", "[x]%", ""])
def test_what_is_made_is_like_the_text(text: str) -> None:
    made = compiled(like(text)).draw(Counted(1, "like"), np.arange(50)).to_pylist()
    taken = sqlite3.connect(":memory:")
    assert all(taken.execute("select ? like ? escape '\\'", (each, text)).fetchone()[0] for each in made)


def test_signs_of_similar_and_posix() -> None:
    assert re.fullmatch(similar("(foo|bar)[0-9]+.x%"), "bar77.xYz")
    assert not re.fullmatch(similar("a.b"), "axb")
    assert re.fullmatch(similar("#%_", escape="#"), "%Q")
    assert re.fullmatch(posix("[[:alpha:]_][[:alnum:]]*"), "_a9")
    with pytest.raises(SettingsError, match="alpa"):
        posix("[[:alpa:]]")


@pytest.mark.parametrize(
    ("written", "text"),
    [(r"^\p{Lu}\p{L}+$", "Éa"), (r"^(?<a>x)\k<a>$", "xx"), (r"^\u{1F600}$", "😀"), (r"[\/\-]", "/"), (r"^[[a]$", "["),
     (r"\cJ", "\n"), (r"^\P{N}$", "x"), (r"^[^]$", "\n"), (r"^\_\!$", "_!")],
)  # fmt: skip
def test_signs_of_ecmascript(written: str, text: str) -> None:
    assert re.search(ecma(written), text)


def test_digits_of_ecmascript_are_ascii() -> None:
    assert not re.search(ecma(r"^\d$"), "٣")


def test_unknown_category_is_refused() -> None:
    with pytest.raises(SettingsError, match="Lx"):
        ecma(r"\p{Lx}")
