"""Documents are written as lines, as an array or as a container of Avro, whole or not at all."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import fastavro
import pytest

from likewise.errors import SourceError
from likewise.io.documents import holds_documents, open_avro, open_documents

TWO = [{"a": 1, "ä": [None, {"b": "x"}]}, "text"]


def test_lines_and_arrays(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    for name in ("a.jsonl", "a.json", "b.jsonl.gz"):
        with open_documents(tmp_path / name) as write:
            write(TWO[:1])
            write(TWO[1:])
    assert [json.loads(line) for line in (tmp_path / "a.jsonl").read_text("utf-8").splitlines()] == TWO
    assert json.loads((tmp_path / "a.json").read_text("utf-8")) == TWO
    assert gzip.decompress((tmp_path / "b.jsonl.gz").read_bytes()) == (tmp_path / "a.jsonl").read_bytes()
    with open_documents(tmp_path / "none.json") as write:
        write([])
    assert json.loads((tmp_path / "none.json").read_text()) == []


def test_a_failure_leaves_the_older_file(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("old")
    with pytest.raises(ZeroDivisionError), open_documents(tmp_path / "a.json") as write:
        write(TWO)
        raise ZeroDivisionError
    assert (tmp_path / "a.json").read_text() == "old" and [p.name for p in tmp_path.iterdir()] == ["a.json"]
    with (
        pytest.raises(SourceError, match=r"source\.no-such-folder"),
        open_documents(tmp_path / "no" / "a.json") as write,
    ):
        write(TWO)


def test_containers_of_avro_are_read_again_and_the_same_each_time(tmp_path: Path) -> None:
    schema = {"type": "record", "name": "A", "fields": [{"name": "x", "type": ["null", "int"]}]}
    for name in ("a.avro", "b.avro"):
        with open_avro(tmp_path / name, schema) as write:
            write([{"x": 1}, {"x": None}])
    with (tmp_path / "a.avro").open("rb") as file:
        assert list(fastavro.reader(file)) == [{"x": 1}, {"x": None}]
    assert (tmp_path / "a.avro").read_bytes() == (tmp_path / "b.avro").read_bytes()
    with pytest.raises(SourceError, match=r"\.avro"), open_avro(tmp_path / "a.bin", schema):
        pass


def test_which_places_hold_documents() -> None:
    assert holds_documents("-") and holds_documents("a.json") and holds_documents("a.ndjson.zst")
    assert not holds_documents("a.csv") and not holds_documents("sqlite:///a.json")
