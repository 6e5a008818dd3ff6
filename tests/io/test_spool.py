"""What waits for all of its rows leaves nothing behind when there is no room for it, or when it is stopped."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from likewise.io.sink import open_sink
from likewise.io.spool import spooled, taken

NAMES = ["log.xes", "log.xes.gz", "log.jsonocel", "log.ocel.sqlite"]
BLOCK = pa.table({"case": ["a", "b"], "activity": ["x", "y"], "time": pa.array([0, 1], pa.timestamp("us"))})


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("rows", [60_000, 4_000])
def test_a_full_disk_leaves_the_older_file(name: str, rows: int, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"older")
    script = """
        import resource, sys, numpy as np, pyarrow as pa
        from likewise.errors import SourceError
        from likewise.io.sink import open_sink
        rng, rows = np.random.default_rng(0), int(sys.argv[2])
        times = pa.array(rng.integers(0, 2**50, rows), pa.timestamp("us"))
        block = pa.table({"case": pa.array(rng.integers(0, 99, rows)), "activity": ["x"] * rows, "time": times,
                          "note": rng.random(rows)})
        with open_sink(sys.argv[1] + ".warm" + sys.argv[1][sys.argv[1].index("log") + 3:]) as sink:
            sink.write(block.slice(0, 10))  # so that everything is imported before there is no room
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
        try:
            with open_sink(sys.argv[1]) as sink:
                for _ in range(4):
                    sink.write(block)
        except SourceError as fault:
            print(fault.code, bool(fault.hint))
    """
    command = [sys.executable, "-c", textwrap.dedent(script), str(tmp_path / name), str(rows)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == "source.disk-full True\n", done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == [name, f"{name}.warm{name[3:]}"]
    assert (tmp_path / name).read_bytes() == b"older"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("stop", [RuntimeError, KeyboardInterrupt])
def test_any_stop_leaves_the_older_file_and_nothing_else(name: str, stop: type[BaseException], tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"older")
    with pytest.raises(stop), open_sink(tmp_path / name) as sink:
        for _ in range(3):
            sink.write(BLOCK)
        raise stop
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_bytes() == b"older"


@pytest.mark.parametrize("sizes", [[], [7], [3, 0, 9], [1] * 50])
def test_rows_come_back_as_they_went_in(sizes: list[int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("likewise.io.spool.ROWS", 8)
    words = pa.array([f"w{n % 2}" for n in range(9)]).dictionary_encode()
    blocks = [pa.table({"n": range(9), "word": words}).slice(0, size) for size in sizes]
    with spooled(tmp_path / "rows") as spool:
        for block in blocks:
            spool.add(block)
        table = spool.table()
        rows = None if table is None else table.to_pylist()
        if table is not None:
            order = np.random.default_rng(0).permutation(table.num_rows)
            assert taken(table, order).to_pylist() == [table.to_pylist()[row] for row in order]
    assert rows == ([row for block in blocks for row in block.to_pylist()] if sizes else None)
    assert list(tmp_path.iterdir()) == []
