"""Reading for privacy: no row changes how another is read, none is refused."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from likewise.errors import SourceError
from likewise.io.declared import read_declared
from likewise.io.source import ReadOptions, read_source

NAMES = ["a", "b", "c"]
ODD = ['"', ",", ";", "\t", "|", "\r", "x", '""', '"y"', "1", "{", "}", "\\", " ", "ü", "\0", "PK\x03\x04"]
PIECE = st.one_of(st.sampled_from(ODD), st.characters(exclude_characters="\n", exclude_categories=("Cs",)))
LINE = st.lists(PIECE, max_size=12).map("".join).map(str.encode)
BYTES = st.binary(max_size=8).map(lambda data: data.replace(b"\n", b""))
LINES = st.one_of(LINE, BYTES, st.sampled_from([b'"1","2","3"', b"1,2,3", b"PK\x03\x04", b"\x1f\x8b"]))


def _cells(folder: Path, name: str, data: bytes, **options: str) -> list[tuple[str | None, ...]]:
    path = folder / name
    path.write_bytes(data)
    table = read_declared(path, NAMES, options=ReadOptions.model_validate(options)).table
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "shift_jis", "gb18030"])
@given(st.lists(LINES, max_size=4), LINES, st.integers(0, 4))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_line_more_leaves_all_others_as_they_were(
    tmp_path: Path, encoding: str, lines: list[bytes], more: bytes, at: int
) -> None:
    def read(rows: list[bytes]) -> list[tuple[str | None, ...]]:
        return _cells(tmp_path, "t.csv", b"\n".join([b"a,b,c", *rows]), encoding=encoding)

    at = min(at, len(lines))
    own = read([more])
    assert read([*lines[:at], more, *lines[at:]]) == read(lines[:at]) + own + read(lines[at:])
    assert len(own) <= 1


@given(st.lists(LINES, max_size=4), LINES)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_object_more_leaves_all_others_as_they_were(tmp_path: Path, lines: list[bytes], more: bytes) -> None:
    objects = [json.dumps({"a": line.decode(errors="replace"), "b": 1.50, "new": [1]}).encode() for line in lines]
    head = _cells(tmp_path, "t.jsonl", b"\n".join(objects))
    assert len(head) == len(lines)
    assert _cells(tmp_path, "t.jsonl", b"\n".join([*objects, more]))[: len(lines)] == head


@given(st.lists(st.tuples(*[st.text(st.characters(exclude_characters="\n\r", exclude_categories=("Cs",)))] * 3)))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_well_written_is_read_as_written(tmp_path: Path, rows: list[tuple[str, str, str]]) -> None:
    import csv

    with (tmp_path / "t.csv").open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([NAMES, *rows])
    table = read_declared(tmp_path / "t.csv", NAMES).table
    assert [tuple(row.values()) for row in table.to_pylist()] == rows
    assert all(column.type == pa.large_string() for column in table.columns)


def test_lines_that_are_no_rows_are_left_out(tmp_path: Path) -> None:
    data = b'a,b,c\r\n1,2,3\r\n1,2\r\n1,2,3,4\r\n"1,2,3\r\n"1","2,2","3"\r\n\xff,\xc3\xbc,"\xfe"\r\n\r\n'
    assert _cells(tmp_path, "t.csv", data) == [("1", "2", "3"), ("1", "2,2", "3"), (None, "ü", None)]
    note = b'a,b,c\n1,2,3\n4,5,"a note\nof, many\n\nlines"\n7,8,9\n'
    assert _cells(tmp_path, "t.csv", note) == [("1", "2", "3"), ("7", "8", "9")]


@pytest.mark.parametrize("mark", [";", "\t", "|", ","])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_the_header_decides_how_lines_are_parted(tmp_path: Path, mark: str, newline: str) -> None:
    rows = [["a", " b", "c"], ["1,5;|", "2", "3"], ["4", "5", "6"]]
    rows[1][0] = rows[1][0].replace(mark, "")
    data = newline.join(mark.join(row) for row in rows).encode()
    assert _cells(tmp_path, "t.txt", data) == [tuple(row) for row in rows[1:]]
    written = read_declared(tmp_path / "t.txt", NAMES).format
    assert (written.delimiter, written.newline) == (mark, newline)


def test_names_stand_in_for_a_header(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("1,2,3\n")
    assert read_declared(tmp_path / "t.csv", NAMES, options=ReadOptions(header=False)).table.to_pylist() == [
        {"a": "1", "b": "2", "c": "3"}
    ]


def test_other_encodings_compression_and_formats(tmp_path: Path) -> None:
    assert _cells(tmp_path, "t.csv.gz", gzip.compress("a,b,c\nä,2,3\n".encode())) == [("ä", "2", "3")]
    assert _cells(tmp_path, "t.csv", "a,b,c\nä,2,3\n".encode("utf-16")) == [("ä", "2", "3")]
    assert _cells(tmp_path, "t.csv", "a,b,c\nä,2,3\n".encode("cp1252"), encoding="cp1252") == [("ä", "2", "3")]
    assert _cells(tmp_path, "t.csv", "\ufeffa,b,c\nä,2,3\n".encode()) == [("ä", "2", "3")]
    objects = b'[{"a": 1e400, "b": true, "c": null}, 7, {"a": "x", "b": NaN, "c": {"d": 1}}]'
    wanted = [("1e400", "true", None), (None, None, None), ("x", "NaN", None)]
    assert _cells(tmp_path, "t.json", objects) == wanted
    table = pa.table({"a": [1, None], "b": [1.5, 2.5], "c": [True, None]})
    import pyarrow.parquet as pq

    pq.write_table(table, tmp_path / "t.parquet")
    assert read_declared(tmp_path / "t.parquet", NAMES).table == read_source(tmp_path / "t.parquet").table


@pytest.mark.parametrize(("name", "data", "code"), [
    ("t.csv", b"", "source.empty"), ("t.csv", b"\n\n", "source.empty"), ("t.csv", b'"a,b\n1,2', "source.header"),
    ("t.csv", b"\xff,b\n1,2\n", "source.encoding"), ("t.csv", b"a,a\n1,2\n", "source.duplicate-columns"),
    ("t.json", b"[{]", "source.not-json"), ("t.xyz", b"a,b", "source.unknown-format"),
])  # fmt: skip
def test_what_is_no_table_at_all_is_refused(tmp_path: Path, name: str, data: bytes, code: str) -> None:
    with pytest.raises(SourceError) as fault:
        _cells(tmp_path, name, data)
    assert fault.value.code == code
    with pytest.raises(SourceError):
        read_declared(tmp_path / "none.csv", NAMES)
