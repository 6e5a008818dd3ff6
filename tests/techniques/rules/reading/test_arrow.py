"""Rows of Arrow schemas, in their own types."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from likewise.errors import SettingsError, SourceError
from likewise.techniques.rules.reading.arrow import ArrowRows, schema_of

SCHEMA = pa.schema([
    pa.field("id", pa.int32(), nullable=False), ("email", pa.string()),
    ("status", pa.dictionary(pa.int8(), pa.string())),
    ("note", pa.large_string()), ("u8", pa.uint8()), ("i8", pa.int8()), ("u64", pa.uint64()), ("f", pa.float32()),
    ("h", pa.float16()), ("price", pa.decimal128(8, 2)), ("day", pa.date32()), ("day64", pa.date64()),
    ("zoned", pa.timestamp("ns", "Europe/Berlin")), ("plain", pa.timestamp("s")), ("t", pa.time32("s")),
    ("t64", pa.time64("us")), ("ok", pa.bool_()), ("raw", pa.binary()), ("four", pa.binary(4)), ("d", pa.duration("s")),
    ("nothing", pa.null()), ("tags", pa.list_(pa.string())), ("map", pa.map_(pa.string(), pa.int64())),
    ("three", pa.list_(pa.float32(), 3)),
    ("inner", pa.struct([("a", pa.int16()), ("when", pa.timestamp("us")), ("m", pa.decimal128(6, 3)),
                         pa.field("e", pa.list_(pa.float64()), nullable=False)])),
])  # fmt: skip


def test_rows_have_the_types_of_the_schema() -> None:
    table = ArrowRows(SCHEMA, seed=3).table(0, 300)
    assert table.schema.equals(SCHEMA)
    table.validate(full=True)
    assert table["id"].null_count == 0 and table["id"].to_pylist() == list(range(1, 301))
    assert 0 < table["email"].null_count < 50 and len(set(table["email"].to_pylist())) > 200
    assert len(set(table["price"].to_pylist())) > 100 and table["nothing"].null_count == 300


def test_any_rows_can_be_made_alone() -> None:
    rows = ArrowRows(SCHEMA, seed=3)
    assert rows.table(17, 40).to_pylist() == ArrowRows(SCHEMA, seed=3).table(0, 60).slice(17, 23).to_pylist()
    assert rows.table(0, 5).to_pylist() != ArrowRows(SCHEMA, seed=4).table(0, 5).to_pylist()
    assert rows.table(0, 0).schema.equals(SCHEMA)


def test_only_the_schema_of_a_file_is_read(tmp_path: Path) -> None:
    made = pa.table({"name": ["Zzyzx Qqquux"], "n": [123456789]})
    pq.write_table(made, tmp_path / "a.parquet")
    with pa.OSFile(str(tmp_path / "a.arrow"), "wb") as file, pa.ipc.new_file(file, made.schema) as writer:
        writer.write_table(made)
    for name in ("a.parquet", "a.arrow"):
        assert schema_of(tmp_path / name).equals(made.schema)
        found = ArrowRows.read(tmp_path / name).table(0, 50)
        assert found.schema.equals(made.schema) and "Zzyzx Qqquux" not in found["name"].to_pylist()


def test_what_is_no_file_of_arrow_and_types_that_cannot_be_made_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"no parquet")
    with pytest.raises(SourceError, match=r"source\.damaged"):
        ArrowRows.read(tmp_path / "a.parquet")
    with pytest.raises(SourceError, match=r"source\.no-such-file"):
        ArrowRows.read(tmp_path / "b.parquet")
    with pytest.raises(SettingsError, match=r"\$\.z\[\]: nothing can be made of the type duration"):
        ArrowRows(pa.schema([("z", pa.list_(pa.duration("s")))]))
