"""Long tables, a row a step, as rows of series that can be learned; and long tables again of series that were drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.conditions import Given
from likewise.core.schema import Column, Schema
from likewise.core.table import Table, concat
from likewise.core.tensors import Cells
from likewise.errors import ConditionError, SchemaError
from likewise.modalities.sequence.clock import FILLED, Clock, clock_of
from likewise.modalities.sequence.entities import Naming, codes_of, entity_of
from likewise.modalities.sequence.frames import bridged
from likewise.modalities.sequence.lanes import Lane, lanes_of
from likewise.modalities.sequence.ordering import check_repeats, order_of, widened
from likewise.modalities.tabular.codec import arrow_type, rounded
from likewise.modalities.tabular.numbers import typed_numbers

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
Pace = Literal["even", "gapped", "uneven"]
"""What a step is: a place of the clock, one that may have no row, or a row with its own time since the one before."""
Make = Callable[[int, np.random.Generator, Given | None], tuple[Table, Cells]]
"""Draw the attributes of so many series under conditions, and these; of one long series so many steps."""

PLACES = 16
"""Bits of a token that say which of its rows a row is."""
MOST_TRIES = 100
"""How often as many entities are drawn as there should be, for those of which every row meets a condition."""


@dataclass(frozen=True, eq=False)
class Panel:
    """Gather a long table into a row an entity: its series, what never changes, and where its time begins.

    Without `naming` all rows are one series. `lanes` are the columns that become channels; one more channel says which
    steps have a row, or how long they took, where the `pace` is not even. `size` is the mean number of rows of an
    entity, or of a step, `last` the place of the latest time. `schema` is that of the long table as it comes back.
    """

    schema: Schema
    naming: Naming | None
    order: Column | None
    clock: Clock | None
    pace: Pace
    lanes: tuple[Lane, ...]
    size: float
    last: float

    @classmethod
    def of(cls, table: Table, entity: str | None, order: str | None) -> tuple[Panel, tuple[str, ...]]:
        """Learn how a long table is gathered; return what is to be said of it, too.

        Raises FitError for columns that name no entities or no order, SchemaError where nothing changes within an
        entity or something that is no number or level does.
        """
        for column in table.schema.columns:
            if column.is_media:
                raise SchemaError("schema.kind", f"`{column.name}` holds arrays, and a long table has a row a step",
                                  where=column.name, hint="leave out `entity` and `order`, or set `role: ignore` on "
                                  "the column")  # fmt: skip
        owner = None if entity is None else entity_of(table, entity)
        when = order_of(table, order, entities=owner is not None)
        rows, parts = _sorted(table, owner, when)
        clock, filled, last = None, 1.0, 0.0
        notes: tuple[str, ...] = ()
        if when is not None:
            times = rows.numbers(when.name)
            repeats = int((np.diff(times)[np.diff(parts) == 0] == 0).sum())
            hint = ("name the column of whose series each row is: entity=..." if owner is None else
                    "is an entity told by two columns? join them into one")  # fmt: skip
            notes = check_repeats(when, repeats, rows.rows, hint=hint)
            clock, filled = clock_of(when, times, parts, shared=owner is not None)
            last = float(clock.places(times).max())
        pace: Pace = "even" if filled == 1 else "gapped" if filled >= FILLED else "uneven"
        others = [c.name for c in table.schema.columns if c not in (owner, when)]
        if owner is None:
            moving, size = others, filled if pace == "gapped" else 1.0
        else:
            moving = [name for name in others if not _is_fixed(rows, name, parts)]
            size = rows.rows / (parts[-1] + 1)
        if not moving:
            raise SchemaError("schema.no-series", "no column changes within an entity" if entity else
                              f"there is no column beside `{order}`", where=entity or order,
                              hint="series are made of columns that change from row to row")  # fmt: skip
        naming = None if owner is None else Naming.of(table, owner)
        panel = cls(table.schema, naming, when, clock, pace, lanes_of(rows, moving), size, last)
        return panel, (*panel._notes(parts, filled), *notes)

    def _notes(self, parts: Indices, filled: float) -> tuple[str, ...]:
        said = []
        if self.naming is not None:
            sizes = np.bincount(parts)
            said.append(f"`{self.name}`: {len(sizes):,} entities of {sizes.min():,} to {sizes.max():,} rows learned "
                        "as series are drawn with new ids; the last of every 65,536 rows is cut short")  # fmt: skip
        elif self.order is not None:
            said.append(f"rows are one series in the order of `{self.order.name}`, whose values go on as they were; "
                        "another begins at every 65,536th row")  # fmt: skip
        if self.order is not None and self.pace == "gapped":
            said.append(
                f"`{self.order.name}`: {1 - filled:.1%} of the steps have no row; which is learned with the values"
            )
        if self.order is not None and self.pace == "uneven":
            said.append(f"`{self.order.name}`: steps are of no one length; it is learned with the values")
        return tuple(said)

    @property
    def name(self) -> str:
        """The name of the column of series."""
        column = self.naming.column if self.naming is not None else self.order
        assert column is not None
        return column.name

    @property
    def attributes(self) -> list[str]:
        """The columns that never change within an entity."""
        taken = {lane.column.name for lane in self.lanes} | {self.name} | ({self.order.name} if self.order else set())
        return [name for name in self.schema.names if name not in taken]

    def given_back(self, attributes: Schema) -> Panel:
        """Return the panel that knows how columns come back, `attributes` as they were learned."""
        own: dict[str, Column] = {name: attributes[name] for name in self.attributes}
        own |= {lane.column.name: lane.column.model_copy(update={"reason": ""}) for lane in self.lanes}
        if self.order is not None:
            own[self.order.name] = widened(self.order)
        if self.naming is not None:
            own[self.name] = self.naming.column
        return replace(self, schema=Schema(columns=tuple(own[name] for name in self.schema.names)))

    # -- in ---------------------------------------------------------------------------------------------------------
    def gathered(self, table: Table) -> Table:
        """Return a row for each entity, in the order of their first rows: what never changes, and the series."""
        owner = None if self.naming is None else table.schema[self.name]
        rows, parts = _sorted(table, owner, self.order)
        starts = np.flatnonzero(np.diff(parts, prepend=-1))
        values = np.stack([lane.encode(rows) for lane in self.lanes], axis=1)
        places = np.arange(len(parts)) - starts[parts] * 1.0
        if self.clock is not None and self.order is not None:
            places = self.clock.places(rows.numbers(self.order.name))
        cells = [self._steps(own, at) for own, at in zip(np.split(values, starts[1:]), np.split(places, starts[1:]),
                                                         strict=True)]  # fmt: skip
        series = Table.from_any({self.name: cells}, Schema(columns=(Column(name=self.name, kind="series"),)))
        heads = rows.take(starts).select(self.attributes)
        sides = [heads, *self._begun(places[starts]), series]
        columns = pa.table({c: side.column(c) for side in sides for c in side.names})
        return Table(columns, Schema(columns=tuple(c for side in sides for c in side.schema.columns)))

    def _steps(self, values: Floats, places: Floats) -> Floats:
        """Return the series (steps x channels) of the rows of one entity."""
        if self.pace == "even":
            return values
        if self.pace == "uneven":
            since = np.diff(places)
            first = since[:1] if len(since) else np.ones(1)
            return np.column_stack([values, np.concatenate([first, since])])
        at = np.rint(places - places[0]).astype(np.int64)
        steps = np.full((at[-1] + 1, len(self.lanes) + 1), np.nan)
        steps[:, -1] = 0
        steps[at] = np.column_stack([values, np.ones(len(values))])
        empty = steps[:, -1] == 0
        for number, lane in enumerate(self.lanes):
            if not np.isnan(values[:, number]).all():
                steps[empty, number] = lane.between(bridged(steps[:, [number]])[empty, 0])
        return steps

    def _begun(self, places: Floats) -> list[Table]:
        """Return the column of where the time of each entity begins, if that differs."""
        if self.naming is None or self.order is None or not places.any():
            return []
        whole = bool((places == np.rint(places)).all())
        kind: dict[str, Any] = {"kind": "integer", "dtype": "int64"} if whole else {"kind": "float", "dtype": "double"}
        own = places.astype(np.int64) if whole else places
        return [Table.from_any({self.order.name: own}, Schema(columns=(Column(name=self.order.name, **kind),)))]

    # -- out --------------------------------------------------------------------------------------------------------
    def draw(self, n: int, rng: np.random.Generator, given: Given | None, make: Make) -> Table:
        """Return `n` rows of entities that `make` draws, the last cut short; conditions hold in all rows of each.

        Until `placed` ids are tokens. Raises ConditionError for partial rows, and where few entities meet conditions.
        """
        attributes, others = self._parted(given)
        found: list[Table] = []
        rows = tries = 0
        while rows < n or not found:
            count = max(1, -int(-(n - rows) // self.size))
            long, owner = self._laid(*make(count, rng, attributes), rng)
            if others is not None:
                meet = np.ones(owner.max(initial=-1) + 1, dtype=bool)
                np.logical_and.at(meet, owner, others.matches(long))
                long = long.take(meet[owner])
            found.append(long)
            rows, tries = rows + long.rows, tries + 1
            if others is not None and (rows + 1) * MOST_TRIES < n * tries:
                raise ConditionError("given.unlikely", f"few entities are drawn of which every row meets {others}",
                                     hint="loosen the conditions, or give what never changes within one")  # fmt: skip
        return concat(found).slice(0, n)

    def _parted(self, given: Given | None) -> tuple[Given | None, Given | None]:
        """Return the conditions on what never changes, and the others."""
        if given is None:
            return None, None
        if given.rows is not None:
            raise ConditionError("given.rows-unsupported", "rows of series cannot be completed one by one",
                                 hint="give conditions")  # fmt: skip
        if self.naming is None:
            raise ConditionError("given.series", "rows of one series cannot be picked: each follows the one before",
                                 where=", ".join(given.names), hint="draw without conditions")  # fmt: skip
        if self.name in given.conditions:
            raise ConditionError("given.kind", f"the ids in `{self.name}` are made anew and cannot be given",
                                 where=self.name, hint="give what holds for all its rows")  # fmt: skip
        inside = set(self.attributes)
        parts = [{n: c for n, c in given.conditions.items() if (n in inside) is wanted} for wanted in (True, False)]
        return (Given(parts[0]) if parts[0] else None), (Given(parts[1]) if parts[1] else None)

    def _laid(self, beside: Table, drawn: Cells, rng: np.random.Generator) -> tuple[Table, Indices]:
        """Return series that were drawn as a long table, and the number of the series of each row."""
        cells = [np.asarray(cell) for cell in drawn]
        sizes = np.array([len(cell) for cell in cells], dtype=np.int64)
        values, owner = np.concatenate(cells), np.repeat(np.arange(len(cells)), sizes)
        places = self._places(beside, values, sizes)
        if self.pace == "gapped":
            there = (values[:, -1] > 0.5) | (_within(owner) == 0)
            values, owner, places = values[there], owner[there], places[there]
        columns = {lane.column.name: lane.decode(values[:, i]) for i, lane in enumerate(self.lanes)}
        for name in self.attributes:
            columns[name] = beside.column(name).take(pa.array(owner))
        if self.order is not None:
            columns[self.order.name] = self._timed(places, self.order)
        if self.naming is not None:
            tokens = (rng.integers(2**46, size=len(cells))[owner] << PLACES) + _within(owner)
            columns[self.name] = self.naming.tokens(tokens)
        return Table(pa.table({name: columns[name] for name in self.schema.names}), self.schema), owner

    def _places(self, beside: Table, values: Floats, sizes: Indices) -> Floats:
        """Return the place on the clock of each step: a series ends within the times that were seen, if it can."""
        within = _within(np.repeat(np.arange(len(sizes)), sizes)).astype(np.float64)
        if self.pace == "uneven":
            passed = np.cumsum(np.where(within == 0, 0.0, values[:, -1]))
            within = passed - np.repeat(passed[within == 0], sizes)
        if self.order is None or self.order.name not in beside.schema:
            return within
        room = np.maximum(self.last - within[np.cumsum(sizes) - 1], 0)
        return within + np.repeat(np.clip(beside.numbers(self.order.name), 0, room), sizes)

    def _timed(self, places: Floats, order: Column) -> pa.Array:
        assert self.clock is not None
        return typed_numbers(rounded(self.clock.times(places, order), order), order, arrow_type(order))

    def placed(self, drawn: Table, start: int, seed: int) -> Table:
        """Return drawn rows in order, entities named as they come: other blocks count from other numbers on."""
        if self.naming is None:
            return drawn
        tokens = np.asarray(drawn.column(self.name).cast(pa.int64()))
        owner = codes_of(pa.array(tokens >> PLACES))
        rows = drawn.take(np.lexsort((tokens, owner)))
        names = self.naming.named(pa.array(np.sort(owner)), start, seed)
        return Table(
            rows.columns.set_column(rows.names.index(self.name), self.name, names), rows.schema, rows.container
        )

    def followed(self, drawn: Table) -> Table:
        """Return the rows of one series with times that go on where a part that was drawn alone begins anew."""
        if self.order is None or self.clock is None or drawn.rows < 2:
            return drawn
        steps = np.diff(self.clock.places(drawn.numbers(self.order.name)))
        seams = steps < 0
        steps[seams] = np.median(steps[~seams]) if not seams.all() else 1.0
        times = self._timed(np.concatenate([[0.0], np.cumsum(steps)]), self.order)
        return _with(drawn, self.order.name, times)

    # -- files ------------------------------------------------------------------------------------------------------
    def state(self) -> dict[str, Any]:
        """Return what a model file keeps of it, as JSON values."""
        return {"schema": self.schema.to_dict(), "naming": None if self.naming is None else self.naming.state(),
                "order": None if self.order is None else self.order.to_dict(),
                "clock": None if self.clock is None else self.clock.state(), "pace": self.pace,
                "lanes": [lane.state() for lane in self.lanes], "size": self.size, "last": self.last}  # fmt: skip

    @classmethod
    def from_state(cls, meta: dict[str, Any]) -> Panel:
        """Rebuild it from a model file."""
        naming, order, clock = meta["naming"], meta["order"], meta["clock"]
        return cls(Schema.from_dict(meta["schema"]), None if naming is None else Naming.from_state(naming),
                   None if order is None else Column.from_dict(order),
                   None if clock is None else Clock.from_state(clock), meta["pace"],
                   tuple(Lane.from_state(lane) for lane in meta["lanes"]), meta["size"], meta["last"])  # fmt: skip


def _sorted(table: Table, owner: Column | None, order: Column | None) -> tuple[Table, Indices]:
    """Return the rows of each entity together, in order, and a number for each entity."""
    parts = np.zeros(table.rows, dtype=np.int64) if owner is None else codes_of(table.column(owner.name))
    times = np.zeros(table.rows) if order is None else table.numbers(order.name)
    rows = np.lexsort((times, parts))
    return table.take(rows), parts[rows]


def _with(table: Table, name: str, column: pa.Array) -> Table:
    return Table(table.columns.set_column(table.names.index(name), name, column), table.schema, table.container)


def _is_fixed(rows: Table, name: str, parts: Indices) -> bool:
    """Return whether a column is the same in all rows of each entity."""
    return not (np.diff(codes_of(rows.column(name)))[np.diff(parts) == 0]).any()


def _within(owner: Indices) -> Indices:
    """Return the place of each row among those of its own, which stand together."""
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    return np.arange(len(owner)) - np.repeat(starts, np.diff(np.append(starts, len(owner))))
