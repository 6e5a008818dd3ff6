from __future__ import annotations

import struct
from datetime import date, datetime
from typing import Any

import iso8583
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from iso8583.specs import default_ascii
from tests.industries.finance.messages.bank import ANY_TEXT, MOMENTS, amounts, purchase, table, written

from likewise.errors import LikewiseError
from likewise.industries.finance.messages import ENTRY_MODES, Written, write_iso8583


def read(content: bytes) -> list[dict[str, str]]:
    """Return the messages of a file of lines: each is read to its last character, else the reader raises."""
    return [iso8583.decode(line, spec=default_ascii)[0] for line in content.splitlines()]


def messages(*rows: dict[str, Any], **settings: Any) -> list[dict[str, str]]:
    return read(written(write_iso8583, table(rows), **settings))


def test_says_what_the_row_says() -> None:
    asked, answered = messages(purchase(0))
    assert asked == {
        "t": "0100", "p": "723C448108E08000", "2": "4000000000000000", "3": "000000", "4": "000000001999",
        "7": "0228213015", "11": asked["11"], "12": "213015", "13": "0228", "14": "2705", "18": "5812", "22": "051",
        "25": "00", "32": "123456", "37": f"405921{asked['11']}", "41": "T7      ", "42": "M0042          ",
        "43": "Cafe Zoe                 Koln         DE", "49": "978",
    }  # fmt: skip
    assert answered == {
        "t": "0110", "p": "723800010EC08000", "2": "4000000000000000", "3": "000000", "4": "000000001999",
        "7": "0228213015", "11": asked["11"], "12": "213015", "13": "0228", "32": "123456", "37": asked["37"],
        "38": answered["38"], "39": "00", "41": "T7      ", "42": "M0042          ", "49": "978",
    }  # fmt: skip
    assert asked["11"].isdigit() and answered["38"].isdigit()


@pytest.mark.parametrize(("kind", "flow", "types", "processing"), [
    ("card", "dual", ["0100", "0110"], "000000"), ("card", "single", ["0200", "0210"], "000000"),
    ("cash", "dual", ["0200", "0210"], "010000"), ("refund", "dual", ["0200", "0210"], "200000"),
])  # fmt: skip
def test_kinds_have_their_types_and_processing_codes(kind: str, flow: Any, types: list[str], processing: str) -> None:
    found = messages(purchase(0, kind=kind), flow=flow)
    assert [message["t"] for message in found] == types
    assert {message["3"] for message in found} == {processing}


def test_a_decline_has_no_approval_and_silence_no_answer() -> None:
    found = messages(purchase(0, response_code="51"), purchase(1, response_code=None))
    assert [(m["t"], m.get("39"), "38" in m) for m in found] == [
        ("0100", None, False), ("0110", "51", False), ("0100", None, False)]  # fmt: skip


def test_a_reversal_names_what_it_reverses() -> None:
    first, yes, undo, undone = messages(purchase(0, kind="cash"), purchase(9, kind="cash", reverses="C0"))
    assert (undo["t"], undone["t"], undo["1"]) == ("0400", "0410", "0000004000000000")
    assert undo["90"] == "0200" + first["11"] + first["7"] + "00000123456" + "0" * 11
    assert (undo["37"], undo["38"]) == (first["37"], yes["38"])
    assert undo["11"] != first["11"]


def test_a_stream_says_when_what_is_reversed_was() -> None:
    rows = [purchase(0), purchase(9, reverses="C0")]
    told = table([rows[0], rows[1] | {"reversed_time": rows[0]["time"]}])
    assert written(write_iso8583, told.to_reader()) == written(write_iso8583, table(rows))
    with pytest.raises(LikewiseError, match=r"transactions.reverses \(rows 2\)"):
        written(write_iso8583, table(rows).to_reader())


@pytest.mark.parametrize(("mode", "said", "condition"), [
    *((mode, code, "00") for mode, code in list(ENTRY_MODES.items())[:3]), ("manual", "012", "08"),
    ("online", "812", "59"), ("on file", "102", "59"), ("062", "062", "00"),
])  # fmt: skip
def test_how_the_card_was_read(mode: str, said: str, condition: str) -> None:
    found = messages(purchase(0, entry_mode=mode))[0]
    assert (found["22"], found["25"]) == (said, condition)
    assert messages(purchase(0, entry_mode=mode, kind="cash"))[0]["25"] == "02"


OPTIONAL = {"card_expiry": "14", "mcc": "18", "entry_mode": "22", "acquirer": "32", "terminal_id": "41",
            "merchant_id": "42", "merchant_name": "43"}  # fmt: skip


@given(st.lists(st.sets(st.sampled_from(sorted(OPTIONAL))), min_size=1, max_size=6))
def test_bitmaps_say_which_fields_a_row_has(left_out: list[set[str]]) -> None:
    rows = [purchase(n) | dict.fromkeys(absent) for n, absent in enumerate(left_out)]
    typed = table([purchase(99), *rows]).slice(1)
    asked = read(written(write_iso8583, typed))[::2]
    for message, absent in zip(asked, left_out, strict=True):
        assert {field for field in OPTIONAL.values() if field not in message} == {OPTIONAL[name] for name in absent}


@settings(max_examples=60)
@given(ANY_TEXT, amounts(10**12 - 1), MOMENTS, st.dates(date(2000, 1, 1), date(2099, 1, 1)),
       st.integers(10**11, 10**19 - 1), st.sampled_from(["EUR", "JPY", "BHD"]))  # fmt: skip
def test_a_reader_finds_any_content(
    name: str | None, amount: int, time: datetime, expiry: date, card: int, currency: str
) -> None:
    row = purchase(0, merchant_name=name, amount=amount, time=time, card_expiry=expiry, card_number=str(card),
                   currency=currency)  # fmt: skip
    asked, _ = messages(row)
    assert (int(asked["4"]), asked["2"]) == (amount, str(card))
    assert (asked["7"], asked["12"], asked["13"]) == (
        f"{time:%m%d%H%M%S}", f"{time:%H%M%S}", f"{time:%m%d}")  # fmt: skip
    assert asked["14"] == f"{expiry:%y%m}"
    assert asked["49"] == {"EUR": "978", "JPY": "392", "BHD": "048"}[currency]
    assert "43" not in asked or len(asked["43"]) == 40


def test_frames_have_their_length_in_front() -> None:
    rows = table([purchase(0), purchase(1, response_code=None)])
    content, lines, found = written(write_iso8583, rows, frames="lengths"), written(write_iso8583, rows), []
    while content:
        (size,) = struct.unpack(">H", content[:2])
        found.append(content[2 : 2 + size])
        content = content[2 + size :]
    assert found == lines.splitlines()


def test_counts_messages_and_rows_of_cards_alone(tmp_path: Any) -> None:
    rows = table([purchase(0), purchase(1, response_code=None), purchase(2, kind="transfer", card_number=None)])
    assert write_iso8583(rows, tmp_path / "x.iso") == Written(3, 2)


def test_without_answers_there_are_requests_alone() -> None:
    rows = table([purchase(0), purchase(1)]).drop_columns(["response_code"])
    assert [message["t"] for message in read(written(write_iso8583, rows))] == ["0100", "0100"]
    typed = rows.append_column("response_code", pa.nulls(2, pa.string()))
    assert written(write_iso8583, typed) == written(write_iso8583, rows)


@pytest.mark.parametrize("wrong", [{"flow": "both"}, {"frames": "lengths "}])
def test_unknown_settings_are_refused(wrong: Any) -> None:
    with pytest.raises(LikewiseError, match=r"settings\.invalid"):
        written(write_iso8583, table([purchase(0)]), **wrong)
