"""Writing XES: the text of all events of a block at once, from columns of strings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.values import one_array
from likewise.errors import SourceError, suggest
from likewise.io.runs import Piece, run_of_bytes, side_by_side
from likewise.io.spool import ROWS, Spool, spooled, taken
from likewise.io.xes.naming import CASE_KEY, EXTENSIONS, KEYS, key_of
from likewise.io.xes.text import Tag, escaped, values_of
from likewise.modalities.events.log import ACTIVITY, CASE, TIME

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

_UNKNOWN: dict[Tag, str] = {
    "string": "UNKNOWN", "date": "1970-01-01T00:00:00Z", "int": "0", "float": "0", "boolean": "false",
}  # fmt: skip


@contextmanager
def xes_writer(stream: BinaryIO, path: Path) -> Iterator[Callable[[pa.Table], None]]:
    """Yield a function that takes blocks of events; traces are written at the end, when all their events are there.

    A column `case` is the trace, `activity` concept:name, `time` time:timestamp, `agent` org:resource; `case:...` is an
    attribute of the trace, any other column one of the event, and a missing value no attribute. Events of a case may
    lie anywhere; they keep their order. Memory is that of a block and of some numbers an event. Raises SourceError
    where a log needs a column that is not there, and for what XML cannot hold.
    """
    with spooled(path) as spool:

        def write(block: pa.Table) -> None:
            _check_columns(block.schema, path)
            spool.add(block)

        yield write
        _write(stream, spool, path)


def _check_columns(schema: pa.Schema, path: Path) -> None:
    found = {key_of(name) for name in schema.names}
    for role, key, of_trace in ((CASE, CASE_KEY, True), (ACTIVITY, KEYS[ACTIVITY], False)):
        if (key, of_trace) not in found:
            raise SourceError("source.no-event-log", f"a log of events needs a column `{role}`, and there is none",
                              where=str(path), hint=f"rename one: {suggest(role, schema.names, 'column')}")  # fmt: skip
    if len(found) < len(schema.names):
        keys = [key_of(name) for name in schema.names]
        twice = next(name for name, key in zip(schema.names, keys, strict=True) if keys.count(key) > 1)
        raise SourceError("source.duplicate-columns", f"`{twice}` and another column are the same attribute in XES",
                          where=str(path), hint="leave one of them out")  # fmt: skip
    for field in schema:
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        moments = pa.types.is_timestamp(kind) or pa.types.is_date(kind) or pa.types.is_null(kind)
        if key_of(field.name) == (KEYS[TIME], False) and not moments:
            raise SourceError("source.types", f"`{field.name}` holds {kind}, not moments", where=str(path),
                              hint="build an EventLog with `start=`, or say the `format` in a schema")  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Plan:
    """Say in which order rows are written, which of them begin a trace, and which columns are attributes of what.

    These are columns by name, with the keys of the attributes.
    """

    rows: Ints | None
    begins: Bools
    of_trace: dict[str, str]
    of_event: dict[str, str]


def _write(stream: BinaryIO, spool: Spool, path: Path) -> None:
    table = spool.table()
    if table is None:
        return
    plan = _planned(table, path)
    stream.write(_head(table, plan, path).encode())
    for start in range(0, table.num_rows, ROWS):
        block = table.slice(start, ROWS) if plan.rows is None else taken(table, plan.rows[start : start + ROWS])
        texts = _events(block, plan, plan.begins[start : start + ROWS], path, opened=start > 0)
        stream.write(run_of_bytes(texts))
    stream.write(b"\t</trace>\n</log>\n" if table.num_rows else b"</log>\n")


def _planned(table: pa.Table, path: Path) -> _Plan:
    names = {key_of(name): name for name in table.column_names}
    case = names[CASE_KEY, True]
    owner = _codes(table.column(case))
    if table.column(case).null_count:
        raise SourceError("source.no-case", f"`{case}` is missing in {table.column(case).null_count:,} events",
                          where=str(path), hint="leave these events out, or give them a case")  # fmt: skip
    rows = None
    if (np.diff(owner) < 0).any():
        bits = len(owner).bit_length()
        keys = np.sort((owner << bits) | np.arange(len(owner)))
        rows, owner = keys & ((1 << bits) - 1), keys >> bits
    begins = np.ones(len(owner), dtype=bool)
    begins[1:] = owner[1:] != owner[:-1]
    own = [name for (_, of_trace), name in names.items() if of_trace and name != case]
    fixed = [name for name in own if _is_fixed(_codes(table.column(name)), rows, begins)]
    of_trace = {name: key_of(name)[0] for name in (case, *fixed)}
    first = [names[key, False] for key in KEYS.values() if (key, False) in names]
    others = dict.fromkeys((*first, *(name for name in table.column_names if name not in of_trace)))
    return _Plan(rows, begins, of_trace, {name: name if name in own else key_of(name)[0] for name in others})


def _codes(column: pa.ChunkedArray) -> Ints:
    """Return a number for each distinct value, in the order of first appearance; missing ones have one too."""
    array = one_array(column)
    plain = array.dictionary_decode() if pa.types.is_dictionary(array.type) else array
    if pa.types.is_nested(plain.type):
        plain = pa.array([None if v is None else str(v) for v in plain.to_pylist()], pa.string())
    return np.asarray(plain.dictionary_encode("encode").indices).astype(np.int64)


def _is_fixed(codes: Ints, rows: Ints | None, begins: Bools) -> bool:
    """Return whether a column is the same in all events of each case."""
    codes = codes if rows is None else codes[rows]
    return bool((begins[1:] | (codes[1:] == codes[:-1])).all())


def _head(table: pa.Table, plan: _Plan, path: Path) -> str:
    """Return the text before the first trace: extensions, what every event has, classifiers."""
    keys = [*plan.of_trace.values(), *plan.of_event.values()]
    used = dict.fromkeys(key.partition(":")[0] for key in keys if ":" in key)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>',
             '<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">']  # fmt: skip
    for prefix in used:
        if prefix in EXTENSIONS:
            name, address = EXTENSIONS[prefix]
            lines.append(f'\t<extension name="{name}" prefix="{prefix}" uri="{address}"/>')
    lines += ['\t<global scope="trace">', f'\t\t<string key="{CASE_KEY}" value="{_UNKNOWN["string"]}"/>', "\t</global>"]
    lines.append('\t<global scope="event">')
    for name, key in plan.of_event.items():
        column = table.column(name)
        if not column.null_count and not _has_gaps(column):
            tag = values_of(one_array(column.slice(0, 1)), name, worded=_is_worded(key)).tag
            lines.append(f'\t\t<{tag} key="{_written(key)}" value="{_UNKNOWN[tag]}"/>')
    lines += ["\t</global>", f'\t<classifier name="Activity" scope="event" keys="{KEYS[ACTIVITY]}"/>']
    if "lifecycle:transition" in keys:
        lines.append(f'\t<classifier name="Step" scope="event" keys="{KEYS[ACTIVITY]} lifecycle:transition"/>')
    return "\n".join(lines) + "\n"


def _has_gaps(column: pa.ChunkedArray) -> bool:
    return bool(pa.types.is_floating(column.type) and pc.any(pc.is_nan(column)).as_py())


def _written(key: str) -> str:
    return str(escaped(pa.array([key]), key)[0].as_py())


def _is_worded(key: str) -> bool:
    """Return whether the standard wants texts, whatever the values are: names of cases, activities and agents."""
    return key.startswith(("concept:", "org:", "lifecycle:"))


def _events(block: pa.Table, plan: _Plan, begins: Bools, path: Path, *, opened: bool) -> pa.Array:
    """Return the text of each event; one that begins a trace closes the one before and opens its own."""
    pieces: list[Piece] = [_traces(block, plan, begins, path, opened=opened), "\t\t<event>\n"]
    for name, key in plan.of_event.items():
        pieces += _attribute(one_array(block.column(name)), key, "\t\t\t")
    return side_by_side([*pieces, "\t\t</event>\n"], missing="skip")


def _traces(block: pa.Table, plan: _Plan, begins: Bools, path: Path, *, opened: bool) -> pa.Array:
    firsts = pa.array(np.flatnonzero(begins))
    if not len(firsts):
        return pa.nulls(block.num_rows, pa.string())
    heads: list[Piece] = ["\t</trace>\n\t<trace>\n"]
    for name, key in plan.of_trace.items():
        heads += _attribute(one_array(block.column(name)).take(firsts), key, "\t\t")
    texts = side_by_side(heads, missing="skip")
    if not opened:
        first = pa.array([texts[0].as_py().removeprefix("\t</trace>\n")], texts.type)
        texts = pa.concat_arrays([first, texts.slice(1)])
    return texts.take(pa.array(np.cumsum(begins) - 1, mask=~begins))


def _attribute(column: pa.Array, key: str, indent: str) -> list[Piece]:
    """Return the pieces of text that make up an attribute; one piece, null in places, where values are missing."""
    tag, texts = values_of(column, key, worded=_is_worded(key))
    before, after = f'{indent}<{tag} key="{_written(key)}" value="', '"/>\n'
    if not texts.null_count:
        return [before, texts, after]
    return [side_by_side([before, texts, after])]
