from __future__ import annotations

import datetime as dt
import decimal

import numpy as np
import pyarrow as pa
import pytest

from likewise.errors import SettingsError
from likewise.privacy.masking.apply import lost, masked
from likewise.privacy.masking.document import Masking
from likewise.privacy.masking.key import Key
from likewise.privacy.masking.methods import Replace, read_method, written

KEY = Key(bytes(range(32)))
WAYS = {
    "id": "format", "name": {"person": "full name", "by": "id"}, "born": {"shift": {"days": 30, "by": "id"}},
    "sex": "keep", "note": "blank", "seen": {"shift": {"days": 3, "by": "id"}}, "code": {"format": {"last": 2}},
}  # fmt: skip


def people() -> pa.Table:
    return pa.table({
        "id": list(range(1000, 1300)), "name": ["Ann", "Bob", "Cy"] * 100, "sex": ["F", "M", None] * 100,
        "born": [f"19{50 + i % 40}-01-{1 + i % 28:02}" for i in range(300)], "note": ["so", "be it"] * 150,
        "seen": [f"2024-03-{1 + i % 28:02} 10:00:00" for i in range(300)], "code": [f"AB-{i:04}" for i in range(300)],
    })  # fmt: skip


def invented(method: Replace, numbers: np.ndarray) -> pa.Array:
    return pa.array([f"{method.field} {number % 997}" for number in numbers])


def test_a_table_is_masked_and_had_back() -> None:
    came = people()
    ways = Masking.of({"columns": WAYS}).table("people", came.column_names)
    there = masked(came, ways, KEY, invent=invented)
    back = masked(there, ways, KEY, invent=invented, backwards=True)
    kept = [name for name in came.column_names if name not in lost(ways)]
    assert lost(ways) == ("name", "note")
    assert back.select(kept).equals(came.select(kept))
    for name in ("id", "born", "seen", "code"):
        changed = np.asarray(there.column(name).cast(pa.string())) != np.asarray(came.column(name).cast(pa.string()))
        assert changed.mean() > 0.98
    assert there.column("note").null_count == 300 and there.column("sex").equals(came.column("sex"))


def test_the_time_between_two_moments_of_one_person_stays() -> None:
    days = ["2024-01-01", "2024-01-11", "2024-02-01", "2024-02-03"]
    table = pa.table({"id": [1, 1, 2, 2] * 60, "day": days * 60})
    found = masked(table, {"day": read_method({"shift": {"days": 300, "by": "id"}}, "$")}, KEY, invent=invented)
    moved = [dt.date.fromisoformat(day) for day in found["day"].to_pylist()]
    assert (moved[1] - moved[0]).days == 10 and (moved[3] - moved[2]).days == 2


def test_the_same_value_is_masked_alike_in_every_table() -> None:
    customers = pa.table({"id": list(range(100, 400))})
    orders = pa.table({"customer": [str(100 + i % 300) for i in range(900)], "n": list(range(900))})
    ids = masked(customers, {"id": read_method("format", "$")}, KEY, invent=invented).column("id").cast(pa.string())
    own = masked(orders, {"customer": read_method("format", "$")}, KEY, invent=invented).column("customer")
    assert own.cast(pa.string()).to_pylist()[:300] == ids.to_pylist()


@pytest.mark.parametrize(
    ("document", "code", "said"),
    [
        ({"columns": {"id": "formt"}}, "masking.method", r"\$\.columns\.id.*formt"),
        (
            {"columns": {"id": {"shift": {"days": 0}}}, "tables": [1]},
            "settings.invalid",
            r"\$\.columns\.id\.days.*\$\.tables",
        ),
        ({"tables": {"a": {"cols": {}}}}, "masking.invalid", r"\$\.tables\.a\.cols"),
        ({"columns": {"id": "format"}}, "masking.forgotten", "`name`"),
        ({"columns": {"nobody": "keep"}, "others": "keep"}, "masking.unknown-column", "nobody"),
        ({"columns": {"id": {"person": "email", "by": "ident"}}, "others": "keep"}, "masking.unknown-column", "ident"),
    ],
)
def test_what_is_wrong_with_a_masking_is_said(document: dict[str, object], code: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said) as fault:
        Masking.of(document).table("people", people().column_names)
    assert fault.value.code == code


@pytest.mark.parametrize(
    ("column", "way", "code"),
    [
        ("price", "format", "masking.kind"),
        ("raw", "format", "masking.kind"),
        ("n", {"shift": {"days": 3, "by": "id"}}, "masking.kind"),
        ("seen", {"shift": {"days": 3, "by": "raw"}}, "masking.kind"),
        ("name", {"shift": {"days": 3, "by": "id"}}, "masking.kind"),
        ("born", {"shift": {"days": 3, "by": "note"}}, "masking.by"),
    ],
)
def test_what_cannot_be_masked_so_is_refused(column: str, way: object, code: str) -> None:
    came = people().append_column("price", pa.array([1.5] * 300)).append_column("n", pa.array([1] * 300))
    came = came.append_column("raw", pa.array([b"\xff"] * 300))
    ways = Masking.of({"columns": {"note": "blank", column: way}, "others": "keep"}).table("p", came.column_names)
    with pytest.raises(SettingsError) as fault:
        masked(came, ways, KEY, invent=invented)
    assert fault.value.code == code


@pytest.mark.parametrize(
    "way", [*WAYS.values(), {"blank": {"text": "x"}}, {"person": "email", "by": "id", "as": "spouse"}]
)
def test_methods_are_written_as_they_are_read(way: object) -> None:
    method = read_method(way, "$")
    assert read_method(written(method), "$") == method


def test_columns_come_back_in_the_types_they_are_stored_in() -> None:
    codes = pa.array(["b", "a", None, "b"]).dictionary_encode()
    came = pa.table({
        "id": pa.array([1001, None, 30, 7], pa.int32()), "float": [1001.0, None, 30.0, 7.0],
        "wide": pa.array([decimal.Decimal(own) for own in (1001, 2, 3, 4)], pa.decimal128(5, 0)),
        "code": pa.DictionaryArray.from_arrays(codes.indices.cast(pa.int8()), codes.dictionary),
        "text": pa.array(["", "NA", None, "x\0"], pa.large_string()), "nothing": pa.nulls(4),
        "one": pa.array(["2020-01-31"] * 4), "born": pa.array([dt.date(2020, 1, 31)] * 4),
        "seen": pa.array([dt.datetime(2020, 1, 31, 12)] * 4, pa.timestamp("ns", "Europe/Berlin")),
    })  # fmt: skip
    shift = {"shift": {"days": 9, "by": "id"}}
    ways = {
        name: read_method(shift if name in ("one", "born", "seen") else "format", "$") for name in came.column_names
    }
    found = masked(came, ways, KEY, invent=invented)
    assert found.schema.types == came.schema.types
    assert masked(found, ways, KEY, invent=invented, backwards=True).equals(came)
    assert not set(found["one"].to_pylist()) & set(came["one"].to_pylist())
    assert masked(came.slice(0, 0), ways, KEY, invent=invented).equals(found.slice(0, 0))


def test_the_levels_of_categories_stand_in_no_order_that_tells_of_the_old_ones() -> None:
    codes = pa.DictionaryArray.from_arrays(pa.array([3, 0, 2]), pa.array(["a", "b", "c", "d"]))
    found = masked(pa.table({"x": codes}), {"x": read_method("format", "$")}, KEY, invent=invented)["x"].chunk(0)
    assert found.dictionary.to_pylist() == found.to_pylist()


def test_dates_of_never_and_for_ever_stay_and_none_leaves_the_years_between() -> None:
    way = {"day": read_method({"shift": {"days": 300, "by": "id"}}, "$")}
    days = ["9999-12-31", "0001-01-01", "2020-12-31"]
    for came in (pa.array(days), pa.array([dt.date.fromisoformat(day) for day in days])):
        rows = pa.table({"id": ["a", "b", None], "day": came})
        found = masked(rows, way, KEY, invent=invented)
        assert found["day"].slice(0, 2).equals(rows["day"].slice(0, 2)) and found["day"][2] != rows["day"][2]
        assert masked(found, way, KEY, invent=invented, backwards=True).equals(rows)
    near = pa.table({"id": range(50), "day": ["9998-12-31"] * 50})
    with pytest.raises(SettingsError, match=r"masking\.range"):
        masked(near, way, KEY, invent=invented)


def test_texts_that_spell_dates_are_moved_in_their_own_writing() -> None:
    came = [*["31/01/2020", "", None, "NA", "01/02/2020"] * 50, "31/02/2020"]
    way = {"day": read_method({"shift": {"days": 3, "by": "id"}}, "$")}
    rows = pa.table({"id": range(251), "day": came})
    found = masked(rows, way, KEY, invent=invented)
    back = masked(found, way, KEY, invent=invented, backwards=True)["day"].to_pylist()
    assert (
        back == [*came[:-1], None] and found["day"].to_pylist()[1:4] == came[1:4] and found["day"][0].as_py() != came[0]
    )
    with pytest.raises(SettingsError, match=r"masking\.kind"):
        masked(pa.table({"id": range(3), "day": ["soon", "1", "x"]}), way, KEY, invent=invented)


def test_what_goes_by_one_id_agrees_whatever_its_column_is_called() -> None:
    moved = []
    for ids, by in ((pa.array([1001, 1002]), "id"), (pa.array(["1002", "1001"]), "customer")):
        ways = {by: read_method("format", "$"), "day": read_method({"shift": {"days": 99, "by": by}}, "$")}
        found = masked(pa.table({by: ids, "day": ["2024-01-01"] * 2}), ways, KEY, invent=invented)
        moved.append(found["day"].to_pylist())
    assert moved[0] == moved[1][::-1] and moved[0] != moved[1]
