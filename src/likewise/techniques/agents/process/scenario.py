"""The scenario `process`: whatever process a document declares."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field, ValidationError, ValidatorFunctionWrapHandler, model_validator

from likewise.core.spec import readable
from likewise.core.table import Table
from likewise.errors import SettingsError
from likewise.techniques.agents.calibration.summaries.summary import Summary
from likewise.techniques.agents.clocks.arrivals import HOURS, next_by_hour, profile
from likewise.techniques.agents.clocks.calendar import calendar
from likewise.techniques.agents.clocks.holidays import HOLIDAYS
from likewise.techniques.agents.clocks.hours import hours, is_open, next_close, next_open, open_share, weekly
from likewise.techniques.agents.language.chance import uniform
from likewise.techniques.agents.language.draws import drawn, draws
from likewise.techniques.agents.process.acting import A_WAY, ARRIVE, SHIFT, act
from likewise.techniques.agents.process.checks import faults, visits, work
from likewise.techniques.agents.process.conditions import Tests, arrays
from likewise.techniques.agents.process.document import Activity, Arrivals, Resource
from likewise.techniques.agents.process.durations import Drawn
from likewise.techniques.agents.process.flow import Flow, Reader
from likewise.techniques.agents.process.net import Net, net_of
from likewise.techniques.agents.process.program import END, Builder, activities_of
from likewise.techniques.agents.process.state import COSTS, Settings, staff, state, tokens
from likewise.techniques.agents.resources import resources
from likewise.techniques.agents.run import coded
from likewise.techniques.agents.scenario import FEW, Floats, Ints, Scenario
from likewise.techniques.agents.world import World

COMPLETE, TRANSITION = "complete", "lifecycle:transition"
LIFECYCLE = ("start", COMPLETE, "withdraw")
"""What is noted of activities, as XES names it: a case that gives up waiting withdraws."""

WEEK = 7 * 24 * 60.0
"""Minutes of a week."""

TINY = 1e-12
"""What a time is at least that something is divided by."""


class Process(Scenario):
    """Run a process that a document declares: cases come, wait for those who work, and leave an event log.

    Times are minutes, or spans such as 2h. `flow` is a list of activities and of `choice`, `parallel`, `repeat` and
    `wait`. Raises SettingsError, which tells all that is wrong, each with its path. Warns where more comes than those
    who work can do.
    """

    start: datetime = Field(datetime(2026, 1, 5), description="when it begins")
    country: str | None = Field(None, description="whose public holidays there are")
    arrivals: Arrivals = Field({"per_week": 100}, validate_default=True, description="when cases come")
    cases: Mapping[str, Drawn] = Field({}, description="what cases are: a distribution for each attribute")
    resources: Mapping[str, Resource] = Field({}, description="who works")
    activities: Mapping[str, Activity] = Field({"work": {}}, validate_default=True, description="what is done")
    flow: Any = Field(["work"], description="what follows what")

    name: ClassVar[str] = "process"
    rules = (act,)
    unit: ClassVar[str] = "minute"
    span: ClassVar[float] = 4 * WEEK
    needs: ClassVar = ("time", "case", "activity")

    @model_validator(mode="wrap")
    @classmethod
    def _faults_together(cls, value: Any, handler: ValidatorFunctionWrapHandler) -> Self:
        """Tell what is wrong with fields, with flows and between them in one error."""
        told, hint, made = list[str](), None, None
        try:
            made = handler(value)
        except ValidationError as fault:
            found = readable(fault, cls, where=None)
            told, hint = [found.what], found.hint
        if made is None:
            said = value if isinstance(value, Mapping) else {}
            reader = Reader()
            reader.flow(said.get("flow", "work"), "$.flow")
        else:
            reader, (flow, others) = made._read()
            told += faults(flow, others, made.arrivals, made.activities, made.resources, made.cases)
            if made.country is not None and made.country not in HOLIDAYS:
                told.append(f"$.country: the holidays of `{made.country}` are not known")
        told += reader.faults
        if told or made is None:
            raise SettingsError("process.invalid", "; ".join(told), where=cls.name,
                                hint=hint or "paths begin at the parameters of the process")  # fmt: skip
        return made  # type: ignore[no-any-return]

    @property
    def events(self) -> Mapping[str, str]:  # type: ignore[override]
        """The activities, all of cases."""
        return dict.fromkeys(self.activities, "cases")

    def _read(self) -> tuple[Reader, tuple[Flow, dict[str, Flow]]]:
        """Return the flow, and those of cases that waited too long, with their reader, which has the faults."""
        reader = Reader()
        others = {name: reader.flow(activity.otherwise, f"$.activities.{name}.otherwise")
                  for name, activity in self.activities.items() if activity.otherwise is not None}  # fmt: skip
        return reader, (reader.flow(self.flow, "$.flow"), others)

    @property
    def attributes(self) -> Mapping[str, Any]:  # type: ignore[override]
        """What is noted of an event beside its time, case and activity."""
        return {"lifecycle": int, "resource": int, "cost": float, "attributes": (float, len(self.cases))}

    @property
    def references(self) -> dict[str, str]:
        """Who works."""
        return {"agent": "resource"}

    def told(self, block: dict[str, Any]) -> dict[str, Any]:
        """Return what is told of events, with the names that XES has for it."""
        staff = [name if resource.capacity == 1 else f"{name} {n + 1}" for name, resource in self.resources.items()
                 for n in range(resource.capacity)]  # fmt: skip
        columns = {
            "case": pa.array(block["who"]), "activity": coded(block["what"], list(self.activities)),
            TRANSITION: coded(block["lifecycle"], LIFECYCLE), "agent": coded(block["resource"], staff),
            "cost:total": pa.array(block["cost"]),
        }  # fmt: skip
        for k, (name, distribution) in enumerate(self.cases.items()):
            values = block["attributes"][:, k]
            levels = distribution.categories
            columns[f"case:{name}"] = pa.array(values) if levels is None else coded(values, levels)
        return columns

    def of_data(self, table: Table) -> Table:
        """Return the rows that tell of what was done: where a log has more, those of its end."""
        if TRANSITION not in table.names:
            return table
        ends = pc.equal(pc.utf8_lower(table.to_arrow()[TRANSITION].cast(pa.string())), COMPLETE)
        return Table.from_any(table.to_arrow().filter(ends))

    def of_run(self, block: Mapping[str, Any]) -> Any:
        """Return which events of a run such data has."""
        return block["lifecycle"] == LIFECYCLE.index(COMPLETE)

    def summaries(self, rows: Mapping[str, Any]) -> Summary:
        """Return what real and simulated logs are compared by: gaps are those of each case."""
        return super().summaries({**rows, "agent": rows["case"]})

    def is_short(self, until: float) -> bool:
        """Return whether less happens up to a moment than compiling takes time for."""
        _, (flow, _) = self._read()
        acts = 3.0 + 4.0 * sum(visits(flow, self.cases).values())
        return min(self._rate() * until, float(self.arrivals.at_most or np.inf)) * acts < FEW

    def _rate(self) -> float:
        """Return how many cases come in a minute on average."""
        every = self.arrivals.every
        return (self.arrivals.per_week or 0.0) / WEEK if every is None else 1.0 / max(float(every.moments()[0]), TINY)

    def net(self) -> Net:
        """Return the process as a Petri net, which its logs fit: `net().to_pnml()` is what ProM and pm4py read."""
        _, (flow, others) = self._read()
        leaving = {name for name, activity in self.activities.items() if activity.patience is not None} - others.keys()
        return net_of(flow, others, frozenset(leaving))

    def load(self) -> dict[str, float]:
        """Return how busy each resource would be while it works if no case gave up; above 1, more comes than it can do.

        >>> Process().load()
        {}
        """
        _, (flow, _) = self._read()
        rate, often = self._rate(), visits(flow, self.cases)
        days = calendar(self.start, unit=self.unit, years=1)
        working = hours(days, [resource.hours for resource in self.resources.values()] or ["24/7"])
        asked = work(self.activities, self.resources, often)
        return {name: float(rate * asked[name] / max(resource.capacity * open_share(working, r, days.length), TINY))
                for r, (name, resource) in enumerate(self.resources.items())}  # fmt: skip

    def world(self, seed: int) -> dict[str, Any]:
        """Return the door, by which cases come in, and all that the process is."""
        self._warn()
        _, (flow, others) = self._read()
        tests = Tests(self.cases)
        builder = Builder(self.activities, others, tests)
        begin = builder.flow(flow, builder.node(END))
        activities = activities_of(self.activities, self.resources, builder)
        every = -1 if self.arrivals.every is None else builder.drawn(self.arrivals.every)
        first = len(builder.distributions)
        workers = staff(self.resources, tests)
        days = calendar(self.start, unit=self.unit, country=self.country)
        many = self.arrivals.at_most or np.iinfo(np.int64).max
        ranks = 1 + max((len(resource.first) for resource in self.resources.values()), default=0)
        working = hours(days, [resource.hours for resource in self.resources.values()] or ["24/7"])
        at_work = [resource.capacity * bool(is_open(days, working, r, 0.0))
                   for r, resource in enumerate(self.resources.values())]  # fmt: skip
        weights = weekly(self.arrivals.profile) if self.arrivals.profile else [1.0] * HOURS
        return {
            "cases": tokens(seed, len(self.cases)), "state": state(len(self.activities)), "staff": workers,
            "nodes": builder.built(), "activities": activities, "tests": arrays(tests),
            "draws": draws([*builder.distributions, *self.cases.values()]), "resources": resources(at_work, ranks),
            "settings": Settings(begin, self._rate(), every, first, many), "calendar": days, "hours": working,
            "profile": profile(days, [weights], np.where(days.is_holiday, self.arrivals.holidays, 1.0)),
        }  # fmt: skip

    def first(self, w: World) -> tuple[Ints, Floats, Ints]:
        """Return when the first case comes, and when resources begin or end to work."""
        if self.arrivals.every is None:
            come = next_by_hour(w.cases, 0, A_WAY, 0.0, w.settings.rate, w.profile, 0)
        else:
            come = drawn(w.draws, w.settings.every, uniform(w.cases, 0, A_WAY))
        shifts = [next_close(w.calendar, w.hours, r, 0.0) if w.resources.capacity[r]
                  else next_open(w.calendar, w.hours, r, 0.0) for r in range(len(self.resources))]  # fmt: skip
        what = np.array([ARRIVE, *range(SHIFT, SHIFT + len(shifts))], np.int64)
        return np.zeros(len(what), np.int64), np.array([come, *shifts], np.float64), what

    def measured(self, w: World) -> dict[str, float]:
        """Return how many cases are in it, came to their ends and left, and how many work and wait."""
        come, gone, left = w.state.counts.tolist()
        found = {"open": float(come - gone - left), "done": float(gone), "left": float(left),
                 "cost": float(w.state.sums[COSTS])}  # fmt: skip
        for r, name in enumerate(self.resources):
            found |= {f"{name} busy": float(w.resources.busy[r]), f"{name} waited for": float(w.resources.waiting[r])}
        return found

    def _warn(self) -> None:
        for name, share in self.load().items():
            users = [activity for activity in self.activities.values() if name in activity.needs]
            if share > 1 and not all(activity.patience for activity in users):
                said = f"`{name}` would have to work {share:.0%} of its time: the line for it grows without bound"
                warnings.warn(said, UserWarning, stacklevel=2)
