"""What may be known of related tables without looking: a contract each, and how they belong to the unit's table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from likewise.core.dataset import Relation
from likewise.errors import PrivacyError, suggest
from likewise.privacy.contract import Contract
from likewise.privacy.contract.category import Category
from likewise.privacy.contract.outside import Id
from likewise.techniques.marginals.units.levels import Level, order_of

MANY = 1000
"""The most rows below one row, where the contract does not say: wide ranges cost little."""

EXAMPLE = "write e.g. {customers: {id: id, ...}, orders: {customer_id: {kind: id, refers: customers.id}, ...}}"


@dataclass(frozen=True, eq=False)
class Contracts:
    """Hold the contracts of tables whose rows belong to those of the table `unit`, and the names of `public` tables.

    `most` has the most rows of a table that one row above it has.
    """

    unit: str
    tables: Mapping[str, Contract]
    public: tuple[str, ...]
    most: Mapping[str, int]

    @classmethod
    def of(cls, domain: Any, unit: str, relations: Sequence[Relation] = ()) -> Contracts:
        """Read a mapping of tables: each a contract, `public` where it needs no protection, or `ignore` to leave out.

        `relations` that are known, such as a database's, need not be repeated as `refers`. Raises PrivacyError where a
        contract is faulty, and where it is unclear whose the rows of a table are.
        """
        if not isinstance(domain, Mapping) or not domain:
            raise PrivacyError("privacy.invalid", "the contract of related tables is a mapping of tables",
                               where="domain", hint=EXAMPLE)  # fmt: skip
        said = {str(name): fields for name, fields in domain.items()}
        public = tuple(name for name, fields in said.items() if fields == "public")
        private = {name: fields for name, fields in said.items() if fields not in ("public", "ignore")}
        tables = {name: _one(name, fields, relations) for name, fields in private.items()}
        if unit not in tables:
            raise PrivacyError("privacy.no-unit", f"`{unit}` is no table with a contract", where="unit",
                               hint=suggest(unit, list(tables), "table"))  # fmt: skip
        most = {name: own.most if "most" in own.model_fields_set else MANY for name, own in tables.items()}
        found = cls(unit, tables, public, most)
        found.check()
        return found

    def check(self) -> None:
        """Refuse references that lead nowhere, and tables whose rows belong to nobody or are open."""
        for relation in self.relations:
            if relation.to not in (*self.tables, *self.public):
                raise PrivacyError("privacy.refers", f"{relation.said()}, and the contract has no such table",
                                   where=relation.table, hint=f"declare `{relation.to}`, as `public` where it needs no "
                                                              "protection")  # fmt: skip
            if relation.to in self.tables and relation.key[0] not in self._keys(relation.to):
                raise PrivacyError("privacy.refers", f"{relation.said()}, which is no column of ids",
                                   where=relation.to, hint=f"declare it: {relation.key[0]}: id")  # fmt: skip
        lost = [name for name in self.tables if name not in self.order]
        if lost:
            raise PrivacyError("privacy.unreached", f"nothing says to which row of `{self.unit}` a row of `{lost[0]}` "
                               "belongs", where=lost[0],
                               hint="declare the column that refers, or the table as `public` or `ignore`")  # fmt: skip
        for name in self.tables:
            aside = [own for own in self._upward(name) if own.to not in self.line(name)[1:]]
            if aside:
                raise PrivacyError("privacy.two-ways", f"{aside[0].said()}, which is not above `{name}`: rows of two "
                                   "units would hang together", where=name,
                                   hint=f"leave the column out: {aside[0].columns[0]}: ignore")  # fmt: skip

    @cached_property
    def relations(self) -> tuple[Relation, ...]:
        """All references of private tables."""
        ids = [(name, own) for name, contract in self.tables.items() for own in contract.columns if isinstance(own, Id)]
        return tuple(_relation(name, own) for name, own in ids if own.refers is not None)

    @cached_property
    def parents(self) -> dict[str, Relation | None]:
        """The reference by which rows of each table belong to others, in order: of several the one farthest down."""
        found: dict[str, Relation | None] = {self.unit: None}
        depth = {self.unit: 0}
        waiting = [name for name in self.tables if name != self.unit]
        while ready := [name for name in waiting
                        if self._upward(name) and all(own.to in depth for own in self._upward(name))]:  # fmt: skip
            for name in ready:
                found[name] = max(self._upward(name), key=lambda own: depth[own.to])
                depth[name] = depth[found[name].to] + 1  # type: ignore[union-attr]
                waiting.remove(name)
        return found

    @property
    def order(self) -> list[str]:
        """The private tables, those that others belong to first."""
        return list(self.parents)

    def line(self, name: str) -> list[str]:
        """Return a table and those above it, the nearest first."""
        found = [name]
        while (above := self.parents[found[-1]]) is not None:
            found.append(above.to)
        return found

    def levels(self, keys: Mapping[tuple[str, str], tuple[str, ...]]) -> tuple[Level, ...]:
        """Return what is learned of each table; `keys` has the ids of public tables' columns, by table and column."""
        order = self.order
        below = {name: [child for child in order if name in self.line(child)[1:2]] for name in order}
        found = []
        for name in order:
            contract, above = self.tables[name], self.parents[name]
            orders = order_of(contract.coded) if above is not None else None
            own = [domain for domain in contract.coded if domain is not orders]
            own += [Category(name=relation.columns[0], levels=keys[relation.to, relation.key[0]],
                             missing=contract[relation.columns[0]].missing)
                    for relation in self.relations
                    if relation.table == name and relation.to in self.public]  # fmt: skip
            most = {child: self.most[child] for child in below[name]}
            found.append(Level(name, None if above is None else order.index(above.to), tuple(own), orders, most))
        return tuple(found)

    def to_dict(self) -> dict[str, Any]:
        """Return the documents as plain JSON values; tables and columns in lists, which keep their order."""
        tables = [[name, {**own.to_dict(), "columns": list(map(list, own.to_dict()["columns"].items()))}]
                  for name, own in self.tables.items()]  # fmt: skip
        return {"unit": self.unit, "tables": tables, "public": list(self.public), "most": dict(self.most)}

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Contracts:
        """Rebuild what `to_dict` returned."""
        tables = {name: Contract.from_dict({**own, "columns": dict(own["columns"])}) for name, own in fields["tables"]}
        return cls(fields["unit"], tables, tuple(fields["public"]), fields["most"])

    def _keys(self, name: str) -> list[str]:
        return [own.name for own in self.tables[name].columns if isinstance(own, Id)]

    def _upward(self, name: str) -> list[Relation]:
        """Return the references of a table to private ones."""
        return [own for own in self.relations if own.table == name and own.to in self.tables]


def _relation(table: str, own: Id) -> Relation:
    to, _, key = str(own.refers).rpartition(".")
    return Relation(table=table, columns=(own.name,), to=to, key=(key,))


def _one(name: str, fields: Any, relations: Sequence[Relation]) -> Contract:
    """Read the contract of one table and put in the references that are known. Raises PrivacyError."""
    contract = Contract.of(fields)
    if contract.is_open or contract.unit is not None or any(own.per == "unit" for own in contract.columns):
        raise PrivacyError("privacy.invalid", f"`{name}`: of related tables, columns are declared, and whose a row is "
                           "follows from references", where=name,
                           hint="declare the columns; leave `unit`, `per` and `discover` out")  # fmt: skip
    known = {own.columns[0]: own for own in relations if own.table == name and len(own.columns) == 1}
    columns = [
        domain.model_copy(update={"refers": f"{known[domain.name].to}.{known[domain.name].key[0]}"})
        if isinstance(domain, Id) and domain.refers is None and domain.name in known else domain
        for domain in contract.columns
    ]  # fmt: skip
    return contract.model_copy(update={"columns": tuple(columns)})
