"""What rows must hold before a message is made of them: ids, accounts, banks, texts that fit."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.identifiers.checking import is_iban
from likewise.industries.finance.messages.blocks import Block, Mask
from likewise.industries.finance.messages.letters import plain
from likewise.industries.finance.messages.pieces import characters

BIC = "^[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$"
COUNTRY = "^[A-Z]{2}$"

_ID = "^[-A-Za-z0-9?:().,'+]([-A-Za-z0-9/?:().,'+ ]{0,33}[-A-Za-z0-9?:().,'+])?$"
_VALUES = np.full(256, 255, np.int64)
"""The value of each byte of an IBAN: 0 to 9 of digits, 10 to 35 of capital letters, 255 of all others."""
_VALUES[48:58], _VALUES[65:91] = range(10), range(10, 36)


def check_ids(block: Block, column: str) -> None:
    """Refuse ids that cannot stand in a message: nulls, long ones, other letters, slashes at an end or two in a row."""
    block.filled(column)
    bad = pc.or_(pc.invert(pc.match_substring_regex(block[column], _ID)), pc.match_substring(block[column], "//"))
    block.refuse("schema.id", "ids that messages cannot carry", column, bad,
                 "use 1 to 35 letters, digits and / - ? : ( ) . , ' +, no slash at an end, no two in a row; "
                 "of UUIDs leave the hyphens out")  # fmt: skip


def check_ibans(block: Block, column: str) -> None:
    """Refuse IBANs that are not of their country's length, or whose check digits fail; nulls pass."""
    block.refuse("schema.iban", "texts that are no IBANs", column, no_ibans(block[column]),
                 "write IBANs without spaces, in capitals; the record `payment` makes valid ones")  # fmt: skip


def no_ibans(texts: pa.Array) -> Mask:
    """Return which texts are no IBANs; nulls are taken for some.

    >>> no_ibans(pa.array(["GB82WEST12345698765432", "GB82WEST12345698765433", None])).tolist()
    [False, True, False]
    """
    bad = np.asarray(pc.is_valid(texts))
    widths = np.asarray(pc.fill_null(pc.binary_length(texts), 0))
    for width in np.unique(widths[(widths > 4) & (widths < 35)]).tolist():
        rows = np.flatnonzero(widths == width)
        grid = _VALUES[characters(texts if len(rows) == len(texts) else texts.take(pa.array(rows)))]
        spelled = (grid.max(axis=1) < 36) & (grid[:, :2].min(axis=1) > 9) & (grid[:, 2:4].max(axis=1) < 10)
        bad[rows] = ~(spelled & is_iban(np.minimum(grid, 35)))
    return bad


def check_pattern(block: Block, column: str, pattern: str, what: str, hint: str) -> None:
    """Refuse texts that do not match a pattern; nulls pass."""
    if block[column].null_count < len(block):
        matched = pc.match_substring_regex(block[column], pattern)
        block.refuse("schema.form", what, column, pc.invert(matched), hint)


def check_bics(block: Block, *columns: str) -> None:
    """Refuse texts that are no BICs; nulls pass."""
    for column in columns:
        check_pattern(block, column, BIC, "texts that are no BICs", "write 8 or 11 capitals and digits (ISO 9362)")


def check_countries(block: Block, *columns: str) -> None:
    """Refuse texts that are no codes of countries; nulls pass."""
    for column in columns:
        check_pattern(block, column, COUNTRY, "texts that are no countries", "write two capital letters (ISO 3166)")


def text_of(block: Block, column: str, most: int) -> pa.Array:
    """Return a column in set x, null where nothing is left; raises SchemaError where one is then too long."""
    made = plain(block[column])
    block.refuse("schema.text-length", f"texts of more than {most} characters", column,
                 pc.greater(pc.binary_length(made), most),
                 "shorten them; letters such as ß, æ or ж count as the two or more that stand for them")  # fmt: skip
    return made
