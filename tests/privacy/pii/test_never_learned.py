"""No value of a column of identifiers is in a model file, in rows that are drawn or in what is said of them."""

from __future__ import annotations

import random
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from faker import Faker

import likewise
from likewise.core.schema import Column, Schema
from likewise.core.table import Table
from likewise.recipes.synth import synthesize_to_files

ROWS = 240
LEARNED = ("age", "ward", "paid")
SETTINGS: dict[str, dict[str, Any]] = {"smote": {"target": "ward"}}


def patients() -> dict[str, list[Any]]:
    """Return a table of invented patients; some of what identifies them repeats or is missing."""
    faker, rng = Faker("en_US"), random.Random(1)
    faker.seed_instance(1)
    doctors = [faker.unique.name() for _ in range(5)]
    families = [faker.unique.name() for _ in range(40)]
    return {
        "name": [faker.unique.name() for _ in range(ROWS)],
        "email": [faker.unique.email() for _ in range(ROWS)],
        "second_email": [faker.unique.email() if rng.random() < 0.7 else None for _ in range(ROWS)],
        "phone": [rng.randint(2_000_000_000, 9_999_999_999) for _ in range(ROWS)],
        "mobile": [faker.unique.numerify("+1 (2##) ###-####") for _ in range(ROWS)],
        "home_address": [faker.unique.street_address() for _ in range(ROWS)],
        "ssn": [faker.unique.ssn() for _ in range(ROWS)],
        "account": [faker.unique.iban() for _ in range(ROWS)],
        "doctor": [rng.choice(doctors) for _ in range(ROWS)],
        "contact_name": [rng.choice(families) for _ in range(ROWS)],
        "sender": ["joe.bloggs@clinic.example"] * ROWS,
        "age": [rng.randint(18, 80) for _ in range(ROWS)],
        "ward": [rng.choice("ABC") for _ in range(ROWS)],
        "paid": [round(rng.random() * 100, 2) for _ in range(ROWS)],
    }


def secrets(table: dict[str, list[Any]]) -> set[str]:
    return {str(value) for name, values in table.items() if name not in LEARNED for value in values if value}


def unpacked(path: Path) -> str:
    """Return all that a model file holds, as characters, with what lies packed in it."""
    parts = [path.read_bytes()]
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(BytesIO(parts[0])) as whole:
            parts = [whole.read(name) for name in whole.namelist()]
    return "".join(part.decode("latin-1") + part.decode("utf-32-le", "ignore") for part in parts)


@pytest.mark.parametrize("technique", ["autoregressive", "bootstrap", "smote", "noise", "sampling"])
def test_no_value_is_left_in_model_files_rows_or_cards(technique: str, tmp_path: Path) -> None:
    table = patients()
    real = secrets(table)
    model = likewise.fit(table, technique=technique, **SETTINGS.get(technique, {}))
    model.save(tmp_path / "m.likewise")
    held = unpacked(tmp_path / "m.likewise")
    assert [value for value in real if value in held] == []
    drawn = model.sample(2 * ROWS)
    assert {str(value) for values in drawn.values() for value in values} & real == set()
    assert [value for value in real if value in model.card.to_text() or value in model._repr_html_()] == []
    assert set(drawn) == set(table)


def test_what_is_found_by_hand_in_a_plain_file_would_be_found(tmp_path: Path) -> None:
    """The search above finds what is there: levels that are learned."""
    model = likewise.fit({"colour": ["vermilion", "ultramarine"] * 100, "x": list(range(200))})
    model.save(tmp_path / "m.likewise")
    assert "vermilion" in unpacked(tmp_path / "m.likewise")


def test_perturbed_rows_have_none_of_the_identifiers_that_repeat() -> None:
    table = patients()
    model: Any = likewise.fit({name: table[name] for name in ("doctor", "contact_name", *LEARNED)}, technique="noise")
    assert {*model.sample(ROWS)["doctor"]} & {*table["doctor"]} == set()


def test_the_same_original_has_the_same_stand_in() -> None:
    table = patients()
    from likewise.core.pseudonyms import pseudonymised

    own = Table.from_any({name: table[name] for name in ("doctor", "contact_name")})
    new = pseudonymised(own, seed=0)
    for name in own.names:
        pairs = set(zip(own.to_dict()[name], new.to_dict()[name], strict=True))
        assert len(pairs) == len(set(table[name])) == len({made for _, made in pairs})


def test_missing_ones_stay_missing_about_as_often() -> None:
    table = patients()
    drawn = likewise.fit(table).sample(1000)["second_email"]
    share = np.mean([value is None for value in drawn])
    assert 0.1 < share < 0.5


def test_who_wants_a_column_learned_says_so(tmp_path: Path) -> None:
    table = {name: patients()[name] for name in ("doctor", "age")}
    schema = likewise.infer_schema(table)
    assert schema["doctor"].pii == "person name"
    (tmp_path / "schema.yaml").write_text(schema.to_yaml().replace("pii: person name", "pii: none"))
    drawn = likewise.fit(table, schema=tmp_path / "schema.yaml").sample(200)
    assert set(drawn["doctor"]) <= set(table["doctor"])


@pytest.mark.parametrize("kind", ["text", "category"])
def test_a_schema_by_hand_that_says_nothing_of_it_does_not_let_it_be_learned(kind: Any) -> None:
    table = patients()
    schema = Schema(columns=(Column(name="email", kind=kind), Column(name="age", kind="integer")))
    drawn = likewise.fit({name: table[name] for name in ("email", "age")}, schema=schema).sample(ROWS)
    assert set(drawn["email"]) & set(table["email"]) == set()


def test_a_class_that_a_schema_names_is_replaced_and_one_that_is_none_is_refused() -> None:
    codes = [f"{k * k % 97}x{k % 13}" for k in range(200)]
    table = {"tag": codes, "x": list(range(200))}
    schema = likewise.infer_schema(table).replace("tag", kind="category", pii="user name", pattern=None)
    assert set(likewise.fit(table, schema=schema).sample(100)["tag"]) & set(codes) == set()
    with pytest.raises(likewise.LikewiseError, match="no class of identifiers"):
        likewise.fit(table, schema=schema.replace("tag", pii="usr name"))


def test_no_file_of_the_main_job_holds_one(tmp_path: Path) -> None:
    """Neither rows nor report nor model; the source has them."""
    import csv

    table = patients()
    source = tmp_path / "patients.csv"
    with source.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([table, *zip(*table.values(), strict=True)])
    synthesize_to_files(source, out=tmp_path / "out.csv", report=tmp_path / "r.html", model=tmp_path / "m.likewise")
    for name in ("out.csv", "r.html", "m.likewise"):
        held = unpacked(tmp_path / name)
        assert [value for value in secrets(table) if value in held] == [], name
    assert next(iter(secrets(table))) in unpacked(source)
