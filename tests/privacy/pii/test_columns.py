"""Which columns identify: what is said of each, and what becomes of it."""

from __future__ import annotations

import datetime as dt
import random

import numpy as np
import pytest

from likewise.core.identifiers.catalogue import RECOGNISERS
from likewise.core.table import Table
from likewise.privacy.pii import find_pii
from likewise.privacy.pii.profiles import SAFE_HARBOR, gdpr, safe_harbor


def labels(data: object) -> dict[str, str]:
    return {own.column: own.label for own in find_pii(data)}


def test_what_identifies_directly_is_replaced_and_what_does_with_others_is_learned() -> None:
    rows = 60
    table = {
        "mail": [f"p{i}.x@mail.example" for i in range(rows)],
        "born": [dt.date(1950, 1, 1) + dt.timedelta(days=97 * i) for i in range(rows)],
        "age": [35 + i * 17 % 60 for i in range(rows)],
        "zip": [f"{10000 + 37 * i * i % 5000}" for i in range(rows)],
        "latitude": [48 + i / 7919 for i in range(rows)],
        "order_id": [1000 + i for i in range(rows)],
        "paid": [i * 1.25 for i in range(rows)],
    }
    found = {own.column: own for own in find_pii(table)}
    assert {name: own.label for name, own in found.items()} == {
        "mail": "email", "born": "date of birth", "age": "age over 89", "zip": "postal code", "latitude": "coordinates",
        "order_id": "unique code",
    }  # fmt: skip
    assert {name for name, own in found.items() if own.replaced} == {"mail", "order_id"}
    assert found["age"].share == pytest.approx(5 / 60, abs=1e-3)
    assert found["mail"].hipaa == "(F) e-mail addresses" and found["mail"].gdpr and found["mail"].why
    assert all(0 <= own.share <= 1 and 0 <= own.confidence <= 1 for own in found.values())


def test_pictures_and_ages_below_ninety() -> None:
    faces = [np.zeros((4, 4, 3), np.uint8) for _ in range(3)]
    assert labels({"face": faces, "age": [30, 40, 89]}) == {"face": "photo"}


def test_identifiers_inside_notes_are_told() -> None:
    rng = random.Random(0)
    notes = [
        f"Spoke to the family about bed {rng.randrange(99)}; they wrote from a{i}@mail.example again" for i in range(90)
    ]
    found = [own for own in find_pii({"notes": notes}) if own.label == "email"]
    assert [(own.share, own.replaced, own.why) for own in found] == [(1.0, False, "inside running text")]


def test_a_schema_that_says_none_is_believed() -> None:
    table = Table.from_any({"mail": [f"p{i}@mail.example" for i in range(30)]})
    assert labels(table) == {"mail": "email"}
    assert labels(table.with_schema(table.schema.replace("mail", pii="none"))) == {}


@pytest.mark.parametrize(
    "data", [{"x": []}, {"x": [None, None]}, {"x": ["", " "]}, {"email": [None]}, {"x": [float("nan")] * 3}]
)
def test_nothing_is_found_in_nothing(data: dict[str, list[object]]) -> None:
    assert find_pii(data) == ()


def test_numbers_in_floats_and_dictionaries_are_read() -> None:
    import pyarrow as pa

    phones = pa.array([float(2_025_550_000 + 7919 * i) for i in range(50)] + [None])
    mails = pa.array([f"p{i % 9}@mail.example" for i in range(51)]).dictionary_encode()
    assert labels(pa.table({"phone": phones, "m": mails})) == {"phone": "phone", "m": "email"}


def test_every_class_has_its_names_in_law() -> None:
    assert len(SAFE_HARBOR) == 18
    assert {own.hipaa for own in RECOGNISERS} == {*SAFE_HARBOR}
    assert all(safe_harbor(own) and gdpr(own) for own in RECOGNISERS)
