"""What is written as OCEL 2.0 is read back as it was, from JSON as from SQLite."""

from __future__ import annotations

import json
import math
import sqlite3
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import likewise
from likewise.core.table import Table
from likewise.errors import SourceError
from likewise.io.format import format_of
from likewise.io.logs import read_log, write_log
from likewise.io.ocel.content import Content
from likewise.io.ocel.json_reader import read_json
from likewise.io.ocel.sqlite_reader import read_sqlite
from likewise.io.ocel.writer import write_content
from likewise.io.sink import check_sink, open_sink
from likewise.io.source import read_source
from likewise.modalities.events.log import EventLog, Reference

BOTH = pytest.mark.parametrize("name", ["log.jsonocel", "log.ocel.sqlite"])
DAY = datetime(2024, 5, 1, 10, 30, 0, 125_000, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"))
IDS = st.sampled_from(["1", "2", "a b", 'q"\\', "ü\n"])
MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))
ROW = st.fixed_dictionaries({
    "case": IDS, "activity": st.sampled_from(["place", "pay now", "pay-now", "object", "", "map_type"]),
    "time": MOMENTS, "agent": st.none() | TEXTS, "payer": st.none() | IDS, "payee": st.none() | IDS,
    "goods": st.lists(IDS, unique=True),
    "count": st.none() | st.integers(-(2**63), 2**63 - 1), "share": st.none() | st.floats(allow_nan=True),
    "good": st.none() | st.booleans(), "due": st.none() | MOMENTS, "event:time": st.none() | TEXTS,
    "a.b": st.none() | TEXTS,
})  # fmt: skip
TYPES = pa.schema([
    ("case", pa.string()), ("activity", pa.string()), ("time", pa.timestamp("us", tz="UTC")), ("agent", pa.string()),
    ("payer", pa.string()), ("payee", pa.string()), ("goods", pa.list_(pa.string())), ("count", pa.int64()),
    ("share", pa.float64()), ("good", pa.bool_()), ("due", pa.timestamp("us", tz="UTC")), ("event:time", pa.string()),
    ("a.b", pa.string()),
])  # fmt: skip
REFERENCES = {"case": Reference("case", "case"), "payer": Reference("account", "payer"),
              "payee": Reference("account", "payee"), "goods": Reference("object", "goods")}  # fmt: skip
CUSTOMERS = pa.table(
    {"id": ["1", "2", "9"], "age": [31, None, 52], "since": [DAY, None, DAY], "vip": [True, False, None]}
)
PRICES = pa.table({
    "id": ["a b", "a b", "2"], "time": pa.array([None, DAY + timedelta(days=2), None], pa.timestamp("us", tz="UTC")),
    "price": [1.5, 2.5, -1e-7], "note": ['"', None, "ü"],
})  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("logs")


def back(content: Content, path: Path) -> Content:
    path.unlink(missing_ok=True)
    write_content(content, path, format_of(path))
    found, notes = (read_sqlite if path.suffix == ".sqlite" else read_json)(path)
    assert notes == ()
    return found


def unmarked(value: Any) -> Any:
    """Return an id without the type that tells it from those of other types; NaN as missing."""
    if isinstance(value, list):
        return sorted(map(unmarked, value)) or None
    if isinstance(value, float) and math.isnan(value):
        return None
    kind, mark, id = value.partition(":") if isinstance(value, str) else ("", "", "")
    return id if mark and kind in ("case", "account", "object") else value


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(ROW, min_size=1, max_size=8))
@BOTH
def test_every_value_comes_back(name: str, rows: list[dict[str, Any]], folder: Path) -> None:
    table = pa.Table.from_pylist(rows, TYPES)
    found = back(Content(table, REFERENCES), folder / name)
    expected = [{key: unmarked(value) for key, value in row.items()} for row in table.to_pylist()]
    filled = {key for key in table.column_names if any(row[key] is not None for row in expected)}
    assert set(found.events.column_names) == filled | {"event"}
    singles = [[unmarked([value] if key == "goods" and isinstance(value, str) else value) for key, value in row.items()]
               for row in found.events.select(sorted(filled)).to_pylist()]  # fmt: skip
    assert singles == [[row[key] for key in sorted(filled)] for row in expected]
    assert dict(found.references) == {key: REFERENCES[key] for key in found.references}
    assert all(found.events.schema.field(key).type == TYPES.field(key).type for key in filled - {"goods"})


@BOTH
def test_objects_their_changes_and_links_come_back(name: str, tmp_path: Path) -> None:
    events = pa.table(
        {"activity": ["x", "y"], "time": [DAY, DAY], "buyer": ["1", "2"], "item": [["a b"], ["a b", "c"]]}
    )
    links = pa.table({"source": ["1", "a b"], "target": ["9", "1"], "qualifier": ["knows", ""]})
    content = Content(events, {"buyer": Reference("customer", "buyer"), "item": Reference("item", "")},
                      {"customer": CUSTOMERS, "item": PRICES.slice(0, 2)}, links)  # fmt: skip
    found = back(content, tmp_path / name)
    assert found.references == {"buyer": Reference("customer", "buyer"), "item": Reference("item", "")}
    assert found.objects["customer"].to_pylist() == CUSTOMERS.to_pylist()
    assert found.links is not None and found.links.to_pylist() == links.to_pylist()
    prices = sorted(found.objects["item"].to_pylist(), key=lambda row: (row["id"], str(row["time"] or "")))
    nothing = {"id": "c", "time": None, "price": None, "note": None}
    assert prices == [*PRICES.slice(0, 2).to_pylist(), nothing]


@BOTH
def test_ids_that_several_types_share_are_told_apart(name: str, tmp_path: Path) -> None:
    events = pa.table({"case": [7, 8], "activity": ["x", "y"], "time": [DAY, DAY], "buyer": [7, 9]})
    tables = {"customer": pa.table({"id": [7, 9], "age": [31, 52]})}
    found = back(Content(events, {"buyer": Reference("customer", "")}, tables), tmp_path / name)
    assert found.events["case"].to_pylist() == ["case:7", "8"]
    assert found.events["customer"].to_pylist() == ["customer:7", "9"]
    assert found.objects["customer"]["id"].to_pylist() == ["customer:7", "9"]
    linked = pa.table({"source": ["7"], "target": ["9"], "qualifier": ["?"]})
    with pytest.raises(SourceError, match="several types"):
        back(Content(events, {"buyer": Reference("customer", "")}, tables, linked), tmp_path / f"linked.{name}")


@BOTH
def test_a_log_is_a_log_again(name: str, tmp_path: Path) -> None:
    log = EventLog.of(
        {"case": ["a", "b", "a"] * 9, "activity": ["x", "y", "z"] * 9, "at": range(27), "who": ["k", "l", "k"] * 9},
        time="at",
        agent="who",
        start="2024-05-01",
        objects={"who": "clerk"},
        tables={"clerk": {"id": ["k"], "age": [3]}},
    )
    write_log(log, tmp_path / name)
    again = read_log(tmp_path / name)
    assert again.objects == {"agent": Reference("clerk", "who"), "case": Reference("case", "case")} or (
        again.objects == {"who": Reference("clerk", "who"), "case": Reference("case", "case")})  # fmt: skip
    assert again.traces.cases.to_pylist() == ["a", "b"]
    assert [again.activities[code] for code in again.codes] == [log.activities[code] for code in log.codes]
    assert again.times.tolist() == log.times.tolist()
    assert again.by("clerk").traces.lengths.tolist() == log.by("clerk").traces.lengths.tolist()


@pytest.mark.parametrize("name", ["log.jsonocel", "log.ocel.sqlite", "log.xes", "log.csv", "log.parquet"])
def test_times_may_all_be_midnights(name: str, tmp_path: Path) -> None:
    days = [datetime(2024, 5, day) for day in (1, 2, 4)]
    log = EventLog.of({"case": ["a", "a", "b"], "activity": ["x", "y", "z"], "time": days})
    write_log(log, tmp_path / name)
    assert read_log(tmp_path / name).traces.gaps().tolist() == [86400.0]


def test_a_log_of_cases_goes_from_xes_to_ocel_and_back(tmp_path: Path) -> None:
    log = EventLog.of({"case": ["a", "a", "b"], "activity": ["x", "y", "z"], "time": [DAY] * 3, "n": [1, 2, 3]})
    write_log(log, tmp_path / "a.xes")
    write_log(read_log(tmp_path / "a.xes"), tmp_path / "a.ocel.sqlite")
    write_log(read_log(tmp_path / "a.ocel.sqlite"), tmp_path / "a.jsonocel.gz")
    write_log(read_log(tmp_path / "a.jsonocel.gz"), tmp_path / "b.xes")
    one, other = (read_source(tmp_path / name).table for name in ("a.xes", "b.xes"))
    assert other.select(one.column_names).equals(one)


@pytest.mark.parametrize("name", ["log.csv", "log.parquet", "log.xes.zst"])
def test_tables_are_logs_too(name: str, tmp_path: Path) -> None:
    log = EventLog.of({"case": ["a", "a", "b"], "activity": ["x", "y", "z"], "time": [DAY] * 3})
    write_log(log, tmp_path / name)
    assert read_log(tmp_path / name).traces.lengths.tolist() == [2, 1]


@pytest.mark.parametrize(
    "name", ["log.jsonocel", "log.json", "log.ocel.json", "log.ocel.sqlite", "log.sqlite", "log.db"]
)
def test_reading_and_writing_a_table_go_through_the_doors_of_all_formats(name: str, tmp_path: Path) -> None:
    events = {"activity": ["x", "y"] * 20, "time": [DAY, DAY + timedelta(hours=1)] * 20, "buyer": ["k", None] * 20,
              "goods": [["i", "j"], []] * 20}  # fmt: skip
    log = EventLog.of(
        events, case=None, objects={"buyer": "customer", "goods": "item"}, tables={"customer": {"id": ["k"], "n": [1]}}
    )
    plain = tmp_path / ("a.ocel.sqlite" if "json" not in name else "a.jsonocel")
    write_log(log, plain)
    plain.rename(tmp_path / name)
    with pytest.warns(UserWarning, match="attributes of objects"):
        found = read_source(tmp_path / name)
    assert found.name == "log" and found.format.form == ("ocel" if "json" in name else "ocel-sqlite")
    assert found.format.objects == {"buyer": ("customer", "buyer"), "goods": ("item", "goods")}
    table = Table.from_arrow(found.table)
    with open_sink(tmp_path / f"again{found.format.suffix}", format=found.format) as sink:
        sink.write(table.slice(0, 15).to_arrow())
        sink.write(table.slice(15).to_arrow())
    again = read_log(tmp_path / f"again{found.format.suffix}")
    assert dict(again.objects) == {"buyer": Reference("customer", "buyer"), "goods": Reference("item", "goods")}
    assert again.by("item").rows == log.by("item").rows == 40


def test_other_json_and_other_databases_are_what_they_were(tmp_path: Path) -> None:
    (tmp_path / "rows.json").write_text('{"events": [1], "n": 2}\n{"events": [], "n": 3}\n')
    assert read_source(tmp_path / "rows.json").format.form == "jsonl"
    with sqlite3.connect(tmp_path / "shop.sqlite") as base:
        base.execute("CREATE TABLE event (id)")
    base.close()
    assert read_source(tmp_path / "shop.sqlite").format.form == "sqlite"


def array_of(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "object", "required": list(required), "properties": properties}}


TEXT, MOMENT = {"type": "string"}, {"type": "string", "format": "date-time"}
KINDS = {"enum": ["string", "time", "integer", "float", "boolean"]}
DECLARED = array_of(
    {"name": TEXT, "attributes": array_of({"name": TEXT, "type": KINDS}, "name", "type")}, "name", "attributes"
)
RELATED = array_of({"objectId": TEXT, "qualifier": TEXT}, "objectId", "qualifier")
TIMED = array_of({"name": TEXT, "value": TEXT, "time": MOMENT}, "name", "value", "time")
VALUED = array_of({"name": TEXT, "value": TEXT}, "name", "value")
SCHEMA: dict[str, Any] = {  # what the standard's own schema asks for: every value is a string
    "type": "object", "required": ["eventTypes", "objectTypes", "events", "objects"], "properties": {
        "eventTypes": DECLARED, "objectTypes": DECLARED,
        "objects": array_of({"id": TEXT, "type": TEXT, "attributes": TIMED, "relationships": RELATED}, "id", "type"),
        "events": array_of({"id": TEXT, "type": TEXT, "time": MOMENT, "attributes": VALUED, "relationships": RELATED},
                           "id", "type", "time"),
    },
}  # fmt: skip


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(ROW, max_size=6))
def test_json_is_valid_by_the_standards_schema(rows: list[dict[str, Any]], folder: Path) -> None:
    path = folder / "valid.jsonocel"
    content = Content(pa.Table.from_pylist(rows, TYPES), REFERENCES, {"object": PRICES, "account": CUSTOMERS})
    write_content(content, path, format_of(path))
    jsonschema.validate(json.loads(path.read_text()), SCHEMA, format_checker=jsonschema.FormatChecker())


@BOTH
def test_same_log_same_bytes_and_nothing_beside_it(name: str, tmp_path: Path) -> None:
    events = pa.table({"activity": ["x"] * 3000, "time": [DAY] * 3000, "buyer": [str(n % 7) for n in range(3000)]})
    written = []
    for number, size in enumerate((3000, 100, 1)):
        form = format_of(tmp_path / f"{number}.{name}").model_copy(update={"objects": {"buyer": ("customer", "")}})
        with open_sink(tmp_path / f"{number}.{name}", format=form) as sink:
            for start in range(0, 3000, size):
                sink.write(events.slice(start, size))
        written.append((tmp_path / f"{number}.{name}").read_bytes())
    assert written[0] == written[1] == written[2]
    assert len(list(tmp_path.iterdir())) == 3


@BOTH
@pytest.mark.parametrize(("changes", "code"), [
    ({"activity": ["x", None]}, "source.missing"),
    ({"time": [DAY, None]}, "source.missing"),
    ({"event": ["e", "e"]}, "source.event-ids"),
    ({"time": pa.array([0, 10**18], pa.timestamp("us"))}, "source.moments"),
])  # fmt: skip
def test_what_a_log_cannot_hold_is_refused_and_nothing_is_left(
    changes: Any, code: str, name: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text("older")
    with pytest.raises(SourceError) as fault, open_sink(tmp_path / name) as sink:
        sink.write(pa.table({"activity": ["x", "y"], "time": [DAY, DAY], **changes}))
    assert fault.value.code == code and fault.value.hint
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "older"


@BOTH
def test_a_table_that_is_no_log_is_refused_before_any_row_is_drawn(name: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="needs a column `time`"):
        check_sink(tmp_path / name, rows=pa.table({"activity": ["x"]}))
    with pytest.raises(SourceError, match="not moments"):
        check_sink(tmp_path / name, rows=pa.table({"activity": ["x"], "time": [1.5]}))
    assert list(tmp_path.iterdir()) == []


def test_attributes_that_differ_in_capitals_do_not_fit_into_sqlite(tmp_path: Path) -> None:
    events = pa.table({"activity": ["x"], "time": [DAY], "Cost": [1], "cost": [2]})
    with pytest.raises(SourceError) as fault:
        write_content(Content(events, {}), tmp_path / "log.ocel.sqlite", format_of("log.ocel.sqlite"))
    assert fault.value.code == "source.duplicate-columns"
    assert back(Content(events, {}), tmp_path / "log.jsonocel").events["Cost"].to_pylist() == [1]


def test_links_to_nothing_are_refused(tmp_path: Path) -> None:
    events = pa.table({"case": ["a"], "activity": ["x"], "time": [DAY]})
    links = pa.table({"source": ["a"], "target": ["z"], "qualifier": [""]})
    with pytest.raises(SourceError, match="target that is no object"):
        write_content(Content(events, {}, {}, links), tmp_path / "log.jsonocel", format_of("log.jsonocel"))


EVENT = {"id": "e", "type": "x", "time": "2024-05-01T10:00:00Z", "attributes": [{"name": "n", "value": 7}],
         "relationships": [{"objectId": "o", "qualifier": "q"}]}  # fmt: skip
LOG: dict[str, Any] = {"objectTypes": [], "eventTypes": [], "objects": [{"id": "o", "type": "t"}], "events": [EVENT]}


def read(text: str, folder: Path) -> Content:
    (folder / "log.jsonocel").write_text(text)
    return read_json(folder / "log.jsonocel")[0]


def test_values_may_be_numbers_and_what_is_not_declared_is_what_json_says(tmp_path: Path) -> None:
    values = {"n": 7, "b": True, "f": 0.5, "s": "7", "none": None}
    event = {**EVENT, "attributes": [{"name": name, "value": value} for name, value in values.items()]}
    found = read(json.dumps({**LOG, "events": [event], "more": {"x": [1]}}), tmp_path).events.to_pylist()
    told = {"event": "e", "activity": "x", "time": datetime(2024, 5, 1, 10, tzinfo=UTC), "q": "o"}
    assert found == [{**told, **{name: value for name, value in values.items() if value is not None}}]


def test_members_may_come_in_any_order_and_references_to_nothing_are_told(tmp_path: Path) -> None:
    (tmp_path / "log.jsonocel").write_text(json.dumps(dict(reversed({**LOG, "objects": []}.items())), indent=1))
    with pytest.warns(UserWarning, match="1 references to objects that are not in the log"):
        assert likewise.read(tmp_path / "log.jsonocel").rows == 1


@pytest.mark.parametrize(("text", "code"), [
    (json.dumps(LOG)[:-20], "source.json"), (json.dumps(LOG) + "x", "source.json"), ("[1]", "source.json"),
    (json.dumps(LOG).replace(": [", ": [,", 1), "source.json"), ('{"a": 1}', "source.no-event-log"),
    (json.dumps({**LOG, "events": [{"id": "e", "type": "x"}]}), "source.ocel"),
    (json.dumps({**LOG, "events": [7]}), "source.ocel"), (json.dumps({**LOG, "events": 7}), "source.ocel"),
    (json.dumps({**LOG, "objects": [{"id": None, "type": "x"}]}), "source.ocel"),
    (json.dumps({**LOG, "events": [{**EVENT, "time": "soon"}]}), "source.moments"),
    ("{}", "source.no-event-log"), ("", "source.empty"),
])  # fmt: skip
def test_what_is_no_log_is_refused(text: str, code: str, tmp_path: Path) -> None:
    (tmp_path / "log.jsonocel").write_text(text)
    with pytest.raises(SourceError) as fault:
        read_source(tmp_path / "log.jsonocel")
    assert fault.value.code == code and fault.value.hint


def test_a_database_that_is_no_log_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "log.ocel.sqlite") as base:
        base.execute("CREATE TABLE event (id)")
    base.close()
    with pytest.raises(SourceError, match="lacks event_map_type"):
        read_log(tmp_path / "log.ocel.sqlite")


def test_warnings_name_what_a_table_leaves_out(tmp_path: Path) -> None:
    (tmp_path / "log.jsonocel").write_text(json.dumps(LOG))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert likewise.read(tmp_path / "log.jsonocel").rows == 1
