"""Real data beside a scenario: the columns that are needed, as arrays of the kind that a run gives."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.table import Table
from likewise.errors import SchemaError, suggest
from likewise.techniques.agents.durations import SECONDS
from likewise.techniques.agents.population import living
from likewise.techniques.agents.scenario import Scenario
from likewise.techniques.agents.simulation import A_HAIR, Simulation

Rows = dict[str, Any]


def observed(table: Table, scenario: Scenario, columns: Mapping[str, str] | None = None) -> Rows:
    """Return the columns that a scenario needs of real data; `columns` says what they are called there.

    Moments become units of the scenario's time since its start, or since the first where it has none, agents numbers,
    activities those of the scenario.
    Raises SchemaError where a column is missing, is of another kind, or names activities that the scenario lacks.
    """
    called = {name: (columns or {}).get(name, name) for name in scenario.needs}
    for name, own in called.items():
        if own not in table.names:
            raise SchemaError("agents.column", f"the data has no column for `{name}`", where=own,
                              hint=f"{suggest(own, table.names, 'column')}; or say {name}=COLUMN")  # fmt: skip
    arrow = table.to_arrow()
    return {name: _as_needed(name, arrow.column(own).combine_chunks(), scenario, own) for name, own in called.items()}


def first_day(table: Table, scenario: Scenario, columns: Mapping[str, str] | None = None) -> datetime | None:
    """Return the midnight before the first moment of real data, for a scenario that has a calendar; else None."""
    own = (columns or {}).get("time", "time")
    if not has_calendar(scenario) or own not in table.names or not _is_moments(table.to_arrow()[own].type):
        return None
    first = pc.min(table.to_arrow()[own].cast(pa.timestamp("us"))).as_py()
    return None if first is None else datetime(first.year, first.month, first.day)


def has_calendar(scenario: Scenario) -> bool:
    """Return whether the times of a scenario begin at a start."""
    return "start" in type(scenario).model_fields


def _is_moments(kind: pa.DataType) -> bool:
    return bool(pa.types.is_timestamp(kind) or pa.types.is_date(kind))


def _as_needed(name: str, cells: pa.Array, scenario: Scenario, own: str) -> Any:
    if cells.null_count:
        raise SchemaError("agents.missing", f"{cells.null_count:,} cells are missing", where=own,
                          hint="leave those rows out")  # fmt: skip
    if name == "time":
        return _times(cells, scenario, own)
    if name == "agent":
        return pc.dictionary_encode(cells).indices.to_numpy(zero_copy_only=False).astype(np.int64)
    if name == "activity":
        return _activities(cells, scenario, own)
    try:
        return cells.cast(pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        raise SchemaError("agents.numbers", f"`{name}` is a number, and this column holds other things", where=own,
                          hint="name another column") from None  # fmt: skip


def _times(cells: pa.Array, scenario: Scenario, own: str) -> Any:
    if _is_moments(cells.type):
        times = _since(cells, scenario, own)
    else:
        try:
            times = cells.cast(pa.float64()).to_numpy(zero_copy_only=False)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            raise SchemaError("agents.times", "times are moments or numbers", where=own,
                              hint="name another column") from None  # fmt: skip
    if has_calendar(scenario):
        if (times < 0).any():
            raise SchemaError("agents.start", f"{np.count_nonzero(times < 0):,} events lie before the start of the "
                              "scenario", where=own, hint="let `start` be the day of the first one")  # fmt: skip
        return times
    return times - times.min() if len(times) else times


def _since(cells: pa.Array, scenario: Scenario, own: str) -> Any:
    """Return moments as units of time since the start of a scenario, or since the first where it has none."""
    if scenario.unit not in SECONDS:
        raise SchemaError("agents.times", f"the unit of time is a {scenario.unit}, and this column holds moments",
                          where=own, hint="give numbers of steps")  # fmt: skip
    moments = cells.cast(pa.timestamp("us")).cast(pa.int64()).to_numpy(zero_copy_only=False)
    start = getattr(scenario, "start", None)
    begin = (moments.min() if len(moments) else 0) if start is None else np.datetime64(start, "us").astype(np.int64)
    return (moments - begin) / (SECONDS[scenario.unit] * 1e6)


def _activities(cells: pa.Array, scenario: Scenario, own: str) -> Any:
    known = list(scenario.events)
    found = pc.index_in(pc.cast(cells, pa.string()), pa.array(known, pa.string()))
    if found.null_count:
        raise SchemaError("agents.activities", f"{found.null_count:,} rows hold activities that the scenario does not "
                          "note", where=own, hint=f"it notes {', '.join(known)}")  # fmt: skip
    return found.to_numpy(zero_copy_only=False).astype(np.int64)


def simulated(simulation: Simulation, until: float) -> Rows:
    """Return the same columns of a run until a time."""
    scenario = simulation.scenario
    return _events(simulation, until) if scenario.like == "events" else _panel(simulation, until)


def _events(simulation: Simulation, until: float) -> Rows:
    blocks = [*simulation.stream(until), simulation.rest()]
    names = {"time": "time", "agent": "who", "activity": "what"}
    return {name: np.concatenate([block[names.get(name, name)] for block in blocks])
            for name in simulation.scenario.needs}  # fmt: skip


def _panel(simulation: Simulation, until: float) -> Rows:
    scenario = simulation.scenario
    size = scenario.every or 1.0
    found: dict[str, list[Any]] = {name: [] for name in scenario.needs}
    for tick in range(1, int(until / size + A_HAIR) + 1):
        for _ in simulation.stream(tick * size):
            pass
        simulation.rest()
        who = getattr(simulation.world, scenario.like)
        places = living(who)
        for name, parts in found.items():
            column = "id" if name == "agent" else name
            parts.append(np.full(len(places), simulation.now) if name == "time" else getattr(who, column)[places])
    return {name: np.concatenate(parts) for name, parts in found.items()}
