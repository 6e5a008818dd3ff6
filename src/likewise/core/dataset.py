"""Related tables: the tables by name, and which columns of one refer to which of another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from likewise.core.spec import Spec
from likewise.core.table import Table
from likewise.errors import SchemaError, suggest


class Relation(Spec):
    """Say that some columns of a table (the child) hold the key of a row of another, or of the same, table.

    >>> Relation(table="orders", columns=("customer_id",), to="customers", key=("id",)).said()
    '`orders.customer_id` refers to `customers.id`'
    """

    table: str
    columns: tuple[str, ...]
    to: str
    key: tuple[str, ...]

    def said(self) -> str:
        """Return the relation as a sentence."""
        return f"`{self.table}.{', '.join(self.columns)}` refers to `{self.to}.{', '.join(self.key)}`"


@dataclass(frozen=True, eq=False)
class Dataset:
    """Hold related tables; none of it changes.

    >>> customers, orders = Table.from_any({"id": [1, 2]}), Table.from_any({"customer_id": [2, 2, 1]})
    >>> shop = Dataset({"customers": customers, "orders": orders})
    >>> shop["orders"].rows, list(shop)
    (3, ['customers', 'orders'])
    """

    tables: Mapping[str, Table]
    relations: tuple[Relation, ...] = field(default=())

    def __post_init__(self) -> None:
        object.__setattr__(self, "tables", MappingProxyType(dict(self.tables)))
        for relation in self.relations:
            for name, columns in ((relation.table, relation.columns), (relation.to, relation.key)):
                for column in columns:
                    self[name].schema[column]

    def __getitem__(self, name: str) -> Table:
        if name not in self.tables:
            raise SchemaError("schema.unknown-table", f"there is no table `{name}`",
                              hint=suggest(name, list(self.tables), "table"))  # fmt: skip
        return self.tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)
