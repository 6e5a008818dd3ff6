"""Data from agents that act: `simulate` runs a scenario, and `simulate_to_file` writes what comes of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from pydantic_core import to_jsonable_python

from likewise.core.documents import read_document
from likewise.core.machine import available_memory, gigabytes
from likewise.core.progress import Progress, quiet
from likewise.core.seeds import generator
from likewise.core.spec import Spec
from likewise.core.table import Table
from likewise.errors import SettingsError
from likewise.io.format import LOGS, format_of, is_database
from likewise.io.sink import open_sink
from likewise.io.tables import open_folder
from likewise.techniques.agents.checkpoint import Checkpoint
from likewise.techniques.agents.drift import Drift
from likewise.techniques.agents.durations import SECONDS, units_of
from likewise.techniques.agents.population import NEXT
from likewise.techniques.agents.registry import scenario_of, scenarios
from likewise.techniques.agents.run import Simulated, agents_of, events_of, moments
from likewise.techniques.agents.scenario import Scenario
from likewise.techniques.agents.simulation import A_HAIR, Simulation

if TYPE_CHECKING:
    from likewise.techniques.agents.compiling import How

TICKS = 100
"""Parts of the usual span after which things are measured, where agents act in time and nobody says how often."""

SOON = 20.0
"""Seconds after which a checkpoint is kept."""

SMALL = 1000
"""Agents of a world that is made to see how much memory one of them takes."""

TABLES = ("events", "series")
"""What a run leaves behind beside its agents and panels."""

PANEL = "-panel"
"""What comes after the name of a population, where a file holds it along the way."""


class Told(Spec):
    """Hold what a document says of a simulation."""

    simulate: str
    parameters: Mapping[str, Any] = {}
    until: str | float | None = None
    start: datetime | date | None = None
    every: str | float | None = None
    drift: Mapping[str, Mapping[str | float, float]] = {}
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Asked:
    """Hold a simulation made ready: a scenario, how long it runs, and what is to be kept of it."""

    scenario: Scenario
    until: float
    start: datetime | None
    every: float | None
    drift: Drift
    seed: int
    how: How | None

    def told(self) -> dict[str, Any]:
        """Return all that decides what comes of it, as JSON values."""
        start = None if self.start is None else self.start.isoformat()
        drift = {name: [list(pair) for pair in pairs] for name, pairs in self.drift.points.items()}
        return {"scenario": self.scenario.name, "parameters": self.scenario.model_dump(mode="json"),
                "start": start, "every": self.every, "drift": drift, "seed": self.seed}  # fmt: skip


def simulate(
    scenario: str | Path | Mapping[str, Any] | Scenario,
    *,
    until: str | float | None = None,
    start: datetime | str | None = None,
    every: str | float | None = None,
    drift: Mapping[str, Mapping[str | float, float]] | None = None,
    how: How | None = None,
    seed: int | None = None,
    progress: Progress = quiet,
    **parameters: Any,
) -> Simulated:
    """Let agents act, and return the events, the agents at the end and what was measured.

    `scenario` is the name of one (`schelling`, ...), a YAML document that says `simulate:` one, a Python file that
    defines one, or a Scenario; what else is given here are its parameters. `until` is a span of time (`30d`) or a
    number of the scenario's units, `start` the moment when it begins (where a unit has a length), `every` how often
    agents are kept along the way, `drift` values of parameters at times: `{"rate": {0: 0.1, "30d": 0.3}}`. `how` is
    `compiled` (by numba, where that is installed), `arrays` or `plain`; the results are the same, and so they are for
    the same seed. Raises SettingsError.

    >>> city = simulate("schelling", agents=400, until=5, how="plain")
    >>> city.events.names, city.series.rows
    (('time', 'agent', 'activity'), 5)
    """
    asked = _asked(scenario, parameters, until=until, start=start, every=every, drift=drift, how=how, seed=seed)
    found: dict[str, list[pa.Table]] = {}
    simulation = _begun(asked)
    for name, rows in _rows(simulation, asked, lambda: None, progress):
        found.setdefault(name, []).append(rows)
    tables = {name: Table.from_any(pa.concat_tables(rows)) for name, rows in found.items()}
    agents = {name: Table.from_any(agents_of(who)) for name, who in simulation.populations.items()}
    panels = {name: table for name, table in tables.items() if name not in TABLES}
    empty = Table.from_any(pa.table({"time": pa.array([], pa.float64())}))
    return Simulated(tables["events"], agents, panels, tables.get("series", empty))


def simulate_to_file(
    scenario: str | Path | Mapping[str, Any] | Scenario,
    out: str | Path,
    *,
    format: str | None = None,
    checkpoint: str | Path | None = None,
    replace: bool = False,
    progress: Progress = quiet,
    **asked_for: Any,
) -> dict[str, int]:
    """Write the events of a simulation to a file or SQL URL; return how many there are, and agents there were.

    In a log of events (XES, OCEL) what an agent went through is one case; there times are moments, since a `start`. A
    new folder (`run/`) gets a file for each table, in `format` (`csv` where none is said): events, agents at the end,
    what was measured, and, with `every`, agents along the way.

    With a `checkpoint` folder a run that was interrupted goes on where it was, to the same bytes. Nothing is written
    where it fails. Memory: the agents, and a block of events. Raises SettingsError and SourceError.
    """
    parameters = {name: asked_for.pop(name) for name in [*asked_for] if name not in _NAMED}
    asked = _asked(scenario, parameters, **asked_for)
    _check_place(asked, str(out))
    simulation = _begun(asked)
    found = (_rows(simulation, asked, lambda: None, progress) if checkpoint is None else
             _kept_rows(simulation, asked, Checkpoint(checkpoint, asked.told()), progress))  # fmt: skip
    if _is_folder(str(out)):
        count = _write_folder(str(out), format, simulation, found)
    else:
        is_log = _is_log(str(out))
        form = format_of(str(out)) if is_log else None
        if form is not None:
            objects = {column: (kind, column) for column, kind in asked.scenario.references.items()}
            form = form.model_copy(update={"objects": objects})
        with open_sink(str(out), format=form, replace=replace) as sink:
            for name, rows in found:
                if name == "events":
                    sink.write(_as_log(rows) if is_log else rows)
        count = sink.rows
    return {"events": count, **{name: int(who.room[NEXT]) for name, who in simulation.populations.items()}}


def _check_place(asked: Asked, out: str) -> None:
    """Raise SettingsError where what is asked for does not go to such a place."""
    if _is_log(out) and asked.start is None:
        has_length = asked.scenario.unit in SECONDS
        raise SettingsError("agents.start", "a log of events is of moments, and these times are numbers", where="start",
                            hint="say when it begins: --start 2026-01-01" if has_length else
                            f"a {asked.scenario.unit} has no length: write a table")  # fmt: skip
    if asked.every is not None and not _is_folder(out):
        raise SettingsError("agents.every", "agents along the way are a table of their own, beside the events",
                            where="every", hint="name a folder for both: -o run/")  # fmt: skip


def _is_folder(out: str) -> bool:
    return out.endswith("/") or (out != "-" and not is_database(out) and not Path(out).suffix)


def _is_log(out: str) -> bool:
    return out != "-" and not is_database(out) and not _is_folder(out) and format_of(out).form in LOGS


def _write_folder(out: str, format: str | None, simulation: Simulation, found: Iterator[tuple[str, pa.Table]]) -> int:
    """Write all tables of a run, each as a file, and return how many events there are."""
    count = 0
    with open_folder(out, ["events", *simulation.populations], format=format) as folder:
        for name, rows in found:
            count += rows.num_rows if name == "events" else 0
            folder.write(name if name in TABLES else f"{name}{PANEL}", rows)
        for name, who in simulation.populations.items():
            folder.write(name, agents_of(who))
    return count


def _kept_rows(
    simulation: Simulation, asked: Asked, kept: Checkpoint, progress: Progress
) -> Iterator[tuple[str, pa.Table]]:
    """Let a simulation go on from where it was left, and yield the rows of all of it once it is over."""
    kept.take_up(simulation, asked.until)
    for name, rows in _rows(simulation, asked, _now_and_then(kept, simulation), progress):
        if name != "series":
            kept.add(name, rows)
    kept.keep(simulation)
    yield from kept.rows()
    if simulation.series:
        yield "series", _series(simulation, asked)


def _as_log(events: pa.Table) -> pa.Table:
    """Return events as a log has them: what an agent went through is one case."""
    return events if "case" in events.column_names else events.add_column(0, "case", events["agent"])


def described_scenarios() -> dict[str, dict[str, Any]]:
    """Return what each installed scenario is, and its parameters, as JSON values."""
    return {name: {"about": (kind.__doc__ or "").splitlines()[0], "unit": kind.unit, "parameters": {
        field: {"default": None if told.is_required() else to_jsonable_python(told.default),
                "is_required": told.is_required(), "about": told.description or ""}
        for field, told in kind.model_fields.items()}}
        for name, kind in ((name, scenario_of(name)) for name in scenarios())}  # fmt: skip


_NAMED = ("until", "start", "every", "drift", "how", "seed")


def _asked(
    scenario: str | Path | Mapping[str, Any] | Scenario,
    parameters: Mapping[str, Any],
    *,
    until: str | float | None = None,
    start: datetime | str | None = None,
    every: str | float | None = None,
    drift: Mapping[str, Mapping[str | float, float]] | None = None,
    how: How | None = None,
    seed: int | None = None,
) -> Asked:
    told = told_of(scenario)
    begin = moment_of(start if start is not None else told.start)
    found = scenario_of_told(told, scenario, parameters, begin=begin)
    span = until if until is not None else told.until
    often = every if every is not None else told.every
    changing = Told.from_dict({"simulate": told.simulate, "drift": drift}).drift if drift else told.drift
    changes = {name: {units_of(t, found.unit, where=f"drift.{name}") if t else 0.0: value for t, value in pairs.items()}
               for name, pairs in changing.items()}  # fmt: skip
    _check_start(found, begin)
    end = found.span if span is None else units_of(span, found.unit)
    way: How | None = how or ("plain" if found.is_short(end) else None)
    return Asked(found, end,
                 moment_of(getattr(found, "start", begin)),
                 None if often is None else units_of(often, found.unit, where="every"),
                 Drift.of(found, changes), told.seed if seed is None else seed, way)  # fmt: skip


def scenario_of_told(
    told: Told, scenario: Any, parameters: Mapping[str, Any], *, begin: date | None = None
) -> Scenario:
    """Return the scenario that is told of, with other parameters, and with its beginning if it has a calendar.

    Raises SettingsError.
    """
    kind = type(scenario) if isinstance(scenario, Scenario) else scenario_of(told.simulate)
    given = scenario.model_dump() if isinstance(scenario, Scenario) else told.parameters
    start = {"start": begin} if begin is not None and "start" in kind.model_fields else {}
    return kind.from_dict({**given, **start, **parameters}, where=kind.name)


def told_of(scenario: str | Path | Mapping[str, Any] | Scenario) -> Told:
    """Return what is told of a simulation: by a name, a document, a file or the scenario itself."""
    if isinstance(scenario, Scenario):
        return Told(simulate=scenario.name)
    if isinstance(scenario, Mapping):
        return Told.from_dict(dict(scenario), where="scenario")
    if Path(scenario).suffix in (".yaml", ".yml"):
        fields = read_document(Path(scenario), what="a simulation", error=SettingsError, family="agents",
                               hint="write e.g. `simulate: sir`")  # fmt: skip
        told = Told.from_dict(fields, where=str(scenario))
        if Path(told.simulate).suffix == ".py":
            return told.model_copy(update={"simulate": str(Path(scenario).parent / told.simulate)})
        return told
    return Told(simulate=str(scenario))


def _check_start(scenario: Scenario, begin: datetime | None) -> None:
    """Raise SettingsError where times cannot be moments."""
    if begin is not None and scenario.unit not in SECONDS:
        raise SettingsError("agents.start", f"a {scenario.unit} of `{scenario.name}` has no length, so its times "
                            "are no moments", where="start", hint="leave `start` out")  # fmt: skip


def moment_of(start: datetime | date | str | None) -> datetime | None:
    """Return a start as a moment. Raises SettingsError for what is no date, and for one with a zone."""
    if isinstance(start, str):
        try:
            start = datetime.fromisoformat(start)
        except ValueError:
            raise SettingsError("agents.start", "a start is a date, or a date and a time", where="start",
                                hint="write e.g. 2026-01-01") from None  # fmt: skip
    if isinstance(start, date) and not isinstance(start, datetime):
        start = datetime(start.year, start.month, start.day)
    if start is not None and start.tzinfo is not None:
        raise SettingsError("agents.start", "a start is a time of the clock, without a zone", where="start",
                            hint="write e.g. 2026-01-01T09:00")  # fmt: skip
    return start


def _begun(asked: Asked) -> Simulation:
    """Return the simulation at its beginning. Raises SettingsError when its world would not fit the memory."""
    generator(asked.seed)
    _check_memory(asked.scenario)
    return Simulation(asked.scenario, seed=asked.seed, how=asked.how, drift=asked.drift)


def _check_memory(scenario: Scenario) -> None:
    """Refuse more agents than there is memory for, by that which a small world of the same kind takes."""
    agents = getattr(scenario, "agents", 0)
    room = available_memory()
    if room is None or not isinstance(agents, int) or agents <= 100 * SMALL:
        return
    small = scenario.model_copy(update={"agents": SMALL}).world(0)
    arrays = (field for part in small.values() for field in part if isinstance(field, np.ndarray))
    needed = 2.0 * sum(array.nbytes for array in arrays) * agents / SMALL
    if needed > room:
        raise SettingsError("agents.memory", f"{agents:,} agents take about {gigabytes(needed)} of memory, and "
                            f"{gigabytes(room)} are available", where=f"{scenario.name}.agents",
                            hint=f"about {int(0.9 * agents * room / needed):,} would fit")  # fmt: skip


def _now_and_then(kept: Checkpoint, simulation: Simulation) -> Callable[[], None]:
    """Return what keeps a checkpoint when the last is some time ago."""
    last = time.monotonic()

    def keep() -> None:
        nonlocal last
        if time.monotonic() - last > SOON:
            kept.keep(simulation)
            last = time.monotonic()

    return keep


def _rows(
    simulation: Simulation, asked: Asked, pause: Callable[[], None], progress: Progress
) -> Iterator[tuple[str, pa.Table]]:
    """Yield rows of the events, the panels and the series as time goes on; call `pause` where a break may be."""
    scenario, until = asked.scenario, asked.until
    size = (asked.every or scenario.span / TICKS) if scenario.is_queued else scenario.step
    ticks = max(int(np.ceil(until / size - A_HAIR)), 1)
    for tick in range(int(np.floor(simulation.now / size + A_HAIR)) + 1, ticks + 1):
        for block in simulation.stream(min(tick * size, until)):
            yield "events", events_of(scenario, block, asked.start)
        simulation.measure()
        if asked.every is not None and _is_due(tick * size, asked.every, size):
            yield from _panel(simulation, asked)
        progress(f"simulating {scenario.name}", tick, ticks)
        pause()
    yield "events", events_of(scenario, simulation.rest(), asked.start)
    if simulation.series:
        yield "series", _series(simulation, asked)


def _is_due(now: float, every: float, size: float) -> bool:
    """Return whether a multiple of `every` is the time now: it is reached within half a step, for 2.0 % 0.4 is 0.4."""
    return abs(now - round(now / every) * every) < size / 2


def _series(simulation: Simulation, asked: Asked) -> pa.Table:
    names = asked.scenario.measured(simulation.world)
    times, *values = zip(*simulation.series, strict=True)
    return pa.table({"time": moments(asked.scenario, times, asked.start), **dict(zip(names, values, strict=True))})


def _panel(simulation: Simulation, asked: Asked) -> Iterator[tuple[str, pa.Table]]:
    for name, who in simulation.populations.items():
        rows = agents_of(who)
        now = moments(asked.scenario, [simulation.now], asked.start)
        yield name, rows.add_column(0, "time", pa.repeat(now[0], rows.num_rows))
