"""Approximate Bayesian computation: keep the parameters whose simulations come closest to the data."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from likewise.core.seeds import generator
from likewise.errors import FitError, SettingsError
from likewise.techniques.agents.calibration.adjusting import Adjust, adjusted
from likewise.techniques.agents.calibration.diagnosis import told_of_failures
from likewise.techniques.agents.calibration.learning import Learned, Scale
from likewise.techniques.agents.calibration.proposals import Kernel, Proposal, proposal_about, recycled_weights
from likewise.techniques.agents.calibration.sampled import Generation, Method, Sampled
from likewise.techniques.agents.calibration.simulations import Simulations
from likewise.techniques.agents.calibration.weighing import effective_size

Floats = npt.NDArray[np.float64]

LEARN_FROM = 1000
"""Runs from which summaries are learned: at least so many, and twenty for each summary."""
FEWEST = 20
"""Runs that must have given something."""


class ABC(Method):
    """Calibrate by ABC-SMC: draw, simulate, keep the closest, draw about these, and again.

    The first `population / quantile` draws are the prior's. Each generation then simulates so many that, of these and
    of the kept ones, the closest `quantile` is kept again: tolerances fall by themselves, and no simulation is thrown
    away before it was compared (Lenormand et al., 2013). New draws come about the kept ones as they would be had they
    matched the data, by a kernel of `twice` their weighted covariance (Beaumont et al., 2009) or one of its own at each
    (`olcm`, Filippi et al., 2013), widened; weights count all that was ever drawn (Cornuet et al., 2012). Distances are
    Euclidean, in units of the median absolute deviation of what was simulated last (Prangle, 2017).

    `summaries`: `learned` compares one number a parameter, its mean given all summaries, learned by regression anew in
    each generation (Fearnhead and Prangle, 2012); `given` compares the summaries as they are. `adjust`: draws are moved
    along their regression on what still parts them from the data: `heteroscedastic` (Blum and Francois, 2010), `linear`
    (Beaumont et al., 2002) or `none`.

    It stops at the budget, where less than `acceptance` of a generation is kept, or at a `tolerance` (in units of the
    deviation in the prior's draws, which then hold throughout).

    Use by default. Avoid for more than about ten parameters.

    >>> ABC(population=200).to_dict()
    {'population': 200}
    """

    name: ClassVar[str] = "abc"
    population: int = Field(default=500, ge=20)
    quantile: float = Field(default=0.5, gt=0, lt=1)
    kernel: Kernel = "twice"
    summaries: Literal["learned", "given"] = "learned"
    adjust: Adjust = "heteroscedastic"
    acceptance: float = Field(default=0.02, ge=0, lt=1)
    tolerance: float | None = Field(default=None, gt=0)

    def check(self, runs: Simulations) -> None:
        """Raise SettingsError where the budget ends before the first generation."""
        if runs.budget < self.first:
            raise SettingsError("settings.budget", f"a budget of {runs.budget:,} simulations ends within the first "
                                f"generation, of {self.first:,}", where="budget", hint=f"use budget={5 * self.first}, "
                                "or a smaller `population`")  # fmt: skip

    @property
    def first(self) -> int:
        """Simulations of the first generation."""
        return int(np.ceil(self.population / self.quantile))

    def sample(self, runs: Simulations) -> Sampled:
        """Return adjusted draws with weights."""
        seen = self.search(runs)
        return Sampled(*self.draws(seen), tuple(seen.trace), seen.stopped)

    def draws(self, seen: Seen) -> tuple[Floats, Floats]:
        """Return the closest draws, moved to where they would be had they matched, and their weights."""
        reach = max(float(seen.distances.max()), 1e-300)
        weights = seen.weights * np.maximum(1 - (seen.distances / reach) ** 2, 1e-9)
        return adjusted(seen.deviates[seen.kept], seen.gaps, weights, self.adjust), weights

    def search(self, runs: Simulations, *, until: int | None = None) -> Seen:
        """Run generations until one of the ends is reached, `until` so many simulations among them."""
        seen = Seen(self, runs)
        rng = generator(runs.seed, "abc")
        deviates, proposal = runs.prior.draw(self.first, rng), None
        while True:
            seen.add(deviates, runs.run(deviates), proposal)
            seen.look()
            if seen.stopped or (until is not None and runs.done >= until):
                return seen
            proposal = proposal_about(*self.draws(seen), rng, kernel=self.kernel, nearest=self.quantile)
            deviates = proposal.draw(self.first - self.population, rng)


class Seen:
    """Hold all that was simulated, and what of it is closest to the data.

    `kept` are the numbers of the closest runs, the closest first, with their `distances`, the `gaps` from the observed
    statistics to theirs, and their `weights`.
    """

    def __init__(self, method: ABC, runs: Simulations) -> None:
        self.method, self.runs = method, runs
        self.deviates = np.zeros((0, len(runs.prior)))
        self.summaries = np.zeros((0, len(runs.observed)))
        self.proposals: list[tuple[int, Proposal | None]] = []
        self.trace: list[Generation] = []
        self.learned: Learned | None = None
        self.kept: npt.NDArray[np.intp] = np.zeros(0, dtype=np.intp)
        self.distances, self.gaps, self.weights = np.zeros(0), np.zeros((0, 0)), np.zeros(0)
        self.stopped = ""

    def add(self, deviates: Floats, summaries: Floats, proposal: Proposal | None) -> None:
        """Add a generation: as many draws as were simulated."""
        self.deviates = np.concatenate([self.deviates, deviates[: len(summaries)]])
        self.summaries = np.concatenate([self.summaries, summaries])
        self.proposals.append((len(summaries), proposal))

    def look(self) -> None:
        """Find what is closest by now, its weights, and whether that is the end."""
        good = np.flatnonzero(np.isfinite(self.summaries).all(axis=1))
        self._check_enough(len(good))
        if self.method.summaries == "learned":
            self._learn(good)
        gaps = self._apart(good)
        distances = np.sqrt((gaps**2).sum(axis=1) + self._foreign(good))
        closest = np.argsort(distances, kind="stable")[: self.method.population]
        self.kept, self.distances, self.gaps = good[closest], distances[closest], gaps[closest]
        self.weights = recycled_weights(self.deviates[self.kept], self.runs.prior, self.proposals)
        newest = self.proposals[-1][0]
        accepted = float((self.kept >= len(self.summaries) - newest).sum() / max(newest, 1))
        self.trace.append(Generation(simulations=self.runs.done, tolerance=float(self.distances[-1]),
                                     acceptance=accepted, effective=effective_size(self.weights)))  # fmt: skip
        self.stopped = self._end(accepted)

    def _apart(self, good: npt.NDArray[np.intp]) -> Floats:
        """Return how far the statistics of runs are from the observed, in deviations of the latest runs."""
        table, target = self.summaries[good], self.runs.observed.values[None]
        if self.learned is not None:
            table, target = self.learned.apply(table), self.learned.apply(target)
        first, newest = self.proposals[0][0], self.proposals[-1][0]
        measured = good < first if self.method.tolerance else good >= len(self.summaries) - newest
        scale = Scale.of(table[measured] if measured.sum() >= FEWEST else table)
        return np.asarray((table - target) / scale.width)

    def _foreign(self, good: npt.NDArray[np.intp]) -> Floats | float:
        """Return how far outside the runs learned from others lie: what was learned there is not to be believed."""
        if self.learned is None:
            return 0.0
        scores = self.learned.scores
        apart = scores.beyond(self.summaries[good]) - scores.beyond(self.runs.observed.values[None])
        return np.asarray((apart**2).sum(axis=1))

    def _learn(self, good: npt.NDArray[np.intp]) -> None:
        """Learn the statistics from the latest runs: all of them, for close ones alone vary too little to tell."""
        latest = good[-max(LEARN_FROM, 20 * self.summaries.shape[1]) :]
        if self.learned is None:
            self.least = 1e-3 * Scale.of(self.summaries[good]).width
        self.learned = Learned.fit(self.deviates[latest], self.summaries[latest], self.least)

    def _end(self, accepted: float) -> str:
        method, runs = self.method, self.runs
        if method.tolerance is not None and self.distances[-1] <= method.tolerance:
            return "the tolerance is reached"
        if runs.out_of_time:
            return "the time is over"
        if runs.left <= 0:
            return "the budget is spent"
        if len(self.proposals) > 1 and accepted < method.acceptance:
            return "hardly any simulation came closer"
        return ""

    def _check_enough(self, good: int) -> None:
        if good < FEWEST:
            why = told_of_failures(self.runs.failed)
            hint = "give more `seconds`" if self.runs.out_of_time else "narrow the bounds to where there are answers"
            raise FitError("fit.few-simulations", f"only {good} of {self.runs.done:,} simulations gave summaries{why}",
                           where="simulate", hint=hint)  # fmt: skip
