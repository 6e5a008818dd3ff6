"""Operations in their order, bound to the columns that they change: what `fit` learns, and rows are changed by."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from likewise.core.protocol import Arrays
from likewise.core.schema import Column, Schema
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.errors import FitError, SettingsError, suggest
from likewise.techniques.noise.catalogue import named, operation_of
from likewise.techniques.noise.dependencies import dependencies, in_order
from likewise.techniques.noise.links import Link
from likewise.techniques.noise.operation import Dice, Learned, Operation


@dataclass(frozen=True, eq=False)
class Step:
    """Hold one operation, the columns that it changes, and what it learned of them."""

    operation: Operation
    names: tuple[str, ...]
    learned: Learned


@dataclass(frozen=True, eq=False)
class Composition:
    """Hold the steps in their order, and which columns follow others."""

    steps: tuple[Step, ...]
    links: tuple[Link, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that may come out changed."""
        listed = [name for step in self.steps for name in step.names]
        listed += [link.follower for link in self.links]
        return tuple(dict.fromkeys(listed))

    @property
    def needed(self) -> tuple[str, ...]:
        """The columns that rows must have to be changed."""
        read = [name for step in self.steps for name in step.operation.needs()]
        return tuple(dict.fromkeys((*self.names, *read)))

    def parted(self) -> tuple[Composition, Composition]:
        """Return the steps that hold a guarantee, and the others."""
        first, second = (tuple(s for s in self.steps if s.operation.alone is alone) for alone in (True, False))
        return Composition(first, self.links), Composition(second, self.links)

    def changed(self, rows: Table, rng: np.random.Generator, key: int) -> Table:
        """Return the rows changed by every step in turn; `key` is the same for all blocks of one call."""
        before, seeds = rows, rng.integers(2**62, size=len(self.steps)).tolist()
        for number, (step, seed) in enumerate(zip(self.steps, seeds, strict=True)):
            dice = Dice(generator(seed), int(generator(key, number).integers(2**62)))
            new = step.operation.change(rows, step.names, step.learned, dice)
            rows = with_arrays(rows.with_schema(step.operation.output(rows.schema, step.names)), new)
        for link in self.links:
            rows = with_arrays(rows, link.followed(rows, before))
        return rows

    def together(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the columns that go with some columns: moved with them by one step, leading or following them."""
        groups = [{*step.names} for step in self.steps if step.operation.joint]
        groups += [{link.leader, link.follower} for link in self.links]
        found = {*names}
        while more := {name for group in groups if group & found for name in group} - found:
            found |= more
        return tuple(name for name in self.names if name in found)

    def output(self, schema: Schema) -> Schema:
        """Return the schema of changed rows."""
        for step in self.steps:
            schema = step.operation.output(schema, step.names)
        for link in self.links:
            if link.both_ways and schema[link.leader].nullable:
                schema = schema.replace(link.follower, nullable=True)
        return schema

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return what a model file keeps."""
        arrays: Arrays = {}
        steps, links = [], []
        for number, step in enumerate(self.steps):
            steps.append({"operation": named(step.operation), "names": list(step.names), "meta": step.learned.meta})
            arrays |= {f"step.{number}.{name}": array for name, array in step.learned.arrays.items()}
        for number, link in enumerate(self.links):
            meta, arrays[f"link.{number}"] = link.state()
            links.append(meta)
        return {"steps": steps, "links": links}, arrays

    @classmethod
    def from_state(cls, meta: Mapping[str, Any], arrays: Arrays) -> Composition:
        """Rebuild it from a model file."""
        steps = []
        for number, own in enumerate(meta["steps"]):
            prefix = f"step.{number}."
            part = {name.removeprefix(prefix): a for name, a in arrays.items() if name.startswith(prefix)}
            steps.append(Step(operation_of(own["operation"]), tuple(own["names"]), Learned(own["meta"], part)))
        links = [Link.from_state(own, arrays[f"link.{number}"]) for number, own in enumerate(meta["links"])]
        return cls(tuple(steps), tuple(links))


def compose(
    table: Table,
    operations: Sequence[Operation],
    *,
    linked: bool,
    wanted: Collection[Operation] = (),
    reserved: Collection[str] = (),
) -> Composition:
    """Bind operations to the columns of a table and learn what each needs.

    Columns that are `reserved`, or changed by an operation that must be the only one, are changed by no other. Raises
    SettingsError for a column that is not there, and FitError for one that an operation may not or cannot change;
    also for an operation that is `wanted` and finds no column at all, where others are left out. Columns that hold one
    value or none stay as they are, named or not.
    """
    leaders, links = dependencies(table, operations) if linked else ({}, [])
    schema = table.schema
    reserved = {*reserved, *(name for o in operations if o.alone for name in _columns_of(o, schema, leaders, ()))}
    steps = []
    for operation in operations:
        names = _columns_of(operation, schema, leaders, () if operation.alone else reserved)
        free = (c for c in schema.columns if c.name not in reserved or operation.alone)
        if operation in wanted and operation.columns is None and not any(operation.takes(c) for c in free):
            raise FitError("fit.no-columns", f"operation `{operation.op}` finds no column that it may change",
                           where=operation.op, hint=operation.wants())  # fmt: skip
        for name in operation.needs():
            _check_read(operation, _column(operation, name, schema))
        if names or (operation.alone and operation in wanted):  # what is promised is counted even so
            steps.append(Step(operation, names, operation.learn(table, names)))
    return Composition(tuple(steps), in_order(links, {name for step in steps for name in step.names}))


def with_arrays(rows: Table, new: Mapping[str, pa.Array]) -> Table:
    """Return a table with other arrays in some columns."""
    columns = rows.columns
    for name, array in new.items():
        columns = columns.set_column(columns.schema.get_field_index(name), name, array)
    nullable = [n for n, array in new.items() if array.null_count and not rows.schema[n].nullable]
    schema = rows.schema
    for name in nullable:
        schema = schema.replace(name, nullable=True)
    return Table(columns, schema, rows.container)


def _columns_of(
    operation: Operation, schema: Schema, leaders: Mapping[str, str], reserved: Collection[str]
) -> tuple[str, ...]:
    if operation.columns is None:
        kept = {*leaders, *reserved}
        return tuple(c.name for c in schema.columns if operation.takes(c) and c.name not in kept)
    for name in operation.columns:
        if name in reserved:
            raise FitError("fit.reserved", f"operation `{operation.op}` names `{name}`, which is made k-anonymous",
                           where=name, hint="what else changed it would undo that: name other columns")  # fmt: skip
    varied = (n for n in operation.columns if n not in schema or schema[n].kind not in ("constant", "empty"))
    return tuple(dict.fromkeys(_named(operation, name, schema) for name in varied))


def _named(operation: Operation, name: str, schema: Schema) -> str:
    """Return the name of a column that an operation is told to change; refuse what it may not or cannot."""
    column, said = _column(operation, name, schema), f"operation `{operation.op}`"
    if column.role == "key" or column.is_pseudonymous:
        raise FitError("fit.key", f"{said} names `{name}`, which tells rows apart", where=name,
                       hint="keys are never changed: name other columns")  # fmt: skip
    if not operation.reaches(column):
        raise FitError("fit.kind", f"{said} cannot change `{name}`, which is {column.kind}", where=name,
                       hint=operation.wants())  # fmt: skip
    return name


def _column(operation: Operation, name: str, schema: Schema) -> Column:
    if name not in schema:
        what = f"operation `{operation.op}` names a column that is not there or is made anew: `{name}`"
        raise SettingsError("settings.unknown-column", what, where=name, hint=suggest(name, schema.names, "column"))
    return schema[name]


def _check_read(operation: Operation, column: Column) -> None:
    if column.kind not in operation.reads:
        what = f"operation `{operation.op}` cannot go by `{column.name}`, which is {column.kind}"
        hint = f"name columns of kind {', '.join(sorted(operation.reads))}"
        raise FitError("fit.kind", what, where=column.name, hint=hint)
