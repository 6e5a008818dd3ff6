"""Real data beside a scenario: the columns that are needed, as arrays of the kind that a run gives."""

from __future__ import annotations

from collections.abc import Mapping
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

    Times become units of the scenario's time since the first, or, where it has a calendar, since its start; agents
    become numbers, activities those of the scenario.
    Raises SchemaError where a column is missing, is of another kind, or names activities that the scenario lacks, and
    for a name in `columns` that the scenario does not need.
    """
    for name in columns or {}:
        if name not in scenario.needs:
            raise SchemaError("agents.column", f"`{scenario.name}` needs no column `{name}`", where=f"columns.{name}",
                              hint=suggest(name, scenario.needs, "column"))  # fmt: skip
    called = {name: (columns or {}).get(name, name) for name in scenario.needs}
    for name, own in called.items():
        if own not in table.names:
            raise SchemaError("agents.column", f"the data has no column for `{name}`", where=own,
                              hint=f"{suggest(own, table.names, 'column')}; or say {name}=COLUMN")  # fmt: skip
    arrow = scenario.of_data(table).to_arrow()
    return {name: _as_needed(name, arrow.column(own).combine_chunks(), scenario, own) for name, own in called.items()}


def _as_needed(name: str, cells: pa.Array, scenario: Scenario, own: str) -> Any:
    if cells.null_count:
        raise SchemaError("agents.missing", f"{cells.null_count:,} cells are missing", where=own,
                          hint="leave those rows out")  # fmt: skip
    if name == "time":
        return _times(cells, scenario, own)
    if name in ("agent", "case"):
        return pc.dictionary_encode(cells).indices.to_numpy(zero_copy_only=False).astype(np.int64)
    if name == "activity":
        return _activities(cells, scenario, own)
    try:
        return cells.cast(pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        raise SchemaError("agents.numbers", f"`{name}` is a number, and this column holds other things", where=own,
                          hint="name another column") from None  # fmt: skip


def _times(cells: pa.Array, scenario: Scenario, own: str) -> Any:
    if pa.types.is_timestamp(cells.type) or pa.types.is_date(cells.type):
        if scenario.unit not in SECONDS:
            raise SchemaError("agents.times", f"the unit of time is a {scenario.unit}, and this column holds moments",
                              where=own, hint="give numbers of steps")  # fmt: skip
        moments = cells.cast(pa.timestamp("us")).to_numpy(zero_copy_only=False)
        start = getattr(scenario, "start", None)
        times = (moments - np.datetime64(start or 0, "us")).astype(np.int64) / (SECONDS[scenario.unit] * 1e6)
        if start is not None and times.min(initial=0) < 0:
            raise SchemaError("agents.times", f"the data begins before the scenario, which starts at {start}",
                              where=own, hint="give the start of the data: start=...")  # fmt: skip
        return since_first(scenario, times)
    try:
        times = cells.cast(pa.float64()).to_numpy(zero_copy_only=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise SchemaError(
            "agents.times",
            "times are moments or numbers",
            where=own,
            hint="write them as 2026-01-31 09:30 or as numbers, or name another column: time=COLUMN",
        ) from None
    return since_first(scenario, times)


def since_first(scenario: Scenario, times: Any) -> Any:
    """Return times since the first of them, but where a scenario has a calendar: there it matters what the hour is."""
    return times if hasattr(scenario, "start") or not len(times) else times - times.min()


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
    names = {"time": "time", "agent": "who", "case": "who", "activity": "what"}
    kept = [simulation.scenario.of_run(block) for block in blocks]
    found = {name: np.concatenate([block[names.get(name, name)][rows] for block, rows in zip(blocks, kept)])
             for name in simulation.scenario.needs}  # fmt: skip
    return {**found, "time": since_first(simulation.scenario, found["time"])}


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
