from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import mt940
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.industries.finance.messages.bank import ANY_TEXT, START, accounts, bookings, written
from tests.industries.finance.messages.test_camt053 import ENTRIES

from likewise.errors import SchemaError
from likewise.industries.finance.messages import write_mt940
from likewise.industries.finance.messages.letters import PLAIN, plain

CURRENCIES = {"A0": ("EUR", 2), "A1": ("JPY", 0), "A2": ("BHD", 3)}


def read(content: bytes) -> list[Any]:
    return list(mt940.parse_statements(content, options=mt940.Options.all()))


def test_says_what_the_rows_say() -> None:
    content = written(write_mt940, bookings([("A0", 0, 500), ("A0", 0, -12_345)], kind="card"), accounts())
    assert content.decode().split("\r\n")[1:] == [
        ":25:DE02120300000000202051", ":28C:1/1", ":60F:C240228EUR100,00", ":61:2402280228C5,00NMSCT0",
        ":86:106?00CARD?20EREF+T0", "?21SVWZ+Rechnung 0", "?30DEMONL20?31NL91ABNA0417164300", "?32Zoe van der Berg",
        ":61:2402280228D123,45NMSCT1", ":86:106?00CARD?20EREF+T1", "?21SVWZ+Rechnung 1",
        "?30DEMONL20?31NL91ABNA0417164300", "?32Zoe van der Berg", ":62F:D240228EUR18,45", "-", "",
    ]  # fmt: skip


@settings(max_examples=40)
@given(ENTRIES, st.integers(1, 4))
def test_a_reader_finds_the_bookings_and_balances_that_add_up(entries: list[tuple[str, int, int]], page: int) -> None:
    entries = [(account, day, amount // 10) for account, day, amount in entries]
    own = accounts([currency for currency, _ in CURRENCIES.values()])
    ibans = dict(zip(own["iban"].to_pylist(), own["id"].to_pylist(), strict=True))
    told, before = [], dict.fromkeys(CURRENCIES, Decimal(10_000))
    for statement in read(written(write_mt940, bookings(entries, opening=10_000), own, page=page)):
        account = ibans[statement.data["account_identification"]]
        currency, decimals = CURRENCIES[account]
        marks = {key.rpartition("_")[0].partition("_")[2]: value for key, value in statement.data.items()
                 if key.endswith("_balance")}  # fmt: skip
        opening, closing = (marks[side].amount.amount.scaleb(decimals) for side in ("opening", "closing"))
        assert opening == before[account]
        before[account] = closing
        amounts = [transaction.data["amount"].amount.scaleb(decimals) for transaction in statement]
        assert opening + sum(amounts) == closing
        assert 1 <= len(amounts) <= page
        assert {transaction.data["amount"].currency for transaction in statement} == {currency}
        told += [(account, transaction.data["entry_date"], int(amount))
                 for transaction, amount in zip(statement, amounts, strict=True)]  # fmt: skip
    assert told == [(a, START.date() + timedelta(days=day), amount) for a, day, amount in entries]


def test_pages_have_balances_between_them() -> None:
    found = read(written(write_mt940, bookings([("A0", 0, n) for n in range(1, 6)]), accounts(), page=2))
    marks = [[key for key in statement.data if key.endswith("_balance")] for statement in found]
    assert marks == [["final_opening_balance", "intermediate_closing_balance"],
                     ["intermediate_opening_balance", "intermediate_closing_balance"],
                     ["intermediate_opening_balance", "final_closing_balance"]]  # fmt: skip
    assert [s.data["sequence_number"] for s in found] == ["1", "2", "3"]
    assert {s.data["statement_number"] for s in found} == {"1"}


def test_a_statement_opens_on_the_day_that_the_one_before_closed() -> None:
    found = read(written(write_mt940, bookings([("A0", 0, 1), ("A0", 3, 1), ("A1", 5, 1)]), accounts(["EUR", "EUR"])))
    days = [(s.data["final_opening_balance"].date.day, s.data["final_closing_balance"].date.day) for s in found]
    assert days == [(28, 28), (28, 2), (4, 4)]


@settings(max_examples=80)
@given(ANY_TEXT, ANY_TEXT, st.text("ABC123", min_size=1, max_size=35))
def test_a_reader_finds_any_text_in_letters_that_mt940_has(name: str | None, purpose: str | None, id: str) -> None:
    rows = bookings([("A0", 0, 1)], counterparty_name=name, text=purpose, transaction=id)
    content = written(write_mt940, rows, accounts())
    assert set(content.decode()) <= set(PLAIN) | set("\r\n")
    assert all(len(line) <= 65 for line in content.decode().split("\r\n"))
    ((transaction,),) = read(content)
    said, called = (_expected(text) for text in (purpose, name))
    assert transaction.data["purpose"] == (said[: 130 if len(id) > 22 else 140] or None)
    assert (transaction.data["applicant_name"] or "").rstrip() == called[:54].rstrip()
    assert transaction.data["end_to_end_reference"] == id
    assert transaction.data["customer_reference"] == (id if len(id) <= 16 else "NONREF")
    assert transaction.data["applicant_iban"] == "NL91ABNA0417164300"


def _expected(text: str | None) -> str:
    return (plain(pa.array([text], pa.string()))[0].as_py() or "").replace("?", ".")


def test_four_bookings_a_page_fit_swifts_two_thousand_characters() -> None:
    rows = bookings([("A0", 0, -(10**13))] * 8, opening=0, transaction="A" * 35, text="x" * 140,
                    counterparty_name="y" * 54, counterparty_iban="MT84MALT011000012345MTLCAST001S")  # fmt: skip
    content = written(write_mt940, rows, accounts(opening=0), page=4)
    assert max(map(len, content.decode().split(":20:"))) <= 2000


def test_an_amount_beyond_fifteen_signs_is_refused() -> None:
    assert read(written(write_mt940, bookings([("A0", 0, 10**14 - 10_001)]), accounts()))
    with pytest.raises(SchemaError, match=r"schema\.amount-size(.|\n)*at accounts\.opening"):
        written(write_mt940, bookings([("A0", 0, -1)], opening=10**14), accounts(opening=10**14))
    with pytest.raises(SchemaError, match=r"schema\.amount-size"):
        written(write_mt940, bookings([("A0", 0, 10**14 - 10_000)]), accounts())
