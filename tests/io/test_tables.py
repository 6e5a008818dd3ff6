"""Folders of tables that grow side by side appear whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from likewise.errors import SourceError
from likewise.io.tables import open_folder

ROWS = pa.table({"id": [1, 2]})


def test_tables_grow_in_any_order_and_documents_lie_beside_them(tmp_path: Path) -> None:
    with open_folder(tmp_path / "shop", ["orders", "lines"], format="parquet") as folder:
        for _ in range(3):
            folder.write("lines", ROWS)
            folder.write("orders", ROWS)
        folder.put("card.json", "{}")
        assert not (tmp_path / "shop").exists()
    assert {path.name for path in (tmp_path / "shop").iterdir()} == {"orders.parquet", "lines.parquet", "card.json"}
    assert pq.read_table(tmp_path / "shop" / "lines.parquet").num_rows == 6


def test_nothing_is_left_of_what_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), open_folder(tmp_path / "shop", ["orders"]) as folder:
        folder.write("orders", ROWS)
        folder.put("note.txt", "half")
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_a_table_without_a_block_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no table was written"), open_folder(tmp_path / "shop", ["a", "b"]) as folder:
        folder.write("a", ROWS)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["-", "shop.csv", "sqlite:///shop.db"])
def test_what_is_no_folder_is_refused(place: str) -> None:
    with pytest.raises(SourceError, match="2 tables go into a folder"), open_folder(place, ["a", "b"]):
        pass
