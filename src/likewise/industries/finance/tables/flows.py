"""Tables that grow as days go by: payments, the ledger, alerts, and the edges of the graph."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.industries.finance.arrays import Array, Ints
from likewise.industries.finance.bank import Block
from likewise.industries.finance.books import payments as books
from likewise.industries.finance.crime.registry import NAMES
from likewise.industries.finance.crime.ring import STAGES
from likewise.industries.finance.tables.columns import Columns
from likewise.industries.finance.watching.alerts import OUTCOMES, RULES, Alerts
from likewise.industries.finance.watching.analysts import NEVER, Reports
from likewise.industries.finance.world.countries import COUNTRIES, CURRENCIES, ZONE
from likewise.industries.finance.world.trades import TRADES
from likewise.industries.finance.world.world import HOSTS, LINES, World

MCCS = tuple(dict.fromkeys(trade.mcc for trade in TRADES))
LANDS = tuple(country.code for country in COUNTRIES)

EDGES = ("pays", "owns", "holds", "uses")
PAYS, OWNS, HOLDS, USES = range(4)


class Named(NamedTuple):
    """Hold what rows of payments are looked up in: addresses as texts, codes of trades and countries of shops."""

    addresses: pa.Array
    mcc: Array
    country: Array
    began: int

    @classmethod
    def of(cls, world: World) -> Named:
        """Return what is looked up in a world."""
        codes = np.array([MCCS.index(trade.mcc) for trade in TRADES], np.int32)
        shops = world.shops
        began = int(world.calendar.first.astype("datetime64[us]").astype(np.int64)) - ZONE * 3_600_000_000
        return cls(_addresses(world), codes[shops.trade], world.cities.country[shops.city].astype(np.int32), began)

    def moments(self, seconds: Ints) -> Ints:
        """Return times as microseconds since 1970 in UTC."""
        return np.asarray(seconds * 1_000_000 + self.began)


def _addresses(world: World) -> pa.Array:
    """Return internet addresses: private ones, of shared lines and of test networks, so that none is anybody's."""
    homes = 10 * 2**24 + np.arange(world.households) * 37 % 2**24
    lines = 100 * 2**24 + 64 * 2**16 + np.arange(LINES * len(world.cities.name))
    hosts = 198 * 2**24 + 18 * 2**16 + np.arange(HOSTS) * 211 % 2**17
    number = np.concatenate([homes, lines, hosts])
    bytes_ = pa.array([str(value) for value in range(256)])
    parts = [bytes_.take(pa.array(number >> shift & 255)) for shift in (24, 16, 8, 0)]
    return pc.binary_join_element_wise(*parts, ".")


def transactions(world: World, block: Block, reported: Reports, named: Named) -> Columns:
    """Return payments as a table."""
    rows, found = block.rows, Columns()
    currency = world.accounts.currency
    of_payer, of_payee = currency[rows["payer"]], currency[rows["payee"]]
    back = rows["kind"] == books.REFUND
    swap = np.flatnonzero(back & block.changed)
    amount, billed = rows["amount"].copy(), rows["billed"].copy()
    amount[swap], billed[swap] = rows["billed"][swap], rows["amount"][swap]
    of_payee[swap], of_payer[swap] = currency[rows["payer"][swap]], currency[rows["payee"][swap]]
    shop = rows["merchant"]
    at_shop = shop >= 0
    found.whole("id", block.first + np.arange(len(shop)), role="key")
    found.moment("time", named.moments(rows["time"]))
    found.word("kind", rows["kind"], books.KINDS)
    found.word("channel", rows["channel"], books.CHANNELS)
    found.word("entry_mode", rows["entry"].astype(np.int32) - 1, books.ENTRIES[1:], gaps=True)
    found.word("purpose", rows["purpose"], books.PURPOSES)
    found.whole("amount", amount)
    found.word("currency", of_payee, CURRENCIES)
    found.whole("billed", billed)
    found.word("billed_currency", of_payer, CURRENCIES)
    for name in ("payer", "payee"):
        found.whole(name, rows[name])
    for name in ("customer", "card", "merchant"):
        found.whole(name, rows[name], gaps=True)
    found.word("mcc", np.where(at_shop, named.mcc[shop], -1), MCCS, gaps=True)
    found.word("country", np.where(at_shop, named.country[shop], -1), LANDS, gaps=True)
    for name in ("terminal", "device"):
        found.whole(name, rows[name], gaps=True)
    found.text("ip", named.addresses.take(pa.array(rows["ip"], mask=rows["ip"] < 0)), gaps=True)
    found.word("answer", block.answer, books.ANSWERS)
    found.whole("reverses", rows["reverses"], gaps=True)
    _labels(found, block, reported, named)
    return found


def _labels(found: Columns, block: Block, reported: Reports, named: Named) -> None:
    rows = block.rows
    found.truth("is_fraud", rows["typology"] > 0, role="target")
    found.word("typology", rows["typology"].astype(np.int32) - 1, NAMES, gaps=True)
    found.whole("ring", rows["ring"], gaps=True)
    found.word("stage", rows["stage"].astype(np.int32) - 1, STAGES[1:], gaps=True)
    found.truth("observed_fraud", reported.observed)
    found.moment("reported_at", named.moments(reported.time), gaps=reported.time == NEVER)


def ledger(world: World, block: Block, named: Named) -> Columns:
    """Return the entries of payments that were approved: two each, four where money was changed.

    Entries of a payment sum to 0 in each currency: what is changed goes over the desks that hold each currency.
    """
    rows = block.rows
    paid = np.flatnonzero(block.answer == books.APPROVED)
    changed = block.changed[paid]
    count = np.where(changed, 4, 2)
    place = np.cumsum(count) - count
    size = int(count.sum())
    account, amount, balance = (np.empty(size, np.int64) for _ in range(3))
    last = place + count - 1
    account[place], account[last] = rows["payer"][paid], rows["payee"][paid]
    amount[place], amount[last] = -rows["billed"][paid], rows["amount"][paid]
    balance[place], balance[last] = block.after[paid], block.on[paid]
    over, at = paid[changed], place[changed]
    currency = world.accounts.currency
    for step, side, cents in ((1, "payer", rows["billed"][over]), (2, "payee", -rows["amount"][over])):
        account[at + step] = world.accounts.exchange[currency[rows[side][over]]]
        amount[at + step] = cents
    middle = np.sort(np.concatenate([at + 1, at + 2]))
    _run_on(account, amount, balance, middle, block.desks, world)
    found = Columns()
    transaction = np.repeat(block.first + paid, count)
    found.whole("transaction", transaction)
    found.whole("account", account)
    found.moment("time", named.moments(np.repeat(rows["time"][paid], count)))
    found.whole("amount", amount)
    found.word("currency", currency[account], CURRENCIES)
    found.whole("balance", balance)
    return found


def _run_on(account: Ints, amount: Ints, balance: Ints, rows: Ints, desks: Ints, world: World) -> None:
    """Work out the running balances of the desks."""
    for k, desk in enumerate(world.accounts.exchange):
        own = rows[account[rows] == desk]
        balance[own] = desks[k] + np.cumsum(amount[own])


def alerts(block: Block, found: Alerts, named: Named, first: int) -> Columns:
    """Return alerts as a table, numbered from `first`."""
    columns = Columns()
    columns.whole("id", first + np.arange(len(found.row)), role="key")
    columns.whole("transaction", block.first + found.row)
    columns.word("rule", found.rule, RULES)
    columns.moment("raised_at", named.moments(block.rows["time"][found.row]))
    columns.moment("decided_at", named.moments(found.decided))
    columns.word("outcome", found.outcome, OUTCOMES)
    return columns


def edges(block: Block, named: Named, world: World) -> Columns:
    """Return the edges of the graph that a span adds: money that went from account to account, cards aside."""
    rows = block.rows
    paid_in = (rows["kind"] == books.CASH) & (rows["card"] < 0)
    moved = np.flatnonzero((rows["kind"] == books.TRANSFER) | paid_in)
    moved = moved[block.answer[moved] == books.APPROVED]
    return edge_columns(rows["payer"][moved], rows["payee"][moved], np.full(len(moved), PAYS),
                        block.first + moved, named.moments(rows["time"][moved]), rows["amount"][moved],
                        world.accounts.currency[rows["payee"][moved]], rows["typology"][moved].astype(np.int64) - 1,
                        rows["ring"][moved], rows["stage"][moved].astype(np.int64) - 1)  # fmt: skip


def edge_columns(
    source: Ints, target: Ints, kind: Ints, transaction: Ints, time: Ints, amount: Ints, currency: Ints,
    typology: Ints, ring: Ints, stage: Ints,
) -> Columns:  # fmt: skip
    """Return edges of the graph as a table; what is below 0 is missing."""
    columns = Columns()
    columns.whole("source", source)
    columns.whole("target", target)
    columns.word("kind", kind, EDGES)
    columns.whole("transaction", transaction, gaps=True)
    columns.moment("time", time, gaps=transaction < 0)
    columns.whole("amount", amount, gaps=True)
    columns.word("currency", currency, CURRENCIES, gaps=True)
    columns.word("typology", typology, NAMES, gaps=True)
    columns.whole("ring", ring, gaps=True)
    columns.word("stage", stage, STAGES[1:], gaps=True)
    return columns
