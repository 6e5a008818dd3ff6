"""What the suite is run over: one synthesizer, the made-up tables it is fitted to, and what is expected of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from likewise.core.draw import sample
from likewise.core.protocol import Model, Synthesizer
from likewise.core.schema import Column, Kind, Schema
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.errors import LikewiseError, PrivacyError
from likewise.privacy.contract import Contract

DAY = 86_400_000_000
_BESIDE = Column(name="beside a column that is not learned", kind="boolean")


@dataclass(frozen=True)
class Subject:
    """Hold a synthesizer under test, and what was fitted so far, so that the promises share it.

    `rows` is the size of the tables, at least 100. A technique with a guarantee gets a contract for each table that it
    is fitted to, which may be written from the table as that is made up, and tables of what contracts can declare.
    """

    synthesizer: Synthesizer
    rows: int = 300

    @cached_property
    def table(self) -> pa.Table:
        """A made-up table with a column of every kind, or of every kind that a contract can declare."""
        return self.able(people(self.rows))

    @cached_property
    def narrow(self) -> pa.Table:
        """A made-up table of a key, a number and a category, for what needs many rows."""
        return self.table.select(["customer", "age", "sex"])

    @cached_property
    def model(self) -> Model:
        """The model of `table`."""
        return self.fit(self.table)

    @cached_property
    def narrow_model(self) -> Model:
        """The model of `narrow`."""
        return self.fit(self.narrow)

    @property
    def is_private(self) -> bool:
        """Whether the technique gives a formal guarantee, so that two fits of one seed differ."""
        return self.synthesizer.is_private

    def fit(self, data: Any, *, seed: int = 1, like: Any = None) -> Model:
        """Fit the synthesizer to anything; one with a guarantee under a contract for this made-up table or another."""
        return self.declaring(data if like is None else like).fit(data, seed=seed)

    def declaring(self, data: Any) -> Synthesizer:
        """Return the synthesizer, and one with a guarantee with a contract for a made-up table."""
        return self.with_domain({"columns": self._declared(data)}) if self.is_private else self.synthesizer

    def with_domain(self, domain: dict[str, Any]) -> Synthesizer:
        """Return the synthesizer, or the one that is held to rules inside it, under another contract."""
        settings = self.synthesizer.to_dict()
        (settings if self.synthesizer.inside is self.synthesizer else settings["settings"])["domain"] = domain
        return type(self.synthesizer).from_dict(settings)

    def able(self, table: pa.Table) -> pa.Table:
        """Return a made-up table, without the columns that no contract can declare where one is wanted."""
        if not self.is_private:
            return table
        able = {name for name, fields in self._declared(table).items() if fields["kind"] != "ignore"}
        return table.select([name for name in table.column_names if name in able])

    def _declared(self, data: Any) -> dict[str, Any]:
        """Return what a made-up table may hold: what it does hold; what no contract can say is left out."""
        columns = {c.name: c for c in Table.from_any(data).schema.columns}
        return {name: declared(column, self.synthesizer.kinds) for name, column in columns.items()}

    def draw(self, n: int, *, given: Any = None, seed: int = 0) -> Table:
        """Sample `n` typed rows of the model of `table`."""
        return sample(self.model, n, given=given, seed=seed)


Promise = Callable[[Subject], None]


def people(rows: int, *, late: bool = False) -> pa.Table:
    """Return a made-up table of customers; `late` ones are of a later month, with a new plan and wider ranges."""
    rng = generator(0, "testing", int(late))
    age = rng.integers(18, 90 if late else 80, size=rows)
    income = np.round(np.exp(rng.normal(7 + age / 80, 0.5, size=rows)), 2)
    plans = ["basic", "family", "gold", "none", *(["student"] if late else [])]
    days = rng.integers(18_000, 19_500 + 400 * late, size=rows)
    words = np.array(["called", "asked", "paid", "about", "late", "refund", "order", "again"])
    return pa.table(
        {
            "customer": [f"C-{i:06d}" for i in range(1, rows + 1)],
            "age": age,
            "income": pa.array(income, mask=rng.random(rows) < 0.2),
            "sex": np.where(rng.random(rows) < 0.4 + age / 400, "female", "male"),
            "plan": pa.array(np.array(plans)[rng.integers(len(plans), size=rows)], mask=rng.random(rows) < 0.1),
            "vip": pa.array(income > 2500),
            "joined": pa.array(days.astype(np.int32)).cast(pa.date32()),
            "seen": pa.array(days * DAY + rng.integers(DAY // 1000, size=rows) * 1000).cast(
                pa.timestamp("us", tz="Europe/Berlin")
            ),
            "wakes": pa.array(rng.integers(6 * 60, 10 * 60, size=rows) * 60_000_000).cast(pa.time64("us")),
            "stays": pa.array(rng.integers(60, 7200, size=rows) * 1_000_000).cast(pa.duration("us")),
            "note": [" ".join(rng.choice(words, size=6)) + f" {i}" for i in range(rows)],
            "fixed": ["yes"] * rows,
            "nothing": pa.nulls(rows),
        }
    )


def declared(column: Column, kinds: frozenset[Kind]) -> dict[str, Any]:
    """Return what a made-up column may hold, as a contract says it."""
    if column.kind in kinds:
        with suppress(PrivacyError):  # bounds beyond what a contract can tell apart
            own = Contract.of(Schema(columns=(column.model_copy(update={"reason": ""}), _BESIDE)))
            return own[column.name].to_dict()
    return {"kind": "ignore"}


def expect(kept: bool, broken: str) -> None:
    """Raise AssertionError with what is broken unless it is kept."""
    if not kept:
        raise AssertionError(broken)


def refusal(call: Callable[[], object], asked: str) -> LikewiseError:
    """Return the error by which something was refused; it must be ours, with a code of the form `family.fault`."""
    try:
        call()
    except LikewiseError as error:
        expect(re.fullmatch(r"[a-z]+\.[a-z0-9-]+", error.code) is not None, f"{asked}: odd code {error.code!r}")
        expect(bool(error.what.strip()), f"{asked}: the error says nothing")
        return error
    except Exception as fault:
        raise AssertionError(f"{asked} ended in {type(fault).__name__}, not in a LikewiseError: {fault}") from fault
    raise AssertionError(f"{asked} was not refused")


def hinted(call: Callable[[], object], asked: str) -> LikewiseError:
    """Return the error by which something was refused, which must say what to do instead."""
    error = refusal(call, asked)
    expect(bool(error.hint), f"{asked}: the error {error.code} has no hint")
    return error


def same(one: Table, other: Table, broken: str) -> None:
    """Raise AssertionError unless two tables have the same schema and the same bytes."""
    if one.schema != other.schema:
        raise AssertionError(f"{broken}: the schemas differ")
    odd = [n for n in one.names if one.select([n]).digest() != other.select([n]).digest()]
    expect(not odd, f"{broken}: {listed(odd)} differ")


def listed(names: Iterable[str]) -> str:
    """Return column names in back quotes."""
    return ", ".join(f"`{name}`" for name in names)
