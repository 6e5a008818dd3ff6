"""What a document comes to, told before anything is made: what makes each column, and how each rule is met."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from likewise.core.draw import BLOCK
from likewise.core.spec import Spec
from likewise.techniques.rules.generating.components import Component
from likewise.techniques.rules.generating.holding import meets
from likewise.techniques.rules.generating.plan import TablePlan
from likewise.techniques.rules.generating.rows import Raw
from likewise.techniques.rules.generating.tables import Tables
from likewise.techniques.rules.generating.uniqueness import groups, single
from likewise.techniques.rules.makers.refers import Refers


class ColumnSaid(Spec):
    """Say what makes a column: in words, from which columns, and what it holds."""

    name: str
    kind: str
    said: str
    needs: tuple[str, ...] = ()
    missing: float = 0.0
    unique: bool = False


class RuleSaid(Spec):
    """Say how a rule is met: by what is computed, or by drawing rows again; then `broken` is how many broke it."""

    path: str
    said: str
    held: str
    broken: float = 0.0


class TableSaid(Spec):
    """Say what a table comes to: its rows, how fast they are made, and how large they are in memory."""

    name: str
    rows: int
    rows_per_second: float
    bytes_per_row: float
    columns: tuple[ColumnSaid, ...]
    rules: tuple[RuleSaid, ...] = ()


class Explanation(Spec):
    """Say what a document comes to."""

    tables: tuple[TableSaid, ...]

    def lines(self) -> Iterator[str]:
        """Yield the explanation as lines of text."""
        for table in self.tables:
            yield (f"{table.name}: {table.rows:,} rows, about {_bytes(table.rows * table.bytes_per_row)} in memory, "
                   f"{_rounded(table.rows_per_second):,} rows a second")  # fmt: skip
            width = max(len(column.name) for column in table.columns)
            for column in table.columns:
                more = [f"from {', '.join(column.needs)}"] if column.needs else []
                more += [f"missing in {column.missing:.3g} of the rows"] if column.missing else []
                more += ["never twice"] if column.unique else []
                yield f"  {column.name:<{width}}  {column.kind:<8}  {', '.join([column.said, *more])}"
            for rule in table.rules:
                yield f"  rule {rule.said}: {rule.held}"


def explanation_of(tables: Tables) -> Explanation:
    """Return what the tables of a document come to; a block of each is made to see how long that takes."""
    return Explanation(tables=tuple(_table(tables, tables.plan.tables[name]) for name in tables.plan.order))


def _table(tables: Tables, plan: TablePlan) -> TableSaid:
    numbers = np.arange(min(BLOCK, tables.rows(plan.name)))
    tables.at(plan.name, numbers[:256])  # what is made once is no part of the pace
    began = time.process_time()
    made = tables.at(plan.name, numbers)
    took = max(time.process_time() - began, 1e-9)
    once = {*single(plan)}
    columns = tuple(
        ColumnSaid(name=name, kind=plan.schema[name].kind, said=_said(tables, plan, name),
                   needs=_needs(plan, name),
                   missing=plan.gaps[name].missing.share, unique=name in once)
        for name in plan.schema.names
    )  # fmt: skip
    rules = (*_by_construction(tables, plan), *_drawn_again(tables, plan, numbers))
    size = made.columns.nbytes / max(len(numbers), 1)
    return TableSaid(name=plan.name, rows=tables.rows(plan.name), rows_per_second=len(numbers) / took,
                     bytes_per_row=size, columns=columns, rules=rules)  # fmt: skip


def _needs(plan: TablePlan, name: str) -> tuple[str, ...]:
    """Return the columns that a column is made from, without the sums and counts that its own words name already."""
    maker = plan.makers[name]
    if isinstance(maker, Refers):
        return ()
    return tuple(need for need in maker.needs() if need in plan.schema.names or not need.startswith(("=", "#")))


def _said(tables: Tables, plan: TablePlan, name: str) -> str:
    maker = tables.maker(plan.name, name)
    if isinstance(maker, Refers):
        reference = plan.references[maker.reference]
        return f"{maker.said()}, {reference.children.said()}"
    tied = f", tied to {len(plan.tied) - 1} others" if name in plan.tied else ""
    return maker.said() + tied


def _by_construction(tables: Tables, plan: TablePlan) -> Iterator[RuleSaid]:
    for path, (said, held) in plan.settled.said.items():
        yield RuleSaid(path=path, said=said, held=held)
    for group in groups(plan):
        held = next((said for said in tables.unique(plan.name).said if said.startswith(" and ".join(group))),
                    "never repeats by how its columns are made")  # fmt: skip
        yield RuleSaid(path=plan.path, said=f"{', '.join(group)} unique", held=held)


def _drawn_again(
    tables: Tables, plan: TablePlan, numbers: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> Iterator[RuleSaid]:
    """Yield the rules that chance may break, with how often it does."""
    for component in plan.components:
        raw = Raw(tables, plan, numbers)
        for rule in {rule.said(): rule for rule in component.rules}.values():  # a range is held in two halves
            broken = float((~meets(raw, rule)).mean()) if len(numbers) else 0.0
            yield RuleSaid(path=rule.path, said=rule.said(), held=_how(component, broken), broken=broken)


def _how(component: Component, broken: float) -> str:
    names = [f"`{name}`" for name in sorted(component.columns)]
    again = f"{', '.join(names)} {'is' if len(names) == 1 else 'are'}" if names else "nothing is"
    return f"broken by {broken:.2%} of the rows at first, in which {again} made again"


def _rounded(number: float) -> int:
    """Return a number to two digits."""
    return int(float(f"{number:.2g}"))


def _bytes(size: float) -> str:
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:,.3g} GB"
