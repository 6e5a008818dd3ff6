"""SWIFT MT940: statements of accounts, field 86 in the form of German banks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.industries.finance.messages.accounts import Accounts
from likewise.industries.finance.messages.amounts import within, written
from likewise.industries.finance.messages.blocks import Block, Ints, Mask
from likewise.industries.finance.messages.checking import check_bics, check_ibans, check_ids, text_of
from likewise.industries.finance.messages.currencies import CODES, DECIMALS
from likewise.industries.finance.messages.identities import digests, hexadecimal
from likewise.industries.finance.messages.kinds import Kinds
from likewise.industries.finance.messages.pieces import Template, fixed, joined, shown, together
from likewise.industries.finance.messages.sink import Written, sink
from likewise.industries.finance.messages.stamps import Days, dates
from likewise.industries.finance.messages.statements import Statements, statements_of

LARGEST = 10**14 - 1
"""The largest amount and balance: its digits and a comma fill the fifteen signs of the field."""

_WIDTH = 27
"""How many characters a part of field 86 holds."""

_PARTS = 7
"""How many parts of field 86 tell what a booking is for: more would not fit its six lines of 65 characters."""

_HEAD = Template.of("""
    :20:{reference}|:25:{iban}|:28C:{number}/{page}|
    :60{opening_mark}:{opening_side}{since}{currency}{opening}|
    """, line_end="\r\n")  # fmt: skip

_ENTRY = Template.of("""
    :61:{valued}{booked}{side}{amount}N{type}{customer}|
    :86:{code}?00{posting}[?20{part0}][|?21{part1}][?22{part2}][|?23{part3}][?24{part4}][|?25{part5}][?26{part6}]
    [|{account}][|?32{name}][?33{more}]|
    """, line_end="\r\n")  # fmt: skip

_FOOT = Template.of(":62{closing_mark}:{closing_side}{day}{currency}{closing}|-|", line_end="\r\n")

_SIDES = pa.array(["D", "C"])


def write_mt940(
    bookings: Any, accounts: Any, path: str | Path, *, page: int = 10_000, split: bool = False
) -> Written:  # fmt: skip
    """Write bookings as MT940 statements, one for each account and day with bookings, and return how many.

    `bookings`, `accounts`, `page`, `split`, numbers and errors are as of `write_camt053`; statements follow one another
    in the file, each closed by a line with a hyphen. SWIFT's network takes messages of at most 2,000 characters:
    `page=4` keeps to that. Field 86 has the parts that German banks use: ?20 to ?26 hold `EREF+` with the transaction's
    id and `SVWZ+` with the text, ?30 and ?31 the other side's bank and account, ?32 and ?33 its name, cut at 54
    characters. Where an id is longer than 22 characters, the text is cut at 130. Question marks, which begin parts, are
    written as full stops. Years have two digits.
    """
    known, done = Accounts.of(accounts, LARGEST), Written()
    with sink(path, ".sta", split=split) as out:
        for statements in statements_of(bookings, known, page):
            for column in ("amount", "balance"):
                within(statements.block, column, statements.block[column].to_numpy(), LARGEST)
            pages = _pages(statements, known)
            groups = statements.pages
            texts = groups.framed(_HEAD.fill(pages), _ENTRY.fill(_entries(statements, known)), _FOOT.fill(pages))
            out.put(texts, groups, pages["name"])
            done += Written(len(groups.starts), groups.rows)
    return done


def _pages(statements: Statements, accounts: Accounts) -> dict[str, Any]:
    place = pa.array(statements.account)
    money = accounts.currency[statements.account]
    days, ibans, page = Days(statements.day), accounts.iban.take(place), shown(statements.page)
    name = joined(days.written("YYYYMMDD"), "-", ibans, "-", page)
    made = {
        "name": name, "reference": fixed(hexadecimal(digests(name, 0, "statement"))), "iban": ibans, "page": page,
        "number": shown(statements.number), "currency": CODES.take(pa.array(money)),
        "day": days.written("YYMMDD"), "since": Days(statements.since).written("YYMMDD"),
        "opening_mark": _marks(statements.is_first), "closing_mark": _marks(statements.is_last),
    }  # fmt: skip
    for name, values in (("opening", statements.opening), ("closing", statements.closing)):
        made[name], made[f"{name}_side"] = _commas(np.abs(values), money), _side(values)
    return made


def _marks(is_final: Mask) -> pa.Array:
    """Return F for the balances of a statement, M for those between its pages."""
    return pa.array(["M", "F"]).take(pa.array(is_final.astype(np.int64)))


def _side(amounts: Ints) -> pa.Array:
    return _SIDES.take(pa.array((amounts >= 0).astype(np.int64)))


def _commas(amounts: Ints, money: Ints) -> pa.Array:
    """Return amounts with a comma, which stands even where no decimals follow."""
    texts = written(amounts, money, ",")
    return texts if DECIMALS[money].all() else pc.if_else(pc.match_substring(texts, ","), texts, joined(texts, ","))


def _entries(statements: Statements, accounts: Accounts) -> dict[str, Any]:
    block, amounts = statements.block, statements.amounts
    money = accounts.currency[np.repeat(statements.account, statements.pages.sizes)]
    kinds, ids = Kinds(block["kind"], amounts), block["transaction"]
    check_ids(block.where(ids.is_valid()), "transaction")
    fits = pc.fill_null(pc.less_equal(pc.binary_length(ids), 16), False)
    name = _without_marks(text_of(block, "counterparty_name", 140))
    made = {
        "valued": dates(block, "value_date").written("YYMMDD"), "booked": dates(block, "booking_date").written("MMDD"),
        "side": _side(amounts), "amount": _commas(np.abs(amounts), money), "type": kinds.types(),
        "customer": pc.if_else(fits, ids, "NONREF"), "code": kinds.german(), "posting": kinds.postings(),
        "account": _other_account(block), "name": _piece(name, 0), "more": _piece(name, 1),
    }  # fmt: skip
    return made | {f"part{place}": part for place, part in enumerate(_parts(block))}


def _other_account(block: Block) -> pa.Array:
    """Return the parts that say the other side's bank and account; null where neither is known."""
    check_bics(block, "counterparty_bic")
    check_ibans(block, "counterparty_iban")
    bic, iban = block["counterparty_bic"], block["counterparty_iban"]
    parts = joined(together("?30", bic), together("?31", iban))
    return pc.if_else(pc.or_(bic.is_valid(), iban.is_valid()), parts, pa.scalar(None, pa.string()))


def _parts(block: Block) -> list[pa.Array]:
    """Return the parts of field 86 that say what each booking is for: an id in one or two of them, then the text."""
    reference = together("EREF+", _without_marks(block["transaction"]))
    purpose = together("SVWZ+", _without_marks(text_of(block, "text", 140)))
    size = pc.fill_null(pc.binary_length(reference), 0)
    taken = ((size.to_numpy() + _WIDTH - 1) // _WIDTH).astype(np.int64)
    parts = list[pa.Array]()
    for place in range(_PARTS):
        own = pa.scalar(None, pa.string())
        for before in np.unique(taken).tolist():
            piece = _piece(reference, place) if place < before else _piece(purpose, place - before)
            own = pc.if_else(pa.array(taken == before), piece, own)
        parts.append(own)
    return parts


def _piece(texts: pa.Array, place: int) -> pa.Array:
    """Return one part's worth of texts, null where they end before it."""
    begin = place * _WIDTH
    if (pc.max(pc.binary_length(texts)).as_py() or 0) <= begin:
        return pa.nulls(len(texts), pa.string())
    piece = pc.utf8_slice_codeunits(texts, begin, begin + _WIDTH)
    return pc.if_else(pc.greater(pc.binary_length(texts), begin), piece, pa.scalar(None, pa.string()))


def _without_marks(texts: pa.Array) -> pa.Array:
    return pc.replace_substring(texts, "?", ".")
