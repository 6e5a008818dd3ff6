from __future__ import annotations

from pathlib import Path

import pytest

from likewise.core.schema import Column, Nested, Pattern, Schema
from likewise.core.table import Table
from likewise.errors import SchemaError, SourceError

SCHEMA = Schema(
    columns=(
        Column(name="id", kind="id", role="key", pattern=Pattern(form="sequence", prefix="A", width=5)),
        Column(name="paid", kind="decimal", decimals=2, bounds=(0.0, 99.5), format="$1,234.50", missing=("NA", "")),
        Column(name="sex", kind="category", levels=("F", "M"), nullable=True),
        Column(name="j.k", kind="integer", bounds=(1, 2)),
    ),
    nested=(Nested(name="j", form="json", fields=("k",)),),
)


def test_yaml_keeps_everything(tmp_path: Path) -> None:
    (tmp_path / "schema.yaml").write_text(SCHEMA.to_yaml(), encoding="utf-8")
    assert Schema.read(tmp_path / "schema.yaml") == SCHEMA


def test_an_inferred_schema_survives_yaml() -> None:
    table = Table.from_any({"a": ["1", "NA", "3"], "no": ["yes", "no", "yes"], "d": ["2024-01-01", "", "2024-01-03"]})
    assert Schema.from_yaml(table.schema.to_yaml()) == table.schema


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("columns: [", "schema.not-yaml"),
        ("- a", "schema.invalid"),
        ("columns: {a: {kind: intteger}}", "schema.invalid"),
        ("columns: {a: {kind: integer, colour: red}}", "schema.invalid"),
    ],
)
def test_faults_of_a_schema_file_are_told(text: str, code: str) -> None:
    with pytest.raises(SchemaError) as fault:
        Schema.from_yaml(text, where="schema.yaml")
    assert fault.value.code == code
    assert fault.value.where is not None


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(SchemaError) as fault:
        Schema.from_yaml("columns: {a: {kind: what}, b: {role: king, kind: text}}")
    assert "$.columns.a.kind" in fault.value.what
    assert "$.columns.b.role" in fault.value.what


def test_columns_are_found_by_name_and_role() -> None:
    assert "sex" in SCHEMA
    assert len(SCHEMA) == 4
    assert [c.name for c in SCHEMA.with_role("key")] == ["id"]
    targeted = SCHEMA.with_target("sex").with_target("paid")
    assert (targeted.target, targeted["sex"].role) == ("paid", "feature")
    assert SCHEMA.replace("sex", ordered=True)["sex"].ordered
    with pytest.raises(SchemaError, match="did you mean `paid`"):
        SCHEMA["payd"]
    with pytest.raises(ValueError, match="listed twice"):
        Schema(columns=(Column(name="a", kind="text"), Column(name="a", kind="text")))


def test_a_missing_file_is_told() -> None:
    with pytest.raises(SourceError, match=r"source\.no-such-file"):
        Schema.read("/nowhere/schema.yaml")
