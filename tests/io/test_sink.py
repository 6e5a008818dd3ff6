"""Writing is whole or not at all, in bounded memory."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from likewise.core.aside import aside, write_aside
from likewise.core.frames import to_raw
from likewise.core.table import Table
from likewise.errors import SourceError
from likewise.io.format import Format, format_of
from likewise.io.sink import check_sink, open_sink
from likewise.io.source import read_source

TABLE = pa.table({"a": [1, 2], "b": ["x", None]})
NAMES = [
    "x.csv",
    "x.csv.gz",
    "x.tsv.zst",
    "x.csv.xz",
    "x.csv.bz2",
    "x.parquet",
    "x.jsonl",
    "x.json",
    "x.arrow",
    "x.xlsx",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("stop", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_any_stop_leaves_the_older_file_and_nothing_else(name: str, stop: type[BaseException], tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"older")
    with pytest.raises(stop), open_sink(tmp_path / name) as sink:
        sink.write(TABLE)
        assert (tmp_path / name).read_bytes() == b"older"
        raise stop
    assert [p.name for p in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_bytes() == b"older"


def limited(script: str, *arguments: str, before: str = "") -> subprocess.CompletedProcess[str]:
    code = f"import sys, resource, os\n{before}\n{textwrap.dedent(script)}"
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", ["x.csv", "x.parquet", "x.arrow", "x.jsonl.gz", "x.csv.zst", "x.sqlite"])
def test_a_full_disk_leaves_the_older_file(name: str, tmp_path: Path) -> None:
    older = b"" if name == "x.sqlite" else b"older"
    if older:
        (tmp_path / name).write_bytes(older)
    done = limited(
        """
        import numpy as np, pyarrow as pa
        from likewise.errors import SourceError
        from likewise.io.sink import check_sink, open_sink
        block = pa.table({"a": np.random.default_rng(0).random(50_000)})
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
        try:
            with open_sink(sys.argv[1]) as sink:
                for _ in range(20):
                    sink.write(block)
        except SourceError as fault:
            print(fault.code, bool(fault.hint))
        """,
        str(tmp_path / name),
    )
    assert done.stdout == "source.disk-full True\n", done.stderr
    assert done.stderr == ""
    assert [p.name for p in tmp_path.iterdir()] == ([name] if older else [])
    assert not older or (tmp_path / name).read_bytes() == older


def test_a_full_device_is_said() -> None:
    with pytest.raises(SourceError) as fault, open_sink("/dev/full", format=Format(form="csv")) as sink:
        sink.write(TABLE)
    assert fault.value.code == "source.disk-full"
    with open_sink("/dev/null", format=Format(form="csv")) as sink:
        sink.write(TABLE)


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "no" / "x.csv", "source.no-such-folder"), (tmp_path / "d.csv", "source.folder")):
        (tmp_path / "d.csv").mkdir(exist_ok=True)
        with pytest.raises(SourceError) as fault, open_sink(path) as sink:
            sink.write(TABLE)
        assert fault.value.code == code and fault.value.where == str(path) and fault.value.hint
    with pytest.raises(SourceError) as fault:
        open_sink(tmp_path / "x.docx")
    assert fault.value.code == "source.unknown-format" and ".parquet" in str(fault.value.hint)


def test_what_may_not_be_written_or_read_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    for parent in tmp_path.parents[:-2]:
        if parent.stat().st_uid == os.getuid():
            parent.chmod(0o755)
    (tmp_path / "locked").mkdir()
    (tmp_path / "x.csv").write_text("a\n1\n")
    (tmp_path / "x.csv").chmod(0o400)
    (tmp_path / "locked").chmod(0o555)
    done = limited(
        """
        import pyarrow as pa
        from pathlib import Path
        from likewise.errors import SourceError
        from likewise.io.sink import check_sink, open_sink
        from likewise.io.source import read_source
        if os.geteuid() == 0:
            os.setgid(65534)
            os.setuid(65534)
        folder = Path(sys.argv[1])
        for place in (folder / "locked" / "y.csv", folder / "x.csv"):
            try:
                with open_sink(place) as sink:
                    sink.write(pa.table({"a": [1]}))
            except SourceError as fault:
                print(fault.code)
        (folder / "x.csv").chmod(0) if os.geteuid() != 65534 else None
        try:
            read_source(folder / "x.csv")
        except SourceError as fault:
            print(fault.code)
        """,
        str(tmp_path),
    )
    assert done.stdout.split() == ["source.read-only", "source.read-only", "source.no-permission"], done.stderr


def test_mode_and_link_are_kept(tmp_path: Path) -> None:
    real = tmp_path / "real.csv"
    real.write_text("old")
    real.chmod(0o640)
    (tmp_path / "link.csv").symlink_to(real)
    with open_sink(tmp_path / "link.csv") as sink:
        sink.write(TABLE)
    assert real.read_text() == "a,b\n1,x\n2,\n" and real.stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "link.csv").is_symlink()


def test_texts_are_written_aside(tmp_path: Path) -> None:
    write_aside(tmp_path / "r.html", "é")
    write_aside(tmp_path / "r.bin", b"\x00")
    assert (tmp_path / "r.html").read_bytes() == "é".encode() and (tmp_path / "r.bin").read_bytes() == b"\x00"
    with pytest.raises(ZeroDivisionError), aside(tmp_path / "r.html") as partial:
        partial.write_text("half")
        raise ZeroDivisionError
    assert (tmp_path / "r.html").read_text() == "é" and len(list(tmp_path.iterdir())) == 2


def test_blocks_must_agree(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as fault, open_sink(tmp_path / "x.csv") as sink:
        sink.write(TABLE)
        sink.write(pa.table({"b": ["x"], "a": [1]}))
    assert fault.value.code == "source.columns"
    with open_sink(tmp_path / "x.parquet") as sink:
        sink.write(TABLE)
        sink.write(pa.table({"a": pa.array([3], pa.int32()), "b": ["y"]}))
        assert sink.rows == 3
    with pytest.raises(SourceError) as fault:
        sink.write(TABLE)
    assert fault.value.code == "source.closed"
    with pytest.raises(SourceError) as fault, open_sink(tmp_path / "z.parquet") as sink:
        sink.write(TABLE)
        sink.write(pa.table({"a": ["Ann"], "b": ["y"]}))
    assert fault.value.code == "source.types" and "Ann" not in str(fault.value)
    assert not (tmp_path / "z.parquet").exists()
    with pytest.raises(SourceError) as fault, open_sink(tmp_path / "y.csv"):
        pass
    assert fault.value.code == "source.nothing-written" and not (tmp_path / "y.csv").exists()


@pytest.mark.parametrize("name", NAMES)
def test_no_rows_are_a_table_of_column_names(name: str, tmp_path: Path) -> None:
    with open_sink(tmp_path / name) as sink:
        sink.write(TABLE.slice(0, 0))
    if name in ("x.json", "x.jsonl"):
        return
    assert read_source(tmp_path / name).table.column_names == ["a", "b"]


def test_a_source_is_written_as_it_was(tmp_path: Path) -> None:
    content = '"näme";"x"\r\n"a;b";1,5\r\n"";2,5\r\n"c";3\r\n'.encode("cp1252")
    (tmp_path / "in.csv").write_bytes(content)
    source = read_source(tmp_path / "in.csv")
    with open_sink(tmp_path / "out.csv", format=source.format) as sink:
        sink.write(source.table)
    assert (tmp_path / "out.csv").read_bytes() == content.replace(b'"";', b";")


def test_the_suffix_chooses_and_the_source_adds_details() -> None:
    like = Format(form="csv", delimiter=";", encoding="cp1252", compression="gz", suffix=".csv")
    assert format_of("o.csv", like) == like.model_copy(update={"compression": None})
    assert format_of("o.tsv", like).delimiter == "\t"
    assert format_of("o.csv", format_of("o.tsv")).delimiter == ","
    assert format_of("o.parquet", like) == Format(form="parquet", suffix=".parquet")
    assert format_of("o.jsonl.gz").compression == "gz"
    assert format_of("out", like).delimiter == ";"


def test_standard_output_is_csv(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    with open_sink("-") as sink:
        sink.write(TABLE)
    assert capfdbinary.readouterr().out == b"a,b\n1,x\n2,\n"


def test_standard_input_is_csv(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a;b\n1;2\n")))
    source = read_source("-")
    assert source.name == "stdin" and source.table.to_pylist() == [{"a": "1", "b": "2"}]


def test_many_blocks_take_the_memory_of_one(tmp_path: Path) -> None:
    done = limited(
        """
        import numpy as np, pyarrow as pa
        from likewise.io.sink import check_sink, open_sink
        rng = np.random.default_rng(0)
        block = pa.table({f"c{i}": rng.integers(0, 100, 65_536) for i in range(10)})
        with open_sink(sys.argv[1]) as sink:
            sink.write(block)
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            for _ in range(40):
                sink.write(block)
        print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
        """,
        str(tmp_path / "x.parquet"),
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 100


def test_a_place_is_checked_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_text("a\n1\n")
    for place in (tmp_path / "new.csv.gz", tmp_path / "old.csv", f"sqlite:///{tmp_path}/new.db#t", "-"):
        check_sink(place)
    assert [path.name for path in tmp_path.iterdir()] == ["old.csv"]
    assert (tmp_path / "old.csv").read_text() == "a\n1\n"
    with pytest.raises(SourceError, match="there is no folder"):
        check_sink(tmp_path / "no" / "x.csv")
    with open_sink(f"sqlite:///{tmp_path}/shop.db#t") as sink:
        sink.write(pa.table({"a": [1]}))
    check_sink(f"sqlite:///{tmp_path}/shop.db#t", replace=True)
    with pytest.raises(SourceError, match="there is already a table"):
        check_sink(f"sqlite:///{tmp_path}/shop.db#t")


def test_a_name_that_ends_in_a_slash_is_a_folder_whatever_it_is_called(tmp_path: Path) -> None:
    assert format_of("photos.csv/").form == "folder"
    (tmp_path / "notes.csv").write_text("mine")
    with pytest.raises(SourceError) as fault, open_sink(f"{tmp_path}/notes.csv/"):
        pass
    assert fault.value.code == "source.no-folder" and fault.value.where == str(tmp_path / "notes.csv")
    assert (tmp_path / "notes.csv").read_text() == "mine" and len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("x.npz", {"walk": [[1.0], [2.0, 3.0]]}),
        ("x.npz", {"walk": [np.zeros((2, 1)), np.zeros((3, 1))]}),
        ("x-images-idx3-ubyte", {"image": np.zeros((2, 4, 4), np.uint8), "label": ["cat", "dog"]}),
        ("x-images-idx3-ubyte", {"image": np.zeros((2, 4, 4), np.uint8), "age": [1, 2]}),
    ],
)
def test_columns_that_do_not_fit_are_found_before_there_are_rows(
    name: str, columns: dict[str, Any], tmp_path: Path
) -> None:
    none = to_raw(columns)[0].slice(0, 0)
    with pytest.raises(SourceError) as fault:
        check_sink(tmp_path / name, rows=none)
    assert fault.value.code == "source.types" and fault.value.hint and not list(tmp_path.iterdir())


def test_pictures_of_several_sizes_may_come_back_as_one(tmp_path: Path) -> None:
    pictures = [np.zeros((2, 3, 1), np.uint8), np.zeros((3, 3, 1), np.uint8)]
    rows = Table.from_any({"image": pictures}).to_arrow()
    check_sink(tmp_path / "x.npz", rows=rows.slice(0, 0))
    with pytest.raises(SourceError, match="differ in shape"), open_sink(tmp_path / "x.npz") as sink:
        sink.write(rows)
