from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban
from tests.industries.finance.messages.bank import CUSTOMERS, accounts, bookings, purchase, table, transfer, written

from likewise.core.identifiers.checking import IBAN_LENGTHS
from likewise.errors import LikewiseError, SchemaError
from likewise.industries.finance.messages import (
    write_camt053,
    write_iso8583,
    write_mt940,
    write_pacs008,
    write_pain001,
)
from likewise.industries.finance.messages.checking import no_ibans

Writer = Callable[..., Any]

IBANS = [customer[0] for customer in CUSTOMERS]


def struck(text: str, at: int, sign: str) -> str:
    return text[:at] + sign + text[at + 1 :]


STRUCK = st.builds(struck, st.sampled_from(IBANS), st.integers(0, 30), st.sampled_from("07AZa "))


@given(st.lists(st.one_of(st.none(), st.text(max_size=40), st.sampled_from(IBANS), STRUCK)))
def test_ibans_are_told_as_stdnum_tells_them(texts: list[str | None]) -> None:
    expected = [text is not None and not (text == text.upper().strip() and " " not in text and iban.is_valid(
        text, check_country=False) and IBAN_LENGTHS.get(text[:2]) == len(text)) for text in texts]  # fmt: skip
    assert no_ibans(pa.array(texts, pa.string())).tolist() == expected


TRANSFER_FAULTS = [
    ({"amount": 0}, "schema.amount", "amount"), ({"amount": -5}, "schema.amount", "amount"),
    ({"amount": None}, "schema.missing-value", "amount"), ({"amount": 10**15 + 1}, "schema.amount-size", "amount"),
    ({"currency": "EUX"}, "schema.currency", "currency"), ({"currency": "eur"}, "schema.currency", "currency"),
    ({"currency": None}, "schema.missing-value", "currency"),
    ({"debtor_iban": "DE02120300000000202052"}, "schema.iban", "debtor_iban"),
    ({"creditor_iban": "DE02 1203 0000 0000 2020 51"}, "schema.iban", "creditor_iban"),
    ({"creditor_iban": "DE0212030000000020205"}, "schema.iban", "creditor_iban"),
    ({"creditor_iban": ""}, "schema.iban", "creditor_iban"),
    ({"creditor_iban": None}, "schema.missing-value", "creditor_iban"),
    ({"debtor_bic": "TESTDE2"}, "schema.form", "debtor_bic"),
    ({"creditor_bic": None}, "schema.missing-value", "creditor_bic"),
    ({"debtor_country": "Germany"}, "schema.form", "debtor_country"),
    ({"creditor_name": "x" * 141}, "schema.text-length", "creditor_name"),
    ({"text": "ß" * 71}, "schema.text-length", "text"),
    ({"debtor_town": "x" * 36}, "schema.text-length", "debtor_town"),
    ({"id": "x" * 36}, "schema.id", "id"), ({"id": ""}, "schema.id", "id"), ({"id": "a//b"}, "schema.id", "id"),
    ({"id": "/a"}, "schema.id", "id"), ({"id": "a b "}, "schema.id", "id"), ({"id": "ä"}, "schema.id", "id"),
    ({"id": None}, "schema.missing-value", "id"), ({"id": "T2"}, "schema.repeated-id", "id"),
    ({"time": None}, "schema.missing-value", "time"),
]  # fmt: skip


@pytest.mark.parametrize("writer", [write_pacs008, write_pain001])
@pytest.mark.parametrize(("fault", "code", "column"), TRANSFER_FAULTS)
def test_a_bad_transfer_is_refused_by_its_row(
    writer: Writer, fault: dict[str, Any], code: str, column: str, tmp_path: Any
) -> None:
    rows = [transfer(1, kind="card"), transfer(2), transfer(3) | fault, transfer(4)]
    (tmp_path / "x.xml").write_text("older")
    with pytest.raises(SchemaError) as raised:
        writer(table(rows), tmp_path / "x.xml")
    assert (raised.value.code, raised.value.where) == (code, f"transactions.{column} (rows 3)")
    assert raised.value.hint
    values = [str(value) for value in fault.values() if value not in (None, "", 0, -5)]
    assert not any(value in str(raised.value) for value in values)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("x.xml", "older")]


CARD_FAULTS = [
    ({"amount": 10**12}, "schema.amount-size", "amount"), ({"card_number": "4111"}, "schema.form", "card_number"),
    ({"card_number": "4111 1111 1111 1111"}, "schema.form", "card_number"),
    ({"card_number": None}, "schema.missing-value", "card_number"), ({"mcc": "742"}, "schema.form", "mcc"),
    ({"entry_mode": "telepathy"}, "schema.form", "entry_mode"),
    ({"response_code": "0"}, "schema.form", "response_code"),
    ({"terminal_id": "123456789"}, "schema.form", "terminal_id"),
    ({"merchant_id": "x" * 16}, "schema.form", "merchant_id"),
    ({"acquirer": "1" * 12}, "schema.form", "acquirer"), ({"merchant_country": "D"}, "schema.form", "merchant_country"),
    ({"reverses": "gone"}, "schema.reversed", "reverses"), ({"id": "C2"}, "schema.repeated-id", "id"),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "code", "column"), CARD_FAULTS)
def test_a_bad_purchase_is_refused_by_its_row(fault: dict[str, Any], code: str, column: str) -> None:
    rows = [purchase(1), purchase(2), purchase(3) | fault]
    with pytest.raises(SchemaError) as raised:
        written(write_iso8583, table(rows))
    assert (raised.value.code, raised.value.where) == (code, f"transactions.{column} (rows 3)")


BOOKING_FAULTS = [
    ("balance", 1, "schema.balance", "balance"), ("account", "B9", "schema.account", "account"),
    ("account", None, "schema.missing-value", "account"), ("amount", None, "schema.missing-value", "amount"),
    ("counterparty_iban", "DE", "schema.iban", "counterparty_iban"),
    ("counterparty_bic", "x", "schema.form", "counterparty_bic"), ("transaction", "a//b", "schema.id", "transaction"),
    ("text", "x" * 141, "schema.text-length", "text"), ("value_date", None, "schema.missing-value", "value_date"),
]  # fmt: skip


@pytest.mark.parametrize("writer", [write_camt053, write_mt940])
@pytest.mark.parametrize(("column", "value", "code", "where"), BOOKING_FAULTS)
def test_a_bad_booking_is_refused_by_its_row(writer: Writer, column: str, value: Any, code: str, where: str) -> None:
    rows = bookings([("A0", 0, 5), ("A0", 1, 5), ("A1", 0, 5)]).to_pylist()
    rows[2][column] = value
    with pytest.raises(SchemaError) as raised:
        written(writer, table(rows), accounts(["EUR", "EUR"]))
    assert (raised.value.code, raised.value.where) == (code, f"bookings.{where} (rows 3)")


ACCOUNT_FAULTS = [
    ("id", "A0", "schema.repeated-id"), ("iban", "XX00", "schema.iban"), ("bic", "x", "schema.form"),
    ("currency", "XXX", "schema.currency"), ("opening", None, "schema.missing-value"),
    ("owner", "x" * 141, "schema.text-length"), ("opening", 10**17, "schema.amount-size"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "value", "code"), ACCOUNT_FAULTS)
def test_a_bad_account_is_refused_by_its_row(column: str, value: Any, code: str) -> None:
    own = accounts(["EUR", "EUR"]).to_pylist()
    own[1][column] = value
    with pytest.raises(SchemaError) as raised:
        written(write_camt053, bookings([("A0", 0, 5)]), table(own))
    assert (raised.value.code, raised.value.where) == (code, f"accounts.{column} (rows 2)")


@pytest.mark.parametrize(("writer", "rows", "column"), [
    (write_pacs008, [transfer(0)], "creditor_iban"), (write_pain001, [transfer(0)], "amount"),
    (write_iso8583, [purchase(0)], "card_number"), (write_pacs008, [], "id"),
])  # fmt: skip
def test_a_missing_column_is_named_and_explained(writer: Writer, rows: list[Any], column: str) -> None:
    own = table(rows or [transfer(0)]).drop_columns([column]).slice(0, len(rows))
    with pytest.raises(SchemaError) as raised:
        written(writer, own)
    assert (raised.value.code, raised.value.where) == ("schema.missing-column", f"transactions.{column}")


def test_a_missing_column_of_bookings_and_accounts_is_named() -> None:
    with pytest.raises(SchemaError, match=r"at bookings\.balance"):
        written(write_camt053, bookings([("A0", 0, 1)]).drop_columns(["balance"]), accounts())
    with pytest.raises(SchemaError, match=r"at accounts\.owner"):
        written(write_mt940, bookings([("A0", 0, 1)]), accounts().drop_columns(["owner"]))


@pytest.mark.parametrize(("column", "values"), [
    ("amount", [12.5]), ("amount", ["1"]), ("time", [20_000]), ("time", ["2024-01-01"]), ("debtor_iban", [5]),
])  # fmt: skip
def test_a_column_of_another_type_is_refused(column: str, values: list[Any]) -> None:
    own = table([transfer(0)])
    own = own.set_column(own.schema.get_field_index(column), column, pa.array(values))
    with pytest.raises(SchemaError, match=f"error.schema.type(.|\n)*at transactions.{column}"):
        written(write_pacs008, own)


def test_integers_beyond_64_bits_and_double_columns_are_refused() -> None:
    own = table([transfer(0)])
    place = own.schema.get_field_index("amount")
    with pytest.raises(SchemaError, match=r"schema\.type(.|\n)*at transactions\.amount"):
        written(write_pacs008, own.set_column(place, "amount", pa.array([2**63], pa.uint64())))
    with pytest.raises(SchemaError, match=r"schema\.duplicate-column(.|\n)*at transactions\.amount"):
        written(write_pacs008, own.append_column("amount", own["amount"]))


def test_times_that_cannot_be_written_are_refused() -> None:
    own = table([transfer(0)])
    late = pa.array([datetime(9999, 12, 31)], pa.timestamp("us")).cast(pa.int64())[0].as_py() + 2 * 86_400_000_000
    own = own.set_column(1, "time", pa.array([late]).cast(pa.timestamp("us")))
    with pytest.raises(SchemaError, match=r"schema.time(.|\n)*transactions.time \(rows 1\)"):
        written(write_pacs008, own)


def test_more_rows_than_three_are_counted() -> None:
    rows = table([transfer(n, currency="???") for n in range(5)])
    with pytest.raises(SchemaError, match=r"holds 5 texts(.|\n)*\(rows 1, 2, 3, \.\.\.\)"):
        written(write_pacs008, rows)


@pytest.mark.parametrize(("writer", "data", "wrong"), [
    (write_pacs008, (table([transfer(0)]),), {"most": 0}), (write_pain001, (table([transfer(0)]),), {"most": 10**9}),
    (write_camt053, (bookings([("A0", 0, 1)]), accounts()), {"page": 0}),
    (write_pacs008, (table([transfer(0)]),), {"seed": -1}),
])  # fmt: skip
def test_settings_out_of_range_are_refused(writer: Writer, data: Any, wrong: dict[str, int]) -> None:
    with pytest.raises(LikewiseError, match="settings"):
        written(writer, *data, **wrong)


def test_a_sum_beyond_eighteen_digits_is_refused() -> None:
    rows = [transfer(0, id=f"T{n}", amount=10**15) for n in range(1000)]
    with pytest.raises(SchemaError, match=r"schema.amount-size(.|\n)*\(rows 1\)"):
        written(write_pacs008, table(rows), most=1000)
    assert written(write_pacs008, table(rows), most=100)
