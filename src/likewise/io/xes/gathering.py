"""What was read of a log, block by block, until it is a table: the attributes of events and of their traces."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.io.attributes import Attribute, Ints, Said
from likewise.io.xes.naming import CASE_KEY, KEYS, column_of
from likewise.modalities.events.log import ACTIVITY, AGENT, CASE, PLAIN, TIME

_WORDS = (KEYS[ACTIVITY], KEYS[AGENT])
"""Attributes of events that are names, whatever a file says."""

Found = dict[str, list[tuple[Said, Ints, pa.Array]]]
"""The values of attributes by key: the type they are said to be of, rows, and texts."""


@dataclass
class Block:
    """Hold what a part of a file says: events by the number of their trace, and the values of attributes.

    Traces are counted from the beginning of the file, events from that of the block.
    """

    trace_of: Ints
    of_events: Found
    of_traces: Found


@dataclass
class Gathered:
    """Put blocks together, and count what a table cannot hold."""

    events: int = 0
    traces: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    _owners: list[Ints] = field(default_factory=list)
    _of_events: dict[str, Attribute] = field(default_factory=dict)
    _of_traces: Found = field(default_factory=dict)

    def add(self, block: Block, traces: int) -> None:
        """Append a block; `traces` have begun in the file until its end."""
        size = len(block.trace_of)
        for key, found in block.of_events.items():
            attribute = self._of_events.setdefault(key, Attribute())
            attribute.fill(self.events)
            attribute.add(size, _as_words(found) if key in _WORDS else found)
        for key, found in block.of_traces.items():
            self._of_traces.setdefault(key, []).extend(_as_words(found) if key == CASE_KEY else found)
        self._owners.append(block.trace_of)
        self.events += size
        self.traces = traces

    def table(self) -> tuple[pa.Table, tuple[str, ...]]:
        """Return a row an event, and what is to be said of what is not in it."""
        owners = np.concatenate([np.zeros(0, dtype=np.int64), *self._owners])
        for attribute in self._of_events.values():
            attribute.fill(self.events)
        columns = {column_of(key, of_trace=False): own.column() for key, own in self._of_events.items()}
        whose = pa.array(owners)
        cases = {column_of(key, of_trace=True): self._trace_column(found).take(whose)
                 for key, found in self._of_traces.items()}  # fmt: skip
        case = cases.pop(CASE, None)
        columns = {PLAIN + name if name in cases else name: column for name, column in columns.items()}
        counted = pa.array(np.arange(1, self.traces + 1)).cast(pa.string())
        named = counted.take(whose) if case is None else pc.coalesce(case, counted.take(whose))
        first = {name: columns.pop(name) for name in (ACTIVITY, TIME, AGENT) if name in columns}
        table = pa.table({CASE: named, **first, **columns, **cases})
        return table, self._notes(owners)

    def _trace_column(self, found: list[tuple[Said, Ints, pa.Array]]) -> pa.Array:
        attribute = Attribute()
        attribute.add(self.traces, found)
        return attribute.column().combine_chunks()

    def _notes(self, owners: Ints) -> tuple[str, ...]:
        said = [f"{count:,} {what} left out" for what, count in self.left_out.items() if count]
        empty = self.traces - len(np.unique(owners))
        if empty:
            said.append(f"{empty:,} traces without events left out")
        names = pa.concat_arrays(
            [texts for _, _, texts in self._of_traces.get(CASE_KEY, [])] or [pa.array([], pa.string())]
        )
        twice = len(names) - len(names.unique())
        if twice:
            said.append(f"{twice:,} traces have the name of another, and are one case with it")
        return tuple(said)


def _as_words(found: list[tuple[Said, Ints, pa.Array]]) -> list[tuple[Said, Ints, pa.Array]]:
    return [("string", rows, texts) for _, rows, texts in found]
