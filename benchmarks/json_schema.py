"""Measure documents from JSON Schemas: how many schemas get valid ones, how varied they are, how fast they are made.

    OMP_NUM_THREADS=1 python benchmarks/json_schema.py [--documents 5] [--seconds 2]

The schemas are those of the JSON Schema Test Suite for draft 2020-12 that have a valid instance there; every document
is judged by the package `jsonschema`, formats included. Then, for four schemas of different size, documents a CPU
second, with and without the judgement that each document passes before it is handed out.

hypothesis-jsonschema, the nearest relative, finds small counter-examples for tests; it does not aim at documents that
look like data, and does not run with the Hypothesis of today.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from likewise.errors import SettingsError
from likewise.techniques.rules.documents.documents import Documents

SUITE = Path(__file__).resolve().parents[1] / "tests" / "techniques" / "rules" / "documents" / "suite.json"

LINE = {"type": "object", "required": ["sku", "quantity", "price"], "properties": {
    "sku": {"type": "string", "pattern": "^[A-Z0-9]{8}$"}, "quantity": {"type": "integer", "minimum": 1, "maximum": 20},
    "price": {"type": "number", "exclusiveMinimum": 0, "maximum": 500}}}  # fmt: skip
PERSON = {"type": "object", "required": ["first_name", "last_name", "email"], "properties": {
    "first_name": {"type": "string"}, "last_name": {"type": "string"}, "email": {"type": "string", "format": "email"},
    "age": {"type": "integer", "minimum": 18}, "phone": {"type": "string"}}}  # fmt: skip
ORDER = {"type": "object", "required": ["id", "customer", "lines"], "properties": {
    "id": {"type": "string", "format": "uuid"}, "customer": PERSON, "at": {"type": "string", "format": "date-time"},
    "lines": {"type": "array", "minItems": 1, "maxItems": 6, "items": LINE},
    "payment": {"oneOf": [{"type": "object", "required": ["card"], "properties": {"card": {"type": "string"}}},
                          {"type": "object", "required": ["iban"], "properties": {"iban": {"type": "string"}}}]}},
    "if": {"required": ["payment"]}, "then": {"required": ["at"]}}  # fmt: skip
TREE = {"$ref": "#/$defs/node", "$defs": {"node": {"type": "object", "required": ["value"], "properties": {
    "value": {"type": "integer"}, "children": {"type": "array", "items": {"$ref": "#/$defs/node"}}}}}}  # fmt: skip


def suite(documents: int) -> None:
    """Print how many schemas of the suite get valid documents, and why the others do not."""
    found = json.loads(SUITE.read_text(encoding="utf-8"))
    outcomes: Counter[tuple[str, str]] = Counter()
    for case in found["cases"]:
        part = "optional" if "/" in case["file"] else "required"
        if not case["valid"]:
            continue
        try:
            list(Documents(case["schema"], outside=found["remotes"].get).range(0, documents))
            outcomes[part, "made and valid"] += 1
        except SettingsError as fault:
            outcomes[part, "refused"] += 1
            print(f"  refused: {case['file']}: {case['description']}: {fault.code}")
    for part in ("required", "optional"):
        made, refused = outcomes[part, "made and valid"], outcomes[part, "refused"]
        print(f"{part}: {made} of {made + refused} schemas ({made / (made + refused):.1%})")


def speed(name: str, schema: Any, seconds: float) -> None:
    """Print how many documents a CPU second brings, how large they are and how many of them differ."""
    documents = Documents(schema)
    list(documents.range(0, 64))
    made: list[Any] = []
    began = time.process_time()
    while time.process_time() - began < seconds:
        made.extend(documents.range(len(made), len(made) + 64))
    spent = time.process_time() - began
    judge = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    began = time.process_time()
    valid = sum(judge.is_valid(document) for document in made)
    judged = time.process_time() - began
    texts = [json.dumps(document) for document in made]
    each, different = sum(map(len, texts)) / len(texts), len(set(texts)) / len(texts)
    print(f"{name:8} {len(made) / spent:8.0f} a CPU second ({len(made) / max(spent - judged, 1e-9):.0f} without the "
          f"judgement), {each:5.0f} bytes each, {different:.0%} different, "
          f"{valid / len(made):.2%} valid")  # fmt: skip


def main() -> None:
    """Run the measurements that the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0)
    asked = parser.parse_args()
    suite(asked.documents)
    for name, schema in (("line", LINE), ("person", PERSON), ("order", ORDER), ("tree", TREE)):
        speed(name, schema, asked.seconds)


if __name__ == "__main__":
    main()
