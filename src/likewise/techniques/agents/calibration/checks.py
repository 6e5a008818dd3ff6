"""Is a calibration to be believed? Against the data it was made from, and against truths that are known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.core.progress import Progress, quiet
from likewise.core.seeds import generator
from likewise.core.spec import Spec
from likewise.errors import FitError, SettingsError
from likewise.techniques.agents.calibration.calibrating import calibrate
from likewise.techniques.agents.calibration.posterior import Posterior
from likewise.techniques.agents.calibration.prior import Parameter, Prior
from likewise.techniques.agents.calibration.processes import Workers
from likewise.techniques.agents.calibration.sampled import Method
from likewise.techniques.agents.calibration.simulations import Simulate, Simulations, summary_of

Floats = npt.NDArray[np.float64]

LEVEL = 0.01
"""Probability that a summary of a right model is called out of reach, for all summaries together."""
AGAIN = 100
"""Truths drawn for one whose own data is usable."""


class Tail(Spec):
    """Tell of one summary: what was observed, the middle 90 % of what is drawn, and how far out the former lies.

    `tail` is the share of draws as far out or farther, twice that of the nearer side. `reached` says whether the model
    comes there at all.
    """

    name: str
    observed: float
    low: float
    middle: float
    high: float
    tail: float
    reached: bool


@dataclass(frozen=True)
class PredictiveCheck:
    """Hold a posterior predictive check: one entry a summary."""

    tails: tuple[Tail, ...]
    draws: int

    @property
    def unreached(self) -> tuple[str, ...]:
        """The summaries that the calibrated model does not reach: it is misspecified there."""
        return tuple(t.name for t in self.tails if not t.reached)

    def to_text(self) -> str:
        """Return the check, a line a summary, the farthest out first."""
        lines = [f"{'summary':<28} {'observed':>10} {'5 %':>10} {'median':>10} {'95 %':>10} {'tail':>6}"]
        for t in sorted(self.tails, key=lambda t: t.tail):
            figures = "".join(f"{value:>11.4g}" for value in (t.observed, t.low, t.middle, t.high))
            lines.append(f"{t.name:<28}{figures} {t.tail:>6.3f}{'' if t.reached else '  out of reach'}")
        return "\n".join(lines)


def predictive_check(
    simulate: Simulate, posterior: Posterior, *, draws: int = 500, workers: int = 1, seed: int = 0,
    progress: Progress = quiet,
) -> PredictiveCheck:  # fmt: skip
    """Return how each observed summary lies among those that the calibrated simulator gives.

    `draws` simulations are run, each with parameters drawn from the posterior. A summary is out of reach where it lies
    beyond all of them, and where a normal tail fitted to that side makes it so rare that by chance one summary in a
    hundred checks would be. Draws see the data twice: a check that passes is weak evidence, one that fails is strong.

    Use after every calibration. Raises FitError where simulations give nothing, SettingsError.

    Gelman, Meng and Stern, 1996, Statistica Sinica 6.

    >>> def simulate(values, seed):
    ...     sample = np.random.default_rng(seed).normal(values["mean"], 1, 50)
    ...     return {"mean": sample.mean(), "sd": sample.std()}
    >>> found = calibrate(simulate, Prior.of(mean=(-5, 5)), {"mean": 1.0, "sd": 2.0}, budget=2000)
    >>> predictive_check(simulate, found).unreached
    ('sd',)
    """
    if isinstance(draws, bool) or not isinstance(draws, int | np.integer) or draws < 20:
        raise SettingsError("settings.draws", "`draws` is a whole number of at least 20", where="draws",
                            hint="use draws=500")  # fmt: skip
    prior, observed = posterior.prior, posterior.observed
    chosen = np.array([list(row.values()) for row in posterior.draw(int(draws), seed=seed)])
    own = int(generator(seed, "predictive").integers(2**31))  # no run is to have the seed of one that was kept
    runs = Simulations(simulate, prior, observed, budget=int(draws), seed=own, workers=workers, progress=progress)
    with runs.workers:
        found = runs.run(prior.deviates(chosen))
    found = found[np.isfinite(found).all(axis=1)]
    level = LEVEL / len(observed)
    told = zip(observed.names, observed.values, found.T, strict=True)
    return PredictiveCheck(tuple(_tail(name, value, drawn, level) for name, value, drawn in told), len(found))


def _tail(name: str, observed: float, drawn: Floats, level: float) -> Tail:
    from scipy.special import ndtr

    low, middle, high = np.quantile(drawn, [0.05, 0.5, 0.95])
    below, above = (drawn <= observed).mean(), (drawn >= observed).mean()
    side = (high - middle if observed > middle else middle - low) / 1.6449
    outside = observed < drawn.min() or observed > drawn.max()
    rare = bool(side == 0 or 2 * ndtr(-abs(observed - middle) / side) < level)
    return Tail(name=name, observed=float(observed), low=float(low), middle=float(middle), high=float(high),
                tail=float(min(1.0, 2 * min(below, above))), reached=not (outside and rare))  # fmt: skip


@dataclass(frozen=True, eq=False)
class Coverage:
    """Hold a simulation-based calibration: for each known truth the rank of each parameter, and the intervals.

    `ranks` (truths, p) are the shares of the posterior below the truth: uniform where posteriors are right. `low`,
    `high` (truths, p) are the ends of the intervals of `level`, `widths` their width as a share of that which the prior
    has. `truths` (n, p) are the values. `simulations` and `effective` are those of each posterior.
    """

    names: tuple[str, ...]
    level: float
    truths: Floats
    ranks: Floats
    low: Floats
    high: Floats
    widths: Floats
    simulations: npt.NDArray[np.int64]
    effective: Floats

    def held(self) -> dict[str, int]:
        """Return in how many truths the interval of each parameter holds it."""
        inside = (self.low <= self.truths) & (self.truths <= self.high)
        return dict(zip(self.names, inside.sum(axis=0).tolist(), strict=True))

    def uniformity(self) -> dict[str, float]:
        """Return the p-value of each parameter's ranks being uniform (Kolmogorov and Smirnov)."""
        from scipy.stats import kstest

        return {name: float(kstest(self.ranks[:, i], "uniform").pvalue) for i, name in enumerate(self.names)}

    def to_text(self) -> str:
        """Return the coverage, a line a parameter."""
        held, uniform = self.held(), self.uniformity()
        lines = [f"{'parameter':<20} {'held':>10} {'width':>6} {'ranks p':>8}"]
        for i, name in enumerate(self.names):
            lines.append(f"{name:<20} {held[name]:>5} / {len(self.truths)} {np.median(self.widths[:, i]):>6.2f} "
                         f"{uniform[name]:>8.3f}")  # fmt: skip
        return "\n".join(lines)


def simulation_based_calibration(
    simulate: Simulate, parameters: Prior | Iterable[Parameter], *, truths: int = 100, method: Method | None = None,
    budget: int = 10_000, level: float = 0.9, workers: int = 1, seed: int = 0, progress: Progress = quiet,
) -> Coverage:  # fmt: skip
    """Return how often posteriors hold truths that are known: drawn from the prior, simulated, and calibrated to.

    Each of `truths` parameter sets gives data of its own, to which the simulator is calibrated as any data would be.
    A truth whose simulation gives nothing is drawn anew. Whole truths are spread over `workers`.

    Use before trusting a method, a budget or a choice of summaries on a new simulator. Cost: `truths` calibrations.
    Raises SettingsError and FitError.

    Talts et al., 2018, arXiv 1804.06788.
    """
    prior = Prior.of(parameters)
    if isinstance(truths, bool) or not isinstance(truths, int | np.integer) or truths < 1:
        raise SettingsError("settings.truths", "`truths` is a whole number of at least 1", where="truths",
                            hint="use truths=100")  # fmt: skip
    work = _Known(simulate, prior, method, budget, level, seed)
    found: dict[int, tuple[Floats, ...]] = {}
    with Workers(work, workers) as pool:
        for number, one in pool.each(list(range(int(truths)))):
            found[number] = one
            progress("calibrating to known truths", len(found), int(truths))
    truth, ranks, low, high, widths, cost = (np.stack([found[i][k] for i in range(int(truths))]) for k in range(6))
    return Coverage(prior.names, level, truth, ranks, low, high, widths, cost[:, 0].astype(np.int64), cost[:, 1])


@dataclass(frozen=True)
class _Known:
    """Calibrate to the data of one known truth."""

    simulate: Simulate
    prior: Prior
    method: Method | None
    budget: int
    level: float
    seed: int

    def __call__(self, number: int) -> tuple[Floats, ...]:
        """Return truth, ranks, ends and widths of intervals, and cost of one truth."""
        rng = generator(self.seed, "truth", number)
        truth, observed = self._observed(rng)
        own = int(rng.integers(2**31))
        found = calibrate(self.simulate, self.prior, observed, method=self.method, budget=self.budget, seed=own)
        share = found.weights / found.weights.sum()
        ties = rng.random(len(self.prior))
        ranks = np.minimum(share @ (found.values < truth) + ties * (share @ (found.values == truth)), 1.0)
        ends = np.array([found.interval(name, self.level) for name in self.prior.names]).T
        widths = np.diff(self.prior.shares(ends), axis=0)[0] / self.level
        return truth, ranks, ends[0], ends[1], widths, np.array([found.simulations, found.effective])

    def _observed(self, rng: np.random.Generator) -> tuple[Floats, Floats]:
        for _ in range(AGAIN):
            truth = self.prior.values(self.prior.draw(1, rng))[0]
            given: Any = self.simulate(self.prior.named(truth), int(rng.integers(2**63)))
            if np.isfinite(summary := summary_of(given)).all():
                return truth, summary
        raise FitError("fit.no-simulation", f"none of {AGAIN} parameter sets drawn from the prior gave data",
                       where="simulate", hint="narrow the bounds to where the simulator gives something")  # fmt: skip
