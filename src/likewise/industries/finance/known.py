"""What a bank knows of a payment when it is asked for: ordinary features, from which detectors of fraud learn."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.table import Table
from likewise.industries.finance.arrays import Array, Bools, Floats, Ints
from likewise.industries.finance.world.cities import kilometres

HOUR, DAY = 3600, 86_400
ROUGH = {"EUR": 1.0, "GBP": 1.18, "USD": 0.93, "PLN": 0.23}
"""What a unit of each currency is worth in euros, about."""


def features(tables: Mapping[str, Table]) -> dict[str, Floats]:
    """Return features of each payment by name, NaN where there is none; none looks ahead of its payment.

    They are what is at hand in any bank: the amount and how it compares with the customer's, the hour, how the customer
    paid, how long ago and how often the card, the account, the payee, the device and the address were seen before, how
    far from home it is, and what came in before. `tables` needs transactions, customers and merchants.
    """
    paid = tables["transactions"]
    time = _whole(paid, "time") // 1_000_000
    payer, payee = _whole(paid, "payer"), _whole(paid, "payee")
    device, ip = _whole(paid, "device"), _codes_of_text(paid, "ip")
    shop, customer = _whole(paid, "merchant"), _whole(paid, "customer")
    euros = _euros(paid)
    found: dict[str, Floats] = {"euros": euros}
    found |= _when(time, customer, tables["customers"])
    for name in ("kind", "channel", "entry_mode", "purpose", "mcc", "country"):
        found[name] = np.where(paid.codes(name) < 0, np.nan, paid.codes(name))
    found["other_currency"] = (paid.codes("currency") != paid.codes("billed_currency")).astype(np.float64)
    found["kilometres_from_home"] = _from_home(shop, customer, _whole(paid, "terminal") >= 0, tables)
    by_payer = _Past(payer, time, euros)
    found["since_last"] = by_payer.since()
    for name, span in (("hour", HOUR), ("day", DAY), ("week", 7 * DAY)):
        found[f"payments_in_{name}"] = by_payer.count(span)
    found["euros_in_day"] = by_payer.total(DAY)
    found["against_usual"] = np.log((euros + 1.0) / (by_payer.mean() + 1.0))
    found["paid_before"] = _Past(payer * (int(payee.max(initial=0)) + 1) + payee, time, euros).number()
    found["device_before"] = _known(customer, device, time)
    found["address_before"] = _known(customer, ip, time)
    found["address_in_day"] = np.where(ip < 0, np.nan, _Past(ip, time, euros).count(DAY))
    found["payee_in_day"] = _Past(payee, time, euros).count(DAY)
    found["payee_in_week"] = _Past(payee, time, euros).count(7 * DAY)
    found |= _came_in(payer, payee, time, euros)
    return found


class _Past:
    """Look back along the payments of each of many: an account, a device."""

    def __init__(self, of: Ints, time: Ints, euros: Floats) -> None:
        self._order = np.lexsort((np.arange(len(of)), time, of))
        own, when = of[self._order], time[self._order]
        self._first = np.concatenate([[True], own[1:] != own[:-1]]) if len(own) else np.zeros(0, np.bool_)
        place = np.arange(len(own))
        self._begin = np.maximum.accumulate(np.where(self._first, place, 0)) if len(own) else place
        group = np.cumsum(self._first) - 1
        self._reach = int(when.max(initial=0)) - int(when.min(initial=0)) + 1
        self._when = when - when.min(initial=0)
        self._key = group * 2 * self._reach + self._when
        self._total = np.concatenate([[0.0], np.cumsum(euros[self._order])])

    def _back(self, values: Array) -> Floats:
        found = np.empty(len(values), np.float64)
        found[self._order] = values
        return found

    def number(self) -> Floats:
        """Return how many came before."""
        return self._back(np.arange(len(self._begin)) - self._begin)

    def since(self) -> Floats:
        """Return seconds since the last one."""
        passed = np.diff(self._when, prepend=0).astype(np.float64)
        passed[self._first] = np.nan
        return self._back(passed)

    def _from(self, span: int) -> Ints:
        """Return the place of the first within a span of seconds before each."""
        return np.asarray(np.maximum(np.searchsorted(self._key, self._key - span), self._begin))

    def count(self, span: int) -> Floats:
        """Return how many came within a span of seconds before."""
        return self._back(np.arange(len(self._begin)) - self._from(span))

    def total(self, span: int) -> Floats:
        """Return how many euros came within a span of seconds before."""
        return self._back(self._total[:-1] - self._total[self._from(span)])

    def mean(self) -> Floats:
        """Return the mean of the euros before; 0 where there were none."""
        number = np.arange(len(self._begin)) - self._begin
        return self._back((self._total[:-1] - self._total[self._begin]) / np.maximum(number, 1))


def _known(customer: Ints, thing: Ints, time: Ints) -> Floats:
    """Return how often customers used a thing before; NaN where they use none."""
    number = _Past(customer * (int(thing.max(initial=0)) + 2) + thing, time, np.zeros(len(time))).number()
    return np.where((thing < 0) | (customer < 0), np.nan, number)


def _came_in(payer: Ints, payee: Ints, time: Ints, euros: Floats) -> dict[str, Floats]:
    """Return how long ago the payer was paid last, and how much of that this payment is."""
    count = len(payer)
    of, when = np.concatenate([payee, payer]), np.concatenate([time, time])
    order = np.lexsort((np.tile(np.arange(count), 2), when, of))
    is_in = order < count
    place = np.maximum.accumulate(np.where(is_in, np.arange(2 * count), -1))
    ok = (place >= 0) & (of[order[place]] == of[order]) & ~is_in
    row, source = order[ok] - count, order[place[ok]]
    since, share = np.full(count, np.nan), np.full(count, np.nan)
    since[row] = time[row] - time[source]
    share[row] = np.log((euros[row] + 1.0) / (euros[source] + 1.0))
    return {"since_paid": since, "against_paid": share}


def _when(time: Ints, customer: Ints, people: Table) -> dict[str, Floats]:
    """Return the hour and the weekday of the customer's country; of UTC where nobody is known."""
    ahead = {"GB": 0, "US": -5}
    shift = np.array([ahead.get(code, 1) for code in people.schema["country"].levels or ()])[people.codes("country")]
    local = time + np.where(customer < 0, 0, shift[customer]) * HOUR
    return {"hour": local % DAY / HOUR, "weekday": ((local // DAY + 3) % 7).astype(np.float64)}


def _from_home(shop: Ints, customer: Ints, present: Bools, tables: Mapping[str, Table]) -> Floats:
    home, place = tables["customers"], tables["merchants"]
    km = kilometres(home.numbers("latitude")[customer], home.numbers("longitude")[customer],
                    place.numbers("latitude")[shop], place.numbers("longitude")[shop])  # fmt: skip
    return np.where(present & (customer >= 0), km, np.nan)


def _euros(paid: Table) -> Floats:
    worth = np.array([ROUGH[code] for code in paid.schema["billed_currency"].levels or ()])
    return np.asarray(_whole(paid, "billed") / 100.0 * worth[paid.codes("billed_currency")])


def _whole(table: Table, name: str) -> Ints:
    """Return a column of whole numbers, -1 where missing."""
    return np.asarray(pc.fill_null(table.column(name).cast(pa.int64()), -1))


def _codes_of_text(table: Table, name: str) -> Ints:
    encoded = table.column(name).dictionary_encode()
    return np.asarray(pc.fill_null(encoded.indices.cast(pa.int64()), -1))
