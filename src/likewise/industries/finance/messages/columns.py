"""The tables that messages are made of: which columns they have, and what each means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa

from likewise.errors import SchemaError, suggest

Meaning = Literal["id", "text", "whole", "time", "date"]
"""What values of a column are: an id (text or integer), a text, an integer, a moment or a day."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Say what a column is called, what its values are, and what they mean."""

    name: str
    kind: Meaning
    meaning: str


TRANSACTIONS = (
    Expected("id", "id", "tells the transaction from all others; at most 35 letters, digits and / - ? : ( ) . , ' +"),
    Expected("time", "time", "when it was made; a moment without a time zone is one of UTC"),
    Expected(
        "amount", "whole", "how much, above 0, in the currency's smallest unit: cents, yen, a dinar's thousandths"
    ),
    Expected("currency", "text", "the currency's three letters (ISO 4217)"),
    Expected("kind", "text", "`transfer`, `direct debit`, `card`, `cash`, `refund`, `fee`, `interest`, or any other"),
    Expected("text", "text", "what it is for, as the debtor wrote it"),
    Expected("debtor_iban", "text", "the account that pays"),
    Expected("debtor_name", "text", "who pays"),
    Expected("debtor_bic", "text", "the payer's bank"),
    Expected("debtor_country", "text", "the payer's country, two letters (ISO 3166)"),
    Expected("debtor_town", "text", "the payer's town"),
    Expected("creditor_iban", "text", "the account that is paid"),
    Expected("creditor_name", "text", "who is paid"),
    Expected("creditor_bic", "text", "the payee's bank"),
    Expected("creditor_country", "text", "the payee's country, two letters"),
    Expected("creditor_town", "text", "the payee's town"),
    Expected("card_number", "text", "the card's number, 12 to 19 digits"),
    Expected("card_expiry", "date", "any day of the last month in which the card is good"),
    Expected("entry_mode", "text", "how the card was read: a word of `ENTRY_MODES`, or the three digits of ISO 8583"),
    Expected("merchant_id", "id", "the shop, at most 15 characters"),
    Expected("merchant_name", "text", "what the shop is called"),
    Expected("merchant_town", "text", "the shop's town"),
    Expected("merchant_country", "text", "the shop's country, two letters"),
    Expected("mcc", "id", "the shop's trade, four digits (ISO 18245)"),
    Expected("terminal_id", "id", "the terminal, at most 8 characters"),
    Expected("acquirer", "id", "the shop's bank in card networks, at most 11 digits"),
    Expected(
        "response_code", "id", "what the card's bank answered, two characters: `00` is yes; none where it did not"
    ),
    Expected("reverses", "id", "the id of the transaction that this one takes back; none for others"),
    Expected("reversed_time", "time", "the time of that transaction; a whole table is searched where it is left out"),
)
"""The columns of transactions. A writer names those it needs; all others may be left out or hold nulls."""

ACCOUNTS = (
    Expected("id", "id", "tells the account from all others"),
    Expected("iban", "text", "its IBAN"),
    Expected("bic", "text", "the bank that keeps it"),
    Expected("owner", "text", "whose it is"),
    Expected("currency", "text", "the currency it is kept in"),
    Expected("opening", "whole", "its balance before the first booking, in the currency's smallest unit"),
)
"""The columns of accounts, all of them needed."""

BOOKINGS = (
    Expected("account", "id", "the account's id"),
    Expected("booking_date", "date", "the day of the statement that it stands on"),
    Expected("value_date", "date", "the day from which it counts for interest"),
    Expected("amount", "whole", "what the balance changes by, with its sign, in the currency's smallest unit"),
    Expected("balance", "whole", "the account's balance after it"),
    Expected("transaction", "id", "the transaction that it books"),
    Expected("text", "text", "what the statement says of it"),
    Expected("kind", "text", "the kind of the transaction"),
    Expected("counterparty_name", "text", "the other side"),
    Expected("counterparty_iban", "text", "the other side's account"),
    Expected("counterparty_bic", "text", "the other side's bank"),
)
"""The columns of bookings; the first five are needed. In a stream, each account's rows stand together, by day."""

ENTRY_MODES = {
    "chip": "051", "contactless": "071", "stripe": "901", "manual": "012", "online": "812", "on file": "102",
}  # fmt: skip
"""How a card was read, and the three digits for it (field 22 of ISO 8583)."""


def columns_of(
    table: pa.Table, name: str, expected: Sequence[Expected], wanted: Sequence[str], needed: Sequence[str]
) -> dict[str, pa.Array]:  # fmt: skip
    """Return the wanted columns of a table, each of its one type, all nulls for those that are not there.

    Raises SchemaError where a needed one is missing, one is there twice, or values are of another type.
    """
    known = {column.name: column for column in expected}
    double = next((column for column in wanted if table.column_names.count(column) > 1), None)
    if double is not None:
        raise SchemaError("schema.duplicate-column", f"the {name} have more than one column `{double}`",
                          where=f"{name}.{double}", hint="rename or drop one of them")  # fmt: skip
    for column in needed:
        if column not in table.column_names:
            raise SchemaError("schema.missing-column", f"the {name} have no column `{column}`: {known[column].meaning}",
                              where=f"{name}.{column}",
                              hint=suggest(column, table.column_names, "column"))  # fmt: skip
    return {column: _typed(table, name, known[column]) for column in wanted}


_TYPES: Mapping[Meaning, Any] = {
    "id": pa.string(), "text": pa.string(), "whole": pa.int64(), "time": pa.timestamp("us"), "date": pa.date32(),
}  # fmt: skip


def _typed(table: pa.Table, name: str, column: Expected) -> pa.Array:
    target = _TYPES[column.kind]
    if column.name not in table.column_names:
        return pa.nulls(table.num_rows, target)
    array = table.column(column.name).combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.nulls(0, array.type)
    kind = array.type.value_type if pa.types.is_dictionary(array.type) else array.type
    if not _fits(kind, column.kind):
        raise SchemaError("schema.type", f"`{column.name}` holds {kind}, and is to be {_SAID[column.kind]}",
                          where=f"{name}.{column.name}", hint=f"it means: {column.meaning}")  # fmt: skip
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        array = array.cast(pa.timestamp(kind.unit, "UTC")).cast(pa.timestamp(kind.unit))
    try:
        return array.cast(target, safe=column.kind not in ("time", "date"))
    except pa.ArrowInvalid:
        raise SchemaError("schema.type", f"`{column.name}` holds {kind}, some too large for 64 bits with a sign",
                          where=f"{name}.{column.name}", hint=f"it means: {column.meaning}") from None  # fmt: skip


_SAID: Mapping[Meaning, str] = {
    "id": "texts or integers", "text": "texts", "whole": "integers", "time": "moments (timestamps)", "date": "days",
}  # fmt: skip


def _fits(kind: pa.DataType, meaning: Meaning) -> bool:
    types = pa.types
    if types.is_null(kind):
        return True
    if meaning == "whole":
        return bool(types.is_integer(kind))
    if meaning == "time":
        return bool(types.is_timestamp(kind))
    if meaning == "date":
        return bool(types.is_date(kind) or types.is_timestamp(kind))
    is_text = types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind)
    return bool(is_text or (meaning == "id" and types.is_integer(kind)))
