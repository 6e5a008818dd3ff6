"""Documents are valid, varied, the same for the same number, and refused with a reason where there are none."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator, Draft7Validator, Draft201909Validator, Draft202012Validator

from likewise.errors import SettingsError
from likewise.techniques.rules.documents.documents import Documents

ORDER = {
    "type": "object", "required": ["id", "customer", "lines", "status"], "additionalProperties": False,
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "number": {"type": "string", "pattern": "^[A-Z]{3}-[0-9]{6}$"},
        "customer": {"$ref": "#/$defs/customer"},
        "lines": {"type": "array", "minItems": 1, "maxItems": 6, "items": {"$ref": "#/$defs/line"}},
        "status": {"enum": ["new", "paid", "sent"]},
        "paid_at": {"type": "string", "format": "date-time"},
        "total": {"type": "number", "minimum": 0, "maximum": 5000, "multipleOf": 0.01},
        "tags": {"type": "array", "items": {"type": "string", "minLength": 2, "maxLength": 10}, "uniqueItems": True},
        "payment": {"oneOf": [{"$ref": "#/$defs/card"}, {"$ref": "#/$defs/transfer"}]},
    },
    "if": {"properties": {"status": {"const": "paid"}}}, "then": {"required": ["paid_at", "payment"]},
    "$defs": {
        "customer": {"type": "object", "required": ["email", "first_name", "last_name"], "properties": {
            "email": {"type": "string", "format": "email"}, "first_name": {"type": "string"},
            "last_name": {"type": "string"}, "age": {"type": "integer", "minimum": 18, "maximum": 99}}},
        "line": {"type": "object", "required": ["sku", "quantity"], "properties": {
            "sku": {"type": "string", "pattern": "^[A-Z0-9]{8}$"},
            "quantity": {"type": "integer", "minimum": 1, "maximum": 20},
            "price": {"type": "number", "exclusiveMinimum": 0, "maximum": 500}}},
        "card": {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "card"}}},
        "transfer": {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "transfer"}}},
    },
}  # fmt: skip


def made(schema: Any, n: int = 30, **settings: Any) -> list[Any]:
    found = list(Documents(schema, **settings).range(0, n))
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert all(validator.is_valid(document) for document in found)
    return found


def refused(schema: Any, **settings: Any) -> SettingsError:
    with pytest.raises(SettingsError) as fault:
        Documents(schema, **settings)
    return fault.value


def test_a_document_is_a_function_of_the_seed_and_its_number() -> None:
    orders = Documents(ORDER, seed=3)
    assert [orders.at(k) for k in (700, 2, 41)] == [Documents(ORDER, seed=3).at(k) for k in (700, 2, 41)]
    assert list(orders.range(40, 43))[1] == orders.at(41)
    assert orders.at(0) != Documents(ORDER, seed=4).at(0)


def test_documents_are_varied() -> None:
    orders = made(ORDER, 200)
    for name in ("number", "total", "tags", "paid_at"):
        assert 0.3 < sum(name in order for order in orders) / 200 < 0.8
    assert {len(order["lines"]) for order in orders} >= {1, 2, 3, 4}
    assert {order["status"] for order in orders} == {"new", "paid", "sent"}
    assert {order["payment"]["kind"] for order in orders if "payment" in order} == {"card", "transfer"}
    assert len({order["number"] for order in orders if "number" in order}) == sum("number" in o for o in orders)


def test_parts_of_an_object_agree_and_reach_nobody() -> None:
    people = [order["customer"] for order in made(ORDER, 200)]
    assert all(person["email"].split("@")[1] in ("example.com", "example.org", "example.net") for person in people)
    related = [
        person
        for person in people
        if person["last_name"][:4].lower() in person["email"] or person["first_name"].lower() in person["email"]
    ]
    assert len(related) > 180
    assert len({person["email"] for person in people}) > 190


def test_numbers_lie_across_their_range() -> None:
    numbers = made({"type": "number", "minimum": -2, "maximum": 3}, 300)
    assert min(numbers) < -1.5 and max(numbers) > 2.5
    assert set(made({"type": "integer", "exclusiveMinimum": 2, "maximum": 5}, 60)) == {3, 4, 5}
    assert all(number % 3 == 0 and number % 4 == 0 for number in made({"allOf": [
        {"type": "integer", "multipleOf": 3}, {"multipleOf": 4}]}))  # fmt: skip


def test_a_number_may_be_huge_or_lie_between_close_bounds() -> None:
    made({"type": "integer", "minimum": 10**30, "maximum": 10**30 + 5})
    made({"type": "number", "minimum": 1.0000001, "maximum": 1.0000002})
    made({"type": "number", "minimum": 1e307})


@pytest.mark.parametrize("form", [
    "date", "time", "date-time", "duration", "email", "idn-email", "hostname", "idn-hostname", "ipv4", "ipv6", "uri",
    "uri-reference", "iri", "iri-reference", "uri-template", "uuid", "regex", "json-pointer", "relative-json-pointer",
])  # fmt: skip
def test_texts_are_of_their_format(form: str) -> None:
    assert form in Draft202012Validator.FORMAT_CHECKER.checkers
    assert len(set(made({"type": "string", "format": form}, 20))) > 4


def test_lengths_patterns_and_formats_hold_together() -> None:
    made({"type": "string", "minLength": 40, "maxLength": 40})
    made({"type": "string", "format": "email", "maxLength": 8})
    made({"type": "string", "format": "email", "minLength": 60})
    made({"type": "string", "pattern": "^[a-z]+$", "minLength": 12, "maxLength": 13})
    made({"allOf": [{"type": "string", "pattern": "[0-9]"}, {"pattern": "^[a-z0-9]{6}$"}]})
    made({"type": "string", "pattern": "^[ab]{2}$", "not": {"enum": ["aa", "ab", "ba"]}})


def test_recursion_ends() -> None:
    node = {"type": "object", "required": ["value", "children"], "properties": {
        "value": {"type": "integer"}, "children": {"type": "array", "items": {"$ref": "#/$defs/node"}}}}  # fmt: skip
    tree = {"$ref": "#/$defs/node", "$defs": {"node": node}}
    depths = [str(node).count("children") for node in made(tree, 100)]
    assert max(depths) > 3 and min(depths) == 1
    made({"$defs": {"n": {"anyOf": [{"type": "array", "items": {"$ref": "#/$defs/n"}, "minItems": 2},
                                    {"type": "integer"}]}}, "$ref": "#/$defs/n"}, 50)  # fmt: skip


def test_what_never_ends_is_refused() -> None:
    fault = refused({"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#"}}})
    assert fault.code == "settings.schema-endless"
    assert made({"type": "object", "required": ["a"], "properties": {
        "a": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}}}, 20)  # fmt: skip


@pytest.mark.parametrize(("schema", "code", "said"), [
    ({"type": "object", "required": ["age"], "properties": {"age": {"type": "integer", "minimum": 5, "maximum": 3}}},
     "unmet", "#/properties/age: `minimum` 5 and `maximum` 3 leave no number"),
    ({"type": "integer", "multipleOf": 7, "minimum": 1, "maximum": 6}, "unmet", "no multiple of 7 between 1 and 6"),
    ({"type": "string", "minLength": 4, "maxLength": 2}, "unmet", "`minLength` 4 is above `maxLength` 2"),
    ({"type": "string", "enum": [1, 2]}, "unmet", "none of the values that are listed"),
    ({"type": "array", "items": {"type": "boolean"}, "minItems": 3, "uniqueItems": True}, "unmet", "no 3 items"),
    ({"type": "object", "required": ["a", "b"], "maxProperties": 1}, "unmet", "2 properties are required"),
    ({"type": "object", "required": ["b"], "properties": {"a": {}}, "additionalProperties": False}, "unmet", "`b`"),
    ({"type": "string", "pattern": "(?<=a)b"}, "unmet", "lookbehind"),
    ({"type": "string", "pattern": "("}, "unmet", "cannot be read"),
    ({"type": "strin"}, "invalid", "#/type"),
    ({"properties": {"a": {"minimum": "x"}}}, "invalid", "#/properties/a/minimum"),
    ({"$ref": "https://example.com/other.json"}, "remote", "nothing is fetched"),
    ({"$ref": "#/$defs/nowhere"}, "reference", "#/$defs/nowhere"),
    ({"$schema": "https://example.com/dialect"}, "dialect", "example.com/dialect"),
])  # fmt: skip
def test_what_cannot_be_made_is_refused_with_a_reason(schema: Any, code: str, said: str) -> None:
    fault = refused(schema, where="order.json")
    assert fault.code == f"settings.schema-{code}" and said in fault.what and fault.where == "order.json"


def test_optional_properties_that_cannot_be_made_are_left_out() -> None:
    schema = {
        "type": "object",
        "properties": {"ok": {"type": "integer"}, "no": {"type": "string", "pattern": "(?<=a)b"}},
    }
    found = made(schema)
    assert not any("no" in document for document in found) and any("ok" in document for document in found)


@pytest.mark.parametrize(("judge", "schema"), [
    (Draft4Validator, {"type": "integer", "minimum": 3, "exclusiveMinimum": True, "maximum": 4}),
    (Draft7Validator, {"type": "array", "items": [{"type": "string"}, {"type": "null"}], "additionalItems": False,
                       "minItems": 2}),
    (Draft7Validator, {"type": "object", "required": ["a"], "dependencies": {"a": ["b"], "b": {"required": ["c"]}}}),
    (Draft201909Validator, {"type": "object", "properties": {"a": {"type": "integer"}}, "minProperties": 1,
                            "unevaluatedProperties": False}),
    (Draft201909Validator, {"$recursiveAnchor": True, "type": "object", "properties": {
        "a": {"$recursiveRef": "#"}}, "additionalProperties": False}),
])  # fmt: skip
def test_older_drafts_mean_what_they_meant(judge: Any, schema: dict[str, Any]) -> None:
    dialect = {"$schema": judge.META_SCHEMA.get("$schema", judge.META_SCHEMA.get("id")), **schema}
    assert all(judge(dialect).is_valid(document) for document in Documents(dialect).range(0, 20))


def test_one_part_of_a_schema_can_be_asked_for() -> None:
    assert set(Documents(ORDER, part="#/$defs/line").at(0)) >= {"sku", "quantity"}
    assert refused(ORDER, part="#/$defs/lin").code == "settings.schema-part"


def test_something_else_may_have_a_say() -> None:
    schema = {"type": "integer", "minimum": 0, "maximum": 9}
    found = Documents(schema, refuses=lambda value: "odd" if value % 2 else None)
    assert {value % 2 for value in found.range(0, 40)} == {0}
    fault = refused(schema, refuses=lambda value: "it is a number")
    assert fault.code == "settings.schema-refused" and "it is a number" in fault.what


SCHEMAS = st.recursive(
    st.sampled_from([
        {"type": "integer", "minimum": 2, "maximum": 40}, {"type": "string", "maxLength": 4}, {"const": "x"},
        {"type": "number", "exclusiveMinimum": 0}, {"type": ["string", "null"]}, {"enum": [1, "a", None]}, True,
        {"type": "boolean"}, {"type": "string", "pattern": "^a[0-9]$"}, {"not": {"type": "string"}},
    ]),
    lambda inner: st.one_of(
        st.builds(lambda a, b: {"anyOf": [a, b]}, inner, inner),
        st.builds(lambda a, b: {"oneOf": [a, b, {"type": "object", "required": ["only"]}]}, inner, inner),
        st.builds(lambda a, n: {"type": "array", "items": a, "minItems": n}, inner, st.integers(0, 3)),
        st.builds(lambda a, b, n: {"type": "array", "prefixItems": [a], "contains": b, "maxContains": n}, inner, inner,
                  st.integers(1, 3)),
        st.builds(lambda a, b, r: {"type": "object", "properties": {"p": a, "q": b}, "required": r}, inner, inner,
                  st.sampled_from([[], ["p"], ["p", "q"]])),
        st.builds(lambda a, b: {"if": a, "then": b, "type": ["object", "integer", "string", "array"]}, inner, inner),
        st.builds(lambda a: {"type": "object", "additionalProperties": a, "minProperties": 1}, inner),
        st.builds(lambda a: {"not": a}, inner),
    ),
    max_leaves=5,
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(schema=SCHEMAS)
def test_any_schema_gets_valid_documents_or_a_reason(schema: Any) -> None:
    try:
        documents = Documents(schema)
    except SettingsError as fault:
        assert fault.code in ("settings.schema-unmet", "settings.schema-unsolved")
        return
    validator = Draft202012Validator(schema)
    assert all(validator.is_valid(document) for document in documents.range(0, 4))


def test_every_format_that_a_record_fills_has_its_field() -> None:
    """Two are named so that none is told by its name."""
    schema = {
        "type": "object",
        "required": ["a", "b"],
        "properties": {"a": {"type": "string", "format": "ipv4"}, "b": {"type": "string", "format": "email"}},
    }
    made = Documents(schema).at(0)
    assert made["a"].rsplit(".", 1)[0] in ("192.0.2", "198.51.100", "203.0.113")
    assert made["b"].split("@")[1].startswith("example.")


def test_patterns_of_ecmascript_are_made_and_checked() -> None:
    """Python cannot read categories of Unicode; the same pattern may stand behind a reference, or name a property."""
    schema = {
        "type": "object",
        "required": ["name"],
        "minProperties": 2,
        "additionalProperties": False,
        "properties": {"name": {"$ref": "#/$defs/name"}},
        "patternProperties": {r"^\p{Ll}{3}$": {"type": "integer"}},
        "$defs": {"name": {"type": "string", "pattern": r"^\p{Lu}(?<rest>[a-z]+)$"}},
    }
    made = list(Documents(schema).range(0, 5))
    assert all(each["name"][0].isupper() and each["name"][1:].islower() for each in made)
    assert all(len(each) > 1 for each in made)


def test_what_is_no_pattern_is_refused_wherever_it_stands() -> None:
    """The judge of documents would show a trace."""
    with pytest.raises(SettingsError, match=r"#/not: the pattern `\^\[a-z` cannot be read"):
        Documents({"type": "string", "not": {"pattern": "^[a-z"}})


def test_a_pattern_that_a_likely_value_meets_keeps_it() -> None:
    """So addresses that are told by a pattern reach nobody either."""
    schema = {"type": "object", "required": ["email", "site_url"], "properties": {
        "email": {"type": "string", "pattern": r"^\S+@\S+\.\S{2,}$"},
        "site_url": {"type": "string", "pattern": "^https?://"}}}  # fmt: skip
    made = list(Documents(schema).range(0, 5))
    assert all(each["email"].split("@")[1].startswith("example.") for each in made)
    assert all(len(each["site_url"]) > len("https://") for each in made)
