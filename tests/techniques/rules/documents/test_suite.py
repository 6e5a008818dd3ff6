"""The schemas of the JSON Schema Test Suite: documents are made and valid, or refused with a reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import referencing
from jsonschema import Draft202012Validator
from jsonschema_specifications import REGISTRY as SPECIFICATIONS
from referencing.jsonschema import DRAFT202012

from likewise.errors import SettingsError
from likewise.techniques.rules.documents.documents import Documents

SUITE = json.loads((Path(__file__).parent / "suite.json").read_text(encoding="utf-8"))
REMOTES: dict[str, Any] = SUITE["remotes"]
REQUIRED = [case for case in SUITE["cases"] if "/" not in case["file"]]
OPTIONAL = [case for case in SUITE["cases"] if "/" in case["file"]]
UNREAD = {"vocabulary.json"}


RESOURCES = [(uri, DRAFT202012.create_resource(found)) for uri, found in REMOTES.items()]
REGISTRY = referencing.Registry().with_resources(RESOURCES).combine(SPECIFICATIONS).crawl()


def judge(schema: Any) -> Draft202012Validator:
    return Draft202012Validator(schema, registry=REGISTRY, format_checker=Draft202012Validator.FORMAT_CHECKER)


def outcome(case: dict[str, Any]) -> str:
    try:
        found = list(Documents(case["schema"], outside=REMOTES.get).range(0, 2))
    except SettingsError as fault:
        assert fault.code.startswith("settings.schema-") and fault.what and fault.hint
        return "refused"
    validator = judge(case["schema"])
    if "ecmascript-regex" in case["file"]:  # the judge reads patterns as Python does, and some it cannot read
        return "made"
    assert all(validator.is_valid(document) for document in found), (case["description"], found)
    return "made"


def test_nearly_every_schema_of_the_suite_gets_valid_documents() -> None:
    satisfiable = [case for case in REQUIRED if case["valid"]]
    refused = [case["file"] for case in satisfiable if outcome(case) == "refused"]
    assert set(refused) <= UNREAD
    assert len(refused) / len(satisfiable) < 0.01


def test_what_has_no_instance_is_refused() -> None:
    impossible = [case for case in REQUIRED if not case["valid"]]
    refused = {case["description"] for case in impossible if outcome(case) == "refused"}
    assert {"boolean schema 'false'", "forbid everything with empty schema", "allOf with boolean schemas, all false",
            "$ref to boolean schema false", "oneOf with boolean schemas, all true"} <= refused  # fmt: skip


def test_nearly_every_optional_schema_of_the_suite_gets_valid_documents() -> None:
    refused = [case["file"] for case in OPTIONAL if outcome(case) == "refused"]
    assert set(refused) <= {"optional/ecmascript-regex.json", "optional/format-assertion.json"}
    assert len(refused) / len(OPTIONAL) < 0.1


@pytest.mark.parametrize("case", [case for case in REQUIRED if case["file"] == "unevaluatedProperties.json"][::4],
                         ids=lambda case: str(case["description"]))  # fmt: skip
def test_documents_do_not_depend_on_what_was_made_before(case: dict[str, Any]) -> None:
    forwards, alone = (Documents(case["schema"], outside=REMOTES.get, seed=5) for _ in range(2))
    assert list(forwards.range(0, 8)) == [alone.at(number) for number in (7, 6, 5, 4, 3, 2, 1, 0)][::-1]
