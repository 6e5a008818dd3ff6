"""OpenAPI: components, what 3.0 says otherwise, and kinds that a property tells apart."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from likewise.errors import SettingsError
from likewise.techniques.rules.reading.openapi import read_openapi

PETS: dict[str, Any] = {
    "openapi": "3.0.3", "info": {"title": "pets", "version": "1"}, "paths": {},
    "components": {"schemas": {
        "Pet": {"type": "object", "required": ["kind", "name"],
                "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/components/schemas/Cat"}},
                "properties": {"kind": {"type": "string"}, "name": {"type": "string", "maxLength": 12},
                               "born": {"type": "string", "format": "date", "nullable": True}}},
        "Cat": {"allOf": [{"$ref": "#/components/schemas/Pet"}, {
            "type": "object", "required": ["lives"], "properties": {
                "lives": {"type": "integer", "minimum": 0, "exclusiveMinimum": True, "maximum": 2}}}]},
        "Dog": {"allOf": [{"$ref": "#/components/schemas/Pet"}, {"type": "object", "properties": {
            "weight": {"type": "number", "minimum": 1, "maximum": 90}}}]},
        "Owner": {"type": "object", "required": ["pet"], "properties": {"pet": {
            "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
            "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/components/schemas/Cat"}}}}},
    }},
}  # fmt: skip


def test_kinds_are_told_apart_by_their_property() -> None:
    pets = [owner["pet"] for owner in read_openapi(PETS, part="Owner").range(0, 60)]
    assert {pet["kind"] for pet in pets} == {"cat", "Dog"}
    assert all(("lives" in pet) == (pet["kind"] == "cat") for pet in pets)
    assert {pet["kind"] for pet in read_openapi(PETS, part="Pet").range(0, 30)} == {"cat", "Dog"}


def test_words_of_the_older_version_mean_what_they_meant() -> None:
    cats = list(read_openapi(PETS, part="#/components/schemas/Cat").range(0, 80))
    assert {cat["lives"] for cat in cats} == {1, 2} and {cat["kind"] for cat in cats} == {"cat"}
    assert None in {cat.get("born", "") for cat in cats}


def test_a_property_may_be_called_as_a_keyword() -> None:
    schema = {"type": "object", "required": ["nullable", "not"],
              "properties": {"nullable": {"type": "boolean"},
                             "not": {"type": "integer", "nullable": True}}}  # fmt: skip
    api = {"openapi": "3.0.1", "components": {"schemas": {"Odd": schema}}}
    assert {type(found["nullable"]) for found in read_openapi(api).range(0, 20)} == {bool}


def test_the_newer_version_and_swagger_are_read() -> None:
    newer = copy.deepcopy(PETS) | {"openapi": "3.1.0"}
    newer["components"]["schemas"] = {"Age": {"type": ["integer", "null"], "exclusiveMinimum": 4, "maximum": 5}}
    assert set(read_openapi(newer).range(0, 40)) == {5, None}
    assert (
        read_openapi({"swagger": "2.0", "definitions": {"Age": {"type": "integer", "minimum": 3, "maximum": 3}}}).at(0)
        == 3
    )


def test_no_schema_or_an_unknown_one_is_refused_with_the_names(tmp_path: Path) -> None:
    path = tmp_path / "pets.yaml"
    path.write_text(yaml.safe_dump(PETS), encoding="utf-8")
    with pytest.raises(SettingsError) as fault:
        read_openapi(path)
    assert f"{path}#Cat" in str(fault.value.hint) or f"{path}#Pet" in str(fault.value.hint)
    with pytest.raises(SettingsError, match="did you mean `Owner`"):
        read_openapi(path, part="Ownr")
    assert read_openapi(path, part="Owner").at(3) == read_openapi(PETS, part="Owner").at(3)


def test_a_fault_in_the_schema_is_told_with_its_place() -> None:
    inner = {"$ref": "#/components/schemas/B"}
    api = {"openapi": "3.1.0", "components": {"schemas": {"A": {"properties": {"b": inner}},
                                                          "B": {"type": "txt"}}}}  # fmt: skip
    with pytest.raises(SettingsError) as fault:
        read_openapi(api, part="A")
    assert fault.value.code == "settings.schema-invalid" and "#/components/schemas/B/type" in fault.value.what
