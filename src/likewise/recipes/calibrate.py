"""Scenarios brought to real data: `calibrate` finds the parameters that it speaks for."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.aside import together, write_aside
from likewise.core.progress import Progress, quiet
from likewise.core.table import Table
from likewise.errors import FitError, SettingsError
from likewise.recipes.simulate import moment_of, scenario_of_told, told_of
from likewise.recipes.verbs import read
from likewise.techniques.agents.calibration import Posterior, PredictiveCheck, predictive_check
from likewise.techniques.agents.calibration import calibrate as find
from likewise.techniques.agents.calibration.prior import Prior
from likewise.techniques.agents.calibration.sampled import Method
from likewise.techniques.agents.durations import units_of
from likewise.techniques.agents.fitting import Trial, changed, method_of, prior_of, summaries_told
from likewise.techniques.agents.observed import Rows, observed
from likewise.techniques.agents.scenario import Scenario
from likewise.techniques.agents.simulation import Simulation

if TYPE_CHECKING:
    from likewise.techniques.agents.compiling import How

FEWEST = 20
"""Rows of real data at least."""

CHECKED = 200
"""Runs with parameters that were found, to see whether they come to the data."""


@dataclass(frozen=True, eq=False)
class Calibrated:
    """Hold a scenario at the middle of what data says of its parameters, how sure that is, and whether it fits.

    `check` tells which summaries of the data runs with these parameters do not reach: where there are such, the
    scenario lacks something, whatever its parameters. `untold` are the summaries that the data does not tell, `called`
    the name of the scenario or the Python file that defines it.
    """

    scenario: Scenario
    until: float
    posterior: Posterior
    check: PredictiveCheck
    untold: tuple[str, ...]
    called: str

    def to_text(self) -> str:
        """Return what was found, a line a parameter, and what to know before using it."""
        agents = getattr(self.scenario, "agents", None)
        who = "" if agents is None else f" of {agents:,} agents"
        runs = f"{self.scenario.name}: runs{who} over {self.until:,.4g} {self.scenario.unit}s"
        missed, total = self.check.unreached, len(self.check.tails)
        verdict = (f"runs with these parameters do not reach {len(missed)} of {total} summaries of the data "
                   f"({', '.join(missed)}): there the scenario lacks something" if missed else
                   f"runs with these parameters reach all {total} summaries of the data")  # fmt: skip
        untold = [f"not told by the data, and left out: {', '.join(self.untold)}"] if self.untold else []
        return "\n".join([runs, self.posterior.to_text(), "", self.check.to_text(), verdict, *untold])

    def save(self, path: str | Path) -> None:
        """Write a document that `simulate` takes, and beside it, as JSON, all draws of the parameters."""
        import yaml

        is_file = Path(self.called).suffix == ".py"
        called = os.path.relpath(self.called, Path(path).parent) if is_file else self.called
        told = {"simulate": called, "parameters": self.scenario.to_dict(), "until": float(self.until)}
        with together():
            write_aside(path, yaml.safe_dump(told, sort_keys=False, allow_unicode=True))
            self.posterior.save(Path(path).with_suffix(".posterior.json"))


def calibrate(
    scenario: str | Path | Mapping[str, Any] | Scenario,
    to: Any,
    *,
    free: Mapping[str, tuple[float, float] | None] | None = None,
    columns: Mapping[str, str] | None = None,
    until: str | float | None = None,
    method: Method | None = None,
    budget: int = 3000,
    workers: int = 1,
    journal: str | Path | None = None,
    how: How | None = None,
    seed: int = 0,
    progress: Progress = quiet,
    **parameters: Any,
) -> Calibrated:
    """Find the parameters of a scenario that real data speaks for, how sure that is, and whether the scenario fits.

    `to` is a table of events, or of agents along the way, as the scenario says; `columns` names its columns where they
    are called otherwise than `time`, `agent` and `activity`. `free` are the parameters that are looked for, with a
    range or None for their own; those that the scenario names by default; one within a document by its path, as
    `arrivals.per_week`. Runs have as many agents and go on as long as the data, unless `agents` and `until` say
    otherwise; `agents` must be said where data does not show all of them, as those whom an epidemic spares. A calendar
    begins at midnight of the first day. `budget` is how many runs there are at most. The same seed gives the same
    result for any number of `workers`. Raises SchemaError for data without the needed columns, SettingsError for
    parameters out of range, FitError for too little data.

    Use for scenarios whose parameters nobody knows. Avoid where the check says that the scenario cannot make such data.
    Sisson, Fan and Beaumont, 2018, Handbook of Approximate Bayesian Computation.
    """
    table = read(to) if isinstance(to, str | Path) else Table.from_any(to)
    told = told_of(scenario)
    asked = scenario_of_told(told, scenario, parameters, begin=moment_of(told.start))
    said = {*parameters, *told.parameters, *(scenario.model_fields_set if isinstance(scenario, Scenario) else ())}
    if "start" not in said and told.start is None:
        asked = _begun(asked, table, columns)
    rows = observed(table, asked, columns)
    if (count := len(rows["time"])) < FEWEST:
        raise FitError("fit.few-rows", f"{count:,} {'row tells' if count == 1 else 'rows tell'} too little of a "
                       "scenario", where="to", hint=f"give at least {FEWEST}")  # fmt: skip
    chosen = asked if "agents" in said else _as_many(asked, rows)
    span = float(np.max(rows["time"])) if until is None else units_of(until, chosen.unit)
    if not span > 0:
        raise FitError("fit.one-moment", "all of the data is of one moment", where="to",
                       hint="give the column of times: columns={'time': ...}, or `until`")  # fmt: skip
    prior = prior_of(chosen, free)
    _check_unknown(prior, parameters)
    Simulation(chosen, seed=seed, how=how)  # a world that cannot be made is told of at once
    summary, untold = summaries_told(chosen, rows)
    trial = Trial(chosen, span, summary.names, how)
    posterior = find(trial, prior, summary, method=method or method_of(budget), budget=budget, workers=workers,
                     journal=journal, seed=seed, progress=progress)  # fmt: skip
    check = predictive_check(trial, posterior, draws=CHECKED, workers=workers, seed=seed, progress=progress)
    middle = {p.name: round(value) if p.integer else value
              for p, value in zip(prior.parameters, posterior.mean().values(), strict=True)}  # fmt: skip
    return Calibrated(changed(chosen, middle), span, posterior, check, untold, told.simulate)


def _begun(scenario: Scenario, table: Table, columns: Mapping[str, str] | None) -> Scenario:
    """Return a scenario with its calendar, if it has one, from midnight of the day on which the data begins."""
    times = (columns or {}).get("time", "time")
    if "start" not in type(scenario).model_fields or times not in table.names:
        return scenario
    cells = table.to_arrow()[times]
    if not (pa.types.is_timestamp(cells.type) or pa.types.is_date(cells.type)) or cells.null_count == len(cells):
        return scenario
    first = pc.min(cells).as_py()
    return scenario.model_copy(update={"start": datetime(first.year, first.month, first.day)})


def _check_unknown(prior: Prior, known: Collection[str]) -> None:
    """Raise SettingsError for a parameter that is looked for although its value is given."""
    for name in prior.names:
        if name in known:
            raise SettingsError("agents.free", f"`{name}` is given, and is to be found as well", where=f"free.{name}",
                                hint="leave one of the two out")  # fmt: skip


def _as_many(scenario: Scenario, rows: Rows) -> Scenario:
    """Return a scenario with as many agents as the data has. Raises SettingsError where it does not tell."""
    if "agents" not in type(scenario).model_fields:
        return scenario
    found = scenario.counted(rows)
    if found is None:
        raise SettingsError("agents.count", f"data of `{scenario.name}` does not show all agents, so they cannot be "
                            "counted there", where="agents", hint="say how many there are: agents=5000, "
                            "--agents 5000")  # fmt: skip
    return scenario.model_copy(update={"agents": found})
