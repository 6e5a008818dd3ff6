"""Reading whatever it is called and however it is packed, and saying what is wrong."""

from __future__ import annotations

import bz2
import gzip
import lzma
from pathlib import Path

import pyarrow as pa
import pytest

from likewise.errors import LikewiseError, SourceError
from likewise.io.sink import open_sink
from likewise.io.source import ReadOptions, read_source

CONTENT = b"a,b\n" + b"1,x\n" * 500
DATA = Path(__file__).parents[2] / "../shared/data"


def code(path: Path, options: ReadOptions | None = None) -> tuple[str, str, str]:
    with pytest.raises(SourceError) as fault:
        read_source(path, options=options)
    assert fault.value.where is not None and fault.value.hint
    return fault.value.code, fault.value.where, fault.value.hint


def test_files_that_are_not_there(tmp_path: Path) -> None:
    (tmp_path / "adult.csv").write_bytes(CONTENT)
    found, where, hint = code(tmp_path / "adlut.csv")
    assert found == "source.no-such-file" and where.endswith("adlut.csv") and "adult.csv" in hint
    assert code(tmp_path / "no" / "adult.csv")[0] == "source.no-such-file"
    assert code(tmp_path)[0] == "source.folder"


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("x.csv", b"", "source.empty"),
        ("x.parquet", b"", "source.empty"),
        ("x.csv.gz", gzip.compress(b"", mtime=0), "source.empty"),
        ("x.csv.gz", gzip.compress(CONTENT, mtime=0)[:-12], "source.truncated"),
        ("x.csv.bz2", bz2.compress(CONTENT)[:-12], "source.truncated"),
        ("x.csv.xz", lzma.compress(CONTENT)[:-12], "source.truncated"),
        ("x.csv.gz", gzip.compress(CONTENT, mtime=0)[:-8] + b"junkjunk", "source.damaged"),
        ("x.csv", b"PAR1" + b"\x00" * 50, "source.wrong-suffix"),
        ("x.csv", b"SQLite format 3\x00" + b"\x00" * 50, "source.wrong-suffix"),
        ("x.csv", b"ARROW1\x00\x00" + b"\x00" * 50, "source.wrong-suffix"),
        ("x.csv", b"\x7fELF\x02\x01\x01\x00" + b"\x00\x03" * 50, "source.binary"),
        ("x.parquet", CONTENT, "source.wrong-suffix"),
        ("x.parquet", b"PAR1" + CONTENT, "source.damaged"),
        ("x.arrow", b"ARROW1\x00\x00" + CONTENT, "source.damaged"),
        ("x.xlsx", b"PK\x03\x04" + CONTENT, "source.damaged"),
        ("x.xlsx", CONTENT, "source.wrong-suffix"),
        ("x.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + CONTENT, "source.old-excel"),
        ("x.docx", CONTENT, "source.unknown-format"),
        ("x", CONTENT, "source.unknown-format"),
    ],
)
def test_faults_of_files(name: str, content: bytes, expected: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    assert code(tmp_path / name)[:2] == (expected, str(tmp_path / name))


def test_a_cut_zstd_file_is_said(tmp_path: Path) -> None:
    with open_sink(tmp_path / "x.csv.zst") as sink:
        sink.write(pa.table({"a": [str(i) for i in range(10_000)]}))
    whole = (tmp_path / "x.csv.zst").read_bytes()
    (tmp_path / "x.csv.zst").write_bytes(whole[:-20])
    assert code(tmp_path / "x.csv.zst")[0] == "source.truncated"


def test_content_counts_where_the_name_says_little(tmp_path: Path) -> None:
    table = pa.table({"a": ["1"]})
    with open_sink(tmp_path / "x.parquet") as sink:
        sink.write(table)
    (tmp_path / "x.parquet").rename(tmp_path / "export.v2")
    assert read_source(tmp_path / "export.v2").table.equals(table)
    (tmp_path / "export.v2").rename(tmp_path / "x.csv")
    assert read_source(tmp_path / "x.csv", options=ReadOptions(format="parquet")).table.equals(table)
    (tmp_path / "y.csv").write_bytes(gzip.compress(CONTENT))
    assert read_source(tmp_path / "y.csv").table.num_rows == 500
    (tmp_path / "adult.data").write_bytes(b"39, State-gov, 77516\n50, Private, 83311\n38, Private, 215646\n")
    adult = read_source(tmp_path / "adult.data")
    assert adult.table.to_pylist()[0] == {"column_1": "39", "column_2": " State-gov", "column_3": " 77516"}


def test_options_win(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b"1|2;3\n\xe9|5;6\n")
    chosen = ReadOptions(delimiter="|", header=True, encoding="cp1250")
    source = read_source(tmp_path / "x.csv", options=chosen)
    assert source.table.to_pydict() == {"1": ["é"], "2;3": ["5;6"]}
    assert read_source(tmp_path / "x.csv", options=ReadOptions(header=False)).table.num_rows == 2
    with pytest.raises(LikewiseError):
        ReadOptions.from_dict({"delimeter": ";"})


def test_one_row_one_column_and_no_rows(tmp_path: Path) -> None:
    for content, shape in ((b"a,b\n1,2", (1, 2)), (b"a\nx\n", (1, 1)), (b"a,b", (0, 2)), (b"a\r\n", (0, 1))):
        (tmp_path / "x.csv").write_bytes(content)
        assert read_source(tmp_path / "x.csv").table.shape == shape


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("adult.csv.gz", "adult"),
        ("my data (1).csv", "my_data_1"),
        ("a.b.tsv", "a.b"),
        ("été.CSV", "été"),
        ("..csv", "table"),
    ],
)
def test_names_are_safe(name: str, stem: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(CONTENT)
    assert read_source(tmp_path / name, options=ReadOptions(format="csv")).name == stem


@pytest.mark.skipif(not DATA.exists(), reason="../shared/data is not there")
@pytest.mark.parametrize(
    ("path", "rows"),
    [("adult/train.csv.gz", 32561), ("online_shoppers/online_shoppers.csv.gz", 12330), ("etth1/ETTh1.csv.gz", 17420)],
)
def test_real_tables_are_read_and_written_as_they_are(path: str, rows: int, tmp_path: Path) -> None:
    if not (DATA / path).exists():
        pytest.skip(f"../shared/data/{path} is not there")
    source = read_source(DATA / path)
    assert source.table.num_rows == rows and source.format.header
    with open_sink(tmp_path / "x.csv.gz", format=source.format) as sink:
        sink.write(source.table)
    assert gzip.decompress((tmp_path / "x.csv.gz").read_bytes()) == gzip.decompress((DATA / path).read_bytes())
