from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.industries.finance.messages.bank import purchase, table, transfer, written

from likewise.errors import SchemaError
from likewise.industries.finance.messages import write_iso8583, write_pacs008
from likewise.industries.finance.messages.blocks import AT_ONCE, blocks_of

ROWS = table([transfer(n) for n in range(20)])


@settings(max_examples=20)
@given(st.integers(1, 25), st.sampled_from([1, 4]))
def test_parts_of_any_size_make_the_same_messages(size: int, most: int) -> None:
    whole = written(write_pacs008, ROWS, most=most)
    parts = [ROWS.slice(begin, size) for begin in range(0, 20, size)]
    for rows in (parts, (part.to_batches()[0] for part in parts), ROWS.to_reader(max_chunksize=size)):
        assert written(write_pacs008, rows, most=most) == whole


@given(st.lists(st.integers(0, 12), max_size=8), st.integers(1, 10))
def test_blocks_are_the_same_however_rows_are_cut(sizes: list[int], most: int) -> None:
    rows = pa.table({"n": pa.array(range(sum(sizes)), pa.int64())})
    parts = [rows.slice(sum(sizes[:k]), size) for k, size in enumerate(sizes)]
    whole = [(start, block["n"].to_pylist()) for start, block in blocks_of(rows, most)]
    assert [(start, block["n"].to_pylist()) for start, block in blocks_of(iter(parts), most)] == (
        whole if parts else []
    )
    assert all(start == block[0] and len(block) <= most for start, block in whole if block)
    assert sum(len(block) for _, block in whole) == sum(sizes)


def test_frames_of_other_libraries_are_read() -> None:
    pandas: Any = pytest.importorskip("pandas")
    polars: Any = pytest.importorskip("polars")
    rows = table([purchase(n) for n in range(3)])
    whole = written(write_iso8583, rows)
    assert written(write_iso8583, polars.from_arrow(rows)) == whole
    assert written(write_iso8583, rows.to_pandas()) == whole
    assert isinstance(rows.to_pandas(), pandas.DataFrame)


def test_more_rows_than_are_held_at_once() -> None:
    more = AT_ONCE + 5
    rows = pa.concat_tables([ROWS.slice(0, 1)] * more).set_column(0, "id", pa.array(range(more)))
    content = written(write_pacs008, rows)
    assert content.count(b"\n") == more
    assert f"<EndToEndId>{more - 1}</EndToEndId>".encode() in content
    late = rows.set_column(0, "id", pa.array([*range(more - 1), 0]))
    with pytest.raises(SchemaError, match=rf"schema.repeated-id(.|\n)*rows {more}\)"):
        written(write_pacs008, late)


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(SchemaError, match=r"schema\.not-a-table"):
        written(write_pacs008, [1, 2])
