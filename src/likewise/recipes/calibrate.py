"""Scenarios brought to real data: `calibrate` finds the parameters that it speaks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from likewise.core.aside import together, write_aside
from likewise.core.progress import Progress, quiet
from likewise.core.table import Table
from likewise.errors import FitError
from likewise.recipes.simulate import scenario_of_told, told_of
from likewise.recipes.verbs import read
from likewise.techniques.agents.calibration import Posterior, PredictiveCheck, predictive_check
from likewise.techniques.agents.calibration import calibrate as find
from likewise.techniques.agents.calibration.sampled import Method
from likewise.techniques.agents.durations import units_of
from likewise.techniques.agents.fitting import Trial, prior_of, summaries_told
from likewise.techniques.agents.observed import first_day, observed
from likewise.techniques.agents.scenario import Scenario

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
    scenario lacks something, whatever its parameters. `untold` are the summaries that the data does not tell.
    """

    scenario: Scenario
    until: float
    posterior: Posterior
    check: PredictiveCheck
    untold: tuple[str, ...] = ()

    def to_text(self) -> str:
        """Return what was found, a line a parameter, and what to know before using it."""
        untold = [f"not told by the data, and left out: {', '.join(self.untold)}"] if self.untold else []
        return "\n".join([self.posterior.to_text(), self.check.to_text(), *untold])

    def save(self, path: str | Path) -> None:
        """Write a document that `simulate` takes, and beside it, as JSON, all draws of the parameters."""
        import yaml

        told = {"simulate": self.scenario.name, "parameters": self.scenario.to_dict(), "until": float(self.until)}
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
    range or None for their own; those that the scenario names by default. Runs have as many agents and go on as long as
    the data, unless `agents` and `until` say otherwise; those with a calendar begin on its first day, unless `start`
    does. `budget` is how many runs there are at most. The same seed gives the same result for any number of `workers`.
    Raises SchemaError for data without the needed columns, SettingsError for parameters out of range, FitError for too
    little data.

    Use for scenarios whose parameters nobody knows. Avoid where the check says that the scenario cannot make such data.
    Sisson, Fan and Beaumont, 2018, Handbook of Approximate Bayesian Computation.
    """
    table = read(to) if isinstance(to, str | Path) else Table.from_any(to)
    told = told_of(scenario)
    asked = scenario_of_told(told, scenario, parameters)
    if "start" not in {**told.parameters, **parameters}:
        begin = told.start or first_day(table, asked, columns)
        asked = scenario_of_told(told, scenario, parameters, begin=begin)
    rows = observed(table, asked, columns)
    if table.rows < FEWEST:
        raise FitError("fit.few-rows", f"{table.rows:,} rows tell too little of a scenario", where="to",
                       hint=f"give at least {FEWEST}")  # fmt: skip
    chosen = asked
    if "agents" in type(asked).model_fields and "agents" not in parameters and "agent" in rows:
        chosen = asked.model_copy(update={"agents": int(rows["agent"].max()) + 1})
    span = float(np.max(rows["time"])) if until is None else units_of(until, chosen.unit)
    if not span > 0:
        raise FitError("fit.one-moment", "all of the data is of one moment", where="to",
                       hint="give the column of times: columns={'time': ...}, or `until`")  # fmt: skip
    prior = prior_of(chosen, free)
    summary, untold = summaries_told(chosen, rows)
    trial = Trial(chosen, span, summary.names, how)
    posterior = find(trial, prior, summary, method=method, budget=budget, workers=workers, journal=journal, seed=seed,
                     progress=progress)  # fmt: skip
    check = predictive_check(trial, posterior, draws=CHECKED, workers=workers, seed=seed, progress=progress)
    middle = {name: _fitting(chosen, name, value) for name, value in posterior.mean().items()}
    return Calibrated(chosen.model_copy(update=middle), span, posterior, check, untold)


def _fitting(scenario: Scenario, name: str, value: float) -> float | int:
    return round(value) if type(scenario).model_fields[name].annotation is int else value
