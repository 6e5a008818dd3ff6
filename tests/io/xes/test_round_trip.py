"""What is written as XES is read back as it was, whatever the values and however the blocks were cut."""

from __future__ import annotations

import gzip
import io
import math
import re
import subprocess
import sys
import textwrap
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from likewise.errors import SourceError
from likewise.io.logs import read_log
from likewise.io.sink import check_sink, open_sink
from likewise.io.source import read_source
from likewise.io.xes.gathering import Gathered
from likewise.io.xes.parsing import parse_into
from likewise.io.xes.reader import _in_bulk, read_xes
from likewise.recipes.synth import synthesize_to_files

DAY = datetime(2024, 5, 1, 10, 30, 0, 125_000)
TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff", include_characters="\t\n\r")
)
MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30))
ROW = st.fixed_dictionaries({
    "case": st.sampled_from(["a", "b&", "", "c d"]), "activity": TEXTS, "time": MOMENTS, "agent": st.none() | TEXTS,
    "case:age": st.none() | st.integers(-5, 5), "org:role": st.none() | TEXTS,
    "count": st.none() | st.integers(-(2**63), 2**63 - 1), "share": st.none() | st.floats(allow_nan=True),
    "good": st.none() | st.booleans(), "due": st.none() | MOMENTS, "event:time": st.none() | TEXTS, "a \"<key>'": TEXTS,
})  # fmt: skip
TYPES = pa.schema([
    ("case", pa.string()), ("activity", pa.string()), ("time", pa.timestamp("us")), ("agent", pa.string()),
    ("case:age", pa.int64()), ("org:role", pa.string()), ("count", pa.int64()), ("share", pa.float64()),
    ("good", pa.bool_()), ("due", pa.timestamp("us", tz="UTC")), ("event:time", pa.string()),
    ("a \"<key>'", pa.string()),
])  # fmt: skip


def by_case(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    first = {case: place for place, case in reversed(list(enumerate(row["case"] for row in rows)))}
    return sorted(rows, key=lambda row: first[row["case"]])


def as_read(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value


def written(path: Path, *blocks: pa.Table) -> Path:
    with open_sink(path) as sink:
        for block in blocks:
            sink.write(block)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("logs")


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(ROW, min_size=1, max_size=12), cut=st.integers(0, 12), data=st.data())
def test_every_value_comes_back(rows: list[dict[str, Any]], cut: int, data: st.DataObject, folder: Path) -> None:
    table = pa.Table.from_pylist([{**row, "due": row["due"] and row["due"].replace(tzinfo=UTC)} for row in rows], TYPES)
    path = written(folder / "log.xes", table.slice(0, cut), table.slice(cut))
    back = read_source(path).table
    expected = [{name: as_read(value) for name, value in row.items()} for row in by_case(table.to_pylist())]
    filled = {name for name in table.column_names if any(row[name] is not None for row in expected)}
    assert set(back.column_names) == filled
    assert [{name: row.get(name) for name in table.column_names} for row in back.to_pylist()] == expected
    assert all(back.schema.field(name).type == TYPES.field(name).type for name in filled)


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(ROW, min_size=1, max_size=8))
def test_reading_in_bulk_and_element_by_element_say_the_same(rows: list[dict[str, Any]], folder: Path) -> None:
    path = written(folder / "both.xes", pa.Table.from_pylist(rows, TYPES))
    with path.open("rb") as stream:
        bulk = _in_bulk(stream)
    plain = Gathered()
    with path.open("rb") as stream:
        parse_into(plain, stream, path)
    assert bulk is not None
    assert bulk.table()[0].equals(plain.table()[0])


@pytest.mark.parametrize(("column", "back"), [
    (pa.array([DAY], pa.timestamp("us", tz="Europe/Berlin")), pa.timestamp("us", tz="+02:00")),
    (pa.array([DAY], pa.timestamp("ns", tz="-09:30")), pa.timestamp("us", tz="-09:30")),
    (pa.array([DAY], pa.timestamp("ms")), pa.timestamp("us")),
    (pa.array([date(2024, 2, 29)]), pa.timestamp("us")),
])  # fmt: skip
def test_moments_keep_their_offset(column: pa.Array, back: pa.DataType, tmp_path: Path) -> None:
    table = pa.table({"case": ["a"], "activity": ["x"], "time": column})
    read = read_source(written(tmp_path / "log.xes", table)).table["time"]
    assert read.type == back
    assert read.cast(pa.timestamp("us")).to_pylist() == column.cast(pa.timestamp("us")).to_pylist()


def test_moments_of_summer_and_winter_are_read_in_utc(tmp_path: Path) -> None:
    zone = ZoneInfo("Europe/Berlin")
    moments = [datetime(2024, 1, 1, 12, tzinfo=zone), datetime(2024, 7, 1, 12, tzinfo=zone)]
    table = pa.table({"case": ["a", "a"], "activity": ["x", "y"], "time": pa.array(moments)})
    path = written(tmp_path / "log.xes", table)
    assert '"2024-01-01T12:00:00+01:00"' in path.read_text() and '"2024-07-01T12:00:00+02:00"' in path.read_text()
    assert read_source(path).table["time"].to_pylist() == [moment.astimezone(UTC) for moment in moments]


@pytest.mark.parametrize(("values", "back"), [
    (pa.array([2**64 - 1, 3], pa.uint64()), [str(2**64 - 1), "3"]),
    (pa.array([200, None], pa.uint8()), [200, None]),
    (pa.array([Decimal("12.50"), Decimal("-3.25")]), [12.5, -3.25]),
    (pa.array([0.5, math.inf], pa.float16()), [0.5, math.inf]),
    (pa.array([-math.inf, math.nan]), [-math.inf, None]),
    (pa.array([time(8, 30), None]), ["08:30:00", None]),
    (pa.array([timedelta(hours=30), None]), ["1 day, 6:00:00", None]),
    (pa.array([["a", "b"], []]), ['["a","b"]', "[]"]),
    (pa.array([b"\xff", b"x"]), ["/w==", "x"]),
    (pa.array(["b", None, "b", "a"]).dictionary_encode()[:2], ["b", None]),
])  # fmt: skip
def test_other_types_are_written_as_what_they_are_most_like(values: pa.Array, back: Any, tmp_path: Path) -> None:
    path = written(tmp_path / "log.xes", pa.table({"case": ["a", "b"], "activity": ["x", "y"], "value": values}))
    assert read_source(path).table["value"].to_pylist() == back


def test_events_of_a_case_may_lie_anywhere_and_blocks_change_no_byte(tmp_path: Path) -> None:
    count = 3000
    owners = [row * 7919 % 131 for row in range(count)]
    table = pa.table({"case": [f"c{owner}" for owner in owners], "activity": ["x"] * count, "n": list(range(count)),
                      "case:odd": [owner % 2 == 1 for owner in owners]})  # fmt: skip
    whole = written(tmp_path / "whole.xes", table).read_bytes()
    parts = [table.slice(start, 100) for start in range(0, count, 100)]
    assert written(tmp_path / "parts.xes", *parts).read_bytes() == whole
    assert sorted(path.name for path in tmp_path.iterdir()) == ["parts.xes", "whole.xes"]
    assert whole.count(b"<trace>") == whole.count(b'key="odd"') == 131
    back = read_source(tmp_path / "whole.xes").table
    assert back.to_pylist() == by_case(table.select(["case", "activity", "n", "case:odd"]).to_pylist())


def test_an_attribute_that_differs_within_a_case_is_one_of_events_and_comes_back(tmp_path: Path) -> None:
    table = pa.table({"case": ["a", "a", "b"], "activity": ["x", "y", "z"], "case:age": [1, 2, 3]})
    path = written(tmp_path / "log.xes", table)
    assert '<int key="case:age" value="2"/>' in path.read_text()
    assert read_source(path).table.rename_columns(["case", "activity", "case:age"]).equals(table)


def test_columns_may_have_the_names_of_xes_itself(tmp_path: Path) -> None:
    table = pa.table(
        {"case:concept:name": ["a"], "concept:name": ["x"], "time:timestamp": [DAY], "org:resource": ["ann"]}
    )
    back = read_source(written(tmp_path / "log.xes.gz", table))
    assert back.table.column_names == ["case", "activity", "time", "agent"]
    assert (back.format.form, back.format.compression, back.format.suffix) == ("xes", "gz", ".xes")


@pytest.mark.parametrize("ending", ["", ".gz", ".zst", ".bz2", ".xz"])
def test_a_log_may_be_compressed(ending: str, tmp_path: Path) -> None:
    table = pa.table({"case": ["a"], "activity": ["x"], "time": [DAY]})
    assert read_source(written(tmp_path / f"log.xes{ending}", table)).table.equals(table)


def test_the_head_says_what_the_standard_wants(tmp_path: Path) -> None:
    table = pa.table({"case": ["a"], "activity": ["x"], "time": [DAY], "lifecycle:transition": ["complete"],
                      "gap": pa.array([None], pa.int64())})  # fmt: skip
    text = written(tmp_path / "log.xes", table).read_text()
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1849.2016"')
    assert re.findall(r'extension name="(\w+)"', text) == ["Concept", "Time", "Lifecycle"]
    head = text[: text.index("<trace>")]
    assert '<global scope="event">' in head and 'key="gap"' not in head
    assert 'keys="concept:name lifecycle:transition"' in head


def test_a_log_of_no_events_is_one(tmp_path: Path) -> None:
    none = pa.table({"case": pa.array([], pa.string()), "activity": pa.array([], pa.string())})
    assert read_source(written(tmp_path / "log.xes", none)).table.to_pylist() == []


@pytest.mark.parametrize(("changes", "code"), [
    ({"case": None}, "source.no-event-log"),
    ({"activity": None}, "source.no-event-log"),
    ({"time": [1.5]}, "source.types"),
    ({"time": [time(8)]}, "source.types"),
    ({"concept:name": ["y"]}, "source.duplicate-columns"),
])  # fmt: skip
def test_a_table_that_is_no_log_is_refused_before_any_row_is_drawn(changes: Any, code: str, tmp_path: Path) -> None:
    columns = {"case": ["a"], "activity": ["x"], "time": [DAY], **changes}
    table = pa.table({name: column for name, column in columns.items() if column is not None})
    with pytest.raises(SourceError) as fault:
        check_sink(tmp_path / "log.xes", rows=table.slice(0, 0))
    assert fault.value.code == code and fault.value.hint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "value", "code"), [
    ("note", "bell\x07", "source.encoding"), ("activity", "\x00", "source.encoding"),
    ("note", "\uffff", "source.encoding"), ("case", None, "source.no-case"), ("time", None, "source.moments"),
])  # fmt: skip
def test_what_xml_cannot_hold_is_refused_and_nothing_is_left(name: str, value: Any, code: str, tmp_path: Path) -> None:
    (tmp_path / "log.xes").write_text("older")
    rows = {"case": ["a", "b"], "activity": ["x", "y"], "time": pa.array([DAY, DAY]), "note": ["fine", "too"]}
    rows[name] = pa.array([rows[name][0], value]) if name != "time" else pa.array([-(10**18), 0], pa.timestamp("us"))
    with pytest.raises(SourceError) as fault:
        written(tmp_path / "log.xes", pa.table(rows).slice(0, 1), pa.table(rows).slice(1))
    assert fault.value.code == code and fault.value.hint
    assert [path.name for path in tmp_path.iterdir()] == ["log.xes"]
    assert (tmp_path / "log.xes").read_text() == "older"


def test_a_slice_of_texts_is_not_refused_for_what_lies_beside_it(tmp_path: Path) -> None:
    table = pa.table({"case": ["a", "b"], "activity": ["x", "bell\x07"]}).slice(0, 1)
    assert read_source(written(tmp_path / "log.xes", table)).table.num_rows == 1


@pytest.mark.parametrize("at", [0.3, 0.99])
def test_a_file_that_was_cut_short_says_so(at: float, tmp_path: Path) -> None:
    table = pa.table({"case": [str(row) for row in range(500)], "activity": ["x"] * 500})
    whole = written(tmp_path / "log.xes", table).read_bytes()
    (tmp_path / "cut.xes").write_bytes(whole[: int(len(whole) * at)])
    with pytest.raises(SourceError, match="not well-formed") as fault:
        read_xes(tmp_path / "cut.xes")
    assert fault.value.where is not None and ":" in fault.value.where
    packed = gzip.compress(whole)
    (tmp_path / "cut.xes.gz").write_bytes(packed[: int(len(packed) * at)])
    with pytest.raises(SourceError, match="ends before"):
        read_xes(tmp_path / "cut.xes.gz")


def test_blocks_that_are_read_are_cut_anywhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    table = pa.table({"case": [f"c{row // 3}" for row in range(200)], "activity": ["x&<\n"] * 200,
                      "n": list(range(200)), "half": [None if row % 2 else row / 2 for row in range(200)]})  # fmt: skip
    path = written(tmp_path / "log.xes", table)
    for size in (1, 7, 64, 1000, 5000):
        monkeypatch.setattr("likewise.io.xes.reader.BLOCK", size)
        bulk = _in_bulk(io.BytesIO(path.read_bytes()))
        assert bulk is not None and bulk.table()[0].equals(table)


def test_offsets_of_a_zone_of_its_own_are_kept(tmp_path: Path) -> None:
    moment = datetime(2024, 5, 1, 10, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    table = pa.table({"case": ["a"], "activity": ["x"], "time": pa.array([moment], pa.timestamp("us", tz="+05:45"))})
    assert read_source(written(tmp_path / "log.xes", table)).table.equals(table)


def test_a_log_is_learned_and_drawn_as_any_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    count = 240
    table = pa.table({
        "case": [f"case {row // 4}" for row in range(count)], "activity": ["register", "check", "pay", "ship"] * 60,
        "time": pa.array([DAY + timedelta(hours=row * 3) for row in range(count)]),
        "cost": [row * 7 % 90 for row in range(count)],
    })  # fmt: skip
    written(tmp_path / "orders.xes.gz", table)
    made = synthesize_to_files("orders.xes.gz", technique="bootstrap", settings={"method": "cluster", "entity": "case"})
    assert made.data == "orders.synthetic.xes.gz"
    drawn = read_log("orders.synthetic.xes.gz").traces
    assert drawn.lengths.tolist() == [4] * 60
    assert [drawn.sequence(case) for case in range(3)] == [("register", "check", "pay", "ship")] * 3


def test_memory_is_that_of_a_block_and_some_numbers_an_event(tmp_path: Path) -> None:
    script = """
        import sys, numpy as np, pyarrow as pa
        from likewise.io import spool
        spool.ROWS = 4096
        from likewise.io.xes import writer
        from likewise.io.sink import open_sink
        words = pa.array(["a text of some length that repeats " * 6 + str(n) for n in range(97)])
        with open_sink(sys.argv[1]) as sink:
            for block in range(40):
                rows = np.arange(2_000) + block * 2_000
                sink.write(pa.table({"case": pa.array(rows % 5003), "activity": words.take(pa.array(rows % 97)),
                                     "note": words.take(pa.array(rows % 89))}))
        print(pa.default_memory_pool().max_memory() >> 20)
    """
    command = [sys.executable, "-c", textwrap.dedent(script), str(tmp_path / "log.xes")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    size = (tmp_path / "log.xes").stat().st_size >> 20
    assert size > 35
    assert int(done.stdout) < 20, "more than some blocks were held at once"
