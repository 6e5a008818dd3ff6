"""Synthetic likelihood: take the summaries of one parameter set to be normal, and simulate to learn that normal."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from likewise.core.seeds import generator
from likewise.errors import SettingsError
from likewise.techniques.agents.calibration.abc import ABC
from likewise.techniques.agents.calibration.normals import (
    log_normal,
    log_normal_laplace,
    log_normal_unbiased,
    shrinkage_of,
)
from likewise.techniques.agents.calibration.proposals import Proposal, log_mixture, smooth_about
from likewise.techniques.agents.calibration.sampled import Generation, Method, Sampled
from likewise.techniques.agents.calibration.simulations import Simulations
from likewise.techniques.agents.calibration.weighing import effective_size

Floats = npt.NDArray[np.float64]


class SyntheticLikelihood(Method):
    """Calibrate by a normal likelihood of the summaries, whose mean and covariance are simulated at each point.

    A short ABC finds the region (`start`, until `search` simulations). Then, round by round, `points` parameter sets
    are drawn from what is known so far, each is simulated `runs` times, and weighed by prior and synthetic likelihood
    (Wood, 2010; Price et al., 2018) over the density of all draws together (Cornuet et al., 2012). So all runs of a
    round can be done at once, and no chain has to be waited for.

    `summaries`: `learned` weighs one number a parameter, as ABC does, by the estimate of the normal density that is
    right on average however few the runs; `given` weighs the summaries as they are, whose correlations are shrunk to 0
    by `shrinkage` (1: as they are; 0: to nothing; auto: by cross-validation, Warton, 2008). `robust` lets each
    whitened summary be off by a Laplace-distributed amount, so that one that the model cannot reach does not decide
    all (after Frazier and Drovandi, 2021): for `given` ones.

    Use where summaries are sums and means of many events, and for a few tight parameters. Avoid where summaries are far
    from normal (counts near 0), and where a run is dear: it takes several times the simulations of ABC.

    >>> SyntheticLikelihood(runs=30).to_dict()
    {'runs': 30}
    """

    name: ClassVar[str] = "synthetic likelihood"
    start: ABC = ABC()
    search: int = Field(default=3000, ge=100)
    runs: int = Field(default=20, ge=8)
    points: int = Field(default=50, ge=20)
    summaries: Literal["learned", "given"] = "learned"
    shrinkage: float | Literal["auto"] = "auto"
    robust: bool = False

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        if isinstance(self.shrinkage, float) and not 0 <= self.shrinkage <= 1:
            raise ValueError("`shrinkage` is between 0 and 1, or 'auto'")
        if self.robust and self.summaries == "learned":
            raise ValueError("robust goes with summaries='given': learned ones hide which of them is off")
        return self

    def check(self, runs: Simulations) -> None:
        """Raise SettingsError where the budget ends before the first round, or where runs are too few for a normal."""
        self.start.check(runs)
        least = max(self.search, self.start.first) + self.points * self.runs
        if runs.budget < least:
            raise SettingsError("settings.budget", f"a budget of {runs.budget:,} simulations ends within the first "
                                f"round, at {least:,}", where="budget",
                                hint=f"use budget={4 * least}, fewer `runs`, or method=ABC()")  # fmt: skip
        if self.summaries == "learned" and self.runs < len(runs.prior) + 5:
            raise SettingsError("settings.runs", f"{self.runs} runs are too few for a normal of {len(runs.prior)} "
                                "summaries", where="runs", hint=f"use runs={2 * len(runs.prior) + 10}")  # fmt: skip

    def sample(self, runs: Simulations) -> Sampled:
        """Return weighted draws."""
        before = self.start.search(runs, until=self.search)
        trace, rng = list(before.trace), generator(runs.seed, "synthetic likelihood")
        deviates, weights = self.start.draws(before)
        if runs.out_of_time:
            return Sampled(deviates, weights, tuple(trace), before.stopped,
                           ("the time was over before the likelihood was asked: these are draws of ABC",))  # fmt: skip
        told = before.learned if self.summaries == "learned" else None
        apply: Callable[[Floats], Floats] = told.apply if told is not None else np.asarray
        observed = apply(runs.observed.values[None])[0]
        proposals: list[tuple[int, Proposal]] = []
        points, log_likelihood, shrinkage = np.zeros((0, len(runs.prior))), np.zeros(0), None
        while runs.left >= self.runs and not runs.out_of_time:
            proposal = smooth_about(deviates, weights, rng)
            new = proposal.draw(min(self.points, runs.left // self.runs), rng)
            found = runs.run(np.repeat(new, self.runs, axis=0))
            whole = len(found) // self.runs
            if not whole:
                break
            batches = [apply(b[np.isfinite(b).all(axis=1)]) for b in np.split(found[: whole * self.runs], whole)]
            shrinkage = self._shrinkage(batches) if shrinkage is None else shrinkage
            proposals.append((whole, proposal))
            points = np.concatenate([points, new[:whole]])
            log_likelihood = np.append(log_likelihood, [self._of(b, observed, shrinkage) for b in batches])
            heights = runs.prior.log_density(points) + log_likelihood - log_mixture(points, proposals)
            if np.isfinite(heights).any():
                deviates, weights = points, _cut(np.exp(heights - heights.max()))
            trace.append(Generation(simulations=runs.done, effective=effective_size(weights)))
        return Sampled(deviates, weights, tuple(trace),
                       "the time is over" if runs.out_of_time else "the budget is spent")  # fmt: skip

    def _shrinkage(self, batches: list[Floats]) -> float:
        if self.shrinkage != "auto":
            return self.shrinkage
        return 1.0 if self.summaries == "learned" else shrinkage_of([b for b in batches if len(b) >= self.runs // 2])

    def _of(self, batch: Floats, observed: Floats, shrinkage: float) -> float:
        """Return the log likelihood of what was observed, by the runs at one point; failed ones cannot have made it."""
        if len(batch) < max(self.runs // 2, 4):
            return -np.inf
        succeeded = float(np.log(len(batch) / self.runs))
        if self.summaries == "learned":
            return succeeded + log_normal_unbiased(observed, batch)
        weigh = log_normal_laplace if self.robust else log_normal
        return succeeded + weigh(observed, batch, shrinkage)


def _cut(weights: Floats) -> Floats:
    """Return weights of which none is above the mean times the root of how many there are (Ionides, 2008)."""
    return np.asarray(np.minimum(weights, weights.mean() * np.sqrt(len(weights))))
