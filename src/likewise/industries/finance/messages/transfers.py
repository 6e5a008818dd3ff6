"""Credit transfers of a block, checked and written as the parts that pacs.008 and pain.001 share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.errors import SettingsError
from likewise.industries.finance.messages.amounts import currencies_of, positive, written
from likewise.industries.finance.messages.blocks import AT_ONCE, Block, Ints, Mask, blocks_of
from likewise.industries.finance.messages.checking import check_bics, check_countries, check_ibans, check_ids, text_of
from likewise.industries.finance.messages.columns import TRANSACTIONS, columns_of
from likewise.industries.finance.messages.groups import Groups, changing, each, ordered
from likewise.industries.finance.messages.identities import Seen, digests, hexadecimal, uetrs
from likewise.industries.finance.messages.pieces import fixed, joined
from likewise.industries.finance.messages.stamps import Days, clock, moments

NEEDED = ("id", "time", "amount", "currency", "kind", "debtor_iban", "debtor_bic", "creditor_iban", "creditor_bic")
WANTED = (*NEEDED, "text", "debtor_name", "debtor_country", "debtor_town", "creditor_name", "creditor_country",
          "creditor_town")  # fmt: skip

SEPA = pa.array([
    "AD", "AL", "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GI", "GR", "HR", "HU",
    "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MD", "ME", "MK", "MT", "NL", "NO", "PL", "PT", "RO", "RS", "SE",
    "SI", "SK", "SM", "VA",
])  # fmt: skip
"""The countries whose banks take euro transfers by the rules of SEPA."""

_PARTY = """
    <Nm>{%s_name}</Nm>[<PstlAdr><TwnNm>{%s_town}</TwnNm><Ctry>{%s_country}</Ctry></PstlAdr>]
    [<CtryOfRes>{%s_residence}</CtryOfRes>]
    """

NAMELESS = "NOTPROVIDED"
"""What stands where a name is needed and none is known."""


def party(side: str) -> str:
    """Return the part of a template for a side: its country is an address only together with a town."""
    return _PARTY.replace("%s", side)


@dataclass(frozen=True, eq=False)
class Transfers:
    """Hold the checked transfers of a block, and how they are grouped into messages."""

    block: Block
    amounts: Ints
    currencies: Ints
    days: Days
    seconds: Ints
    is_sepa: Mask
    groups: Groups

    @property
    def starts(self) -> pa.Array:
        """The first row of each message."""
        return pa.array(self.groups.starts)

    def columns(self, seed: int) -> dict[str, Any]:
        """Return the texts that a template is filled with, a row each."""
        block = self.block
        made: dict[str, Any] = {name: block[name] for name in ("id", "currency", "debtor_iban", "debtor_bic",
                                                               "creditor_iban", "creditor_bic")}  # fmt: skip
        for side in ("debtor", "creditor"):
            made[f"{side}_name"] = pc.fill_null(text_of(block, f"{side}_name", 140), NAMELESS)
            town, country = text_of(block, f"{side}_town", 35), block[f"{side}_country"]
            made[f"{side}_town"], made[f"{side}_country"] = town, country
            made[f"{side}_residence"] = pc.if_else(town.is_valid(), pa.scalar(None, pa.string()), country)
        return made | {
            "instruction": _short(block["id"], seed), "uetr": uetrs(block["id"], seed),
            "amount": written(self.amounts, self.currencies), "day": self.days.written("iso"),
            "text": text_of(block, "text", 140),
            "charges": _one_of(self.is_sepa, "SLEV", "SHAR"),
            "service": _one_of(self.is_sepa, "SEPA", None),
        }  # fmt: skip

    def of_messages(self, columns: dict[str, Any], *names: str) -> dict[str, Any]:
        """Return some columns of each message's first row, its number of rows, its sum and when it was made."""
        groups = self.groups
        self.block.refuse("schema.amount-size", "amounts that begin a message with too large a sum", "amount",
                          groups.too_large(self.amounts), "write fewer transactions a message")  # fmt: skip
        first = {name: columns[name].take(self.starts) for name in names}
        made = clock(np.maximum.reduceat(self.seconds, groups.starts))
        return first | {
            "count": groups.sizes_shown(),
            "sum": written(groups.sums(self.amounts), self.currencies[groups.starts]),
            "created": joined(first["day"], "T", made, "+00:00"),
        }


def _one_of(mask: Mask, yes: str, no: str | None) -> pa.Array:
    return pa.array([no, yes], pa.string()).take(pa.array(mask.astype(np.int64)))


def _short(ids: pa.Array, seed: int) -> pa.Array:
    """Return ids of at most 16 characters: those that are, and what is made of longer ones."""
    is_long = pc.greater(pc.binary_length(ids), 16)
    if not pc.any(is_long).as_py():
        return ids
    return pc.if_else(is_long, fixed(hexadecimal(digests(ids, seed, "instruction"))), ids)


def transfers_of(rows: Any, keys: tuple[str, ...], most: int, *, between_banks: bool) -> Iterator[Transfers]:
    """Yield the transfers among transactions by keys, currency, day and rules; raises SchemaError for bad rows."""
    if not 1 <= most <= AT_ONCE:
        raise SettingsError("settings.range", f"`most` is to be 1 to {AT_ONCE} transactions a message",
                            where="most", hint="a message does not go beyond what memory holds at once")  # fmt: skip
    seen = Seen()
    for start, table in blocks_of(rows):
        columns = columns_of(table, "transactions", TRANSACTIONS, WANTED, NEEDED)
        block = Block("transactions", np.arange(start, start + table.num_rows), columns)
        block = block.where(pc.equal(block["kind"], "transfer"))
        if between_banks:
            within = pc.equal(_bank(block["debtor_bic"]), _bank(block["creditor_bic"]))
            block = block.where(pc.fill_null(pc.invert(within), True))
        if len(block):
            yield _checked(block, keys, most, seen)


def _bank(bics: pa.Array) -> pa.Array:
    """Return the bank of a BIC, without its branch."""
    return pc.utf8_slice_codeunits(bics, 0, 8)


def _checked(block: Block, keys: tuple[str, ...], most: int, seen: Seen) -> Transfers:
    check_ids(block, "id")
    seen.check(block, "id")
    block.filled(*NEEDED)
    amounts, currencies = positive(block), currencies_of(block)
    for side in ("debtor", "creditor"):
        check_ibans(block, f"{side}_iban")
        check_bics(block, f"{side}_bic")
        check_countries(block, f"{side}_country")
    days, seconds = moments(block)
    is_sepa = _is_sepa(block)
    if most == 1:
        return Transfers(block, amounts, currencies, days, seconds, is_sepa, each(len(block)))
    codes = [block[key].dictionary_encode().indices.to_numpy() for key in keys]
    codes += [currencies, days.days, is_sepa]
    order = ordered(codes)
    groups = changing([code[order] for code in codes], most)
    return Transfers(block.take(order), amounts[order], currencies[order], Days(days.days[order]), seconds[order],
                     is_sepa[order], groups)  # fmt: skip


def _is_sepa(block: Block) -> Mask:
    found = pc.equal(block["currency"], "EUR")
    for column in ("debtor_iban", "creditor_iban"):
        found = pc.and_(found, pc.is_in(pc.utf8_slice_codeunits(block[column], 0, 2), value_set=SEPA))
    return np.asarray(found)
