from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.industries.finance.messages.bank import accounts, bookings, written
from tests.industries.finance.messages.test_camt053 import ENTRIES

from likewise.errors import SchemaError
from likewise.industries.finance.messages import write_camt053, write_mt940

OWN = accounts(["EUR", "JPY", "BHD"])


@settings(max_examples=40)
@given(ENTRIES, st.integers(1, 7), st.integers(1, 3))
def test_parts_of_any_size_make_the_same_statements(entries: list[tuple[str, int, int]], size: int, page: int) -> None:
    rows = bookings(entries)
    parts = [rows.slice(begin, size) for begin in range(0, rows.num_rows, size)]
    whole = written(write_camt053, rows, OWN, page=page)
    assert written(write_camt053, iter(parts), OWN, page=page) == whole
    assert written(write_camt053, rows.to_reader(max_chunksize=size), OWN, page=page) == whole


@settings(max_examples=30)
@given(ENTRIES, st.randoms(use_true_random=False))
def test_a_whole_table_may_mix_accounts(entries: list[tuple[str, int, int]], random: object) -> None:
    rows = bookings(entries)
    mixed = sorted(range(len(entries)), key=lambda row: (entries[row][1], random.random()))  # type: ignore[attr-defined]
    by_time = sorted(mixed, key=lambda row: entries[row][1])
    order = [row for day in dict.fromkeys(entries[row][1] for row in by_time)
             for row in _in_turns([row for row in range(len(entries)) if entries[row][1] == day], entries)]  # fmt: skip
    assert written(write_camt053, rows.take(order), OWN) == written(write_camt053, rows, OWN)


def _in_turns(rows: list[int], entries: list[tuple[str, int, int]]) -> list[int]:
    """Return the rows of a day with those of accounts in turns, each account's own order kept."""
    queues = [[row for row in rows if entries[row][0] == account] for account in ("A2", "A0", "A1")]
    return [queue.pop(0) for _ in rows for queue in queues if queue]


@pytest.mark.parametrize("entries", [
    [("A0", 0, 1), ("A1", 0, 1), ("A0", 1, 1)], [("A0", 1, 1), ("A0", 0, 1)],
])  # fmt: skip
@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_stream_out_of_order_is_refused(entries: list[tuple[str, int, int]], size: int) -> None:
    rows = bookings(entries)
    with pytest.raises(SchemaError, match=rf"schema.order(.|\n)*bookings.account \(rows {len(entries)}\)"):
        written(write_camt053, rows.to_reader(max_chunksize=size), OWN)
    assert written(write_camt053, rows.slice(0, len(entries) - 1).to_reader(max_chunksize=size), OWN)


def test_a_balance_that_does_not_follow_is_refused_by_its_row_of_the_unsorted_table() -> None:
    rows = bookings([("A1", 0, 5), ("A0", 3, 7), ("A0", 4, 9)])
    wrong = rows.set_column(4, "balance", [[10_005, 10_008, 10_017]])
    with pytest.raises(SchemaError, match=r"schema.balance(.|\n)*bookings.balance \(rows 2\)"):
        written(write_mt940, wrong, OWN)


@settings(max_examples=15)
@given(ENTRIES, st.integers(1, 4), st.integers(1, 9))
def test_statements_come_in_runs_of_few_pages(entries: list[tuple[str, int, int]], page: int, at_once: int) -> None:
    from likewise.industries.finance.messages import statements

    whole = written(write_camt053, bookings(entries), OWN, page=page)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(statements, "AT_ONCE", max(at_once, page))
        assert written(write_camt053, bookings(entries), OWN, page=page) == whole


def test_no_bookings_are_no_statements() -> None:
    rows = bookings([("A0", 0, 1)]).slice(0, 0)
    assert written(write_mt940, rows, OWN) == written(write_camt053, rows.to_reader(), OWN) == b""
