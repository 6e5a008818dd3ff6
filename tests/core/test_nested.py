from __future__ import annotations

import json

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.core.nested import flatten
from likewise.core.table import Table


def test_records_and_json_are_laid_flat_and_restored() -> None:
    raw = pa.table({
        "id": [1, 2, 3],
        "at": [{"x": 1, "in": {"y": "q", "z": [1, 2]}}, {"x": 2, "in": {"y": "r", "z": []}}, None],
        "j": ['{"k": 1, "name": "x", "d": {"e": 1.5}}', '{"k": 2, "name": "y"}', ""],
        "c": ['{"a":1,"b":2}', '{"a":3,"b":4}', '{"a":5,"b":6}'],
        "last": ["a", "b", "a"],
    })  # fmt: skip
    table = Table.from_any(raw)
    assert table.names == ("id", "at.x", "at.in.y", "at.in.z", "j.k", "j.name", "j.d.e", "c.a", "c.b", "last")
    assert table.schema["c.a"].kind == "integer"
    assert table.to_arrow().equals(raw)
    schema = type(table.schema).from_yaml(table.schema.to_yaml())
    assert Table.from_any(raw, schema).to_arrow().equals(raw)


def test_a_later_file_may_lack_fields() -> None:
    table = Table.from_any(pa.table({"j": ['{"k": 1, "in": {"v": 2.5}}', '{"k": 2, "in": {"v": 3.5}}']}))
    later = Table.from_any(pa.table({"j": ['{"k": 7}']}), table.schema)
    assert set(later.names) == {"j.k", "j.in.v"}
    assert later.to_arrow().to_pydict() == {"j": ['{"k": 7}']}


def test_irregular_objects_and_taken_names_stay_text() -> None:
    odd = pa.table({"j": ['{"a": 1}', '{"a": "x"}', '{"a": [1]}']})
    assert flatten(odd)[1] == ()
    assert Table.from_any(odd).schema["j"].kind == "json"
    assert flatten(pa.table({"at": [{"x": 1}], "at.x": [2]}))[1] == ()
    assert flatten(pa.table({"note": ["{not json}", "{}"]}))[1] == ()


records = st.fixed_dictionaries({
    "n": st.integers(-9, 9), "s": st.sampled_from(["a", "b b", "ü"]), "f": st.sampled_from([0.5, 1.25]),
    "r": st.fixed_dictionaries({"b": st.booleans()}),
})  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(records, min_size=1, max_size=20))
def test_json_objects_come_back_to_the_letter(rows: list[dict[str, object]]) -> None:
    raw = pa.table({"j": [json.dumps({k: row[k] for k in "nsfr"}, ensure_ascii=False) for row in rows]})
    assert Table.from_any(raw).to_arrow().equals(raw)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.none(), records), min_size=1, max_size=20))
def test_records_come_back(rows: list[dict[str, object] | None]) -> None:
    raw = pa.table({"r": pa.array(rows)})
    assert Table.from_any(raw).to_arrow().to_pydict() == raw.to_pydict()
