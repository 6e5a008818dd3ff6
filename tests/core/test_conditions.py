from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.core.conditions import Given, parse, understand
from likewise.core.scale import on_scale
from likewise.core.schema import Column, Schema
from likewise.core.table import Table
from likewise.errors import ConditionError

SCHEMA = Schema(
    columns=(
        Column(name="age", kind="integer", bounds=(0, 100)),
        Column(name="price", kind="decimal", decimals=2, bounds=(0.0, 5000.0), format="$1,234.50", nullable=True),
        Column(name="weight", kind="float"),
        Column(
            name="sex", kind="category", levels=("Female", "Male", "a,b", "x|y", "O'Brien", "k=v,l=w"), nullable=True
        ),
        Column(name="code", kind="category", levels=("1", "2", "10")),
        Column(name="vip", kind="boolean", format="Yes/No"),
        Column(name="day", kind="date", format="%d/%m/%Y"),
        Column(name="at", kind="datetime", zone="Europe/Berlin"),
        Column(name="hours per week", kind="integer"),
        Column(name="risk", kind="category", levels=("hiv", "none"), role="sensitive"),
        Column(name="dose", kind="integer", bounds=(3, 17), role="sensitive"),
        Column(name="note", kind="text"),
    )
)


def ranges(asked: Any, name: str = "age") -> tuple[tuple[float, float], ...]:
    found = understand(asked, SCHEMA)
    assert found is not None
    return found.conditions[name].ranges


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({"age": 30}, ((30, 30),)),
        ({"age": np.int64(30)}, ((30, 30),)),
        ({"age": "30"}, ((30, 30),)),
        ({"age": (20, 30)}, ((20, 30),)),
        ({"age": "20..30"}, ((20, 30),)),
        ({"age": (20, None)}, ((20, np.inf),)),
        ({"age": slice(20, 30)}, ((20, 30),)),
        ({"age": [1, 2]}, ((1, 1), (2, 2))),
        ({"age": np.array([1, 2])}, ((1, 1), (2, 2))),
        ({"age": pa.array([1, 2])}, ((1, 1), (2, 2))),
        ({"age": pd.Series([1, 2])}, ((1, 1), (2, 2))),
        ({"age": ">60"}, ((61, np.inf),)),
        ({"age": ">60.5"}, ((61, np.inf),)),
        ({"age": "<60"}, ((-np.inf, 59),)),
        ({"age": "<60.5"}, ((-np.inf, 60),)),
        ("age>=60", ((60, np.inf),)),
        ("age==7", ((7, 7),)),
        ("age>=20,age<30", ((20, 29),)),
        ("age>=20,age<30,age>25", ((26, 29),)),
        ("age=20..30,age=25..40", ((25, 30),)),
        ("age=1|5", ((1, 1), (5, 5))),
    ],
)
def test_numbers(asked: Any, wanted: Any) -> None:
    assert ranges(asked) == wanted


def test_values_may_be_written_as_the_column_writes_them() -> None:
    assert ranges("price=$1,200.50", "price") == ((1200.5, 1200.5),)
    assert ranges("price>1.25", "price") == ((1.26, np.inf),)
    day = (dt.date(2024, 2, 1) - dt.date(1970, 1, 1)).days
    assert ranges({"day": "01/02/2024"}, "day") == ((day, day),)
    assert ranges({"day": "2024-02-01"}, "day") == ((day, day),)
    assert ranges({"day": "01/02/2024..2024-02-02"}, "day") == ((day, day + 1),)
    moment = dt.datetime(2024, 1, 1, 11, tzinfo=dt.UTC).timestamp() * 1e6
    assert ranges({"at": "2024-01-01 12:00"}, "at") == ranges({"at": "2024-01-01T11:00Z"}, "at") == ((moment, moment),)


DAY = 86_400e6


@pytest.mark.parametrize("day", ["2024-01-02", dt.date(2024, 1, 2)])
def test_a_date_is_a_whole_day_where_moments_are_wanted(day: Any) -> None:
    start = on_scale(SCHEMA["at"], dt.datetime(2024, 1, 2))
    assert ranges({"at": day}, "at") == ranges({"at": (day, day)}, "at") == ((start, start + DAY - 1),)
    assert ranges({"at": f">{day}"}, "at") == ((start + DAY, np.inf),)
    assert ranges({"at": f"<={day}"}, "at") == ((-np.inf, start + DAY - 1),)
    assert ranges({"at": f"<{day}"}, "at") == ((-np.inf, start - 1),)
    assert ranges("at=2024-03-31..2024-03-31", "at")[0][1] - ranges("at>=2024-03-31", "at")[0][0] == 23 / 24 * DAY - 1
    assert ranges({"at": dt.datetime(2024, 1, 2)}, "at") == ((start, start),)
    assert ranges({"at": "9999-12-31"}, "at")[0][0] > 0


@pytest.mark.parametrize(
    ("asked", "name", "wanted"),
    [
        ("sex=Female", "sex", {"Female"}),
        ("sex=Female|Male", "sex", {"Female", "Male"}),
        ("sex='Female'", "sex", {"Female"}),
        ("sex=a,b", "sex", {"a,b"}),
        ("sex='x|y'", "sex", {"x|y"}),
        ("sex='x|y'|\"a,b\",age=3", "sex", {"x|y", "a,b"}),
        ("age=3,sex=O'Brien,vip=yes", "sex", {"O'Brien"}),
        ("sex='k=v,l=w'", "sex", {"k=v,l=w"}),
        ("sex=a,b,age>3", "sex", {"a,b"}),
        ({"sex": ("Female", "Male")}, "sex", {"Female", "Male"}),
        ({"sex": {"Male"}}, "sex", {"Male"}),
        ({"sex": np.str_("Male")}, "sex", {"Male"}),
        ({"sex": pa.scalar("Male")}, "sex", {"Male"}),
        ({"code": 10}, "code", {"10"}),
        ({"code": 10.0}, "code", {"10"}),
        ({"vip": True}, "vip", {"true"}),
        ({"vip": np.bool_(False)}, "vip", {"false"}),
        ("vip=yes", "vip", {"true"}),
        ("vip=No", "vip", {"false"}),
        ("vip=TRUE", "vip", {"true"}),
    ],
)
def test_levels(asked: Any, name: str, wanted: set[str]) -> None:
    found = understand(asked, SCHEMA)
    assert found is not None and found.conditions[name].levels == wanted


@pytest.mark.parametrize("nothing", [None, float("nan"), np.nan, pd.NA, pd.NaT, np.datetime64("NaT")])
def test_missing(nothing: Any) -> None:
    found = understand({"price": nothing, "sex": ["Male", nothing]}, SCHEMA)
    assert found is not None
    assert found.conditions["price"].missing and not found.conditions["price"].ranges
    assert found.conditions["sex"].missing and found.conditions["sex"].levels == {"Male"}


def test_names_with_signs_are_put_in_back_quotes() -> None:
    assert ranges("`hours per week`>=40", "hours per week") == ranges("hours per week >= 40", "hours per week")
    schema = Schema(columns=(Column(name="a,b=c", kind="integer"), Column(name="d", kind="integer")))
    found = understand("`a,b=c`=3,d>4", schema)
    assert found is not None and found.names == ("a,b=c", "d")


@pytest.mark.parametrize("nothing", [None, {}, "", " ", ","])
def test_nothing_asked_is_none(nothing: Any) -> None:
    assert understand(nothing, SCHEMA) is None


@pytest.mark.parametrize(
    ("asked", "code", "hint"),
    [
        ({"agee": 3}, "given.unknown-column", "`age`"),
        ("nonsense", "given.unreadable", "sex=Female"),
        ({"age": "old"}, "given.value", "number"),
        ({"age": True}, "given.value", "number"),
        ({"age": "nan"}, "given.value", "number"),
        ({"age": object()}, "given.value", "number"),
        ({"age": (1, 2, 3)}, "given.value", "number"),
        ({"age": 101}, "given.unseen", "100"),
        ({"age": "<0"}, "given.unseen", "0"),
        ({"age": [3, 999]}, "given.unseen", "100"),
        ({"age": (9, 3)}, "given.range", "low"),
        ("age>5,age<3", "given.contradiction", "drop"),
        ("sex=Female,sex=Male", "given.contradiction", "drop"),
        ({"age": []}, "given.empty", "leave"),
        ({"age": None}, "given.unseen", "leave"),
        ({"sex": "femal"}, "given.unseen", "Female"),
        ({"vip": "maybe"}, "given.unseen", "true"),
        ({"day": "31/02/2024"}, "given.value", "date"),
        ({"at": dt.time(3)}, "given.value", "moment"),
        ({"note": "x"}, "given.kind", "category"),
        (7, "schema.not-a-table", "frame"),
    ],
)
def test_refused(asked: Any, code: str, hint: str) -> None:
    with pytest.raises(Exception) as caught:
        understand(asked, SCHEMA)
    fault: Any = caught.value
    assert fault.code == code
    assert hint in fault.hint


def test_nothing_sensitive_is_told() -> None:
    for asked in ({"risk": "hi"}, {"dose": 40}):
        with pytest.raises(ConditionError) as caught:
            understand(asked, SCHEMA)
        said = str(caught.value)
        assert "hiv" not in said and "17" not in said and "40" not in said
    found = understand({"dose": 5, "risk": "hiv"}, SCHEMA)
    assert found is not None and "hiv" not in str(found) and "5" not in str(found)


def test_rows_are_completed_only_to_what_was_learned() -> None:
    found = understand(pd.DataFrame({"sex": ["Male", None], "age": [3, 400]}), SCHEMA)
    assert found is not None and found.rows is not None
    assert found.names == ("age", "sex") and found.rows.rows == 2
    assert found.rows.schema["sex"].levels == SCHEMA["sex"].levels
    assert understand([{"age": 3}], SCHEMA).rows.rows == 1  # type: ignore[union-attr]
    with pytest.raises(ConditionError, match=r"given\.rows.*sex") as caught:
        understand(pa.table({"sex": ["Femal"]}), SCHEMA)
    assert caught.value.hint
    with pytest.raises(ConditionError, match="unknown-column"):
        understand(pa.table({"sexx": ["Male"]}), SCHEMA)


TABLE = Table.from_arrow(
    pa.table({"age": list(range(0, 100)), "sex": ["Female", "Male", None, "Female"] * 25}),
    Schema(columns=(SCHEMA["age"], SCHEMA["sex"])),
)


@given(st.integers(0, 100), st.integers(0, 100), st.sets(st.sampled_from(["Female", "Male", None]), min_size=1))
def test_matching_rows_are_those_that_meet_all(low: int, high: int, sexes: set[str | None]) -> None:
    low, high = sorted((low, high))
    found = understand({"age": (low, high), "sex": sexes}, TABLE.schema)
    assert found is not None
    real = zip(TABLE.column("age").to_pylist(), TABLE.column("sex").to_pylist(), strict=True)
    assert found.matches(TABLE).tolist() == [low <= age <= high and sex in sexes for age, sex in real]


@given(st.integers(-5, 105), st.sampled_from([">", ">=", "<", "<=", "="]), st.sampled_from(["", " "]))
def test_text_means_what_it_says(value: int, operation: str, gap: str) -> None:
    text = f"age{gap}{operation}{gap}{value}"
    holds = {">": int.__gt__, ">=": int.__ge__, "<": int.__lt__, "<=": int.__le__, "=": int.__eq__}[operation]
    wanted = [holds(age, value) for age in range(100)]
    try:
        found = understand(text, TABLE.schema)
    except ConditionError as fault:
        assert fault.code == "given.unseen" and not any(wanted)
        return
    assert found is not None and found.matches(TABLE).tolist() == wanted


@settings(max_examples=200)
@given(st.text(alphabet="age sx=<>|,.`'\"0149F:-", max_size=24))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        assert all(name in SCHEMA for name in parse(text, SCHEMA))
    except ConditionError as fault:
        assert fault.code.startswith("given.")


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(50, 100)), min_size=1, max_size=4))
def test_clauses_on_one_column_all_hold(pairs: list[tuple[int, int]]) -> None:
    found = understand(",".join(f"age={low}..{high}" for low, high in pairs), SCHEMA)
    assert found is not None
    assert found.conditions["age"].ranges == ((max(p[0] for p in pairs), min(p[1] for p in pairs)),)


def test_conditions_say_themselves() -> None:
    assert str(understand("age=20..30,sex=Male|Female,price=", SCHEMA)) == "age=20..30, sex=Female|Male, price=missing"
    assert str(Given()) == ""
