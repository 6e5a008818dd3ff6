"""Delimited text: every cell as it is written, every fault with its line."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from likewise.errors import SourceError
from likewise.io.csv import csv_writer, read_csv
from likewise.io.format import Format

PATH = Path("x.csv")
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=8) | st.sampled_from(
    ["", '"', '""', ",", ";", "\t", "|", "\n", "\r", "\r\n", "\ufeff", " ?", "007", "1.50", "NA", "a,b", "é", "\\"]
)


def written(table: pa.Table, form: Format) -> bytes:
    stream = io.BytesIO()
    with csv_writer(stream, form, PATH) as write:
        for start in range(0, max(table.num_rows, 1), 3):
            write(table.slice(start, 3))
    return stream.getvalue()


@st.composite
def tables(draw: st.DrawFn) -> pa.Table:
    width, rows = draw(st.integers(1, 4)), draw(st.integers(0, 7))
    names = draw(st.lists(TEXT.filter(lambda n: n != ""), min_size=width, max_size=width, unique=True))
    return pa.table({n: pa.array(draw(st.lists(TEXT, min_size=rows, max_size=rows)), pa.string()) for n in names})


@given(
    tables(), st.sampled_from([",", ";", "\t", "|"]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(["\n", "\r\n"]), st.booleans(),
)  # fmt: skip
@example(pa.table({name: [cell] for name, cell in zip(["00", "1", "0", "\0"], "0000")}), ",", "utf-8", "\n", True)
@example(pa.table({"\0": [""], "0": [""], "1": [""], "00": ["0"]}), ",", "utf-8", "\n", True)
@example(pa.table({"\0a": ["", '\0"', "\0,\n"]}), ",", "utf-16", "\r\n", False)
@settings(max_examples=200, deadline=None)
def test_any_table_of_strings_survives(
    table: pa.Table, delimiter: str, encoding: str, newline: str, quote: bool
) -> None:
    form = Format(
        form="csv", delimiter=delimiter, encoding=encoding, newline=newline,
        quoted=tuple(table.column_names) if quote else (), quoted_header=quote,
    )  # fmt: skip
    again, found = read_csv(written(table, form), PATH, delimiter=delimiter, header=True, encoding=encoding)
    assert again.equals(table)
    assert found.encoding == encoding


@pytest.mark.parametrize(
    ("data", "rows", "found"),
    [
        (b"a,b\n007,1.50\n ?,\n", [{"a": "007", "b": "1.50"}, {"a": " ?", "b": ""}], {}),
        (b"a\tb\n1\t2\n", [{"a": "1", "b": "2"}], {"delimiter": "\t"}),
        (b"a|b\n1|2\n", [{"a": "1", "b": "2"}], {"delimiter": "|"}),
        (b"a;b\n1,5;2,5\n", [{"a": "1,5", "b": "2,5"}], {"delimiter": ";"}),
        (b"1,5;2,5\n3,5;4,5\n", [{"column_1": "1,5", "column_2": "2,5"}, {"column_1": "3,5", "column_2": "4,5"}],
         {"delimiter": ";", "header": False}),
        (b'a,b\r\n"x\r\ny",2\r\n', [{"a": "x\r\ny", "b": "2"}], {"newline": "\r\n"}),
        (b'"a","b"\n"x",1\n', [{"a": "x", "b": "1"}], {"quoted": ("a",), "quoted_header": True}),
        (b"a\rx\r", [{"a": "x"}], {"newline": "\r"}),
        (b"\xef\xbb\xbfa,b\n1,2\n", [{"a": "1", "b": "2"}], {"encoding": "utf-8-sig"}),
        ("é,b\nñ,2\n".encode("latin-1"), [{"é": "ñ", "b": "2"}], {"encoding": "latin-1"}),
        ("€,b\nñ,2\n".encode("cp1252"), [{"€": "ñ", "b": "2"}], {"encoding": "cp1252"}),
        ("é,b\nñ,2\n".encode("utf-16"), [{"é": "ñ", "b": "2"}], {"encoding": "utf-16"}),
        ("é,b\nñ,2\n".encode("utf-16-be"), [{"é": "ñ", "b": "2"}], {"encoding": "utf-16-be"}),
        (b"a,b\n", [], {}),
        (b"a\n1\n\n3\n\n", [{"a": "1"}, {"a": ""}, {"a": "3"}], {}),
        (b"a,b\n\n1,2\n\n", [{"a": "1", "b": "2"}], {}),
        (b'a,b\n5" pipe,3\n', [{"a": '5" pipe', "b": "3"}], {}),
    ],
)  # fmt: skip
def test_what_is_found(data: bytes, rows: list[dict[str, str]], found: dict[str, object]) -> None:
    table, form = read_csv(data, PATH)
    assert table.to_pylist() == rows
    assert set(map(str, table.schema.types)) == {"string"}
    assert form.model_dump(exclude_defaults=True, exclude={"form"}) == found
    again = written(table, form)
    assert read_csv(again, PATH, header=form.header)[0].equals(table)
    assert again.strip() == data.strip() or b"\n\n" in data or b'5"' in data


@pytest.mark.parametrize(
    ("data", "code", "where", "what"),
    [
        (b"", "source.empty", "x.csv", "empty"),
        (b"\n \n", "source.empty", "x.csv", "empty"),
        (b"a,b,a\n1,2,3\n", "source.duplicate-columns", "x.csv:1", "`a`"),
        (
            b"a,b\n1,2\n1,2,3\n4\n5,6\n",
            "source.ragged",
            "x.csv:3",
            "2 rows have not 2 cells: line 3 has 3, line 4 has 1",
        ),
        (b'\n\na,b\n"x\ny",2\n1\n', "source.ragged", "x.csv:6", "1 row has not 2 cells"),
        (b'a,b\n1,2\n"x,3\n4,5\n', "source.open-quote", "x.csv:3", "not closed"),
        (b'a,b\n1,2\n"x,3\n4,"y"\n', "source.open-quote", "x.csv:3", "not closed"),
        ("é,ü\n".encode() * 60 + b"\xe9,1\n", "source.encoding", "x.csv:61 (byte 1)", "utf-8"),
        (b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" * 50, "source.binary", "x.csv", "binary"),
    ],
)
def test_faults_have_a_place(data: bytes, code: str, where: str, what: str) -> None:
    with pytest.raises(SourceError) as fault:
        read_csv(data, PATH)
    assert (fault.value.code, fault.value.where) == (code, where)
    assert what in fault.value.what and fault.value.hint


def test_a_named_encoding_that_does_not_fit_has_a_place() -> None:
    with pytest.raises(SourceError) as fault:
        read_csv(b"a,b\n1,\xe9\n", PATH, encoding="utf-8")
    assert fault.value.code == "source.encoding" and fault.value.where == "x.csv:2 (byte 3)"
    with pytest.raises(SourceError) as fault:
        read_csv(b"a,b\n1,2\n", PATH, encoding="klingon")
    assert fault.value.code == "source.unknown-encoding"


def test_what_an_encoding_cannot_hold_is_said() -> None:
    with pytest.raises(SourceError) as fault:
        written(pa.table({"a": ["☃"]}), Format(form="csv", encoding="latin-1"))
    assert fault.value.code == "source.encoding" and "☃" not in str(fault.value)


def test_a_record_longer_than_a_block_is_read() -> None:
    long = "x" * (18 << 20)
    table, _ = read_csv(f'a,b\n"{long}\n",2\n'.encode(), PATH)
    assert table.to_pylist() == [{"a": f"{long}\n", "b": "2"}]


def test_values_of_every_type_are_written() -> None:
    import datetime as dt
    from decimal import Decimal

    table = pa.table({
        "i": [1, None], "x": [0.5, float("nan")], "b": [True, None], "d": [dt.date(2020, 1, 2), None],
        "t": [dt.datetime(2020, 1, 2, 3, 4, 5), dt.datetime(2020, 1, 2, 3, 4, 5, 600000)], "n": [Decimal("1.50"), None],
        "s": [{"k": [1]}, None], "c": pa.array(["p", None]).dictionary_encode(), "u": [dt.timedelta(hours=1), None],
        "r": [b"ok", b"\xff"],
    })  # fmt: skip
    assert written(table, Format(form="csv")).decode().splitlines()[1:] == [
        '1,0.5,true,2020-01-02,2020-01-02 03:04:05,1.50,"{""k"":[1]}",p,1:00:00,ok',
        ",,,,2020-01-02 03:04:05.600000,,,,,/w==",
    ]
