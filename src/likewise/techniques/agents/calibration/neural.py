"""A posterior that a network learned from simulations, by the package sbi."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from likewise.core.extras import require
from likewise.core.seeds import generator
from likewise.errors import FitError, SettingsError
from likewise.techniques.agents.calibration.learning import Scores
from likewise.techniques.agents.calibration.sampled import Generation, Method, Sampled
from likewise.techniques.agents.calibration.simulations import Simulations

Floats = npt.NDArray[np.float64]

BATCH = 2_000
"""Simulations between two looks at the time."""
FEWEST = 100
"""Simulations that a network needs at least."""


class Neural(Method):
    """Calibrate by a network that learns the posterior of any data from draws of the prior (extra `calibration`).

    All simulations are of the prior; a normalising flow (`network`: `maf`, `nsf`) or a mixture of normals (`mdn`) then
    learns the density of the parameters' deviates given the summaries' normal scores (Papamakarios and Murray, 2016;
    Greenberg et al., 2019), and `draws` are taken at the observed ones. `epochs` bounds the training, which ends by
    itself when held-back simulations are told no better.

    Use where runs are cheap, posteriors are bent or have several peaks, or there are many summaries. Avoid where the
    answer is narrow within wide bounds: no simulation is spent on where it lies. The seed settles the draws on one
    machine and one version of torch, not across them. Cost: minutes of training. Raises MissingExtra.
    """

    name: ClassVar[str] = "neural"
    network: Literal["maf", "nsf", "mdn"] = "maf"
    draws: int = Field(default=2000, ge=100)
    epochs: int = Field(default=500, ge=1)

    def check(self, runs: Simulations) -> None:
        """Raise MissingExtra without sbi, SettingsError where the budget is too small to learn from."""
        _packages()
        if runs.budget < FEWEST:
            raise SettingsError("settings.budget", f"a network learns nothing of {runs.budget:,} simulations",
                                where="budget", hint="use budget=10000")  # fmt: skip

    def sample(self, runs: Simulations) -> Sampled:
        """Return draws of equal weight."""
        rng = generator(runs.seed, "neural")
        deviates, summaries = np.zeros((0, len(runs.prior))), np.zeros((0, len(runs.observed)))
        while runs.left and not runs.out_of_time:
            new = runs.prior.draw(min(BATCH, runs.left), rng)
            found = runs.run(new)
            deviates = np.concatenate([deviates, new[: len(found)]])
            summaries = np.concatenate([summaries, found])
        good = np.isfinite(summaries).all(axis=1)
        if good.sum() < FEWEST:
            raise FitError("fit.few-simulations", f"only {good.sum()} of {runs.done:,} simulations gave summaries",
                           where="simulate", hint="narrow the bounds, or raise the budget")  # fmt: skip
        scores = Scores.of(summaries[good], np.full(len(runs.observed), 1e-9))
        at = scores.apply(runs.observed.values[None])[0]
        drawn = self._learned(deviates[good], scores.apply(summaries[good]), at, int(rng.integers(2**31)))
        trace = (Generation(simulations=runs.done, effective=float(len(drawn))),)
        return Sampled(drawn, np.ones(len(drawn)), trace,
                       "the time is over" if runs.out_of_time else "the budget is spent")  # fmt: skip

    def _learned(self, deviates: Floats, scores: Floats, at: Floats, seed: int) -> Floats:
        """Return draws given the scores `at` the data, by a network trained on runs."""
        torch, inference = _packages()
        p = deviates.shape[1]
        with torch.random.fork_rng(devices=[]), _quietly():
            torch.manual_seed(seed)
            prior = torch.distributions.MultivariateNormal(torch.zeros(p), torch.eye(p))
            trainer = inference.NPE(prior=prior, density_estimator=self.network, show_progress_bars=False,
                                    tracker=_Untracked())  # fmt: skip
            trainer.append_simulations(*(torch.as_tensor(a, dtype=torch.float32) for a in (deviates, scores)))
            trained = trainer.train(training_batch_size=max(20, min(200, len(deviates) // 50)), learning_rate=1e-3,
                                    max_num_epochs=self.epochs)  # fmt: skip
            posterior = trainer.build_posterior(trained)
            drawn = posterior.sample((self.draws,), x=torch.as_tensor(at, dtype=torch.float32),
                                     show_progress_bars=False)  # fmt: skip
        return np.asarray(drawn.numpy(), dtype=np.float64)


class _Untracked:
    """Take what sbi would write into a folder of its own, and leave it."""

    log_dir = None

    def __getattr__(self, name: str) -> Any:
        return lambda *values, **named: None


def _packages() -> tuple[Any, Any]:
    """Return torch and what sbi trains with. Raises MissingExtra."""
    with _quietly():
        inference = require("sbi.inference", extra="calibration")
        return require("torch", extra="calibration"), inference


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep what sbi says off the standard output, which is for data, and its warnings to itself."""
    with warnings.catch_warnings(), redirect_stdout(StringIO()):
        warnings.simplefilter("ignore")
        yield
