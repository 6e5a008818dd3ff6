from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.industries.finance.messages.bank import CUSTOMERS, documents, table, text, texts, transfer, written

from likewise.industries.finance.messages import write_pain001

NAME = "pain.001.001.09"


def messages(rows: list[dict[str, Any]], **settings: Any) -> list[Any]:
    return documents(written(write_pain001, table(rows), **settings), NAME)


def test_says_what_the_row_says() -> None:
    (document,) = messages([transfer(0, id="RF-18", amount=123_456, text="Miete März", creditor_town="Den Haag")])
    assert {path: text(document, path) for path in (
        "InitgPty/Nm", "GrpHdr/CtrlSum", "PmtInf/CtrlSum", "BtchBookg", "ReqdExctnDt/Dt", "Dbtr/Nm", "Dbtr/CtryOfRes",
        "DbtrAcct/Id/IBAN", "DbtrAgt/FinInstnId/BICFI", "EndToEndId", "InstdAmt", "Cdtr/Nm", "Cdtr/PstlAdr/TwnNm",
        "CdtrAcct/Id/IBAN", "CdtrAgt/FinInstnId/BICFI", "RmtInf/Ustrd",
    )} == {
        "InitgPty/Nm": "Jurgen Gross", "GrpHdr/CtrlSum": "1234.56", "PmtInf/CtrlSum": "1234.56", "BtchBookg": "false",
        "ReqdExctnDt/Dt": "2024-02-28", "Dbtr/Nm": "Jurgen Gross", "Dbtr/CtryOfRes": "DE",
        "DbtrAcct/Id/IBAN": "DE02120300000000202051", "DbtrAgt/FinInstnId/BICFI": "TESTDE20XXX",
        "EndToEndId": "RF-18", "InstdAmt": "1234.56", "Cdtr/Nm": "Zoe van der Berg", "Cdtr/PstlAdr/TwnNm": "Den Haag",
        "CdtrAcct/Id/IBAN": "NL91ABNA0417164300", "CdtrAgt/FinInstnId/BICFI": "DEMONL20", "RmtInf/Ustrd": "Miete Marz",
    }  # fmt: skip


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["EUR", "JPY", "BHD"]), st.integers(0, 2),
                          st.integers(1, 10**15)), min_size=1, max_size=30), st.integers(1, 5))  # fmt: skip
def test_a_message_is_of_one_account_currency_and_day_and_adds_up(
    drawn: list[tuple[int, str, int, int]], most: int
) -> None:
    rows = [transfer(debtor, id=f"T{n}", currency=currency, amount=amount, time=datetime(2024, 1, 1 + day, 9, n))
            for n, (debtor, currency, day, amount) in enumerate(drawn)]  # fmt: skip
    found = messages(rows, most=most)
    by_id = {row["id"]: row for row in rows}
    told = []
    for document in found:
        own = [by_id[id] for id in texts(document, "EndToEndId")]
        told += [row["id"] for row in own]
        assert {(r["debtor_iban"], r["currency"], r["time"].date()) for r in own} == {
            (text(document, "DbtrAcct/Id/IBAN"), own[0]["currency"], own[0]["time"].date())}  # fmt: skip
        assert texts(document, "NbOfTxs") == [str(len(own))] * 2
        assert len(own) <= most
        total = sum(map(Decimal, texts(document, "InstdAmt")))
        assert [Decimal(said) for said in texts(document, "CtrlSum")] == [total, total]
        assert text(document, "BtchBookg") == str(len(own) > 1).lower()
        assert all(a["time"] <= b["time"] for a, b in pairwise(own))
    assert sorted(told) == sorted(by_id)


def test_transfers_within_a_bank_are_ordered_too() -> None:
    assert len(messages([transfer(0, creditor_bic=CUSTOMERS[0][1])])) == 1
