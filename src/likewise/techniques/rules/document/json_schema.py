"""The JSON Schema of documents, by which editors complete and check them."""

from __future__ import annotations

from typing import Any

from likewise.core.schema import Pattern
from likewise.modalities.tabular.copulas.dependence import COPULAS
from likewise.modalities.tabular.distributions.distribution import FAMILIES
from likewise.techniques.rules.dirt.errors import ERRORS
from likewise.techniques.rules.document.column import Settings
from likewise.techniques.rules.document.missing import Missing
from likewise.techniques.rules.document.reference import FORMS as CHILDREN
from likewise.techniques.rules.makers.recorded import RECORDS, record_of
from likewise.techniques.rules.makers.registry import WORDS, maker_of, words
from likewise.techniques.rules.makers.sequence import Sequence

TEXT: dict[str, Any] = {"type": "string"}
TEXTS: dict[str, Any] = {"type": "array", "items": TEXT}


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the documents that `generate` reads.

    Name it in the first line of a document, `# yaml-language-server: $schema=rules.schema.json`, and an editor
    completes its words.

    >>> sorted(json_schema()["properties"])[:3]
    ['as_of', 'columns', 'constraints']
    """
    top = {
        "likewise": {"const": 1},
        "seed": {"type": "integer", "minimum": 0, "description": "The same seed gives the same bytes."},
        "locale": {**TEXT, "description": "Of records: en_US, de_DE, ..."},
        "safe": {"type": "boolean", "description": "Whether records hold values that reach nobody real."},
        "as_of": {"type": "string", "format": "date", "description": "The day at which ages are counted."},
    }
    several = {"tables": {"type": "object", "additionalProperties": {"$ref": "#/$defs/table"}},
               "constraints": {"$ref": "#/$defs/constraints"}}  # fmt: skip
    table = _table()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Tables that likewise generates",
        "type": "object",
        "properties": {**table["properties"], "n": {"type": "integer", "minimum": 0}, "name": TEXT,
                       "design": {}, **top, **several},
        "anyOf": [{"required": ["tables"]}, {"required": ["columns"]}],
        "additionalProperties": False,
        "$defs": {"table": table, "column": _column(), "maker": _maker(), "constraints": _constraints(),
                  "children": _children()},
    }  # fmt: skip


def _table() -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "rows": {"type": "integer", "minimum": 0},
            "columns": {"type": "object", "additionalProperties": {"$ref": "#/$defs/column"}},
            "key": {"anyOf": [TEXT, TEXTS]},
            "unique": {"type": "array", "items": {"anyOf": [TEXT, TEXTS]}},
            "refers": {"type": "array", "items": _reference()},
            "constraints": {"$ref": "#/$defs/constraints"},
            "correlation": {"type": ["array", "object"]},
            "copula": {"anyOf": [{"enum": [*COPULAS]}, {"type": "object", "propertyNames": {"enum": [*COPULAS]}}]},
            "dirty": {"type": "object", "propertyNames": {"enum": [*ERRORS, "duplicates"]}},
            "locale": TEXT,
            "safe": {"type": "boolean"},
        },
        "required": ["columns"],
        "additionalProperties": False,
    }


def _reference() -> dict[str, Any]:
    some = {"anyOf": [TEXT, TEXTS]}
    return {"type": "object", "required": ["columns", "to", "key"],
            "properties": {"columns": some, "to": TEXT, "key": some, "children": {"$ref": "#/$defs/children"},
                           "where": TEXT, "tree": {"type": "boolean"}, "missing": {"type": "number"},
                           "unique": {"type": "boolean"}, "name": TEXT},
            "additionalProperties": False}  # fmt: skip


def _children() -> dict[str, Any]:
    forms = sorted({*CHILDREN, *(name for name, own in FAMILIES.items() if name != "zipf")})
    return {
        "anyOf": [
            {"type": "number"},
            {"enum": ["uniform"]},
            {"type": "object", "propertyNames": {"enum": forms}, "minProperties": 1, "maxProperties": 1},
        ]
    }


def _settings() -> dict[str, Any]:
    own: dict[str, Any] = Settings.model_json_schema()["properties"]
    own["missing"] = {"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, Missing.model_json_schema()]}
    beside = {"noise": {"$ref": "#/$defs/maker"}, "children": {"$ref": "#/$defs/children"}, "where": TEXT,
              "tree": {"type": "boolean"}, "as": TEXT, "known": {"type": "object"}, "locale": TEXT,
              "safe": {"type": "boolean"}}  # fmt: skip
    named = sorted({name for word in words() for name in maker_of(word, "$")[1].beside if name not in own})
    return {**own, **{name: beside.get(name, {}) for name in named}}


def _words() -> dict[str, Any]:
    """Return what stands behind each word that a column is made by."""
    given = {"type": "object", "required": ["by", "of"],
             "properties": {"by": {"anyOf": [TEXT, TEXTS]}, "of": {"type": "object"},
                            "otherwise": {"$ref": "#/$defs/maker"}}}  # fmt: skip
    known: dict[str, Any] = {
        "sequence": {"anyOf": [{"type": ["integer", "null"]}, Sequence.model_json_schema()]},
        "uuid": {"enum": [None, 4, 7]},
        "pattern": {"anyOf": [TEXT, Pattern.model_json_schema()]},
        "refers": {**TEXT, "pattern": r"^[^.]+\.[^.]+$"},
        "formula": {"type": ["string", "number"]},
        "given": given,
        **{word: {"enum": _fields(word)} for word in RECORDS},
    }
    return {word: known.get(word, {}) if word in WORDS else _family(word) for word in words()}


def _fields(word: str) -> list[str]:
    try:
        return [*record_of(word).fields]
    except ImportError:
        return []


def _family(word: str) -> dict[str, Any]:
    """Return what stands behind a family of distributions: its parameters by name or by place, or the first alone."""
    said = (FAMILIES[word].__doc__ or "").strip().partition("\n")[0]
    return {"description": said}


def _column() -> dict[str, Any]:
    return {
        "anyOf": [
            {"enum": [*words()]},
            {"type": "null"},
            {"type": "object", "properties": {**_words(), **_settings()}, "additionalProperties": False},
        ]
    }


def _maker() -> dict[str, Any]:
    return {
        "anyOf": [
            {"enum": [*words()]},
            {"type": "object", "properties": {**_words(), **_settings()}, "additionalProperties": False},
        ]
    }


def _constraints() -> dict[str, Any]:
    from likewise.constraints.document.forms import FORMS  # after the kinds, which it stands between

    kinds = {"type": "object", "properties": {word: {} for word in FORMS}}
    return {"type": "array", "items": {"anyOf": [{**TEXT, "description": "start <= end"}, kinds]}}
