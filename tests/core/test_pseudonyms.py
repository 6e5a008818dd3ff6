"""Ids that repeat: groups stay, nobody is named."""

from __future__ import annotations

import random
import uuid

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.core.pseudonyms import pseudonymised
from likewise.core.schema import Column, Pattern, Schema
from likewise.core.table import Table
from likewise.errors import ConditionError, SettingsError
from likewise.recipes.synth import synthesize
from likewise.techniques.autoregressive import Autoregressive
from likewise.techniques.bootstrap import Bootstrap


def uuids(n: int) -> list[str]:
    drawn = random.Random(n)
    return [str(uuid.UUID(int=drawn.getrandbits(128), version=4)) for _ in range(n)]


def groups(column: pa.ChunkedArray) -> list[tuple[int, ...]]:
    """Return which rows go together, whatever they are called."""
    found: dict[object, list[int]] = {}
    for row, value in enumerate(column.to_pylist()):
        found.setdefault(value, []).append(row)
    return sorted(tuple(rows) for rows in found.values())


@settings(max_examples=30)
@given(
    shape=st.sampled_from(["{:05}", "C-{:03}", "u{}", "{}", "{:x}-ab{:03}"]),
    picked=st.lists(st.integers(0, 39), min_size=200, max_size=300),
    seed=st.integers(0, 99),
)
def test_rows_that_go_together_stay_together(shape, picked, seed):
    names = [shape.format(17 * i + 100, i) for i in range(40)]
    table = Table.from_any({"user_id": [names[i] for i in picked], "x": picked})
    if not table.schema["user_id"].is_pseudonymous:
        return
    new = pseudonymised(table, seed=seed)
    assert groups(new.column("user_id")) == groups(table.column("user_id"))
    assert not set(new.schema["user_id"].levels or ()) & set(table.schema["user_id"].levels or ())
    assert new.column("x") == table.column("x")
    assert pseudonymised(table, seed=seed) == new


def test_another_seed_or_other_rows_give_other_pseudonyms():
    names = uuids(30)
    table = Table.from_any({"who": names * 10})
    first = pseudonymised(table, seed=0).schema["who"].levels
    assert pseudonymised(table, seed=1).schema["who"].levels != first
    assert pseudonymised(table.slice(0, 299), seed=0).schema["who"].levels != first


def test_missing_values_stay_missing_and_numbers_numbers():
    ids = [None if i % 7 == 0 else 12_000 + i % 90 * 31 for i in range(900)]
    table = Table.from_any(pa.table({"CustomerID": pa.array(ids, pa.int16())}))
    new = pseudonymised(table, seed=0)
    assert new.column("CustomerID").null_count == table.column("CustomerID").null_count
    back = new.to_arrow().column("CustomerID")
    assert back.type == pa.int16() and not set(back.drop_null().to_pylist()) & set(ids)


def test_ids_that_use_up_their_pattern_are_dealt_out_anew():
    names = tuple(f"{a}{b:02}" for a in "ABCDEFGHIJKLMNOPQRSTUVWXY" for b in range(100))
    column = Column(name="customer_id", kind="category", levels=names, pattern=Pattern(form="mask", mask="A99"))
    table = Table.from_any({"customer_id": names * 2}).with_schema(Schema(columns=(column,)))
    levels = pseudonymised(table, seed=0).schema["customer_id"].levels or ()
    assert len(set(levels)) == 2500 and len({*levels} - {*names}) == 100
    assert list(levels) != sorted(levels)


@pytest.mark.parametrize("technique", [Autoregressive(), Bootstrap()], ids=lambda t: t.technique)
def test_no_model_holds_an_id_that_repeats(technique, tmp_path):
    names = uuids(60)
    who = [i * i * i % 61 % 60 for i in range(1200)]
    raw = {"PATIENT": [names[w] for w in who], "age": [18 + w for w in who]}
    model = technique.fit(raw, seed=3)
    drawn = model.sample(2000, seed=1)
    assert not set(drawn["PATIENT"]) & set(names)
    assert len(set(drawn["PATIENT"])) == len(set(raw["PATIENT"]))
    ages: dict[str, set[int]] = {}
    for who, age in zip(drawn["PATIENT"], drawn["age"]):
        ages.setdefault(who, set()).add(age)
    assert all(len(seen) == 1 for seen in ages.values())
    assert any("invented" in note for note in model.card.notes)
    model.save(tmp_path / "m.likewise")
    unpacked = repr(model.state()).encode() + (tmp_path / "m.likewise").read_bytes() + model.schema.to_yaml().encode()
    assert not [name for name in names if name.encode() in unpacked]


def test_a_schema_can_keep_them():
    table = Table.from_any({"user_id": [f"u{i % 30:04}" for i in range(600)]})
    plain = table.with_schema(table.schema.replace("user_id", pattern=None))
    assert set(Autoregressive().fit(plain).sample(50)["user_id"]) <= {f"u{i:04}" for i in range(30)}


def test_a_pattern_that_is_too_narrow_is_refused():
    table = Table.from_any({"user_id": [f"u{i % 30:04}" for i in range(600)]})
    narrow = table.with_schema(table.schema.replace("user_id", pattern=Pattern(form="mask", mask="P9")))
    with pytest.raises(SettingsError, match="can make 10 values, fewer than the 30") as refused:
        Autoregressive().fit(narrow)
    assert refused.value.code == "key.exhausted"


def test_no_error_names_a_real_one():
    table = Table.from_any({"user_id": [f"u{i % 30:04}" for i in range(600)], "x": list(range(600))})
    for wanted in ("user_id=u0003", [{"user_id": "u0003"}]):
        with pytest.raises(ConditionError, match="invented ones") as refused:
            synthesize(table, given=wanted, n=1)
        assert refused.value.code == "given.identifier"
    with pytest.raises(ConditionError) as refused:
        synthesize(table, given="user_id=u0044")
    assert "u00" not in str(refused.value)
