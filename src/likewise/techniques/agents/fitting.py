"""Calibrating a scenario: which parameters are free, and a run for each of their values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from pydantic.fields import FieldInfo

from likewise.errors import FitError, SettingsError, suggest
from likewise.techniques.agents.calibration.prior import Parameter, Prior
from likewise.techniques.agents.calibration.summaries.summary import Summary
from likewise.techniques.agents.compiling import How
from likewise.techniques.agents.observed import Rows, simulated
from likewise.techniques.agents.scenario import Scenario
from likewise.techniques.agents.simulation import Simulation

WIDE = 100.0
"""How many times the lower end of a range the upper one is for its numbers to be tried by their order of magnitude."""

HAIR = 1e-9
"""How far inside an end that is not reached itself a range ends."""


@dataclass(frozen=True)
class Trial:
    """Run a scenario with other values of its parameters, and return what is compared, `names` of its summaries.

    It holds no data.
    """

    scenario: Scenario
    until: float
    names: tuple[str, ...]
    how: How | None = None

    def __call__(self, values: Mapping[str, float], seed: int) -> Summary:
        """Return the summaries of one run."""
        scenario = self.scenario.model_copy(update=dict(values))
        found = scenario.summaries(simulated(Simulation(scenario, seed=seed, how=self.how), self.until))
        return Summary(self.names, found.values[[found.names.index(name) for name in self.names]])


def summaries_told(scenario: Scenario, rows: Rows) -> tuple[Summary, tuple[str, ...]]:
    """Return the summaries that data tells, and the names of those that it does not, as the gaps of single events.

    Raises FitError where it tells none.
    """
    found = scenario.summaries(rows)
    is_told = np.isfinite(found.values)
    if not is_told.any():
        raise FitError("fit.summaries", "the data tells nothing that a scenario could be compared by", where="to",
                       hint="give more events, of agents who have several each")  # fmt: skip
    names = np.array(found.names, dtype=object)
    return Summary(tuple(names[is_told]), found.values[is_told]), tuple(names[~is_told])


def prior_of(scenario: Scenario, free: Mapping[str, tuple[float, float] | None] | None = None) -> Prior:
    """Return the parameters that are looked for, within the ranges that are given or else their own.

    Raises SettingsError for a parameter that there is not, that is no number, or that has no range.
    """
    wanted = dict(free) if free else dict.fromkeys(scenario.free)
    if not wanted:
        raise SettingsError("agents.free", f"`{scenario.name}` does not say which parameters data may tell",
                            where="free", hint="name some, with a range: free={'rate': (0.1, 10)}")  # fmt: skip
    return Prior(parameters=tuple(_parameter(scenario, name, span) for name, span in wanted.items()))


def _parameter(scenario: Scenario, name: str, span: tuple[float, float] | None) -> Parameter:
    field = type(scenario).model_fields.get(name)
    if field is None or field.annotation not in (int, float):
        known = [other for other, told in type(scenario).model_fields.items() if told.annotation in (int, float)]
        raise SettingsError("agents.free", f"`{name}` is no parameter that is a number", where=f"free.{name}",
                            hint=suggest(name, known, "parameter"))  # fmt: skip
    first, last = span or _range(field, name)
    for value in (first, last):
        type(scenario).from_dict({**scenario.model_dump(), name: value}, where=f"free.{name}")
    is_wide = first > 0 and last / first >= WIDE
    return Parameter(name=name, low=first, high=last, scale="log" if is_wide else "linear",
                     integer=field.annotation is int)  # fmt: skip


def _range(field: FieldInfo, name: str) -> tuple[float, float]:
    """Return the least and the most that a field may be; what it must be more or less than is left by a hair."""
    ends: dict[str, float] = {}
    for told in field.metadata:
        for kind, hair in (("ge", 0.0), ("gt", HAIR), ("le", 0.0), ("lt", -HAIR)):
            if hasattr(told, kind):
                ends[kind[0]] = float(getattr(told, kind)) + hair
    if set(ends) != {"g", "l"}:
        raise SettingsError("agents.range", f"`{name}` has no range of its own", where=f"free.{name}",
                            hint=f"give one: {name}=LOW..HIGH")  # fmt: skip
    return ends["g"], ends["l"]
