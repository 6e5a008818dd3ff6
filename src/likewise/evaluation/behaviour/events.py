"""The events of a table, in the order that statistics of behaviour take them in: by entity, then by time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.schema import Kind
from likewise.core.seeds import generator
from likewise.core.table import Table

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Rows = npt.NDArray[np.int64]
Counts = npt.NDArray[np.signedinteger[Any]]
Mask = npt.NDArray[np.bool_]

ORDERS: frozenset[Kind] = frozenset({"integer", "decimal", "float", "date", "datetime", "duration"})
"""Kinds of columns that can say when an event is."""
SECONDS: dict[Kind, float] = {"date": 86_400.0, "datetime": 1e-6, "duration": 1e-6}
"""Seconds in a unit of a table's numbers, of kinds that are times."""
MOST_EVENTS = 2_000_000
"""Events of a table that are looked at, at most; of larger tables whole entities are drawn at random."""


@dataclass(frozen=True)
class EventColumns:
    """Name the columns of an event table: whose an event is, when, of what amount, and what entities may share.

    `counterparty` is whom an event goes to: an account, a host, a person.
    """

    entity: str
    order: str
    amount: str | None = None
    shared: tuple[str, ...] = ()
    counterparty: str | None = None

    @property
    def attributes(self) -> tuple[str, ...]:
        """All columns whose values entities may share, the counterparty's last."""
        return (*self.shared, *([self.counterparty] if self.counterparty else []))


@dataclass(frozen=True, eq=False)
class Events:
    """Hold the events of a table, sorted by owner and time.

    `owner` is the number of an event's entity, below `entities`; `time` is in seconds, or in the column's own unit
    where it is a plain number; `amount` is without its sign, NaN where missing; `values` hold codes of each attribute,
    -1 where missing. `partner` is the number of the entity that is the counterparty, -1 where it is none of the
    entities.

    >>> table = Table.from_any({"card": ["a", "b", "a"], "at": [3.5, 1.5, 2.5], "shop": ["x", "x", "y"]})
    >>> events = read_events(table, EventColumns("card", "at", shared=("shop",)), seed=0)
    >>> events.owner.tolist(), events.time.tolist(), events.entities
    ([0, 0, 1], [2.5, 3.5, 1.5], 2)
    """

    entities: int
    owner: Ints
    time: Floats
    amount: Floats | None = None
    values: dict[str, Ints] = field(default_factory=dict)
    partner: Ints | None = None

    def __len__(self) -> int:
        return len(self.owner)

    @property
    def span(self) -> float:
        """The time from the first event of all to the last, 0 without events."""
        return float(np.ptp(self.time)) if len(self) else 0.0


@dataclass(frozen=True, eq=False)
class Occasions:
    """Hold the moments at which entities have events, one or several: whose they are, when, and how many events."""

    owner: Ints
    time: Floats
    size: Ints

    @property
    def gaps(self) -> tuple[Floats, Ints]:
        """The times between successive occasions of an entity, all above 0, and whose they are."""
        within = self.owner[1:] == self.owner[:-1]
        return np.diff(self.time)[within], self.owner[1:][within]


def occasions_of(events: Events) -> Occasions:
    """Return the moments at which something happened; events of an entity at the same time are one occasion."""
    new = np.ones(len(events), dtype=bool)
    new[1:] = (np.diff(events.owner) != 0) | (np.diff(events.time) != 0)
    starts = np.flatnonzero(new)
    return Occasions(events.owner[starts], events.time[starts], np.diff(starts, append=len(events)).astype(np.int32))


# -- out of a table -------------------------------------------------------------------------------------------------
def read_events(table: Table, columns: EventColumns, *, seed: int, most: int = MOST_EVENTS) -> Events:
    """Read the events of a table; rows without an entity or a time are none.

    Columns must be in the table, its `order` of a kind in `ORDERS` and its `amount` a number. Above `most` events,
    whole entities are drawn at random. Memory: about 40 bytes an event, and 4 for each attribute.
    """
    owner, names = _coded(table, columns.entity)
    time = table.numbers(columns.order) * SECONDS.get(table.schema[columns.order].kind, 1.0)
    kept = np.flatnonzero((owner >= 0) & np.isfinite(time))
    owner, time = owner[kept], time[kept]
    chosen = _chosen(np.bincount(owner, minlength=len(names)), most, seed)
    if not chosen.all():
        inside = chosen[owner]
        kept, owner, time = kept[inside], owner[inside], time[inside]
    # Entities are numbered anew, for those drawn are fewer than the levels of the column.
    used = np.bincount(owner, minlength=len(names)) > 0
    number = np.where(used, np.cumsum(used) - 1, -1).astype(np.int32)
    order = np.lexsort((time, owner))
    rows = kept[order]
    amount = None if columns.amount is None else np.abs(table.numbers(columns.amount)[rows])
    values = {name: _coded(table, name)[0][rows] for name in columns.attributes}
    partner = None
    if columns.counterparty is not None:
        partner = _partners(table, columns.counterparty, names, number)[rows]
    return Events(
        entities=int(used.sum()),
        owner=number[owner[order]],
        time=time[order],
        amount=None if amount is None else np.where(np.isfinite(amount), amount, np.nan),
        values=values,
        partner=partner,
    )


def _coded(table: Table, name: str) -> tuple[Ints, pa.Array[Any]]:
    """Return a column as codes, -1 where missing, and what they stand for."""
    array = table.column(name)
    if pa.types.is_null(array.type):
        return np.full(table.rows, -1, dtype=np.int32), pa.array([], pa.string())
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    codes = np.asarray(pc.fill_null(array.indices.cast(pa.int32()), -1), dtype=np.int32)
    return codes, array.dictionary


def _chosen(sizes: Rows, most: int, seed: int) -> Mask:
    """Choose entities at random that have no more events than so many together; all of them where they have fewer."""
    if int(sizes.sum()) <= most:
        return np.ones(len(sizes), dtype=bool)
    order = generator(seed, "behaviour", "entities").permutation(len(sizes))
    chosen = np.zeros(len(sizes), dtype=bool)
    chosen[order[np.cumsum(sizes[order]) <= most]] = True
    return chosen


def _partners(table: Table, name: str, entities: pa.Array[Any], number: Ints) -> Ints:
    """Return which entity the value of a column is, row by row; names are matched as texts."""
    codes, values = _coded(table, name)
    found = pc.index_in(values.cast(pa.string()), value_set=entities.cast(pa.string()))
    place = np.asarray(pc.fill_null(found, -1), dtype=np.int32)
    known = np.where(place >= 0, number[place], -1) if len(number) else np.full(len(place), -1)
    return np.append(known, -1).astype(np.int32)[codes]


# -- windows --------------------------------------------------------------------------------------------------------
def window_ends(group: Ints, time: Floats, length: float) -> tuple[Rows, Rows]:
    """Return from where to where the rows lie that are of a row's group and at most `length` before it, or at its time.

    Rows are sorted by group and time. A row later than `time - length` counts, one at it does not.

    >>> starts, ends = window_ends(np.array([0, 0, 0, 1], np.int32), np.array([0.0, 5.0, 10.0, 0.0]), 6.0)
    >>> (ends - starts).tolist()
    [1, 2, 2, 1]
    """
    if not len(time):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    passed = time - time.min()
    stride = float(passed.max()) + 2 * length + 1
    key = group * stride + passed
    return np.searchsorted(key, key - length, side="right"), np.searchsorted(key, key, side="right")


def totals_within(ends: tuple[Rows, Rows], amounts: Floats) -> Floats:
    """Return the sum of amounts in each row's window; what is missing counts as 0."""
    running = np.concatenate([[0.0], np.cumsum(np.nan_to_num(amounts))])
    return np.asarray(running[ends[1]] - running[ends[0]])


def counts_of(owner: Ints, entities: int) -> Floats:
    """Return how many rows each entity has."""
    return np.bincount(owner, minlength=entities).astype(np.float64)
