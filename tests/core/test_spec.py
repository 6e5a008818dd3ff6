from __future__ import annotations

import json
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, ValidationError

from likewise.core.schema import Column, Schema
from likewise.core.spec import Spec
from likewise.errors import LikewiseError, ModelFileError, SchemaError, SettingsError


class Oven(Spec):
    heat: int = Field(default=180, ge=0, le=300)
    share: float = 0.5
    trays: tuple[str, ...] = ()
    fan: bool | None = None


OVENS = st.builds(
    Oven,
    heat=st.integers(0, 300),
    share=st.floats(allow_nan=False),
    trays=st.lists(st.text(max_size=5), max_size=3).map(tuple),
    fan=st.none() | st.booleans(),
)


@given(OVENS)
def test_settings_go_to_json_and_back(oven: Oven) -> None:
    again = Oven.from_dict(json.loads(json.dumps(oven.to_dict())))
    assert again == oven and hash(again) == hash(oven) and again.to_dict() == oven.to_dict()


@given(OVENS, OVENS)
def test_equal_settings_are_equal_objects(one: Oven, other: Oven) -> None:
    assert (one == other) == (one.to_dict() == other.to_dict())


def test_only_what_differs_from_the_defaults_is_written() -> None:
    assert Oven().to_dict() == {} and Oven(heat=200).to_dict() == {"heat": 200}


def test_settings_never_change() -> None:
    with pytest.raises(ValidationError):
        Oven().heat = 7  # type: ignore[misc]


def test_every_fault_is_reported_together() -> None:
    with pytest.raises(SettingsError) as caught:
        Oven.from_dict({"heat": 999, "share": "much", "haet": 3}, where="oven.yaml")
    said = str(caught.value)
    assert "$.heat:" in said and "$.share:" in said and "$.haet:" in said and "oven.yaml" in said
    assert caught.value.code == "settings.invalid" and caught.value.hint == "did you mean `heat`?"


@pytest.mark.parametrize("wrong", [None, [], "x", 3])
def test_what_is_no_document_is_refused(wrong: Any) -> None:
    with pytest.raises(SettingsError, match=r"settings\.invalid"):
        Oven.from_dict(wrong)


@pytest.mark.parametrize(("error", "code"), [(SchemaError, "schema.invalid"), (ModelFileError, "model.invalid")])
def test_faults_are_of_the_family_asked_for(error: type[LikewiseError], code: str) -> None:
    with pytest.raises(error) as caught:
        Schema.from_dict({"columns": [{"name": "a", "kind": "integr"}]}, error=error)
    assert caught.value.code == code and "$.columns[0].kind" in caught.value.what


def test_a_misspelt_field_inside_is_named_with_its_nearest() -> None:
    with pytest.raises(SchemaError) as caught:
        Schema.from_dict({"columns": [{"name": "a", "kind": "integer", "bound": [0, 1]}]}, error=SchemaError)
    assert "$.columns[0].bound" in caught.value.what and caught.value.hint == "did you mean `bounds`?"


def test_column_fields_are_frozen_too() -> None:
    assert {Column(name="a", kind="integer"), Column(name="a", kind="integer")} == {Column(name="a", kind="integer")}


def test_what_is_wanted_is_said_in_plain_words() -> None:
    class Door(Spec):
        way: Literal["in", "out"] = "in"
        width: float = Field(default=1.0, gt=0, lt=3)

    with pytest.raises(SettingsError) as caught:
        Door.from_dict({"way": "oit", "width": 0})
    assert caught.value.what == "$.way: one of 'in' or 'out' is wanted; $.width: more than 0 is wanted"
    assert caught.value.hint == "did you mean `out`?"
