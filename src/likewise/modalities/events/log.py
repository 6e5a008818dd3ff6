"""The event log: a table of events that knows which column is what, and which columns refer to objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple, Self

import numpy as np
import pyarrow as pa

from likewise.core.schema import Column
from likewise.core.table import Table
from likewise.core.values import as_texts, one_array
from likewise.errors import SchemaError, suggest
from likewise.modalities.events.moments import Start, as_moments
from likewise.modalities.events.objects import check_objects, referred
from likewise.modalities.events.traces import Codes, Ints, Traces

CASE, ACTIVITY, TIME, AGENT, EVENT = ROLES = ("case", "activity", "time", "agent", "event")
"""What the columns of a log are called: the case an event belongs to, what was done, when, who did it, and its id."""

PLAIN = "event:"
"""What the column of an attribute begins with, in logs that are read, whose own name would be one of these."""


class Reference(NamedTuple):
    """Say which type of object a column refers to, and as what (the qualifier)."""

    type: str
    qualifier: str = ""


@dataclass(frozen=True, eq=False)
class EventLog:
    """Hold a log of events: a Table with the columns `activity` and `time`, and `case`, `agent`, `event` if known.

    `time` is a timestamp in microseconds, with a zone or without; a case is whatever events belong together by (an
    order, a patient); every other column is an attribute of events. `objects` says which columns hold ids of objects of
    which type; one that holds lists of ids is of the kind `json`. `tables` give the attributes of objects by type: an
    `id` column beside them, and a `time` column where values change (they hold from then on; without a time from the
    start, and what is missing stays as it was). `links` are pairs of objects: `source`, `target`, `qualifier`.

    Build one with `of`, which takes any names and checks what it gets. Use when something happens to cases or objects
    over time: simulations, orders, treatments, transactions, attacks. Avoid when values are measured at every step:
    that is a series. Raises SchemaError for columns that are missing, are no times, or hold nothing in some rows.

    >>> log = EventLog.of({"order": ["o1", "o2", "o1"], "step": ["pay", "pay", "ship"], "day": [0.0, 1.0, 2.5]},
    ...                   case="order", activity="step", time="day", start="2024-01-01", unit=86400)
    >>> log.traces.sequence(0), log.traces.gaps().tolist()
    (('pay', 'ship'), [216000.0])
    """

    events: Table
    objects: Mapping[str, Reference] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    links: Table | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "objects", MappingProxyType(dict(self.objects)))
        object.__setattr__(self, "tables", MappingProxyType(dict(self.tables)))
        for name in (ACTIVITY, TIME):
            if name not in self.events.schema:
                raise _missing(name, self.events.names)
        if self.events.schema[TIME].kind != "datetime":
            raise SchemaError("schema.not-datetime", f"`{TIME}` holds no moments", where=TIME,
                              hint="build the log with `EventLog.of`, which makes moments of numbers")  # fmt: skip
        for name in (CASE, ACTIVITY, TIME):
            _check_filled(self.events, name)
        check_objects(self.events, self.objects, self.tables, self.links)

    @classmethod
    def of(
        cls,
        data: Any,
        *,
        case: str | None = CASE,
        activity: str = ACTIVITY,
        time: str = TIME,
        agent: str | None = None,
        event: str | None = None,
        objects: Mapping[str, str | tuple[str, str]] | None = None,
        tables: Mapping[str, Any] | None = None,
        links: Any = None,
        start: Start | None = None,
        unit: float = 1.0,
    ) -> Self:
        """Build a log from a Table, a frame, anything Arrow or a dict of columns, by saying which column is what.

        The columns get the names of a log (`case`, `activity`, `time`, `agent`, `event`), all others keep theirs;
        `agent` and `event` are found by these names where they are not said, and `case=None` is a log that knows
        objects alone. `time` may be a date, a moment, or a number of units of `unit` seconds since `start` (a date, or
        ISO 8601). `objects` maps columns to the type of object they refer to, or to (type, qualifier); the qualifier is
        the column's name if not said. Raises SchemaError.

        >>> sales = {"case": [1, 1], "activity": ["buy", "pay"], "time": ["2024-05-01 10:00", "2024-05-02 09:30"],
        ...          "buyer": ["ann", "ann"]}
        >>> log = EventLog.of(sales, objects={"buyer": ("person", "buys")})
        >>> log.objects["buyer"].type, log.by("person").traces.cases.to_pylist()
        ('person', ['ann'])
        """
        table = Table.from_any(data)
        named = {CASE: case, ACTIVITY: activity, TIME: time, AGENT: agent, EVENT: event}
        for role, name in named.items():
            if name is not None and name not in table.schema:
                raise _missing(name, table.names, role)
        used = {name: role for role, name in named.items() if name is not None}
        if len(used) < sum(name is not None for name in named.values()):
            raise SchemaError(
                "events.one-column", "one column is named for two parts of a log", hint=f"named are: {named}"
            )
        references = {used.get(column, column): _reference(column, said) for column, said in (objects or {}).items()}
        events = as_moments(_renamed(table, used), TIME, start, unit)
        return cls(events, references, {kind: Table.from_any(own) for kind, own in (tables or {}).items()},
                   None if links is None else Table.from_any(links))  # fmt: skip

    @property
    def rows(self) -> int:
        """The number of events."""
        return self.events.rows

    def __len__(self) -> int:
        return self.rows

    @property
    def types(self) -> tuple[str, ...]:
        """The types of objects, in the order in which `objects` and then `tables` name them."""
        return tuple(dict.fromkeys([*(reference.type for reference in self.objects.values()), *self.tables]))

    @property
    def activities(self) -> tuple[str, ...]:
        """The names that codes of activities stand for."""
        return self._coded[1]

    @property
    def codes(self) -> Codes:
        """What each event did, as a position in `activities`, in the order of the table."""
        return self._coded[0]

    @cached_property
    def times(self) -> Ints:
        """When each event happened, in microseconds since 1970, in the order of the table."""
        return np.asarray(self.events.column(TIME).cast(pa.int64()))

    @cached_property
    def traces(self) -> Traces:
        """The events case by case, each in order of time. Raises SchemaError where the log has no cases."""
        if CASE not in self.events.schema:
            said = f"log.by({self.types[0]!r})" if self.types else "log.by(type)"
            raise SchemaError("events.no-case", "the log has no cases", where=CASE,
                              hint=f"choose a type of object whose objects are the cases: {said}")  # fmt: skip
        return Traces.of(self.events.column(CASE), self.times, self.codes, self.activities)

    @cached_property
    def _coded(self) -> tuple[Codes, tuple[str, ...]]:
        if self.events.schema[ACTIVITY].kind in ("category", "constant"):
            return self.events.codes(ACTIVITY), self.events.schema[ACTIVITY].levels or ()
        coded = as_texts(self.events.column(ACTIVITY)).dictionary_encode()
        return np.asarray(coded.indices).astype(np.int32), tuple(coded.dictionary.to_pylist())

    def by(self, kind: str) -> EventLog:
        """Return the log whose cases are the objects of one type.

        An event that refers to several of them is in each of their cases, one that refers to none is left out. A `case`
        column of before is gone; begin with the log as it was, as an event that was repeated stays so. Raises
        SchemaError for a type that no column refers to.
        """
        columns = [name for name, reference in self.objects.items() if reference.type == kind]
        if not columns:
            known = [reference.type for reference in self.objects.values()]
            raise SchemaError("events.unknown-type", f"no column refers to objects of a type `{kind}`", where=kind,
                              hint=suggest(kind, known, "type"))  # fmt: skip
        found = [referred(self.events, name) for name in columns]
        rows = np.concatenate([own for own, _ in found])
        ids = pa.concat_arrays([own for _, own in found]).dictionary_encode()
        pairs = rows * max(len(ids.dictionary), 1) + np.asarray(ids.indices)
        _, first = np.unique(pairs, return_index=True)  # by row; an object named twice by one event is in it once
        events = self.events.take(rows[first])
        keep = [name for name in events.names if name != CASE]
        case = one_array(ids.take(pa.array(first)))
        column = Column(name=CASE, kind="text", reason=f"objects of the type {kind}")
        columns_kept = events.columns.select(keep).add_column(0, CASE, case.dictionary_decode())
        schema = events.schema.select(keep)
        told = schema.model_copy(update={"columns": (column, *schema.columns)})
        left = {name: reference for name, reference in self.objects.items() if name != CASE}
        return EventLog(Table(columns_kept, told, events.container), left, self.tables, self.links)

    def __repr__(self) -> str:
        objects = f", objects: {', '.join(self.types)}" if self.types else ""
        return f"EventLog({self.rows:,} events of {len(self.activities):,} activities{objects})"


def _reference(column: str, said: str | tuple[str, str]) -> Reference:
    return Reference(said, column) if isinstance(said, str) else Reference(*said)


def _renamed(table: Table, used: Mapping[str, str]) -> Table:
    """Return a table whose columns have the names of a log. Raises SchemaError where two would have one name."""
    names = [used.get(name, name) for name in table.names]
    for name in table.names:
        if name not in used and name in used.values():
            old = next(own for own, role in used.items() if role == name)
            raise SchemaError("events.name-taken", f"`{old}` would be called `{name}`, as another column is",
                              where=name, hint=f"leave `{name}` out or rename it first")  # fmt: skip
    if names == list(table.names):
        return table
    columns = tuple(c.model_copy(update={"name": n}) for c, n in zip(table.schema.columns, names, strict=True))
    schema = table.schema.model_copy(update={"columns": columns})
    return Table(table.columns.rename_columns(names), schema, table.container)


def _missing(name: str, known: Sequence[str], role: str | None = None) -> SchemaError:
    what = f"there is no column `{name}`" + (
        f" to be the {role} of events" if role else ", which a log of events needs"
    )
    return SchemaError("events.no-column", what, where=name, hint=suggest(name, known, "column"))


def _check_filled(table: Table, name: str) -> None:
    if name in table.schema and (gone := int(table.column(name).null_count)):
        raise SchemaError("events.missing", f"`{name}` is missing in {gone:,} of {table.rows:,} events", where=name,
                          hint="leave these events out, or fill the column")  # fmt: skip
