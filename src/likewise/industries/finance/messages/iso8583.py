"""ISO 8583 of 1987, in ASCII: authorisations, financial messages and reversals of cards."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.errors import SettingsError
from likewise.industries.finance.messages.amounts import currencies_of, positive, within
from likewise.industries.finance.messages.bitmaps import counted, framed, in_lines, message
from likewise.industries.finance.messages.blocks import Block, Ints, blocks_of, whole_table
from likewise.industries.finance.messages.checking import check_countries, check_ids, check_pattern
from likewise.industries.finance.messages.columns import ENTRY_MODES, TRANSACTIONS, columns_of
from likewise.industries.finance.messages.currencies import NUMBERS
from likewise.industries.finance.messages.groups import each
from likewise.industries.finance.messages.identities import Seen, digests, spread
from likewise.industries.finance.messages.letters import plain
from likewise.industries.finance.messages.pieces import joined, padded, shown, together
from likewise.industries.finance.messages.sink import Written, sink
from likewise.industries.finance.messages.stamps import Days, clock, moments

NEEDED = ("id", "time", "amount", "currency", "kind", "card_number")
WANTED = (*NEEDED, "card_expiry", "entry_mode", "merchant_id", "merchant_name", "merchant_town", "merchant_country",
          "mcc", "terminal_id", "acquirer", "response_code", "reverses", "reversed_time")  # fmt: skip

LARGEST = 10**12 - 1
"""The largest amount: field 4 has twelve digits."""

APPROVED = pa.array(["00", "08", "10", "11"])
"""The response codes that say yes."""

ANSWERED = (2, 3, 4, 7, 11, 12, 13, 32, 37, 38, 39, 41, 42, 49)
"""The fields of answers: what the request said, and what was decided."""

_KINDS = pa.array(["card", "cash", "refund"])
_PROCESSING = pa.array(["000000", "010000", "200000"])
_FORMS = (
    ("card_number", "^[0-9]{12,19}$", "numbers of cards that are not of 12 to 19 digits", "write digits alone"),
    ("mcc", "^[0-9]{4}$", "codes of trades that are not of four digits", "write the zero in front too, as a text"),
    ("acquirer", "^[0-9]{1,11}$", "numbers of banks that are not of 1 to 11 digits", "write digits alone"),
    ("response_code", "^[A-Z0-9]{2}$", "answers that are not of two characters", "write the zero in front too: 00"),
    ("terminal_id", "^[!-~]([ -~]{0,6}[!-~])?$", "terminals of no or more than 8 characters", "shorten them"),
    ("merchant_id", "^[!-~]([ -~]{0,13}[!-~])?$", "shops of no or more than 15 characters", "shorten them"),
)


def write_iso8583(
    transactions: Any, path: str | Path, *, flow: Literal["dual", "single"] = "dual",
    frames: Literal["lines", "lengths"] = "lines", seed: int = 0,
) -> Written:  # fmt: skip
    """Write the card transactions among transactions as ISO 8583:1987 messages in ASCII, and return how many.

    `transactions` is an Arrow table, a reader, a frame or an iterable of such parts, with the columns of
    `columns.TRANSACTIONS`; rows of a kind other than `card`, `cash` and `refund` are left out. A purchase is asked for
    by 0100 (`flow="dual"`) or booked at once by 0200 (`single`), cash and refunds by 0200, and what `reverses` another
    by 0400; the answer (0110, 0210, 0410) follows where there is a `response_code`. `path` is a file with a message a
    line, or, with `frames="lengths"`, each behind its length in two bytes. `seed` settles trace numbers and approvals.

    Names of shops are cut at 25 characters and towns at 13, as field 43 has it. Raises SchemaError for missing columns
    and bad rows, with their numbers; then nothing is written.
    """
    if flow not in ("dual", "single") or frames not in ("lines", "lengths"):
        raise SettingsError("settings.invalid", "`flow` is to be dual or single, and `frames` lines or lengths",
                            where="flow", hint="leave them out for dual and lines")  # fmt: skip
    put_together, seen, done = in_lines if frames == "lines" else framed, Seen(), Written()
    table = whole_table(transactions)
    with sink(path, ".iso", split=False) as out:
        for block in _blocks(transactions if table is None else _with_originals(table)):
            _check(block, seen)
            requests, answers = _messages(block, seed, is_dual=flow == "dual")
            texts = put_together(requests, answers)
            out.put(texts, each(len(block)), block["id"])
            done += Written(2 * len(block) - answers.null_count, len(block))
    return done


def _blocks(transactions: Any) -> Any:
    for start, table in blocks_of(transactions):
        columns = columns_of(table, "transactions", TRANSACTIONS, WANTED, NEEDED)
        block = Block("transactions", np.arange(start, start + table.num_rows), columns)
        block = block.where(pc.is_in(block["kind"], value_set=_KINDS))
        if len(block):
            yield block


def _with_originals(table: pa.Table) -> pa.Table:
    """Return transactions with the times of those that others reverse, where the table does not tell them."""
    if "reverses" not in table.column_names or "reversed_time" in table.column_names:
        return table
    columns = columns_of(table, "transactions", TRANSACTIONS, ("id", "time", "reverses"), NEEDED)
    is_reversed = pc.is_in(columns["id"], value_set=columns["reverses"].drop_null().unique())
    known, times = columns["id"].filter(is_reversed), columns["time"].filter(is_reversed)
    return table.append_column("reversed_time", times.take(pc.index_in(columns["reverses"], value_set=known)))


def _check(block: Block, seen: Seen) -> None:
    check_ids(block, "id")
    seen.check(block, "id")
    block.filled(*NEEDED)
    within(block, "amount", positive(block), LARGEST)
    check_countries(block, "merchant_country")
    for column, pattern, what, hint in _FORMS:
        check_pattern(block, column, pattern, what, hint)
    lost = pc.and_(block["reverses"].is_valid(), block["reversed_time"].is_null())
    block.refuse("schema.reversed", "ids of transactions whose time is not known", "reverses", lost,
                 "give it in `reversed_time`, or a whole table that holds them")  # fmt: skip


def _messages(block: Block, seed: int, *, is_dual: bool) -> tuple[pa.Array, pa.Array]:
    """Return the request and the answer of each row; no answer where there is no response code."""
    is_reversal = block["reverses"].is_valid()
    first = "0100" if is_dual else "0200"
    asked = pc.if_else(pc.equal(block["kind"], "card"), first, "0200")
    fields = {**_payment(block), **_shop(block), **_traces(block, seed, asked, is_reversal)}
    requests = message(pc.if_else(is_reversal, "0400", asked), fields)
    codes = block["response_code"]
    if codes.null_count == len(codes):
        return requests, codes
    approved = pc.fill_null(pc.is_in(codes, value_set=APPROVED), False)
    answer = {field: fields[field] for field in ANSWERED if field in fields}
    answer |= {38: pc.if_else(approved, _approval(block, seed), pa.scalar(None, pa.string())), 39: codes}
    answers = message(pc.if_else(is_reversal, "0410", pc.utf8_replace_slice(asked, 2, 4, "10")), answer)
    return requests, pc.if_else(codes.is_valid(), answers, pa.scalar(None, pa.string()))


def _payment(block: Block) -> dict[int, pa.Array]:
    """Return the fields that say what is paid, with which card."""
    kinds = pc.index_in(block["kind"], value_set=_KINDS)
    modes = _modes(block)
    conditions = pc.if_else(pc.equal(block["kind"], "cash"), "02", _conditions(modes))
    return {
        2: counted(block["card_number"]), 3: _PROCESSING.take(kinds), 4: shown(block["amount"].to_numpy(), 12),
        14: _expiry(block), 22: modes, 25: pc.fill_null(conditions, "00"),
        49: NUMBERS.take(pa.array(currencies_of(block))),
    }  # fmt: skip


def _modes(block: Block) -> pa.Array:
    """Return the three digits of each way in which a card was read."""
    given = block["entry_mode"]
    places = pc.index_in(given, value_set=pa.array(list(ENTRY_MODES)))
    modes = pc.if_else(places.is_valid(), pa.array(list(ENTRY_MODES.values())).take(places), given)
    block.refuse("schema.form", "ways of reading a card that are not known", "entry_mode",
                 pc.invert(pc.match_substring_regex(modes, "^[0-9]{3}$")),
                 f"say one of: {', '.join(ENTRY_MODES)}; or the three digits of field 22")  # fmt: skip
    return modes


def _conditions(modes: pa.Array) -> pa.Array:
    """Return field 25: 59 on the Internet, 08 where the number was told, else 00."""
    read = pc.utf8_slice_codeunits(modes, 0, 2)
    online = pc.is_in(read, value_set=pa.array(["81", "10"]))
    return pc.if_else(online, "59", pc.if_else(pc.equal(read, "01"), "08", "00"))


def _expiry(block: Block) -> pa.Array:
    given = block["card_expiry"]
    days = pc.fill_null(given.cast(pa.int32()), 0).to_numpy().astype(np.int64)
    return pc.if_else(given.is_valid(), Days(days).written("YYMM"), pa.scalar(None, pa.string()))


def _shop(block: Block) -> dict[int, pa.Array]:
    """Return the fields that say where."""
    name, town = plain(block["merchant_name"]), pc.fill_null(plain(block["merchant_town"]), "")
    place = together(padded(name, 25), padded(town, 13), pc.fill_null(block["merchant_country"], "  "))
    return {
        18: block["mcc"], 32: counted(block["acquirer"]), 41: padded(block["terminal_id"], 8),
        42: padded(block["merchant_id"], 15), 43: place,
    }  # fmt: skip


def _traces(block: Block, seed: int, asked: pa.Array, is_reversal: pa.Array) -> dict[int, pa.Array]:
    """Return the fields that tell messages apart, and of reversals what they reverse."""
    days, seconds = moments(block)
    own, times = _trace(block["id"], seed), clock(seconds, "")
    made = {7: joined(days.written("MMDD"), times), 11: own, 12: times, 13: days.written("MMDD")}
    made[37] = _retrieval(days, seconds, own)
    if not pc.any(is_reversal).as_py():
        return made
    ids = pc.coalesce(block["reverses"], block["id"])
    then = Block(block.table, block.rows, {"time": pc.coalesce(block["reversed_time"], block["time"])})
    days, seconds = moments(then)
    trace, absent = _trace(ids, seed), pa.scalar(None, pa.string())
    acquirer = pc.ascii_lpad(pc.fill_null(block["acquirer"], "0"), 11, "0")
    original = joined(asked, trace, days.written("MMDD"), clock(seconds, ""), acquirer, "0" * 11)
    made[37] = pc.if_else(is_reversal, _retrieval(days, seconds, trace), made[37])
    made[38] = pc.if_else(is_reversal, _approval(block, seed), absent)
    made[90] = pc.if_else(is_reversal, original, absent)
    return made


def _trace(ids: pa.Array, seed: int) -> pa.Array:
    return shown(1 + spread(digests(ids, seed, "trace"), 999_999), 6)


def _approval(block: Block, seed: int) -> pa.Array:
    """Return the number of the approval: of a reversal, that of what it reverses."""
    ids = pc.coalesce(block["reverses"], block["id"])
    return shown(spread(digests(ids, seed, "approval"), 10**6), 6)


def _retrieval(days: Days, seconds: Ints, trace: pa.Array) -> pa.Array:
    """Return the retrieval reference: the year's last digit, the day of the year, the hour and the trace number."""
    return joined(days.written("YDDD"), shown(seconds // 3600, 2), trace)
