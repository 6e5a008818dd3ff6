"""Which columns of an event table hold amounts and what entities share, where nobody says so; and whether it is one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

import numpy as np
import pyarrow as pa

from likewise.core.schema import Column
from likewise.core.table import Table
from likewise.evaluation.behaviour.events import EventColumns, Events, Occasions, read_events

SHARED_WORDS = frozenset({
    "device", "ip", "merchant", "terminal", "atm", "shop", "store", "product", "stock", "item", "sku", "article",
    "card", "phone", "mail", "email", "address", "counterparty", "payee", "beneficiary", "host", "port", "url", "agent",
    "drug", "lab", "test", "diagnosis", "procedure", "provider", "doctor", "station", "location", "route", "page",
})  # fmt: skip
AMOUNT_WORDS = ("amount", "amt", "value", "price", "total", "sum", "paid", "payment", "cost", "charge", "fee",
                "revenue", "quantity", "qty", "bytes", "result")  # fmt: skip
MOST_GUESSED = 2
FEWEST_VALUES = 50
"""Values of a column below which nearly all entities share each of them, and sharing tells little."""
LEAST_USERS = 1.05
"""Mean number of entities at a value from which a column counts as shared: receipt numbers are not."""
REGULAR = 0.5
"""Share of gaps of one length from which rows are steps of a series, not events."""


def event_columns(
    real: Table, entity: str, order: str, *, shared: Sequence[str] = (), amount: str | None = None,
    counterparty: str | None = None,
) -> tuple[EventColumns, tuple[str, ...]]:  # fmt: skip
    """Return the columns that were named, and others by their names and kinds where none was; say what was guessed."""
    notes = []
    if not shared:
        shared = _shared(real, entity, order, taken=(amount, counterparty))
        if shared:
            notes.append(f"Entities are taken to share values of {_listed(shared)}; name others with `shared`.")
    if amount is None:
        amount = _amount(real, taken=(entity, order, counterparty, *shared))
        if amount is not None:
            notes.append(f"The amount of an event is taken to be `{amount}`; name another with `amount`.")
    return EventColumns(entity, order, amount, tuple(shared), counterparty), tuple(notes)


def is_irregular(occasions: Occasions) -> bool:
    """Say whether events come irregularly: no one gap makes up half of all, as steps of a series have it.

    >>> daily = Occasions(np.zeros(9, np.int32), np.arange(9.0), np.ones(9, np.int32))
    >>> is_irregular(daily)
    False
    """
    gaps = occasions.gaps[0]
    if not len(gaps):
        return False
    # Times are seconds since 1970, of which a float holds seven decimals.
    _, counts = np.unique(np.round(gaps / np.median(gaps), 5), return_counts=True)
    return float(counts.max()) < REGULAR * len(gaps)


def _shared(real: Table, entity: str, order: str, taken: Sequence[str | None]) -> tuple[str, ...]:
    fits = [c for c in real.schema.columns if c.name not in (entity, order, *taken) and _codes(c)]
    told = [c.name for c in fits if _words(c.name) & SHARED_WORDS and not _words(c.name) & {*AMOUNT_WORDS}]
    names = (name for name in (told or [c.name for c in fits]) if _is_shared(real, entity, order, name))
    return tuple(islice(names, MOST_GUESSED))


def _codes(column: Column) -> bool:
    return column.role not in ("target", "ignore") and column.kind in ("category", "id", "text")


def _is_shared(real: Table, entity: str, order: str, name: str) -> bool:
    """Say whether entities use values of a column in common, of which there are enough to part them."""
    column = real.column(name)
    column = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    if len(column.dictionary) < FEWEST_VALUES:
        return False
    events = read_events(real.select([entity, order, name]), EventColumns(entity, order, shared=(name,)), seed=0)
    return _users(events, name) >= LEAST_USERS


def _users(events: Events, name: str) -> float:
    codes = events.values[name]
    known = codes >= 0
    size = int(codes.max(initial=0)) + 1
    pairs = np.unique(events.owner[known].astype(np.int64) * size + codes[known])
    return len(pairs) / max(1, len(np.unique(pairs % size)))


def _amount(real: Table, taken: Sequence[str | None]) -> str | None:
    numbers = [c for c in real.schema.columns if c.kind in ("decimal", "float", "integer") and c.name not in taken
               and c.role not in ("key", "ignore", "order")]  # fmt: skip
    for word in AMOUNT_WORDS:
        for column in numbers:
            if word in _words(column.name):
                return column.name
    broken = [c.name for c in numbers if c.kind != "integer"]
    return broken[0] if len(broken) == 1 else None


def _words(name: str) -> set[str]:
    """Return the words that a name is made of, and those known ones that it holds run together.

    >>> sorted(_words("StockCode")), "ip" in _words("src_ip"), "result" in _words("labresulttext")
    (['code', 'stock'], True, True)
    """
    words = {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", name)}
    begun = {known for known in SHARED_WORDS for word in words if len(known) > 2 and word.startswith(known)}
    return words | begun | {known for known in AMOUNT_WORDS for word in words if len(known) > 4 and known in word}


def _listed(names: Sequence[str]) -> str:
    return " and ".join(f"`{name}`" for name in names)
