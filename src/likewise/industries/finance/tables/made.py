"""All tables of a bank's world, a block of rows at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from likewise.core.dataset import Relation
from likewise.core.progress import Progress, quiet
from likewise.core.schema import Schema
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.errors import SettingsError, suggest
from likewise.industries.finance.arrays import Array, Ints
from likewise.industries.finance.bank import Bank, Block
from likewise.industries.finance.books.payments import APPROVED
from likewise.industries.finance.tables import flows, standing
from likewise.industries.finance.tables.columns import Columns
from likewise.industries.finance.watching.alerts import Watch
from likewise.industries.finance.watching.analysts import reports

if TYPE_CHECKING:
    from likewise.industries.finance.finance import Finance

TABLES = ("transactions", "ledger", "edges", "alerts", "nodes", "customers", "accounts", "cards", "merchants",
          "terminals", "devices", "firms", "banks", "cities", "holidays", "rings", "ring_members")  # fmt: skip

_REFERS = (
    ("transactions", "payer", "accounts"), ("transactions", "payee", "accounts"),
    ("transactions", "customer", "customers"), ("transactions", "card", "cards"),
    ("transactions", "merchant", "merchants"), ("transactions", "terminal", "terminals"),
    ("transactions", "device", "devices"), ("transactions", "reverses", "transactions"),
    ("transactions", "ring", "rings"), ("ledger", "transaction", "transactions"), ("ledger", "account", "accounts"),
    ("edges", "source", "nodes"), ("edges", "target", "nodes"), ("edges", "transaction", "transactions"),
    ("alerts", "transaction", "transactions"), ("customers", "city", "cities"), ("customers", "employer", "firms"),
    ("customers", "account", "accounts"), ("accounts", "customer", "customers"), ("accounts", "firm", "firms"),
    ("accounts", "bank", "banks"), ("accounts", "ring", "rings"), ("cards", "customer", "customers"),
    ("cards", "account", "accounts"), ("merchants", "city", "cities"), ("merchants", "firm", "firms"),
    ("merchants", "account", "accounts"), ("terminals", "merchant", "merchants"), ("devices", "customer", "customers"),
    ("firms", "city", "cities"), ("firms", "account", "accounts"), ("ring_members", "ring", "rings"),
    ("ring_members", "account", "accounts"),
)  # fmt: skip
RELATIONS = tuple(Relation(table=table, columns=(column,), to=to, key=("id",)) for table, column, to in _REFERS)
"""Which columns refer to which table."""


def relations_of(tables: Sequence[str]) -> tuple[Relation, ...]:
    """Return the relations among some of the tables."""
    return tuple(relation for relation in RELATIONS if relation.table in tables and relation.to in tables)


def wanted_of(tables: Sequence[str] | None) -> tuple[str, ...]:
    """Return the tables that are wanted, in their order; all where none are named. Raises SettingsError."""
    for name in tables or ():
        if name not in TABLES:
            raise SettingsError("settings.tables", f"there is no table `{name}`", where="tables",
                                hint=suggest(name, list(TABLES), "table"))  # fmt: skip
    return TABLES if not tables else tuple(name for name in TABLES if name in tables)


class Made:
    """Make the tables of a bank's world, and count what is in them.

    `payments` and `fraudulent` count payments; `by_typology`, `counts` and `euros` those of each typology and ring.
    """

    def __init__(self, settings: Finance, seed: int) -> None:
        self.settings, self.seed = settings, seed
        self.bank = Bank(settings, seed)
        self.payments = self.fraudulent = self.alerts = self.declined = 0
        self.by_typology = np.zeros(64, np.int64)
        self.counts, self.euros = np.zeros(0, np.int64), np.zeros(0)
        self._odd: list[Ints] = []

    def tables(
        self, wanted: Sequence[str] = TABLES, progress: Progress = quiet
    ) -> Iterator[tuple[str, pa.Table, Schema]]:  # fmt: skip
        """Yield blocks of the tables that are wanted; those of one table have the same columns."""
        bank = self.bank
        named, watch = flows.Named.of(bank.world), Watch(bank.world)
        days = bank.world.days
        for number, block in enumerate(bank.live()):
            for name, columns in self._block(block, named, watch, number, wanted):
                yield name, columns.arrow(), columns.schema()
            progress("letting days go by", bank.spans()[number].after, days)
        for name, table in self._standing().items():
            if name in wanted:
                yield name, table.columns, table.schema

    def notes(self) -> tuple[str, ...]:
        """Return what is to be said of the bank that was made."""
        share = self.fraudulent / max(self.payments, 1)
        asked = self.settings.fraud_rate
        if abs(share - asked) <= 0.1 * asked:
            return ()
        return (f"{100 * share:.3f} % of payments are fraudulent, where {100 * asked:g} % were asked for: with so few "
                "payments or days it cannot be met",)  # fmt: skip

    def _block(
        self, block: Block, named: flows.Named, watch: Watch, number: int, wanted: Sequence[str]
    ) -> Iterator[tuple[str, Columns]]:
        world, rows, settings = self.bank.world, block.rows, self.settings
        rng = generator(self.seed, "finance", "watching", number)
        self._count(block)
        if "transactions" in wanted:
            reported = reports(rows["time"], rows["typology"], rows["ring"], settings.fraud_rate, settings.report_delay,
                               settings.label_noise, rng)  # fmt: skip
            yield "transactions", flows.transactions(world, block, reported, named)
        if "ledger" in wanted:
            yield "ledger", flows.ledger(world, block, named)
        if "edges" in wanted:
            yield "edges", flows.edges(block, named, world)
        if "alerts" in wanted:
            raised = watch.alerts(rows, block.answer, generator(self.seed, "finance", "alerts", number))
            yield "alerts", flows.alerts(block, raised, named, self.alerts)
            self.alerts += len(raised.row)

    def _count(self, block: Block) -> None:
        rows, world = block.rows, self.bank.world
        bad = np.flatnonzero(rows["typology"])
        self.payments += len(rows["time"])
        self.fraudulent += len(bad)
        self.declined += int((block.answer != APPROVED).sum())
        self.by_typology += np.bincount(rows["typology"][bad], minlength=64)
        size = len(self.bank.planner.rings)
        euros = rows["billed"][bad] / 100.0 * world.rates[0][world.accounts.currency[rows["payer"][bad]]]
        paid = euros * (block.answer[bad] == APPROVED)
        self.counts = _longer(self.counts, size) + np.bincount(rows["ring"][bad], minlength=size)
        self.euros = _longer(self.euros, size) + np.bincount(rows["ring"][bad], paid, size)
        odd = np.flatnonzero(rows["device"] >= world.devices)
        if len(odd):
            self._odd.append(np.unique(rows["device"][odd].astype(np.int64) << 32 | rows["customer"][odd]))

    def _standing(self) -> dict[str, Table]:
        world, bank = self.bank.world, self.bank
        rings = bank.planner.rings
        found = standing.standing(world, self.seed)
        found["devices"] = standing.devices(world, bank.planner.strangers)
        found["accounts"] = standing.accounts(world, bank.state.balance, rings, self.seed)
        found |= standing.ring_tables(rings, self.counts, self.euros)
        odd = np.unique(np.concatenate(self._odd)) if self._odd else np.zeros(0, np.int64)
        found["nodes"], found["edges"] = standing.graph(world, found, odd)
        return found


def _longer(values: Array, size: int) -> Array:
    return np.concatenate([values, np.zeros(size - len(values), values.dtype)])
