"""Columns changed one by one, each by what it says."""

from __future__ import annotations

import datetime as dt
import hmac
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.errors import LikewiseError
from likewise.privacy.anonymity.anonymise import anonymised
from likewise.privacy.anonymity.apply import FEW_PEOPLE
from likewise.privacy.anonymity.document import Anonymizing
from likewise.privacy.masking.key import Key

KEY = Key(bytes(range(32)))


def never(*_: object) -> Any:
    raise AssertionError("nothing is invented here")


def changed(columns: dict[str, Any], ways: dict[str, Any], key: Key | None = KEY) -> dict[str, list[Any]]:
    plan = Anonymizing.of({"columns": ways})
    return anonymised(pa.table(columns), None, plan, key, never).rows.to_pydict()


def test_ages_over_89_are_one() -> None:
    ages = [0, 17, 18, 89, 90, 104, None]
    assert changed({"age": ages}, {"age": {"cap": {"most": 89}}})["age"] == ["0", "17", "18", "89", "90+", "90+", None]
    both = changed({"age": [*map(float, ages[:-1])]}, {"age": {"cap": {"least": 18, "most": 89}}})["age"]
    assert both == ["<18", "<18", "18", "89", "90+", "90+"]
    assert changed({"age": [95, 95, 95]}, {"age": {"cap": {"most": 89}}})["age"] == ["90+"] * 3
    assert changed({"w": [1.5, 89.5]}, {"w": {"cap": {"most": 89}}})["w"] == ["1.5", ">89"]


def test_zip_codes_keep_three_digits_where_enough_people_live() -> None:
    zips = ["02139", "02139-4307", "03601", "89399", "2139", "0213", "SW1A 1AA", "", None, "12", "021394307"]
    wanted = ["021", "021", "000", "000", "021", "002", None, None, None, None, "021"]
    assert changed({"zip": zips, "n": range(11)}, {"zip": "zip3", "n": "keep"})["zip"] == wanted
    assert changed({"zip": [2139, 3601, 94110]}, {"zip": "zip3"})["zip"] == ["021", "000", "941"]
    assert len(set(FEW_PEOPLE)) == 17


def test_dates_keep_a_part() -> None:
    days = [dt.date(1931, 5, 6), dt.date(2001, 2, 3), None, dt.date(2001, 12, 31), dt.date(1936, 1, 1)]
    year = changed({"d": days}, {"d": {"part": {"of": "year", "first": 1936}}})["d"]
    assert year == ["<1936", "2001", None, "2001", "1936"]
    assert changed({"d": days}, {"d": {"part": {"of": "month"}}})["d"][1] == "2001-02"
    assert changed({"d": days}, {"d": {"part": {"of": "decade"}}})["d"][1] == "2000..2009"
    texts = ["06/05/1931", "03/02/2001", "", "31/12/2001", "01/01/1936"]
    assert changed({"d": texts}, {"d": {"part": {"of": "quarter"}}})["d"] == [
        "1931-Q2",
        "2001-Q1",
        None,
        "2001-Q4",
        "1936-Q1",
    ]
    moments = [dt.datetime(1969, 12, 31, 23, 59), dt.datetime(1970, 1, 1), dt.datetime(2020, 2, 29, 5)]
    assert changed({"d": moments}, {"d": "part"})["d"] == ["1969", "1970", "2020"]


@given(
    values=st.lists(st.integers(-1000, 1000), min_size=2, max_size=20, unique=True), step=st.sampled_from([2, 5, 0.5])
)
def test_rounded_numbers_lie_in_their_range(values, step) -> None:
    for value, cell in zip(values, changed({"x": values}, {"x": {"round": {"step": step}}})["x"], strict=True):
        low, _, high = cell.partition("..")
        assert float(low) <= value <= float(high)


@given(values=st.lists(st.one_of(st.none(), st.text()), min_size=1, max_size=20))
def test_hashes_are_hmac_and_consistent(values) -> None:
    plan = Anonymizing.of({"columns": {"x": {"hash": {"length": 64}}, "y": {"hash": {"length": 64}},
                                       "z": {"hash": {"length": 64, "domain": "other"}}}})  # fmt: skip
    raw = pa.table({name: pa.array(values, pa.string()) for name in "xyz"})
    rows = anonymised(raw, None, plan, KEY, never).rows.to_pydict()
    secret = hmac.digest(KEY.secret, b"hash\x1f", "sha256")
    assert rows["x"] == rows["y"]
    for value, found, other in zip(values, rows["x"], rows["z"], strict=True):
        wanted = None if value is None else hmac.digest(secret, value.encode("utf-8", "surrogatepass"), "sha256").hex()
        assert found == wanted and (value is None or other != found)


def test_numbers_and_their_texts_have_one_hash_and_another_key_gives_others() -> None:
    one, two = (changed({"id": ids}, {"id": "hash"})["id"] for ids in ([7, 8, 9], ["7", "8", "9"]))
    assert one == two
    assert set(one).isdisjoint(changed({"id": [7, 8, 9]}, {"id": "hash"}, Key(bytes(32)))["id"])


def test_moved_dates_keep_the_days_between_for_each_person() -> None:
    chance = np.random.default_rng(1)
    who = [f"p{i % 20}" for i in range(200)]
    days = [dt.date(2000, 1, 1) + dt.timedelta(days=int(d)) for d in chance.integers(0, 5000, 200)]
    ways = {"who": "hash", "day": {"shift": {"days": 60, "by": "who"}}}
    rows = changed({"who": who, "day": days}, ways)
    moves: dict[str, set[int]] = {}
    for person, before, after in zip(who, days, rows["day"], strict=True):
        moves.setdefault(person, set()).add((after - before).days)
    assert all(len(own) == 1 and 1 <= abs(next(iter(own))) <= 60 for own in moves.values())
    assert len({next(iter(own)) for own in moves.values()}) > 5
    assert rows == changed({"who": who, "day": days}, ways)


def test_masked_and_dropped_columns_stand_beside_one_another() -> None:
    rows = changed({"id": ["A-001", "A-002", "A-001"], "name": ["Ann", "Bob", "Cid"], "note": ["x", "y", "z"]},
                   {"id": "format", "name": "drop", "note": {"blank": {"text": "gone"}}})  # fmt: skip
    assert list(rows) == ["id", "note"] and rows["note"] == ["gone"] * 3
    assert rows["id"][0] == rows["id"][2] != rows["id"][1]


@pytest.mark.parametrize(("ways", "code"), [
    ({"d": {"cap": {"most": 3}}, "x": "keep"}, "settings.way"),
    ({"d": "keep", "x": {"part": {"of": "year"}}}, "settings.way"),
    ({"d": "keep", "x": {"cap": {}}}, "settings.invalid"),
    ({"d": "keep", "x": {"round": {"step": 0}}}, "settings.invalid"),
    ({"d": "keep", "x": "shred"}, "settings.way"),
    ({"d": "keep"}, "settings.forgotten"),
    ({"d": "keep", "x": "keep", "y": "drop"}, "settings.unknown-column"),
    ({"d": {"quasi": {"steps": [5, 10]}}, "x": "keep"}, "settings.quasi"),
    ({"d": "keep", "x": {"quasi": {"steps": [5, 12]}}}, "settings.steps"),
    ({"d": "keep", "x": {"quasi": {"steps": [5], "prefix": 1}}}, "settings.invalid"),
    ({"d": "keep", "x": {"quasi": {"calendar": True}}}, "settings.quasi"),
    ({"d": "keep", "x": {"quasi": {"groups": {"low": [1, 2]}}}}, "settings.groups"),
    ({"d": "keep", "x": {"quasi": {"groups": {"low": [1, 2, 3], "high": [3, 4, 5, 6, 7, 8]}}}}, "settings.groups"),
    ({"d": "drop", "x": "drop"}, "privacy.nothing-left"),
    ({"d": "keep", "x": "sensitive"}, None),
])  # fmt: skip
def test_what_does_not_fit_is_refused(ways: dict[str, Any], code: str | None) -> None:
    columns = {"d": [dt.date(2001, 1, day) for day in range(1, 9)], "x": list(range(1, 9))}
    if code is None:
        assert changed(columns, ways) == columns
        return
    with pytest.raises(LikewiseError) as fault:
        changed(columns, ways)
    assert fault.value.code == code


def test_a_key_is_wanted_where_one_is_used() -> None:
    for way in ("hash", "format"):
        with pytest.raises(LikewiseError, match=r"settings\.key"):
            changed({"id": ["a", "b"]}, {"id": way}, None)
