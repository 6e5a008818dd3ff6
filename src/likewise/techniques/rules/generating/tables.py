"""All tables of a document under one seed: how many rows each has, and any rows of any of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

from likewise.core.counted import Counted, Ints
from likewise.core.draw import BLOCK
from likewise.core.table import Table
from likewise.errors import SettingsError
from likewise.techniques.rules.document.checks import counted_by
from likewise.techniques.rules.document.reference import Reference
from likewise.techniques.rules.document.table import ROWS
from likewise.techniques.rules.generating.children import Listing, children_of
from likewise.techniques.rules.generating.holding import FREELY, check, met
from likewise.techniques.rules.generating.linking import linked
from likewise.techniques.rules.generating.links import Contiguous, Link, Optional
from likewise.techniques.rules.generating.plan import Plan
from likewise.techniques.rules.generating.rows import Block, Raw
from likewise.techniques.rules.generating.uniqueness import Uniqueness, unique_of
from likewise.techniques.rules.generating.ways import reference_of, way_of
from likewise.techniques.rules.maker import Maker

Kept = TypeVar("Kept")

PROBED = 512
"""Rows that are made to see how often rules are broken by chance."""

RARE = 0.02
"""The share of rows that meet rules by chance up to which none are drawn again freely."""


class Tables:
    """Make any rows of any table of a plan: row k of a table is a function of the seed, the table and k.

    `rows` says how many rows tables have that do not say so themselves; `fixed` how many those have that are named,
    whatever they say.

    >>> from likewise.techniques.rules.document.document import Document
    >>> plan = Plan.of(Document.of({"columns": {"id": "sequence", "age": {"poisson": 40}}}))
    >>> Tables(plan, seed=7).made("table", np.array([998, 3]), ["id"])[0].to_pylist()
    [999, 4]
    """

    def __init__(
        self, plan: Plan, *, seed: int, rows: int | None = None, fixed: Mapping[str, int] | None = None
    ) -> None:
        self.plan, self.seed = plan, seed
        self._kept: dict[tuple[str, ...], Any] = {}
        self._randoms: dict[tuple[int | str, ...], Counted] = {}
        self._links: dict[tuple[str, str], Link] = {}
        self._rows: dict[str, int] = {}
        self._unique: dict[str, Uniqueness] = {}
        self._freely: dict[tuple[str, int], int] = {}
        self._listings: dict[tuple[str, str], Listing] = {}
        self._wanted = ROWS if rows is None else rows
        self._fixed = dict(fixed or {})
        for name in plan.tables:
            self.unique(name)

    def rows(self, table: str) -> int:
        """Return how many rows a table has."""
        if table not in self._rows:
            self._rows[table] = self._counted(table)
        return self._rows[table]

    def _counted(self, table: str) -> int:
        rules = self.plan.tables[table].rules
        if table in self._fixed:
            return self._fixed[table]
        if rules.rows is not None:
            return rules.rows
        if counted_by(rules) is None:
            return self._wanted
        leading = next(reference for reference in rules.references if reference.children.settles)
        link = linked(self, table, leading, None)
        self._links[table, leading.name] = link
        own = link.link if isinstance(link, Optional) else link
        assert isinstance(own, Contiguous)
        return own.total

    def random(self, *path: int | str) -> Counted:
        """Return the random numbers of a part."""
        found = self._randoms.get(path)
        if found is None:
            found = self._randoms[path] = Counted(self.seed, *path)
        return found

    def kept(self, name: tuple[str, ...], find: Callable[[], Kept]) -> Kept:
        """Return what is found out once, of the whole of a table."""
        if name not in self._kept:
            self._kept[name] = find()
        found: Kept = self._kept[name]
        return found

    def way(self, table: str, prefix: str, column: str) -> tuple[str | None, str]:
        """Return the reference that `prefix.column` leads over first, None for the table itself, and what is left."""
        if prefix == table and column in self.plan.tables[table].makers:
            return None, column
        first, *further = way_of(self.plan.document, table, prefix, self.plan.tables[table].path)
        return first.name, column if not further else ".".join([*(own.name for own in further), column])

    def children(self, table: str, reference: str, parents: Ints) -> tuple[Ints, Ints]:
        """Return the rows of a table that refer to some rows, and for each the place of its parent among those."""
        link = self.link(table, reference)
        own = link.link if isinstance(link, Optional) else link
        if isinstance(own, Contiguous):
            return children_of(own, parents)
        place = (table, reference)
        if place not in self._listings:
            target = self.plan.tables[table].references[reference].to
            self._listings[place] = Listing(link, self.rows(table), self.rows(target))
        return self._listings[place].of(parents)

    def link(self, table: str, reference: str) -> Link:
        """Return what finds the rows that a reference means."""
        place = (table, reference)
        if place not in self._links and reference in (own := self.unique(table).links):
            self._links[place] = own[reference]
        if place not in self._links:
            found: Reference = self.plan.tables[table].references[reference]
            self._links[place] = linked(self, table, found, self.rows(table))
        return self._links[place]

    def unique(self, table: str) -> Uniqueness:
        """Return how the rows of a table are kept apart."""
        if table not in self._unique:
            self._unique[table] = Uniqueness()  # while links are looked for that it stands on
            self._unique[table] = unique_of(self, table)
        return self._unique[table]

    def maker(self, table: str, name: str) -> Maker:
        """Return what makes a column: what the document says, made to differ in every row where it has to."""
        return self.unique(table).makers.get(name) or self.plan.tables[table].makers[name]

    def reference(self, table: str, prefix: str) -> str:
        """Return the name of the reference that a name means."""
        return reference_of(self.plan.document, table, prefix, self.plan.tables[table].path).name

    def freely(self, table: str, number: int) -> int:
        """Return how often rows that break the rules of a component are drawn again freely, before within bounds.

        It is found from some rows that are the same for all blocks: not at all where next to none of them would do.
        """
        place = (table, number)
        if place not in self._freely:
            plan = self.plan.tables[table]
            probe = Raw(self, plan, np.arange(PROBED) % max(self.rows(table), 1))
            component = plan.components[number]
            few = 1 if component.chains else 0  # once they are sorted, more rows will do
            self._freely[place] = FREELY if met(probe, component).mean() > RARE else few
        return self._freely[place]

    def made(self, table: str, numbers: Ints, columns: Sequence[str]) -> list[pa.Array]:
        """Return some columns of some rows, in any order. Raises SettingsError for rows that are not there."""
        if len(numbers) and not (int(numbers.min()) >= 0 and int(numbers.max()) < self.rows(table)):
            raise SettingsError("settings.row", f"`{table}` has rows 0 to {self.rows(table) - 1:,}", where=table,
                                hint="ask for rows that are there")  # fmt: skip
        block = Block(self, self.plan.tables[table], numbers)
        found = [block.column(name) for name in columns]
        check(block)
        return found

    def at(self, table: str, numbers: Ints) -> Table:
        """Return some rows of a table, whole."""
        schema = self.plan.tables[table].schema
        return Table(pa.table(self.made(table, numbers, schema.names), names=list(schema.names)), schema)

    def stream(self, table: str, size: int = BLOCK) -> Iterator[Table]:
        """Yield all rows of a table in blocks; at least one, perhaps empty."""
        rows = self.rows(table)
        for start in range(0, max(rows, 1), size):
            yield self.at(table, np.arange(start, min(start + size, rows)))
