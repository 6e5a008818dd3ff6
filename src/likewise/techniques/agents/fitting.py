"""Calibrating a scenario: which parameters are free, and a run for each of their values.

A parameter is named as it is (`rate`), or, within one that is a document, by its path: `arrivals.per_week`,
`activities.triage.takes.gamma.scale`.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic.fields import FieldInfo

from likewise.errors import FitError, SettingsError, suggest
from likewise.techniques.agents.calibration.abc import ABC
from likewise.techniques.agents.calibration.prior import Parameter, Prior
from likewise.techniques.agents.calibration.summaries.summary import Summary
from likewise.techniques.agents.compiling import How
from likewise.techniques.agents.observed import Rows, simulated
from likewise.techniques.agents.scenario import Scenario
from likewise.techniques.agents.simulation import Simulation

WIDE = 100.0
"""How many times the lower end of a range the upper one is for its numbers to be tried by their order of magnitude."""

AT_ONCE = 2**12
"""Events that a run has room for before they are read out: short runs would take longer to make more than to use it."""

LEAST_KEPT, MOST_KEPT, ROUNDS = 20, 500, 6
"""Runs that are kept as near to the data: the least, the most, and one of how many there may be."""

HAIR = 1e-9
"""How far inside an end that is not reached itself a range ends."""

LEAST = 1e-4
"""Part of its upper end at which a range begins that holds all numbers above 0."""


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
        scenario = changed(self.scenario, values)
        with warnings.catch_warnings():  # of what is tried a scenario may warn; what is found is told by the check
            warnings.simplefilter("ignore")
            simulation = Simulation(scenario, seed=seed, how=self.how, at_once=AT_ONCE)
        found = scenario.summaries(simulated(simulation, self.until))
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


def changed(scenario: Scenario, values: Mapping[str, float]) -> Scenario:
    """Return a scenario with other values of its parameters, those within documents by their paths.

    Raises SettingsError where a value within a document does not fit there.
    """
    own = {name: value for name, value in values.items() if "." not in name}
    if len(own) == len(values):
        return scenario.model_copy(update=own)
    fields = {**scenario.model_dump(mode="json"), **own}
    for name in values.keys() - own.keys():
        *way, last = name.split(".")
        within: Any = fields
        for part in way:
            within = within[part]
        within[last] = values[name]
    return type(scenario).from_dict(fields, where=scenario.name)


def method_of(budget: int) -> ABC:
    """Return how a scenario is calibrated by so many runs: of fewer of them fewer are kept, to come closer in rounds.

    >>> method_of(600).population, method_of(100_000).population
    (100, 500)
    """
    return ABC(population=min(MOST_KEPT, max(budget // ROUNDS, LEAST_KEPT)))


def prior_of(scenario: Scenario, free: Mapping[str, tuple[float, float] | None] | None = None) -> Prior:
    """Return the parameters that are looked for, within the ranges that are given or else their own.

    Raises SettingsError for a parameter that there is not, that is no number, or that has no range.
    """
    wanted = dict(free) if free else dict.fromkeys(scenario.free)
    if not wanted:
        raise SettingsError("agents.free", f"`{scenario.name}` does not say which parameters data may tell",
                            where="free", hint="name some, with a range: free={'rate': (0.1, 10)}, "
                            "--free rate=0.1..10")  # fmt: skip
    return Prior(parameters=tuple(_parameter(scenario, name, span) for name, span in wanted.items()))


def _parameter(scenario: Scenario, name: str, span: tuple[float, float] | None) -> Parameter:
    known = _numbers_in(scenario.model_dump(mode="json"))
    field = type(scenario).model_fields.get(name)
    if name not in known or (field is not None and field.annotation not in (int, float)):
        names = [other for other in known if "." not in other] or [*known]
        raise SettingsError("agents.free", f"`{name}` is no parameter that is a number", where=f"free.{name}",
                            hint=suggest(name, names if "." not in name else [*known], "parameter"))  # fmt: skip
    first, last = span or _range(field, name)
    if not first < last:
        raise SettingsError("agents.range", f"a range begins below its end, and {first:g} is not below {last:g}",
                            where=f"free.{name}", hint=f"write {name}=LOW..HIGH")  # fmt: skip
    for value in (first, last):
        _check(scenario, name, value)
    is_wide = first > 0 and last / first >= WIDE
    return Parameter(name=name, low=first, high=last, scale="log" if is_wide else "linear",
                     integer=_is_whole(scenario, name, first, last))  # fmt: skip


def _numbers_in(fields: Mapping[str, Any], under: str = "") -> list[str]:
    """Return the names of all numbers in a document, those within others by their paths."""
    found = []
    for name, value in fields.items():
        if isinstance(value, Mapping):
            found += _numbers_in(value, f"{under}{name}.")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found.append(f"{under}{name}")
    return found


def _check(scenario: Scenario, name: str, value: float) -> None:
    """Raise SettingsError where a parameter may not be so much."""
    if "." in name:
        changed(scenario, {name: value})
    else:
        type(scenario).from_dict({**scenario.model_dump(), name: value}, where=f"free.{name}")


def _is_whole(scenario: Scenario, name: str, first: float, last: float) -> bool:
    """Return whether a parameter is a whole number: between the ends, which it may be, no fraction is taken."""
    if first != round(first) or last != round(last):
        return False
    try:
        _check(scenario, name, first + 0.5)
    except SettingsError:
        return True
    return False


def _range(field: FieldInfo | None, name: str) -> tuple[float, float]:
    """Return the least and the most that a field may be; what it must be more or less than is left by a hair."""
    ends: dict[str, float] = {}
    for told in field.metadata if field is not None else ():
        for kind, hair in (("ge", 0.0), ("gt", HAIR), ("le", 0.0), ("lt", -HAIR)):
            if hasattr(told, kind):
                ends[kind[0]] = float(getattr(told, kind)) + hair
    if set(ends) != {"g", "l"}:
        raise SettingsError("agents.range", f"`{name}` has no range of its own", where=f"free.{name}",
                            hint=f"give one: {name}=LOW..HIGH")  # fmt: skip
    return (LEAST * ends["l"] if math.isclose(ends["g"], HAIR) else ends["g"]), ends["l"]
