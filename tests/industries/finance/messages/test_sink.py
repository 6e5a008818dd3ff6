from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.industries.finance.messages.bank import accounts, bookings, documents, table, text, transfer, written

from likewise.errors import SourceError
from likewise.industries.finance.messages import Written, write_camt053, write_mt940, write_pacs008


def test_a_folder_has_a_file_for_each_message(tmp_path: Path) -> None:
    rows = table([transfer(n) for n in range(5)])
    assert write_pacs008(rows, tmp_path / "out", split=True) == Written(5, 5)
    lines = written(write_pacs008, rows).splitlines(keepends=True)
    assert sorted(path.read_bytes() for path in (tmp_path / "out").iterdir()) == sorted(lines)
    for path in (tmp_path / "out").iterdir():
        (document,) = documents(path.read_bytes(), "pacs.008.001.08")
        assert path.name == f"{text(document, 'MsgId')}.xml"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_folder_has_a_file_for_each_page_of_a_statement(tmp_path: Path) -> None:
    data = bookings([("A0", 0, n) for n in range(5)] + [("A1", 0, 1)]), accounts(["EUR", "EUR"])
    assert write_mt940(*data, tmp_path / "mt", split=True, page=2) == Written(4, 6)
    assert write_camt053(*data, tmp_path / "camt", split=True, page=2) == Written(4, 6)
    names = sorted(path.name for path in (tmp_path / "mt").iterdir())
    assert names == [*(f"20240228-DE02120300000000202051-{n}.sta" for n in (1, 2, 3)),
                     "20240228-NL91ABNA0417164300-1.sta"]  # fmt: skip
    assert b"".join((tmp_path / "mt" / name).read_bytes() for name in names) == written(write_mt940, *data, page=2)


@pytest.mark.parametrize("split", [True, False])
def test_nothing_is_left_when_rows_end_in_an_error(tmp_path: Path, split: bool) -> None:
    def parts() -> Any:
        yield table([transfer(n) for n in range(100)])
        yield table([transfer(100, amount=-1)])

    with pytest.raises(Exception, match=r"rows 101"):
        write_pacs008(parts(), tmp_path / "out", split=split)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    with pytest.raises(SourceError, match=r"source\.folder-not-empty"):
        write_pacs008(table([transfer(0)]), tmp_path, split=True)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize("split", [True, False])
def test_a_place_that_is_not_there_is_named(tmp_path: Path, split: bool) -> None:
    with pytest.raises(SourceError, match=r"source\.no-such-folder"):
        write_pacs008(table([transfer(0)]), tmp_path / "no" / "x", split=split)
