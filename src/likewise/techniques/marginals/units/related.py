"""Related tables under a privacy budget: what is learned of each, and a dataset whose keys and references are whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from likewise.core import state
from likewise.core.card import Card, Privacy, Receipt, versions
from likewise.core.dataset import Dataset, Relation
from likewise.core.draw import check_n, key_seed
from likewise.core.frames import Container
from likewise.core.keys import make_keys
from likewise.core.progress import Progress
from likewise.core.protocol import Arrays
from likewise.core.schema import Column, Schema
from likewise.core.seeds import generator
from likewise.core.spec import Spec
from likewise.core.table import Table
from likewise.privacy.accountant import Account
from likewise.privacy.contract import Contract
from likewise.privacy.contract.coding import check_columns, codes_of, keys_of
from likewise.privacy.contract.outside import Id
from likewise.techniques.marginals.units.contracts import Contracts
from likewise.techniques.marginals.units.held import Held, count_children, held
from likewise.techniques.marginals.units.levels import Level
from likewise.techniques.marginals.units.saving import loaded, saved
from likewise.techniques.marginals.units.tree import Drawn, Tree, learn_tree
from likewise.techniques.marginals.units.writing import columns_of, repeated

Ints = npt.NDArray[np.int64]
Keys = dict[tuple[str, str], tuple[str, ...]]


@dataclass(frozen=True, eq=False)
class RelatedModel:
    """Hold the contracts, the noisy counts that were bought, and how units and all rows that are theirs are drawn.

    Public tables are kept as they are. `schema` is that of the units' table.
    """

    schema: Schema
    card: Card
    container: Container
    contracts: Contracts
    tree: Tree
    public: Mapping[str, Table]

    technique: ClassVar[str] = "units"

    @property
    def units(self) -> int:
        """How many units the data seem to have had."""
        return max(round(self.tree.root.total), 0)

    @property
    def relations(self) -> tuple[Relation, ...]:
        """The references between the tables that are drawn."""
        return self.contracts.relations

    def sample(self, n: int | None = None, *, seed: int = 0) -> Dataset:
        """Return `n` new units (as many as there seem to have been where it is not said) and all rows that are theirs.

        The same seed gives the same rows. No reference is left without its row. Raises SettingsError for a bad `n`.
        """
        n = self.units if n is None else n
        check_n(n)
        rng = generator(seed, 0)
        drawn = self.tree.draw(n, rng)
        tables: dict[str, Table] = dict(self.public)
        for number, level in enumerate(self.tree.levels):
            tables[level.name] = self._table(number, drawn, tables, rng, seed)
        return Dataset(tables, self.relations)

    def _table(
        self, number: int, drawn: Sequence[Drawn], tables: Mapping[str, Table], rng: np.random.Generator, seed: int
    ) -> Table:
        """Return the rows of one table: learned columns, ids made anew, and the ids of the rows above."""
        level = self.tree.levels[number]
        contract, rows = self.contracts.tables[level.name], len(drawn[number].parents)
        found = columns_of(level, drawn[number], rng)
        at, above = drawn[number].parents, level.parent
        for relation in (own for own in self.relations if own.table == level.name and own.to in self.contracts.tables):
            at, above = drawn[number].parents, level.parent
            while above is not None and self.tree.levels[above].name != relation.to:
                at, above = drawn[above].parents[at], self.tree.levels[above].parent
            ids = tables[relation.to].column(relation.key[0]).take(pa.array(at))
            integer = _referring(self.contracts, contract[relation.columns[0]]).kind == "integer"
            found[relation.columns[0]] = ids.cast(pa.int64()) if integer else ids
        for domain in contract.columns:
            if isinstance(domain, Id) and domain.name not in found:
                found[domain.name] = make_keys(domain.pattern, 0, rows, key_seed(seed, f"{level.name}.{domain.name}"))
        schema = schema_of(self.contracts, level)
        return Table(pa.table([found[name] for name in schema.names], names=list(schema.names)), schema)

    def receipted(self, receipt: Receipt) -> RelatedModel:
        """Return the model with its card saying where a ledger wrote the release down."""
        privacy = self.card.privacy.model_copy(update={"ledger": receipt})
        return replace(self, card=self.card.model_copy(update={"privacy": privacy}))

    def save(self, path: str | Path) -> None:
        """Write the model to one file (`*.likewise`): JSON and arrays, never code."""
        state.save(self, path)  # type: ignore[arg-type]

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return the contracts, what was learned, and the public tables."""
        meta, arrays = saved(self.tree)
        for name, table in self.public.items():
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, table.columns.schema) as writer:
                writer.write_table(table.columns)
            arrays[f"public.{name}"] = np.frombuffer(sink.getvalue(), dtype=np.uint8)
        public = {name: table.schema.to_dict() for name, table in self.public.items()}
        return {"contracts": self.contracts.to_dict(), "schemas": public, **meta}, arrays

    @classmethod
    def from_state(
        cls, schema: Schema, card: Card, container: Container, meta: dict[str, Any], arrays: Arrays
    ) -> RelatedModel:
        """Rebuild the model from what `state` returned."""
        contracts, public = Contracts.from_dict(meta["contracts"]), {}
        for name, fields in meta["schemas"].items():
            rows = pa.ipc.open_stream(arrays[f"public.{name}"].tobytes()).read_all()
            public[name] = Table(rows, Schema.from_dict(fields))
        levels = contracts.levels(_keys(contracts, {name: table.columns for name, table in public.items()}))
        return cls(schema, card, container, contracts, loaded(levels, meta, arrays), public)


class Related(Spec):
    """Learn related tables under differential privacy for a row of the table `unit` and all rows that belong to it.

    `domain` has a contract for each table (see `Contracts`). Rows of a table count 1/m each, where a unit has m of
    them. Use for databases of customers, patients or accounts. Avoid where most tables belong to several units.

    Alimohammadi et al., 2024 (arXiv 2405.18670), for linking tables that were made under differential privacy.
    """

    epsilon: float = Field(gt=0, allow_inf_nan=False, strict=True)
    delta: float = Field(default=1e-6, gt=0, lt=1, strict=True)
    most_bytes: int = Field(default=8_000_000, ge=100_000)

    def account(self) -> Account:
        """Return an account of the budget that is set, from which nothing is spent."""
        return Account(self.epsilon, self.delta)

    def learned(
        self, raws: Mapping[str, pa.Table], contracts: Contracts, account: Account, *, seed: int, progress: Progress
    ) -> RelatedModel:
        """Learn from tables as they came, and charge an account that the caller keeps.

        Raises PrivacyError for columns that only one of contract and data has, before any cell is looked at.
        """
        for name in contracts.order:
            check_columns(raws[name].column_names, contracts.tables[name])
        public = {name: Table.from_arrow(raws[name]) for name in contracts.public}
        levels = contracts.levels(_keys(contracts, {name: raws[name] for name in contracts.public}))
        rows = held_rows(raws, contracts, levels)
        tree = learn_tree(levels, rows, account, memory=self.most_bytes, progress=progress)
        said = f"({self.epsilon:g}, {self.delta:g})-differential privacy for one row of `{contracts.unit}` and all " \
               "rows that belong to it, added or removed"  # fmt: skip
        privacy = Privacy(unit=contracts.unit, epsilon=self.epsilon, delta=self.delta, statement=said, mu=account.mu,
                          neighbours="add or remove", events=tuple(event.to_dict() for event in account.events),
                          contract={name: own.public_facts() for name, own in contracts.tables.items()})  # fmt: skip
        card = Card(
            technique="units", settings=self.to_dict(), seed=int(seed), rows=max(round(tree.root.total), 0),
            columns=sum(len(own.names) for own in contracts.tables.values()), versions=versions(), privacy=privacy,
            data_digest=contracts.tables[contracts.unit].digest,
            notes=(f"rows are a noisy count of `{contracts.unit}`, the digest is that of its contract",),
        )  # fmt: skip
        return RelatedModel(schema_of(contracts, levels[0]), card, "table", contracts, tree, public)


def held_rows(raws: Mapping[str, pa.Table], contracts: Contracts, levels: Sequence[Level]) -> list[Held]:
    """Return the private rows of all tables, each with its unit; those that lead to none are left out."""
    found: list[Held] = []
    stands: dict[str, Ints] = {}
    for level in levels:
        raw = raws[level.name]
        above = contracts.parents[level.name]
        if above is None:
            units = parents = np.arange(raw.num_rows)
        else:
            assert level.parent is not None
            to = keys_of(raws[above.to].column(above.key[0]))
            rows = pc.index_in(keys_of(raw.column(above.columns[0])), value_set=to, skip_nulls=True)
            old = np.asarray(rows.fill_null(-1)).astype(np.int64)
            parents = np.append(stands[above.to], -1)[old]
            units = np.append(found[level.parent].units, -1)[parents]
        own = [codes_of(raw.column(domain.name), domain) for domain in level.own]
        order = None if level.orders is None else codes_of(raw.column(level.orders.name), level.orders)
        codes = np.stack(own, axis=1) if own else np.zeros((raw.num_rows, 0), dtype=np.int32)
        rows_held, places = held(level, codes, order, parents, units)
        stands[level.name] = np.full(raw.num_rows, -1, dtype=np.int64)
        stands[level.name][places] = np.arange(len(places))
        if level.parent is not None:
            count_children(levels[level.parent], found[level.parent], level.name, rows_held.parents)
        found.append(rows_held)
    return found


def schema_of(contracts: Contracts, level: Level) -> Schema:
    """Return the schema of a table that is drawn, from the contracts alone."""
    contract = contracts.tables[level.name]
    learned = {domain.name: domain.column() for domain in (*level.own, *((level.orders,) if level.orders else ()))}
    columns = [learned.get(name) or _referring(contracts, contract[name]) for name in contract.names]
    return Schema(columns=tuple(columns))


def _referring(contracts: Contracts, domain: Any) -> Column:
    """Return the column of ids: of its own rows, or those that it repeats of a row above."""
    if domain.refers is None:
        own: Column = domain.column()
        return own
    to, _, key = domain.refers.rpartition(".")
    at: Contract = contracts.tables[to]
    return repeated(at[key]).model_copy(update={"name": domain.name, "role": domain.role})


def _keys(contracts: Contracts, public: Mapping[str, pa.Table]) -> Keys:
    """Return the ids of public tables that private ones refer to."""
    wanted = {(own.to, own.key[0]) for own in contracts.relations if own.to in contracts.public}
    return {(name, key): tuple(keys_of(_chunked(public[name].column(key))).drop_null().unique().to_pylist())
            for name, key in sorted(wanted)}  # fmt: skip


def _chunked(column: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray:
    return column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])
