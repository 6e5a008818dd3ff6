"""Texts, templates, levels, tokens and UUIDs, as a document asks for them."""

from __future__ import annotations

import base64
import re
import uuid
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from likewise.errors import LikewiseError, SettingsError
from likewise.techniques.rules.model import TablesModel

ROWS = 400


def made(numbers: list[int] | None = None, **columns: Any) -> dict[str, list[Any]]:
    model = TablesModel.of({"likewise": 1, "seed": 3, "tables": {"t": {"rows": ROWS, "columns": columns}}})
    table = model.at("t", np.arange(ROWS) if numbers is None else np.array(numbers)).columns
    return {name: table[name].to_pylist() for name in table.column_names}


def refused(said: str, **columns: Any) -> LikewiseError:
    with pytest.raises(SettingsError, match=said) as fault:
        made(**columns)
    return fault.value


def test_texts_have_their_form() -> None:
    found = made(a={"text": "title"}, b="text", c={"text": "paragraph"}, d={"text": "word"})
    assert all(2 <= len(text.split()) <= 6 and text[0].isupper() and "." not in text for text in found["a"])
    assert all(re.fullmatch(r"[A-Z][^.]*\.", text) and 5 <= len(text.split()) <= 14 for text in found["b"])
    assert all(3 <= text.count(".") <= 6 and re.fullmatch(r"([A-Z][^.]*\.( |$))+", text) for text in found["c"])
    assert all(" " not in text and text for text in found["d"])
    assert len(set(found["c"])) == ROWS


def test_texts_are_as_long_as_asked() -> None:
    found = made(
        a={"text": "sentence", "words": 3}, b={"text": "paragraph", "longest": 60}, c={"text": "title", "words": [1, 2]}
    )
    assert {len(text.split()) for text in found["a"]} == {3}
    assert max(map(len, found["b"])) <= 60 and min(map(len, found["b"])) > 40
    whole = made(b={"text": "paragraph"})["b"]
    assert all(f"{text} ".startswith(f"{cut} ") for text, cut in zip(whole, found["b"], strict=True))
    assert {len(text.split()) for text in found["c"]} == {1, 2}


@pytest.mark.parametrize(
    ("locale", "letters"), [("de_DE", "äöüß"), ("ru_RU", "аеио"), ("ja_JP", "のーい"), ("zh_CN", "的一不")]
)
def test_texts_are_in_the_language(locale: str, letters: str) -> None:
    text = "".join(made(a={"text": "paragraph", "locale": locale})["a"])
    assert all(letter in text for letter in letters)
    assert (" " in text) == (locale not in ("ja_JP", "zh_CN"))


def test_a_row_is_made_alone_as_among_others(tmp_path: Path) -> None:
    columns = {
        "t": {"text": "paragraph"},
        "h": {"hex": 9},
        "n": "nanoid",
        "u": "ulid",
        "l": {"levels": {"a": 3, "b": 1}},
    }
    whole, alone = made(**columns), made([399, 2], **columns)
    assert {name: [cells[399], cells[2]] for name, cells in whole.items()} == alone


def test_templates_put_columns_together() -> None:
    found = made(id={"sequence": {}}, first={"person": "first name"}, born={"date-range": ["2000-01-01", "2001-01-01"]},
                 a={"template": "{id}: {first} ({born}) {{x}}"}, b={"template": "fixed"})  # fmt: skip
    assert found["a"][6] == f"7: {found['first'][6]} ({found['born'][6]}) {{x}}"
    assert set(found["b"]) == {"fixed"}


def test_templates_without_a_part() -> None:
    found = made(
        x={"levels": ["v"], "missing": 0.5}, a={"template": "a {x} b"}, b={"template": "a {x} b", "gaps": "empty"}
    )
    for x, a, b in zip(found["x"], found["a"], found["b"], strict=True):
        assert (a, b) == (("a v b", "a v b") if x else (None, "a b"))


def test_levels_come_from_files(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("name,people\nRome,3\nOslo,1\nBern,\n")
    (tmp_path / "l.txt").write_text("x\n\ny z\n")
    found = made(
        a={"levels": f"{tmp_path}/c.csv#name"}, b={"levels": f"{tmp_path}/l.txt"}, c={"levels": {"p": 3, "q": 0}}
    )
    assert set(found["a"]) == {"Rome", "Oslo", "Bern"} and set(found["b"]) == {"x", "y z"} and set(found["c"]) == {"p"}
    fault = refused("has no column `nam`", a={"levels": f"{tmp_path}/c.csv#nam"})
    assert fault.hint == "did you mean `name`?" and fault.where == "$.tables.t.columns.a"
    (tmp_path / "c.tsv").write_text("name\nRome\n")
    refused("which column of", a={"levels": f"{tmp_path}/c.tsv"})
    refused("weights are numbers", a={"levels": f"{tmp_path}/c.csv#name", "weights": "people"})
    with pytest.raises(LikewiseError, match="no"):
        made(a={"levels": f"{tmp_path}/none.csv#name"})


def test_levels_are_drawn_by_their_weights() -> None:
    found = made(a={"levels": ["x", "y"], "weights": [9, 1]}, b={"levels": {"x": 1, "y": 3}})
    assert 330 <= found["a"].count("x") <= 390 and 60 <= found["b"].count("x") <= 140
    refused("2 weights", a={"levels": ["x", "y"], "weights": [1]})
    refused("2 weights", a={"levels": ["x", "y"], "weights": [1, -1]})
    refused("no value", a={"levels": []})


def test_levels_without_repeats_are_dealt_out() -> None:
    assert len(set(made(a={"levels": [str(n) for n in range(ROWS)], "unique": True})["a"])) == ROWS
    refused("400 rows are to differ, and there are 2 values", a={"levels": ["x", "y"], "unique": True})


def test_tokens_are_written_as_their_standards_say() -> None:
    found = made(
        h={"hex": 20},
        b={"base64": 32},
        c={"base64": 3},
        d={"base64": 4},
        n={"nanoid": 12},
        u="ulid",
        v={"uuid": 7},
        w={"uuid": 4},
    )
    assert {len(bytes.fromhex(text)) for text in found["h"]} == {20}
    for name, size in (("b", 32), ("c", 3), ("d", 4)):
        decoded = [base64.b64decode(text, validate=True) for text in found[name]]
        assert {len(each) for each in decoded} == {size}
        assert [base64.b64encode(each).decode() for each in decoded] == found[name]
    assert all(re.fullmatch("[A-Za-z0-9_-]{12}", text) for text in found["n"])
    assert all(re.fullmatch("[0-7][0-9A-HJKMNP-TV-Z]{25}", text) for text in found["u"])
    assert found["u"] == sorted(found["u"]) and found["v"] == sorted(found["v"])
    for name, version in (("v", 7), ("w", 4)):
        ids = [uuid.UUID(text) for text in found[name]]
        assert {each.version for each in ids} == {version} and [str(each) for each in ids] == found[name]
        assert {each.variant for each in ids} == {uuid.RFC_4122} and len(set(ids)) == ROWS


def test_what_tokens_cannot_be_is_refused() -> None:
    refused("from 1 to 1024", a={"hex": 0})
    refused("one length", a={"ulid": 5})
    refused("may repeat", a={"hex": 4, "unique": True})
    assert len(set(made(a={"hex": 16, "unique": True})["a"])) == ROWS


def test_what_texts_cannot_be_is_refused() -> None:
    refused("one of", a={"text": "essay"})
    refused("1 to 200 words", a={"text": "title", "words": [5, 2]})
    refused("at least one character", a={"text": "title", "longest": 0})
    refused("character 3 names no column", a={"template": "a {} b"})
    refused("character 1 names no column", a={"template": "{ b"})
    refused("`nmae`|nmae", name="ulid", a={"template": "{nmae}"})
