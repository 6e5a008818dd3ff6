"""Payments as columns: what was asked for, before it is known whether there is money for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from likewise.industries.finance.arrays import Array

KINDS = ("card", "cash", "transfer", "direct debit", "refund", "fee", "interest")
CARD, CASH, TRANSFER, DEBIT, REFUND, FEE, INTEREST = range(7)

CHANNELS = ("terminal", "online", "on file", "atm", "branch", "app", "batch")
TERMINAL, ONLINE, ON_FILE, ATM, BRANCH, APP, BATCH = range(7)

ENTRIES = ("none", "contactless", "chip", "stripe", "online", "on file")
"""How a card was read."""
NO_ENTRY, CONTACTLESS, CHIP, STRIPE, WEB_ENTRY, FILED = range(6)

PURPOSES = (
    "purchase", "withdrawal", "deposit", "salary", "pension", "benefit", "allowance", "rent", "mortgage", "energy",
    "phone", "insurance", "subscription", "saving", "from savings", "card bill", "to a friend", "to somebody new",
    "for family", "large purchase", "invoice", "tax", "takings", "account fee", "overdraft interest", "return",
    "from abroad",
)  # fmt: skip

ANSWERS = ("approved", "insufficient funds", "over the day's limit", "not honoured", "wrong PIN")
APPROVED, NO_FUNDS, OVER_LIMIT, NOT_HONOURED, WRONG_PIN = range(5)

HOLDS, FROM_HELD, LAST = 1, 2, 4
"""Whose the money is where a ring moves it: the payee holds it for the ring, the payer pays from what it holds, and
holds nothing any more afterwards. An owner cannot spend what is held; 0 is the owner's own money."""

COLUMNS: Mapping[str, tuple[Any, int]] = {
    "time": (np.int64, 0), "kind": (np.uint8, 0), "channel": (np.uint8, 0), "entry": (np.uint8, 0),
    "purpose": (np.uint8, 0), "amount": (np.int64, 0), "billed": (np.int64, 0), "payer": (np.int32, 0),
    "payee": (np.int32, 0), "customer": (np.int32, -1), "card": (np.int32, -1), "merchant": (np.int32, -1),
    "terminal": (np.int32, -1), "device": (np.int32, -1), "ip": (np.int32, -1), "city": (np.int32, -1),
    "refused": (np.uint8, 0), "money": (np.uint8, 0), "typology": (np.uint8, 0), "ring": (np.int32, -1),
    "stage": (np.uint8, 0), "reverses": (np.int64, -1),
}  # fmt: skip
"""The columns, their types and what is held where nothing is said.

`time` is in seconds after the first midnight in `ZONE`. `amount` is in cents of the payee's currency, `billed` in
those of the payer's, 0 where it is to be worked out. `refused` is an answer given for other reasons than money.
"""

Payments = dict[str, Array]
"""Columns by name, all of one length."""


def payments(count: int, **columns: Any) -> Payments:
    """Return payments with these columns: arrays, or one value for all.

    >>> payments(2, amount=[500, 700])["payer"].tolist()
    [0, 0]
    """
    unknown = set(columns) - set(COLUMNS)
    assert not unknown, unknown
    return {name: _column(columns.get(name, usual), count, kind) for name, (kind, usual) in COLUMNS.items()}


Part = tuple[int, Mapping[str, Any]]
"""So many payments, and those of their columns that are not as usual."""


def collected(parts: Sequence[Part]) -> Payments:
    """Return payments of many small parts, one after another.

    >>> collected([(1, {"amount": 5}), (2, {"amount": [7, 9]})])["amount"].tolist()
    [5, 7, 9]
    """
    ends = np.cumsum([0, *(count for count, _ in parts)])
    found = {name: np.full(ends[-1], usual, kind) for name, (kind, usual) in COLUMNS.items()}
    for begin, (count, columns) in zip(ends.tolist(), parts, strict=False):
        for name, values in columns.items():
            found[name][begin : begin + count] = values
    return found


def _column(values: Any, count: int, kind: Any) -> Array:
    if np.ndim(values):
        found = np.asarray(values, kind)
        assert len(found) == count
        return found
    return np.full(count, values, kind)


def length(rows: Payments) -> int:
    """Return how many payments there are."""
    return len(rows["time"])


def joined(parts: Sequence[Payments]) -> Payments:
    """Return payments one after another."""
    return {name: np.concatenate([part[name] for part in parts]) for name in COLUMNS}


def chosen(rows: Payments, which: Array) -> Payments:
    """Return some payments: their places, or a mask."""
    if which.dtype == np.bool_:
        which = np.flatnonzero(which)
    return {name: np.take(column, which) for name, column in rows.items()}


def none() -> Payments:
    """Return no payments."""
    return payments(0)
