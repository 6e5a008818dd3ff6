from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pyarrow as pa
import pytest
from hypothesis import given, settings
from tests.industries.finance.messages.bank import (
    ANY_TEXT,
    MOMENTS,
    amounts,
    documents,
    table,
    text,
    texts,
    transfer,
    written,
)

from likewise.errors import SchemaError
from likewise.industries.finance.messages import Written, write_pacs008, write_pain001
from likewise.industries.finance.messages.letters import PLAIN, plain

NAME = "pacs.008.001.08"


def messages(rows: list[dict[str, Any]], **settings: Any) -> list[Any]:
    return documents(written(write_pacs008, table(rows), **settings), NAME)


def test_says_what_the_row_says() -> None:
    (document,) = messages([transfer(0, id="RF-18", amount=123_456, text="Miete März", debtor_town="Köln")])
    assert {path: text(document, path) for path in (
        "NbOfTxs", "EndToEndId", "TxId", "IntrBkSttlmAmt", "IntrBkSttlmDt", "Dbtr/Nm", "Dbtr/PstlAdr/TwnNm",
        "Dbtr/PstlAdr/Ctry", "DbtrAcct/Id/IBAN", "DbtrAgt/FinInstnId/BICFI", "Cdtr/Nm", "Cdtr/CtryOfRes",
        "CdtrAcct/Id/IBAN", "CdtrAgt/FinInstnId/BICFI", "RmtInf/Ustrd", "SvcLvl/Cd", "ChrgBr", "CreDtTm",
    )} == {
        "NbOfTxs": "1", "EndToEndId": "RF-18", "TxId": "RF-18", "IntrBkSttlmAmt": "1234.56",
        "IntrBkSttlmDt": "2024-02-28", "Dbtr/Nm": "Jurgen Gross", "Dbtr/PstlAdr/TwnNm": "Koln",
        "Dbtr/PstlAdr/Ctry": "DE", "DbtrAcct/Id/IBAN": "DE02120300000000202051",
        "DbtrAgt/FinInstnId/BICFI": "TESTDE20XXX", "Cdtr/Nm": "Zoe van der Berg", "Cdtr/CtryOfRes": "NL",
        "CdtrAcct/Id/IBAN": "NL91ABNA0417164300", "CdtrAgt/FinInstnId/BICFI": "DEMONL20", "RmtInf/Ustrd": "Miete Marz",
        "SvcLvl/Cd": "SEPA", "ChrgBr": "SLEV", "CreDtTm": "2024-02-28T21:30:15+00:00",
    }  # fmt: skip


def test_only_euros_within_sepa_are_sepa() -> None:
    abroad, other, own = messages([transfer(5), transfer(0, currency="USD"), transfer(0, id="x")])
    assert [(texts(d, "ChrgBr"), "SEPA" in texts(d, "Cd")) for d in (abroad, other, own)] == [
        (["SHAR"], False), (["SHAR"], False), (["SLEV"], True)]  # fmt: skip


@pytest.mark.parametrize(("currency", "said"), [("EUR", "12.34"), ("JPY", "1234"), ("BHD", "1.234"), ("CLF", "0.1234")])
def test_amounts_have_the_decimals_of_their_currency(currency: str, said: str) -> None:
    (document,) = messages([transfer(0, currency=currency, amount=1234)])
    assert texts(document, "IntrBkSttlmAmt") == [said]
    assert document.find(".//{*}IntrBkSttlmAmt").get("Ccy") == currency


def test_uetrs_are_random_uuids_that_pain_repeats_and_a_seed_settles() -> None:
    rows = [transfer(number) for number in range(50)]
    own = [text(document, "UETR") for document in messages(rows)]
    assert len(set(own)) == 50
    assert {(UUID(uetr).version, UUID(uetr).variant) for uetr in own} == {(4, "specified in RFC 4122")}
    pain = documents(written(write_pain001, table(rows), most=1), "pain.001.001.09")
    assert {text(d, "EndToEndId"): text(d, "UETR") for d in pain} == {f"T{n}": uetr for n, uetr in enumerate(own)}
    assert not set(own) & {text(document, "UETR") for document in messages(rows, seed=1)}


def test_many_in_a_message_add_up_and_are_of_one_bank_day_and_currency() -> None:
    rows = [transfer(7 * (n % 2) + n % 3, id=f"T{n}", currency=("EUR", "JPY", "BHD")[n % 3 % 2],
                     time=datetime(2024, 5, 1 + n % 2, 12, n)) for n in range(60)]  # fmt: skip
    found = messages(rows, most=7)
    assert sum(int(text(d, "NbOfTxs") or 0) for d in found) == 60
    for document in found:
        sums = [Decimal(amount) for amount in texts(document, "IntrBkSttlmAmt")]
        assert len(sums) == int(text(document, "NbOfTxs") or 0) <= 7
        assert sum(sums) == Decimal(text(document, "TtlIntrBkSttlmAmt") or 0)
        assert {a.get("Ccy") for a in document.iter("{*}TtlIntrBkSttlmAmt", "{*}IntrBkSttlmAmt")} in (
            {"EUR"}, {"JPY"})  # fmt: skip
        assert {text(e, "FinInstnId/BICFI") for e in document.iter("{*}DbtrAgt")} == {text(document, "BICFI")}
    assert len({text(d, "MsgId") for d in found}) == len(found)
    assert sorted(id for d in found for id in texts(d, "EndToEndId")) == sorted(row["id"] for row in rows)


def test_other_kinds_and_transfers_within_a_bank_are_left_out(tmp_path: Any) -> None:
    rows = [transfer(0), transfer(1, kind="card"), transfer(2, kind=None), transfer(3, creditor_bic="SMPLFR20ABC")]
    assert write_pacs008(table(rows), tmp_path / "x.xml") == Written(1, 1)


def test_a_transfer_without_banks_is_not_taken_for_one_within_a_bank() -> None:
    with pytest.raises(SchemaError, match=r"transactions\.debtor_bic \(rows 2\)"):
        messages([transfer(0), transfer(1, debtor_bic=None, creditor_bic=None)])


def test_ids_may_be_integers_and_texts_dictionaries() -> None:
    own = table([transfer(0, id=17)])
    coded = own.set_column(own.schema.get_field_index("debtor_iban"), "debtor_iban",
                           own["debtor_iban"].dictionary_encode())  # fmt: skip
    assert written(write_pacs008, coded) == written(write_pacs008, own)
    assert b"<EndToEndId>17</EndToEndId>" in written(write_pacs008, own)


def test_a_long_id_is_instructed_by_a_short_one() -> None:
    (document,) = messages([transfer(0, id="A" * 35)])
    assert re.fullmatch("[0-9a-f]{16}", text(document, "InstrId") or "")
    assert texts(document, "EndToEndId") == ["A" * 35]


def test_moments_of_a_zone_are_those_of_utc() -> None:
    rows = table([transfer(0)])
    zoned = rows.set_column(1, "time", rows["time"].cast(pa.timestamp("us", "Europe/Berlin")))
    assert written(write_pacs008, zoned) == written(write_pacs008, rows)


@settings(max_examples=60)
@given(name=ANY_TEXT, purpose=ANY_TEXT, town=ANY_TEXT, amount=amounts(10**15), time=MOMENTS)
def test_any_text_amount_and_time_makes_a_valid_message(
    name: str | None, purpose: str | None, town: str | None, amount: int, time: datetime
) -> None:
    town = (town or "")[:17]
    (document,) = messages([transfer(0, debtor_name=name, text=purpose, creditor_town=town, amount=amount, time=time)])
    assert Decimal(text(document, "IntrBkSttlmAmt") or 0) == Decimal(amount) / 100
    assert text(document, "Dbtr/Nm") == (plain(pa.array([name], pa.string()))[0].as_py() or "NOTPROVIDED")
    assert text(document, "RmtInf/Ustrd") == plain(pa.array([purpose], pa.string()))[0].as_py()
    assert text(document, "IntrBkSttlmDt") == time.date().isoformat()
    assert all(set(said) <= set(PLAIN) for said in document.itertext())


def test_messages_keep_to_swifts_usage_rules() -> None:
    judge = pytest.importorskip("cbpr_validate", reason="no licence is stated, so it is not installed with the rest")
    rows = [transfer(n, debtor_town="Town", creditor_town="Town") for n in range(7)]
    for line in written(write_pacs008, table(rows)).splitlines():
        result = judge.validate_bytes(line, "sr2026")
        assert result.is_compliant
        assert [f.rule_id for f in result.findings if f.severity != "INFO"] == []
