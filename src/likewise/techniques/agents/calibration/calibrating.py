"""Find the parameters of a simulator that data speaks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from likewise.core.progress import Progress, quiet
from likewise.core.seeds import generator
from likewise.errors import SettingsError
from likewise.techniques.agents.calibration.abc import ABC
from likewise.techniques.agents.calibration.journal import Journal
from likewise.techniques.agents.calibration.posterior import Posterior
from likewise.techniques.agents.calibration.prior import Parameter, Prior
from likewise.techniques.agents.calibration.sampled import Method
from likewise.techniques.agents.calibration.simulations import Simulate, Simulations
from likewise.techniques.agents.calibration.summaries.summary import observed_summary


def calibrate(
    simulate: Simulate,
    parameters: Prior | Iterable[Parameter],
    observed: Any,
    *,
    names: Sequence[str] | None = None,
    method: Method | None = None,
    budget: int = 10_000,
    seconds: float | None = None,
    run_seconds: float | None = None,
    journal: str | Path | None = None,
    workers: int = 1,
    seed: int = 0,
    progress: Progress = quiet,
) -> Posterior:
    """Return what is known of a simulator's parameters given what was observed: weighted draws, intervals, warnings.

    `simulate(values, seed)` takes the parameters by name and a whole number, and returns summary statistics (an array,
    a mapping or a Summary) of one simulated data set. It must depend on these two alone. A run that raises, or gives
    NaN, counts as one that cannot have made the data, and is told. `parameters` are the bounds. `observed` holds the
    same statistics of the real data, `names` what to call them.

    `method`: `ABC()` by default, `SyntheticLikelihood()` where summaries are about normal, `Neural()` (extra
    `calibration`). `budget` is how many simulations are run at most, `seconds` how long; `run_seconds` ends a single
    run (not on Windows). What ends by the clock cannot be repeated to the byte; all else is the same for the same seed
    and any number of `workers` (processes).

    `journal` names a file where each run is written down as it is done. Called again with it after a kill, power cut or
    larger budget, what stands there is not run again.

    Raises SettingsError for settings out of range, FitError where simulations give nothing or other summaries than
    were observed, SourceError where the journal is of something else.

    >>> def simulate(values, seed):
    ...     sample = np.random.default_rng(seed).exponential(values["mean"], 50)
    ...     return [sample.mean(), sample.std()]
    >>> found = calibrate(simulate, Prior.of(mean=(0.1, 100, "log")), [4.9, 5.2], budget=2000)
    >>> low, high = found.interval("mean")
    >>> 3 < low < 4.9 < high < 8
    True

    Sisson, Fan and Beaumont, 2018, Handbook of Approximate Bayesian Computation.
    """
    prior, chosen, summary = Prior.of(parameters), method or ABC(), observed_summary(observed, names)
    generator(seed)
    _check(budget, seconds, run_seconds)
    head = {"prior": prior.model_dump(mode="json")["parameters"], "seed": int(seed),
            "observed": dict(zip(summary.names, summary.values.tolist(), strict=True)),
            "method": {"name": chosen.name, **chosen.to_dict()}}  # fmt: skip
    written = None if journal is None else Journal.open(journal, head)
    try:
        runs = Simulations(
            simulate, prior, summary, budget=int(budget), seed=int(seed), workers=workers, seconds=seconds,
            run_seconds=run_seconds, journal=written, progress=progress,
        )  # fmt: skip
        chosen.check(runs)
        with runs.workers:
            found = chosen.sample(runs)
    finally:
        if written is not None:
            written.close()
    kept = found.weights > 0
    return Posterior(
        prior=prior, observed=summary, values=prior.values(found.deviates[kept]), weights=found.weights[kept],
        method=head["method"], seed=int(seed), simulations=runs.done, failed=dict(sorted(runs.failed.items())),
        trace=found.trace, stopped=found.stopped, notes=found.notes,
    )  # fmt: skip


def _check(budget: int, seconds: float | None, run_seconds: float | None) -> None:
    if isinstance(budget, bool) or not isinstance(budget, int | np.integer) or budget < 1:
        raise SettingsError("settings.budget", "a budget is a whole number of simulations, at least 1", where="budget",
                            hint="use budget=10000")  # fmt: skip
    for name, value in (("seconds", seconds), ("run_seconds", run_seconds)):
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float) or not value > 0):
            raise SettingsError(f"settings.{name.replace('_', '-')}", f"`{name}` is a number above 0", where=name,
                                hint=f"leave `{name}` out for no limit")  # fmt: skip
