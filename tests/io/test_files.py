"""Parquet, Arrow, JSON and Excel: what goes in comes out."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from likewise.errors import SourceError
from likewise.io.sink import open_sink
from likewise.io.source import ReadOptions, read_source

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=6) | st.sampled_from(
    ["2020-01-01", "12:30", "1e5", "", "null"]
)
NESTED = st.fixed_dictionaries({"k": st.integers(-5, 5), "w": TEXT}) | st.none()
KINDS = st.sampled_from(["int", "float", "bool", "text", "struct", "list"])
VALUES: dict[str, tuple[pa.DataType, st.SearchStrategy[object]]] = {
    "int": (pa.int64(), st.integers(-(2**63), 2**63 - 1)),
    "float": (pa.float64(), st.floats(allow_nan=False, allow_infinity=False).map(lambda x: x + 0.0)),
    "bool": (pa.bool_(), st.booleans()),
    "text": (pa.string(), TEXT),
    "struct": (pa.struct([("k", pa.int64()), ("w", pa.string())]), NESTED),
    "list": (pa.list_(pa.int64()), st.lists(st.integers(-9, 9), min_size=1, max_size=3)),
}
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def tables(draw: st.DrawFn) -> pa.Table:
    rows = draw(st.integers(1, 5))
    names = draw(st.lists(TEXT, min_size=1, max_size=4, unique=True))
    columns = {}
    for name in names:
        kind, values = VALUES[draw(KINDS)]
        first = draw(values.filter(lambda v: v is not None))
        columns[name] = pa.array([first, *draw(st.lists(values | st.none(), min_size=rows, max_size=rows))], kind)
    return pa.table(columns)


@pytest.mark.parametrize("name", ["x.parquet", "x.arrow", "x.arrows", "x.feather"])
@given(table=tables())
@FEW
def test_arrow_and_parquet_are_exact(table: pa.Table, name: str, tmp_path: Path) -> None:
    with open_sink(tmp_path / name) as sink:
        sink.write(table.slice(0, 2))
        sink.write(table.slice(2))
    assert read_source(tmp_path / name).table.equals(table)


@pytest.mark.parametrize("name", ["x.jsonl", "x.json", "x.jsonl.zst"])
@given(table=tables())
@FEW
def test_json_is_exact(table: pa.Table, name: str, tmp_path: Path) -> None:
    with open_sink(tmp_path / name) as sink:
        sink.write(table.slice(0, 2))
        sink.write(table.slice(2))
    assert read_source(tmp_path / name).table.to_pylist() == table.to_pylist()


@pytest.mark.parametrize("name", ["x.csv", "x.csv.gz", "x.csv.zst", "x.csv.bz2", "x.csv.xz", "x.tsv", "x.tsv.gz"])
def test_the_same_rows_are_the_same_bytes_whatever_the_compression(name: str, tmp_path: Path) -> None:
    table = pa.table({"a": ["1", "x\ty"], "b": ["é", ""]})
    for _ in range(2):
        with open_sink(tmp_path / name) as sink:
            sink.write(table)
        source = read_source(tmp_path / name)
        assert source.table.equals(table) and source.name == "x"
    first = (tmp_path / name).read_bytes()
    with open_sink(tmp_path / name, format=source.format) as sink:
        sink.write(source.table)
    assert (tmp_path / name).read_bytes() == first
    assert not name.endswith(".gz") or first[3:8] == b"\x00" * 5  # neither a name nor a time


@pytest.mark.parametrize("name", ["x.parquet", "x.arrow", "x.xlsx", "x.jsonl.gz"])
def test_equal_rows_give_equal_bytes(name: str, tmp_path: Path) -> None:
    table = pa.table({"a": [1, 2], "b": ["x", None], "d": [dt.date(2020, 1, 1), None]})
    contents = []
    for place in ("one", "two"):
        (tmp_path / place).mkdir()
        with open_sink(tmp_path / place / name) as sink:
            sink.write(table)
        contents.append((tmp_path / place / name).read_bytes())
    assert contents[0] == contents[1]


def test_parquet_keeps_types_and_drops_metadata(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    table = pa.table({
        "c": pa.array(["a", None, "b"]).dictionary_encode(),
        "t": pa.array([0, 1, None], pa.timestamp("ns", "Europe/Rome")),
        "d": pa.array([Decimal("1.50"), None, Decimal("2.25")]), "u": pa.array([1, 2, None], pa.uint8()),
    })  # fmt: skip
    pq.write_table(table.replace_schema_metadata({"secret": "Ann"}), tmp_path / "x.parquet", compression="gzip")
    source = read_source(tmp_path / "x.parquet")
    assert source.table.equals(table) and source.table.schema.metadata is None
    assert source.format.codec == "gzip"


def lines(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_json_columns_that_mix_types_become_strings(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "x.jsonl", '{"a": 1, "n": {"k": 1}}', "", '{"a": "x", "n": [2], "b": 12345678901234567890123}'
    )
    assert read_source(path).table.to_pylist() == [
        {"a": "1", "n": '{"k":1}', "b": None}, {"a": "x", "n": "[2]", "b": "12345678901234567890123"},
    ]  # fmt: skip


def test_json_dates_stay_as_they_are_written(tmp_path: Path) -> None:
    path = lines(tmp_path / "x.jsonl", '{"d": "2020-01-02", "n": {"t": "2020-01-02T03:04:05Z"}, "l": ["2020-01-02"]}')
    assert read_source(path).table.to_pylist() == [
        {"d": "2020-01-02", "n": {"t": "2020-01-02T03:04:05Z"}, "l": ["2020-01-02"]}
    ]


@pytest.mark.parametrize(
    ("rows", "where"),
    [
        (['{"a": 1}', '{"a": 2'], ":2 (character"),
        (['{"a": 1}', "5"], ":2"),
        (['[{"a": 1},', '{"a" 2}]'], ":2 (character"),
        (['[{"a": 1}, 5]'], "($[1])"),
    ],
)
def test_json_faults_have_a_line(rows: list[str], where: str, tmp_path: Path) -> None:
    path = lines(tmp_path / ("x.json" if rows[0][0] == "[" else "x.jsonl"), *rows)
    with pytest.raises(SourceError) as fault:
        read_source(path)
    assert fault.value.code == "source.json" and fault.value.where is not None and fault.value.hint
    assert fault.value.where.startswith(str(path)) and where in fault.value.where


@pytest.mark.parametrize("content", ["", " \n", "[]", "{}\n"])
def test_json_without_fields_is_empty(content: str, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(content)
    with pytest.raises(SourceError) as fault:
        read_source(tmp_path / "x.json")
    assert fault.value.code == "source.empty"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "Orders"
    sheet.append([])
    sheet.append(["id", "when", "price", "note", None])
    sheet.append([1, dt.datetime(2020, 1, 2), 1.5, "x", True])
    sheet.append([2, None, 2, 7, False])
    other = made.create_sheet("Twice")
    other.append(["a", "a"])
    other.append([1, 2])
    made.create_sheet("Nothing")
    made.save(tmp_path / "book.xlsx")
    return tmp_path / "book.xlsx"


def test_excel_is_read_with_its_types(book: Path) -> None:
    source = read_source(book)
    assert source.table.to_pylist() == [
        {"id": 1, "when": dt.date(2020, 1, 2), "price": 1.5, "note": "x", "column_5": True},
        {"id": 2, "when": None, "price": 2.0, "note": "7", "column_5": False},
    ]
    assert source.format.sheet == "Orders"


@pytest.mark.parametrize(
    ("sheet", "code", "hint"),
    [("Order", "source.unknown-sheet", "`Orders`"), ("Twice", "source.duplicate-columns", "name"),
     ("Nothing", "source.empty", "sheet")],
)  # fmt: skip
def test_excel_faults(sheet: str, code: str, hint: str, book: Path) -> None:
    with pytest.raises(SourceError) as fault:
        read_source(book, options=ReadOptions(sheet=sheet))
    assert fault.value.code == code and fault.value.hint is not None and hint in fault.value.hint


def test_excel_writes_texts_as_texts(tmp_path: Path) -> None:
    table = pa.table({
        "t": ["=1+1", "", None], "x": [0.5, float("nan"), None], "i": [1, 2, None], "b": [True, False, None],
        "z": pa.array([0, None, None], pa.timestamp("us", "UTC")), "l": [[1], None, None],
        "d": [dt.datetime(2020, 1, 2, 3, 4, 5), None, None], "big": [2**60, None, None],
    })  # fmt: skip
    with open_sink(tmp_path / "x.xlsx") as sink:
        sink.write(table.slice(0, 1))
        sink.write(table.slice(1))
    assert read_source(tmp_path / "x.xlsx").table.to_pylist()[0] == {
        "t": "=1+1", "x": 0.5, "i": 1, "b": True, "z": "1970-01-01 00:00:00+00:00", "l": "[1]",
        "d": dt.datetime(2020, 1, 2, 3, 4, 5), "big": str(2**60),
    }  # fmt: skip


@pytest.mark.parametrize("text", ["x" * 40_000, "a\x01b"])
def test_what_excel_cannot_hold_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError), open_sink(tmp_path / "x.xlsx") as sink:
        sink.write(pa.table({"a": [text]}))
    assert list(tmp_path.iterdir()) == []
