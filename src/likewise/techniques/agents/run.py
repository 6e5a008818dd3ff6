"""What a simulation leaves behind: events, agents at the end and along the way, and what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from likewise.core.table import Table
from likewise.techniques.agents.durations import SECONDS
from likewise.techniques.agents.notes import UNTOLD
from likewise.techniques.agents.population import OWN, living

if TYPE_CHECKING:
    from likewise.techniques.agents.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Simulated:
    """Hold what a simulation leaves behind.

    `events` has a row for each event: `time`, `agent`, `activity`, and what scenarios tell of one besides. `agents` has
    a table for each population: who lives at the end, and with which properties. `panels` are such tables with a
    `time`, one after another, where they were asked for. `series` has a row for each step: what the scenario measures.
    """

    events: Table
    agents: dict[str, Table]
    panels: dict[str, Table]
    series: Table


def events_of(scenario: Scenario, block: dict[str, Any], start: datetime | None) -> pa.Table:
    """Return the events of a block of a log as an Arrow table: times since `start`, else in units of the scenario."""
    return pa.table({"time": moments(scenario, block["time"], start), **scenario.told(block)})


def coded(codes: Any, names: Sequence[str]) -> pa.DictionaryArray:
    """Return what numbers stand for; below 0 they stand for nothing."""
    numbers = np.asarray(codes).astype(np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(numbers, mask=numbers < 0), pa.array(list(names), pa.string()))


def attribute(values: Any) -> pa.Array:
    """Return what was told of events, missing where nothing was."""
    return pa.array(values, mask=values == UNTOLD if values.dtype.kind == "i" else np.isnan(values))


def moments(scenario: Scenario, times: Any, start: datetime | None) -> pa.Array:
    """Return times as moments since a start where the unit of the scenario has a length, else as they are."""
    if start is None or scenario.unit not in SECONDS:
        return pa.array(np.asarray(times, np.float64))
    first = np.datetime64(start, "us")
    since = np.rint(np.asarray(times) * (SECONDS[scenario.unit] * 1e6)).astype("timedelta64[us]")
    return pa.array(first + since)


def agents_of(who: Any) -> pa.Table:
    """Return those of a population who live, a row each."""
    places = living(who)
    columns = {name: getattr(who, name)[places] for name in who._fields if name not in OWN and name[-1] != "_"}
    flat = {name: values for name, values in columns.items() if values.ndim == 1}
    return pa.table({"id": who.id[places], **flat})
