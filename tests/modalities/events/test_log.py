"""Hold a log to taking what it is given, and to refusing what is none in words that say what to do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from likewise.core.table import Table
from likewise.errors import LikewiseError, SchemaError
from likewise.modalities.events.log import EventLog, Reference

DAY = datetime(2024, 5, 1, 10)
EVENTS: dict[str, Any] = {
    "order": ["o1", "o2", "o1", "o2"], "step": ["place", "place", "pay", "ship"],
    "at": [DAY, DAY + timedelta(hours=1), DAY + timedelta(hours=5), DAY + timedelta(hours=2)],
    "clerk": ["ann", "bob", "ann", None], "goods": [["i1", "i2"], ["i3"], [], ["i3", "i1"]],
    "buyer": ["k", "k", None, "l"],
}  # fmt: skip
NAMED: dict[str, Any] = {"case": "order", "activity": "step", "time": "at", "agent": "clerk"}


def test_columns_get_the_names_of_a_log_and_others_keep_theirs() -> None:
    log = EventLog.of(EVENTS, **NAMED)
    assert log.events.names == ("case", "activity", "time", "agent", "goods", "buyer")
    assert [log.activities[code] for code in log.codes] == EVENTS["step"]
    assert log.traces.cases.to_pylist() == ["o1", "o2"]
    assert log.traces.sequence(1) == ("place", "ship")
    assert log.times.tolist()[0] == int(DAY.replace(tzinfo=UTC).timestamp()) * 1_000_000


@pytest.mark.parametrize("frame", [pd.DataFrame, pa.table, Table.from_any])
def test_any_kind_of_table_will_do(frame: Any) -> None:
    assert EventLog.of(frame(EVENTS), **NAMED).traces.gaps().tolist() == [5 * 3600.0, 3600.0]


@pytest.mark.parametrize(("times", "start", "unit", "gap"), [
    ([0.0, 1.0, 2.5, 4.0], "2024-05-01", 60, 150.0),
    ([0, 3, 7, 4], date(2024, 5, 1), 1, 7.0),
    ([timedelta(hours=1)] * 2 + [timedelta(hours=3)] * 2, datetime(2024, 5, 1), 1, 7200.0),
    ([0, 3, 7, 4], np.datetime64("2024-05-01"), 86400, 604800.0),
    ([5.25, 5.25, 5.25, 5.25], "2024-05-01T08:00:00+02:00", 1e-6, 0.0),
    ([date(2024, 5, 1), date(2024, 5, 2), date(2024, 5, 3), date(2024, 5, 2)], None, 1, 172800.0),
])  # fmt: skip
def test_numbers_since_a_start_durations_and_dates_are_moments(times: Any, start: Any, unit: float, gap: float) -> None:
    log = EventLog.of({**EVENTS, "at": times}, **NAMED, start=start, unit=unit)
    assert log.events.schema["time"].kind == "datetime"
    assert log.traces.gaps().tolist()[0] == gap


def test_a_start_with_a_zone_gives_moments_in_utc() -> None:
    log = EventLog.of({**EVENTS, "at": [0, 1, 2, 3]}, **NAMED, start=datetime(2024, 5, 1, 2, tzinfo=UTC))
    assert log.events.to_arrow()["time"][1].as_py() == datetime(2024, 5, 1, 2, 0, 1, tzinfo=UTC)


def test_objects_are_told_by_type_and_qualifier() -> None:
    log = EventLog.of(EVENTS, **NAMED, objects={"order": "order", "goods": ("item", "holds"), "buyer": "customer"})
    assert dict(log.objects) == {"case": Reference("order", "order"), "goods": Reference("item", "holds"),
                                 "buyer": Reference("customer", "buyer")}  # fmt: skip
    assert log.types == ("order", "item", "customer")


def test_a_log_by_objects_has_an_event_in_the_case_of_each_of_them_and_in_none_without() -> None:
    log = EventLog.of(EVENTS, **NAMED, objects={"goods": "item", "buyer": "customer"})
    items = log.by("item")
    cases = {items.traces.cases[case].as_py(): items.traces.sequence(case) for case in range(len(items.traces))}
    assert cases == {"i1": ("place", "ship"), "i2": ("place",), "i3": ("place", "ship")}
    assert log.by("customer").traces.lengths.tolist() == [2, 1]
    assert items.rows == 5
    with pytest.raises(SchemaError, match="no column refers to objects of a type `itm`") as fault:
        log.by("itm")
    assert fault.value.hint == "did you mean `item`?"


def test_a_log_without_cases_says_how_to_get_some() -> None:
    log = EventLog.of(EVENTS, case=None, activity="step", time="at", objects={"order": "order"})
    with pytest.raises(SchemaError, match=r"log\.by\('order'\)"):
        _ = log.traces
    assert log.by("order").traces.cases.to_pylist() == ["o1", "o2"]


@pytest.mark.parametrize(("changes", "named", "code"), [
    ({}, {"case": "ordr"}, "events.no-column"),
    ({}, {"time": "buyer"}, "schema.not-datetime"),
    ({"at": [1.0, 2.0, 3.0, 4.0]}, {}, "events.no-start"),
    ({"at": [1.0, 2.0, 3.0, 4.0]}, {"start": "soon"}, "settings.start"),
    ({"at": [1.0, 2.0, 3.0, 4.0]}, {"start": "2024-01-01", "unit": 0}, "settings.unit"),
    ({"at": [1.0, 2.0, 3.0, 1e300]}, {"start": "2024-01-01"}, "events.too-far"),
    ({"at": [DAY, None, DAY, DAY]}, {}, "events.missing"),
    ({"order": ["o1", None, "o1", "o2"]}, {}, "events.missing"),
    ({"step": ["a", None, "b", "c"]}, {}, "events.missing"),
    ({"case": ["x"] * 4}, {}, "events.name-taken"),
    ({}, {"activity": "order"}, "events.one-column"),
    ({}, {"objects": {"buyers": "customer"}}, "events.no-column"),
    ({}, {"objects": {"buyer": ""}}, "events.no-type"),
    ({}, {"tables": {"customer": {"name": ["k"]}}}, "events.no-column"),
    ({}, {"tables": {"customer": {"id": ["k", None]}}}, "events.missing"),
    ({}, {"tables": {"customer": {"id": ["k", "l"], "time": ["now", "then"]}}}, "schema.not-datetime"),
    ({}, {"links": {"source": ["k"], "target": ["l"]}}, "events.no-column"),
])  # fmt: skip
def test_what_is_no_log_is_refused_with_a_hint(changes: Any, named: Any, code: str) -> None:
    with pytest.raises(LikewiseError) as fault:
        EventLog.of({**EVENTS, **changes}, **{**NAMED, **named})
    assert fault.value.code == code
    assert fault.value.hint


def test_activities_and_cases_may_be_numbers() -> None:
    log = EventLog.of({"case": [7, 8, 7] * 10, "activity": list(range(30)), "time": [DAY] * 30})
    assert log.traces.cases.to_pylist() == ["7", "8"]
    assert log.activities[:3] == ("0", "1", "2")


def test_a_log_of_no_events_has_no_cases() -> None:
    none = EventLog.of(pa.table({"case": pa.array([], pa.string()), "activity": pa.array([], pa.string()),
                                 "time": pa.array([], pa.timestamp("us"))}))  # fmt: skip
    traces = none.traces
    assert len(traces) == len(none) == 0
    assert len(traces.variants()) == len(traces.gaps()) == len(traces.spans()) == traces.follows().starts.sum() == 0
