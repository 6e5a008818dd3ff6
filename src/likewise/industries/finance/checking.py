"""What must hold in a bank's tables, counted from the tables alone."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.table import Table
from likewise.industries.finance.arrays import Array, Bools, Ints
from likewise.industries.finance.world.cities import kilometres
from likewise.techniques.agents.clocks.holidays import MONDAY, SATURDAY, SUNDAY
from likewise.techniques.agents.clocks.hours import read_hours

FASTEST = 900.0
"""Kilometres an hour that nobody exceeds."""

Tables = Mapping[str, Table]


def faults(tables: Tables) -> dict[str, int]:
    """Count what must not be, by its name; all are 0 in a bank that was made here.

    `unbalanced` are payments whose entries do not sum to 0 in each currency, `wrong balances` entries whose balance is
    not that before it and its amount, `wrong closings` accounts on which at the end is not what their entries come to,
    `below the floor` entries that leave less than may be on an account, `not entered` approved payments without entries
    and refused ones with them, `impossible journeys` two uses of cards by one person at terminals that are farther
    apart than anybody travels in the time between, where neither is labelled fraud, and `closed` uses of terminals
    while the shop is closed.
    """
    return {**ledger_faults(tables), "impossible journeys": int(impossible(tables).sum()),
            "closed": int(outside_hours(tables).sum())}  # fmt: skip


def ledger_faults(tables: Tables) -> dict[str, int]:
    """Count what is wrong in the ledger."""
    ledger, accounts, paid = tables["ledger"], tables["accounts"], tables["transactions"]
    of, account, amount = (_whole(ledger, name) for name in ("transaction", "account", "amount"))
    balance = _whole(ledger, "balance")
    currency = ledger.codes("currency").astype(np.int64)
    key = of * 16 + currency
    order = np.argsort(key, kind="stable")
    begin = np.flatnonzero(np.diff(key[order], prepend=-1))
    sums = np.add.reduceat(amount[order], begin) if len(begin) else np.zeros(0, np.int64)
    opening, closing = _whole(accounts, "opening_balance"), _whole(accounts, "closing_balance")
    by_account = np.argsort(account, kind="stable")
    own, own_balance = account[by_account], balance[by_account]
    first = np.diff(own, prepend=-1) != 0
    before = np.where(first, opening[own], np.concatenate([[0], own_balance[:-1]]))
    last = np.append(np.flatnonzero(first)[1:] - 1, len(own) - 1) if len(own) else np.zeros(0, np.int64)
    ends = opening.copy()
    ends[own[last]] = own_balance[last]
    floor = accounts.column("floor")
    bounded = ~np.asarray(floor.is_null())
    least = np.asarray(pc.fill_null(floor, 0))
    lower = bounded[account] & (balance < least[account]) & (amount < 0)
    approved = np.asarray(paid.column("answer").cast(pa.string())) == "approved"
    entered = np.zeros(paid.rows, np.bool_)
    entered[of] = True
    wrong = own_balance != before + amount[by_account]
    return {"unbalanced": int((sums != 0).sum()), "wrong balances": int(wrong.sum()),
            "wrong closings": int((ends != closing).sum()), "below the floor": int(lower.sum()),
            "not entered": int((entered != approved).sum())}  # fmt: skip


def impossible(tables: Tables, *, labelled: bool = False) -> Bools:
    """Return for consecutive uses of terminals by one person whether nobody could have gone from one to the other.

    Those that are labelled fraud are left out, unless `labelled`.
    """
    paid, shops = tables["transactions"], tables["merchants"]
    used = _whole(paid, "terminal") >= 0
    if not labelled:
        used &= ~np.asarray(paid.column("is_fraud"))
    rows = np.flatnonzero(used)
    who, time = _whole(paid, "customer")[rows], _whole(paid, "time")[rows]
    order = np.lexsort((time, who))
    shop = _whole(paid, "merchant")[rows][order]
    lat, lon = shops.numbers("latitude")[shop], shops.numbers("longitude")[shop]
    km = kilometres(lat[:-1], lon[:-1], lat[1:], lon[1:])
    hours = np.diff(time[order]) / 3.6e9
    return np.asarray((np.diff(who[order]) == 0) & (km > FASTEST * hours + 0.05))


def outside_hours(tables: Tables) -> Bools:
    """Return for uses of terminals whether the shop was closed, by its hours, its town's clock and its holidays."""
    paid, shops, cities = tables["transactions"], tables["merchants"], tables["cities"]
    rows = np.flatnonzero(_whole(paid, "terminal") >= 0)
    shop = _whole(paid, "merchant")[rows]
    city = _whole(shops, "city")[shop]
    minute = (_whole(paid, "time")[rows] // 60_000_000) + _whole(cities, "utc_offset_hours")[city] * 60
    day, minute = minute // 1440, minute % 1440
    texts, place = np.unique(np.asarray(shops.texts("hours")), return_inverse=True)
    opens = np.array([_opens(str(text)) for text in texts])[place[shop]]
    free = _free_days(tables)
    land = cities.codes("country")[city]
    here, at = _kind_of_day(land, day, free), np.arange(len(day))
    before = _kind_of_day(land, day - 1, free)
    is_open = (minute >= opens[at, here, 0]) & (minute < opens[at, here, 1])
    return np.asarray(~(is_open | (minute + 1440 < opens[at, before, 1])))


def _free_days(tables: Tables) -> Ints:
    holidays = tables["holidays"]
    return holidays.codes("country") * 10**6 + np.asarray(holidays.column("day").cast(pa.int32()), np.int64)


def _kind_of_day(land: Array, day: Ints, free: Ints) -> Ints:
    """Return 0 for working days, 1 for Saturdays, 2 for Sundays and holidays."""
    weekday = (day + 3) % 7
    is_free = np.isin(land.astype(np.int64) * 10**6 + day, free) | (weekday == 6)
    return np.where(is_free, 2, np.where(weekday == 5, 1, 0))


def _opens(text: str) -> list[tuple[int, int]]:
    """Return from and until which minute a shop is open: on working days, on Saturdays, and on Sundays and holidays."""
    days = read_hours(text, "merchants.hours")
    spans = ((days[k] or [(0.0, 0.0)])[0] for k in (MONDAY, SATURDAY, SUNDAY))
    return [(round(60 * begin), round(60 * end)) for begin, end in spans]


def _whole(table: Table, name: str) -> Ints:
    """Return a column of whole numbers or moments, -1 where missing."""
    return np.asarray(pc.fill_null(table.column(name).cast(pa.int64()), -1))
