"""Documents: what they may say, and that every fault of one is told at once, with its path and its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from likewise.errors import SettingsError
from likewise.techniques.rules import Document, TablesModel
from likewise.techniques.rules.document.json_schema import json_schema

HERE = Path(__file__).parents[4]

FAULTY = """\
tables:
  customers:
    rows: 10
    columns:
      id: {sequense: {start: 1}}
      age: {normal: [40], decimals: 1}
      name: {patern: '[A-Z]'}
    kee: id
  orders:
    columns:
      customer: {refers: customers.id, children: {poison: 3}}
"""


def fault_of(document: Any) -> SettingsError:
    with pytest.raises(SettingsError) as found:
        TablesModel.of(Document.from_yaml(document) if isinstance(document, str) else document)
    return found.value


def test_all_faults_are_told_together_with_their_lines() -> None:
    with pytest.raises(SettingsError) as found:
        Document.from_yaml(FAULTY, where="shop.yaml")
    fault = found.value
    for path in ("customers.kee", "customers.columns.id", "customers.columns.age", "orders.columns.customer"):
        assert f"$.tables.{path}" in fault.what
    assert "(line 5)" in fault.what and "(line 11)" in fault.what
    assert fault.where is not None and fault.where.startswith("shop.yaml:")
    assert "did you mean `key`?" in (fault.hint or "")


def table(**more: Any) -> dict[str, Any]:
    return {"rows": 10, "columns": {"id": "sequence", "x": {"normal": [0, 1]}}, **more}


@pytest.mark.parametrize(
    ("document", "code", "said"),
    [
        ({"tabels": {}}, "settings.rules", "`tables` or `columns`"),
        ({"tables": {"a": {"rows": 3}}}, "settings.rules", "`columns` is wanted"),
        ({"tables": {"a": table(key="idd")}}, "settings.rules", "there is no column `idd`"),
        ({"tables": {"a": table(rows=-1)}}, "settings.invalid", "at least 0"),
        ({"tables": {"a": table(), "b": {"columns": {"a": {"refers": "aa.id"}}}}}, "settings.reference", "`aa`"),
        ({"tables": {"a": table(), "b": {"columns": {"a": {"refers": "a.ident"}}}}}, "settings.reference", "`ident`"),
        ({"columns": {"a": {"formula": "b + 1"}, "b": {"formula": "a + 1"}}}, "settings.circle", "a -> b -> a"),
        ({"columns": {"a": {"formula": "c + 1"}}}, "settings.rules", "no column `c`"),
        ({"columns": {"a": {"formula": "1 +"}}}, None, "$.columns.a.formula"),
        ({"columns": {"a": {"normal": [0, 1], "poisson": 3}}}, "settings.rules", "both make the column"),
        ({"columns": {"a": {"normal": [0, 1], "desimals": 3}}}, "settings.rules", "no setting `desimals`"),
        ({"columns": {"a": {"uuid": 5}}}, "settings.rules", "version 4 or 7"),
        ({"columns": {"a": {"pattern": "[a-z"}}}, None, "$.columns.a"),
        ({"columns": {"a": {"person": "shoe size"}}}, "settings.unknown-field", "shoe size"),
        ({"columns": {"a": "sequence"}, "constraints": ["a <"]}, None, "$.constraints[0]"),
        ({"columns": {"a": "sequence"}, "constraints": ["b < a"]}, None, "$.constraints[0]"),
        ({"columns": {"a": {"given": {"by": ["b"], "of": {"x": "uuid"}}}}}, "settings.rules", "no column `b`"),
        (
            {"tables": {"a": {"columns": {"b": {"refers": "b.x", "children": 2}, "x": "uuid"}},
                        "b": {"columns": {"a": {"refers": "a.x", "children": 2}, "x": "uuid"}}}},
            "settings.circle", "a -> b -> a",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(document: dict[str, Any], code: str | None, said: str) -> None:
    fault = fault_of(document)
    assert said in fault.what
    assert fault.hint or fault.code == "settings.invalid"
    assert code is None or fault.code == code


def test_a_document_is_read_again_from_what_it_writes() -> None:
    document = Document.read(HERE / "examples/shop.yaml")
    again = Document.from_yaml(document.to_yaml())
    assert again == document
    assert Document.of(document.to_dict()) == document
    assert TablesModel.of(again).sample()["orders"] == TablesModel.of(document).sample()["orders"]


def test_the_short_form_is_one_table() -> None:
    document = Document.of({"columns": {"age": {"poisson": 40}}, "n": 3, "name": "people"})
    assert list(document.tables) == ["people"]
    assert document.tables["people"].rows == 3


def test_the_json_schema_takes_documents_and_refuses_others() -> None:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    check = jsonschema.Draft202012Validator(schema)
    written = yaml.safe_load((HERE / "examples/shop.yaml").read_text())
    assert check.is_valid(Document.of(written).to_dict())
    assert check.is_valid({"columns": {"age": {"poisson": 40, "missing": 0.1}, "id": "uuid"}})
    assert not check.is_valid({"columns": {"age": {"poison": 40}}})
    assert not check.is_valid({"tables": {"a": {"rows": 3}}})


def test_a_source_is_read_by_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_text('{"columns": {"age": {"poisson": 40}}}')
    assert list(Document.of(path).tables) == ["table"]
    with pytest.raises(SettingsError):
        Document.of(3)
