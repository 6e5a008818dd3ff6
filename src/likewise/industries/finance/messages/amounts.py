"""Amounts: integers of a currency's smallest unit, written with the decimals that the currency has."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.industries.finance.messages.blocks import Block, Ints
from likewise.industries.finance.messages.currencies import CODES, DECIMALS
from likewise.industries.finance.messages.pieces import joined

MOST = 10**15
"""The largest amount that may be given: ten billions of cents more would not fit the eighteen digits of a sum."""

_FRACTIONS = pa.array(["", *(f"{n:0{width}d}" for width in range(1, 5) for n in range(10**width))])
_FIRST = np.array([0, 1, 11, 111, 1111])
"""Where in `_FRACTIONS` those of a number of decimals begin."""


def currencies_of(block: Block, column: str = "currency") -> Ints:
    """Return the place of each row's currency in `CODES`; raises SchemaError where there is none."""
    block.filled(column)
    places = pc.index_in(block[column], value_set=CODES)
    block.refuse("schema.currency", "texts that are no currency", column, places.is_null(),
                 "write the three capital letters of ISO 4217, such as EUR")  # fmt: skip
    found: Ints = places.to_numpy().astype(np.int64)
    return found


def positive(block: Block, column: str = "amount") -> Ints:
    """Return amounts; raises SchemaError where one is missing, not above 0, or larger than `MOST`."""
    block.filled(column)
    amounts: Ints = block[column].to_numpy()
    block.refuse("schema.amount", "amounts that are not above 0", column, amounts <= 0,
                 "amounts of transactions have no sign: debtor and creditor say the direction")  # fmt: skip
    within(block, column, amounts)
    return amounts


def within(block: Block, column: str, amounts: Ints, most: int = MOST) -> None:
    """Refuse amounts that are further from 0 than `most`."""
    block.refuse("schema.amount-size", "amounts that are too large", column, (amounts > most) | (amounts < -most),
                 f"at most {most:,} of the currency's smallest unit can be written here")  # fmt: skip


def written(amounts: Ints, currencies: Ints, point: str = ".") -> pa.Array:
    """Return amounts of at least 0 as they are written, without a point where the currency has no decimals.

    >>> from likewise.industries.finance.messages.currencies import CODES
    >>> places = np.array([CODES.index(code).as_py() for code in ("EUR", "JPY", "BHD")])
    >>> written(np.array([123, 123, 123]), places).to_pylist()
    ['1.23', '123', '0.123']
    """
    decimals = DECIMALS[currencies]
    units = 10**decimals
    whole, rest = np.divmod(amounts, units)
    fractions = _FRACTIONS.take(pa.array(_FIRST[decimals] + rest))
    points = point if decimals.all() else pa.array(["", point]).take(pa.array((decimals > 0).astype(np.int64)))
    return joined(pa.array(whole).cast(pa.string()), points, fractions)
