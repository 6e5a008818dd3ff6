"""Contracts as documents: what is read, what is refused, and that all faults are told at once."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from likewise.core.infer import infer_schema_of
from likewise.core.schema import Column, Schema
from likewise.errors import PrivacyError, SchemaError
from likewise.privacy.contract import Contract, encode, schema_of

AGE = {"kind": "number", "integer": True, "min": 0, "max": 120}
SEX = {"kind": "category", "levels": ["F", "M"]}


def test_a_mapping_a_document_a_file_and_a_schema_say_the_same(tmp_path: Path) -> None:
    bare = Contract.of({"age": AGE, "sex": SEX})
    path = tmp_path / "domain.yaml"
    path.write_text("age: {kind: number, integer: true, min: 0, max: 120}\nsex: {kind: category, levels: [F, M]}\n")
    columns = (
        Column(name="age", kind="integer", bounds=(0, 120)),
        Column(name="sex", kind="category", levels=("F", "M")),
    )
    schema = Schema(columns=columns)
    (tmp_path / "schema.yaml").write_text(schema.to_yaml())
    sources = [{"columns": {"age": AGE, "sex": SEX}}, path, str(path), schema, bare, tmp_path / "schema.yaml"]
    assert all(Contract.of(source) == bare for source in sources)
    assert len({Contract.of(source).digest for source in sources}) == 1
    assert Contract.of({"sex": SEX, "age": AGE}).digest != bare.digest


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    contract = Contract.of({
        "columns": {
            "who": {"kind": "id", "pattern": "AA-99"}, "age": {**AGE, "missing": ["?"], "role": "quasi-identifier"},
            "sex": {**SEX, "other": "X", "role": "target"}, "note": "ignore",
            "height": {"kind": "number", "min": 0, "max": 3},
            "at": {"kind": "datetime", "min": "2000-01-01", "max": "2020-01-01T10:00:00", "zone": "+02:00"},
            "born": {"kind": "date", "min": "1900-01-01", "max": "2020-12-31", "format": "%d.%m.%Y"},
            "more": "discover",
        }, "unit": "who", "most": 3, "rest": "ignore",
    })  # fmt: skip
    (tmp_path / "contract.yaml").write_text(contract.to_yaml())
    assert Contract.of(tmp_path / "contract.yaml") == contract == Contract.from_dict(contract.to_dict())
    assert contract.names == ("who", "age", "sex", "height", "at", "born")
    assert contract.is_open and contract.public_facts()["codes"]["age"] == 122


def test_yaml_dates_numbers_and_truth_values_are_what_they_look_like(tmp_path: Path) -> None:
    path = tmp_path / "domain.yaml"
    path.write_text(
        "d: {kind: date, min: 2000-01-01, max: 2001-01-01}\nc: {kind: category, levels: [1, 2.0, true, 007]}\n"
    )
    assert Contract.of(path).sizes == (367, 4)


def test_a_schema_that_was_inferred_is_no_contract(tmp_path: Path) -> None:
    inferred = infer_schema_of(pa.table({"age": ["31", "44", "52"] * 9, "sex": ["F", "M", "F"] * 9}))
    (tmp_path / "schema.yaml").write_text(inferred.to_yaml())
    for source in (inferred, tmp_path / "schema.yaml", {"age": {**AGE, "reason": "whole numbers"}}):
        with pytest.raises(PrivacyError) as fault:
            Contract.of(source)
        assert fault.value.code == "privacy.inferred-domain" and "`age`" in fault.value.what
        assert "discover" in str(fault.value.hint)


def test_all_faults_are_told_with_their_paths() -> None:
    with pytest.raises(PrivacyError) as fault:
        Contract.of(
            {
                "columns": {
                    "age": {"kind": "nmber"},
                    "sex": {**SEX, "levls": []},
                    "h": {"kind": "number", "min": 2, "max": 1},
                },
                "mst": 3,
            }
        )
    assert fault.value.code == "privacy.invalid" and fault.value.hint == "did you mean `number`?"
    for part in ("$.columns.age.kind: there is no kind `nmber`", "$.columns.sex.levls: there is no such field",
                 "$.columns.h: `min` is more than `max`", "$.mst: there is no such field"):  # fmt: skip
        assert part in fault.value.what


@pytest.mark.parametrize(("column", "said"), [
    ({"kind": "number", "integer": True}, "$.x.min: it is required"),
    ({"kind": "number", "min": 0, "max": float("inf")}, "a finite number"),
    ({"kind": "number", "min": -1e308, "max": 1e308}, "farther apart"),
    ({"kind": "number", "min": 0, "max": 1e300, "integer": True}, "closer together"),
    ({"kind": "number", "min": 0.5, "max": 3, "integer": True}, "`min` is no value"),
    ({"kind": "number", "min": 0, "max": 3, "integer": True, "step": 2}, "give one of"),
    ({"kind": "number", "min": 0, "max": 3, "grid": [0, 2, 1, 3]}, "each more than the one before"),
    ({"kind": "number", "min": 0, "max": 3, "grid": [0, 2]}, "are `min` and `max`"),
    ({"kind": "number", "min": 0, "max": 3, "grid": 1e-9}, "more than 65,536"),
    ({"kind": "category", "levels": []}, "at least one"), ({"kind": "category"}, "it is required"),
    ({"kind": "category", "levels": ["1", "1.0"]}, "mean the same"),
    ({"kind": "category", "levels": ["a", " a"]}, "mean the same"),
    ({"kind": "category", "levels": ["a", "other"], "other": True}, "mean the same"),
    ({"kind": "date", "min": "2000-02-31", "max": "2001-01-01"}, "`min` is no date"),
    ({"kind": "date", "min": "2000-01-31", "max": "1999-01-01"}, "`min` is after `max`"),
    ({"kind": "date", "min": "2000-01-01", "max": "2001-01-01", "format": "%Y"}, "does not write a whole date"),
    ({"kind": "datetime", "min": "2000-01-01", "max": "2001-01-01", "zone": "Mars"}, "no such time zone"),
    ({"kind": "boolean", "format": "yes"}, "format"), ({"kind": "text"}, "there is no kind `text`"),
    (7, "a mapping with `kind`"),
    ({}, "$.x.kind: it is required"), ({"kind": "boolean", "dtype": "int7"}, "Arrow type"),
    ("discovr", "there is no kind"),
    ({"kind": "ignore"}, "no column is left"),
])  # fmt: skip
def test_what_cannot_be_meant_is_refused(column: object, said: str) -> None:
    with pytest.raises(PrivacyError) as fault:
        Contract.of({"x": column})
    assert fault.value.code == "privacy.invalid" and said in fault.value.what and fault.value.hint


@pytest.mark.parametrize("fields", [{"unit": "nobody"}, {"unit": "age"}, {"most": 0}, {"rest": "keep"}])
def test_a_unit_is_named_by_an_id(fields: dict[str, object]) -> None:
    with pytest.raises(PrivacyError):
        Contract.of({"columns": {"age": AGE}, **fields})


def test_columns_that_only_one_side_has_are_refused_by_name_and_no_value_is_shown() -> None:
    raw = pa.table({"age": ["31415"], "diagnosis": ["secret"], "income": ["27182"]})
    with pytest.raises(PrivacyError) as fault:
        encode(raw, Contract.of({"age": AGE}))
    assert fault.value.code == "privacy.undeclared" and "`diagnosis`, `income`" in fault.value.what
    assert "kind: category" in str(fault.value.hint) and "discover" in str(fault.value.hint)
    assert not any(value in str(fault.value) for value in ("31415", "secret", "27182"))
    with pytest.raises(PrivacyError) as fault:
        encode(raw, Contract.of({"age": AGE, "incme": AGE, "diagnosis": SEX, "income": AGE}))
    assert fault.value.code == "privacy.absent" and fault.value.hint == "did you mean `income`?"
    with pytest.raises(SchemaError):
        encode(pa.Table.from_arrays([pa.array([1])] * 2, names=["age", "age"]), Contract.of({"age": AGE}))
    with pytest.raises(PrivacyError, match="discover"):
        encode(raw, Contract.of({"columns": {"age": AGE}, "rest": "discover"}))
    assert encode(raw, Contract.of({"columns": {"age": AGE}, "rest": "ignore"})).names == ("age",)


def test_a_schema_says_what_the_contract_does_and_nothing_else() -> None:
    contract = Contract.of({"sex": {**SEX, "missing": ["-"]},
                            "age": {"kind": "number", "min": 0, "max": 9.99, "decimals": 1},
                            "ok": {"kind": "boolean", "format": "ja/nein"}, "id": "id",
                            "at": {"kind": "datetime", "min": "2000-01-01", "max": "2020-01-01T10:00",
                                   "zone": "+02:00"}})  # fmt: skip
    schema = schema_of(contract)
    assert schema.names == ("sex", "age", "ok", "id", "at")
    assert schema["sex"] == Column(name="sex", kind="category", levels=("F", "M"), nullable=True, missing=("-",))
    assert schema["age"] == Column(name="age", kind="decimal", decimals=1, bounds=(0.0, 9.9), dtype="double")
    assert schema["ok"].format == "ja/nein" and schema["id"].is_generated
    assert schema["at"].bounds == ("1999-12-31T22:00:00+00:00", "2020-01-01T08:00:00+00:00")
    assert not any(column.reason for column in schema.columns)


NEIGHBOURS = {
    "first NaN": {"age": None}, "second value in a constant column": {"same": "B"}, "unseen category": {"sex": "X"},
    "extreme": {"age": "1e18"}, "more decimals": {"height": "1.23456789"}, "date out of range": {"day": "1066-10-14"},
    "longer string": {"sex": "F" * 10_000}, "a plain row": {},
}  # fmt: skip


@pytest.mark.parametrize("change", NEIGHBOURS)
@pytest.mark.parametrize("typed", [False, True])
def test_one_row_more_changes_nothing_but_its_own_codes(change: str, typed: bool) -> None:
    contract = Contract.of(
        {
            "age": AGE,
            "sex": SEX,
            "same": {"kind": "category", "levels": ["A", "B"]},
            "day": {"kind": "date", "min": "1900-01-01", "max": "2050-01-01"},
            "height": {"kind": "number", "decimals": 1, "min": 0, "max": 3},
        }
    )
    row = {"age": "30", "sex": "F", "same": "A", "day": "2001-01-01", "height": "1.8"}
    raw = pa.table({name: [cell] * 5 for name, cell in row.items()})
    if typed:  # as a library that looks at the values would read them
        raw = raw.set_column(0, "age", raw["age"].cast(pa.int64())).set_column(3, "day", raw["day"].cast(pa.date32()))
    more = pa.concat_tables([raw.cast(pa.schema([(n, pa.string()) for n in row])), pa.table({
        name: pa.array([({**row, **NEIGHBOURS[change]})[name]], pa.string()) for name in row})])  # fmt: skip
    before, after = encode(raw, contract), encode(more, contract)
    assert (before.codes == after.codes[:5]).all() and after.rows == 6
    assert (before.names, before.sizes) == (after.names, after.sizes)
