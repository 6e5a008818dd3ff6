"""The settings of a bank's world, and the tables that it comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, ClassVar

import pyarrow as pa
from pydantic import Field, field_validator

from likewise.core.dataset import Dataset
from likewise.core.industry import Industry, Written, between
from likewise.core.machine import available_memory, gigabytes
from likewise.core.progress import Progress, quiet
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.errors import SettingsError, nearest
from likewise.industries.finance.crime.registry import NAMES, USUAL, Crime

A_PAYMENT, A_PAYMENT_AT_WORK, A_CUSTOMER = 330, 700, 4000
"""Bytes that a payment takes in tables and while it is worked on, and those that a customer takes."""


class Finance(Industry):
    """Make a bank's customers, accounts and payments, with fraud and laundering among them, all of it labelled.

    People in towns of eight countries live on salaries and pensions, pay rent and bills, go shopping on foot and on the
    web, travel, and pay one another; firms pay them. Rings test cards, take over accounts and launder money among them.
    Tables: transactions, ledger, edges, alerts, nodes, customers, accounts, cards, merchants, terminals, devices,
    firms, banks, cities, holidays, rings, ring_members. Every amount is in cents. The same parameters and seed give the
    same bytes. Use when a detector of fraud, or software of a bank, is to be tested. Avoid when numbers are to be those
    of a certain bank: nothing here is learned from data. Cost: a CPU second for half a million payments.

    >>> bank = Finance(customers=60, days=7).generate(seed=1)
    >>> bank["customers"].rows, bank["accounts"].rows > 60
    (60, True)

    Altman et al., 2023, NeurIPS (AMLworld); Weber et al., 2018 (AMLSim); Lopez-Rojas et al., 2016, EMSS (PaySim).
    """

    name: ClassVar[str] = "finance"
    examples: ClassVar[tuple[str, ...]] = (
        "likewise generate finance --customers 50000 --days 365 --fraud-rate 0.002 -o bank/",
        "likewise generate finance --customers 2000 --stealth 0.3 --format parquet -o easy/",
        "likewise generate finance --typologies '{cycle: {share: 1}, fan-in: {share: 2}}' -o rings/",
    )

    customers: Annotated[int, between(20, 100_000_000)] = Field(1000, description="how many people have accounts")
    days: Annotated[int, between(1, 3650)] = Field(90, description="for how many days they live")
    start: date = Field(date(2026, 1, 1), description="the first day, from 1950 to 2150")
    fraud_rate: Annotated[float, between(0, 0.05)] = Field(
        0.002, description="the share of payments that are fraudulent, from 0 to 0.05")  # fmt: skip
    stealth: Annotated[float, between(0, 1)] = Field(
        0.65, description="how near fraud keeps to what customers do, from 0 to 1")  # fmt: skip
    camouflage: Annotated[float, between(0, 1)] = Field(
        0.4, description="how often an ordinary payment goes before one of a ring, from 0 to 1")  # fmt: skip
    drift: Annotated[float, between(0, 1)] = Field(
        0.4, description="how far typologies and their amounts shift in the course of time, from 0 to 1")  # fmt: skip
    report_delay: Annotated[float, between(0.01, 365)] = Field(
        9.0, description="days until fraud is reported, the median")  # fmt: skip
    label_noise: Annotated[float, between(0, 0.5)] = Field(
        0.05, description="how much of what is reported is wrong, from 0 to 0.5")  # fmt: skip
    typologies: Mapping[str, Crime] = Field(
        default_factory=dict, description="the typologies, with share, stealth, budget, camouflage")  # fmt: skip

    @field_validator("start")
    @classmethod
    def _of_our_time(cls, told: date) -> date:
        if not 1950 <= told.year <= 2150:
            raise ValueError("a day from 1950-01-01 to 2150-12-31 is wanted")
        return told

    @field_validator("typologies")
    @classmethod
    def _known(cls, told: Mapping[str, Crime]) -> Mapping[str, Crime]:
        for name in told:
            if name not in NAMES:
                close = nearest(name, list(NAMES))
                raise ValueError(f"there is no typology `{name}`" + (f": did you mean `{close}`?" if close else
                                                                    f"; there are {', '.join(NAMES)}"))  # fmt: skip
        if told and not sum(crime.share for crime in told.values()):
            raise ValueError("one typology at least needs a share above 0")
        return told

    def crimes(self) -> dict[str, Crime]:
        """Return what holds for each typology: for all of them what is usual, or for those that are named."""
        if not self.typologies:
            return {name: Crime.from_dict({"share": share}) for name, share in USUAL.items()}
        return dict(self.typologies)

    def generate(
        self, *, tables: Sequence[str] | None = None, seed: int = 0, progress: Progress = quiet
    ) -> Dataset:  # fmt: skip
        """Return the tables, or those that are wanted. Raises SettingsError where they would not fit the memory."""
        from likewise.industries.finance.tables.made import Made, relations_of, wanted_of

        generator(seed)
        wanted = wanted_of(tables)
        self.check_memory(whole=True)
        blocks: dict[str, list[pa.Table]] = {name: [] for name in wanted}
        schemas = {}
        for name, block, schema in Made(self, seed).tables(wanted, progress):
            blocks[name].append(block)
            schemas[name] = schema
        found = {name: Table(pa.concat_tables(blocks[name]), schemas[name]) for name in wanted}
        return Dataset(found, relations_of(wanted))

    def write(
        self, place: str | Path, *, format: str | None = None, tables: Sequence[str] | None = None, seed: int = 0,
        progress: Progress = quiet,
    ) -> Written:  # fmt: skip
        """Write the tables into a new folder, with a data card (`card.json`, `README.md`). Raises SourceError.

        Memory is that of the customers and of a week's payments, or a day's from 120,000 customers on.
        """
        from likewise.industries.finance.card import card_of, readable
        from likewise.industries.finance.tables.made import Made, wanted_of
        from likewise.io.tables import open_folder

        generator(seed)
        wanted = wanted_of(tables)
        self.check_memory(whole=False)
        rows = dict.fromkeys(wanted, 0)
        with open_folder(place, wanted, format=format) as folder:
            made = Made(self, seed)
            for name, block, _ in made.tables(wanted, progress):
                folder.write(name, block)
                rows[name] += block.num_rows
            card = card_of(made, rows)
            folder.put("card.json", card.model_dump_json(indent=2) + "\n")
            meant = {name: field.description or "" for name, field in type(self).model_fields.items()}
            folder.put("README.md", readable(card, meant))
        return Written(rows, made.notes())

    def check_memory(self, *, whole: bool) -> None:
        """Refuse a bank that would not fit the memory, as a whole or the part that is worked on at once.

        Raises SettingsError, which says how many customers would fit.
        """
        from likewise.industries.finance.bank import A_DAY, step_of

        room = available_memory()
        if room is None:
            return
        at_once = self.customers * A_DAY * min(step_of(self.customers), self.days) * A_PAYMENT_AT_WORK
        all_days = self.customers * A_DAY * self.days * A_PAYMENT if whole else 0.0
        needed = self.customers * A_CUSTOMER + at_once + all_days
        if needed > room:
            what = f"{self.customers:,} customers over {self.days:,} days" if whole else f"{self.customers:,} customers"
            hint = f"about {int(0.9 * self.customers * room / needed):,} customers would fit"
            raise SettingsError("finance.memory", f"{what} take about {gigabytes(needed)} of memory, and "
                                f"{gigabytes(room)} are available", where="finance.customers",
                                hint=hint + ("; written to files more do: -o bank/" if whole else ""))  # fmt: skip
