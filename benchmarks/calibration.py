"""Measure calibration: do 90 % intervals hold known truths, how wide are they, what do they cost?

    OMP_NUM_THREADS=1 python benchmarks/calibration.py [--truths 100] [--methods "abc;neural"] [--models queue,sir,...]

Models are four plain simulators and four scenarios of the package, these by what `likewise calibrate` does: its runs,
and the summaries of the scenario. A truth is drawn from the prior, simulated once, and calibrated to; figures are of
all truths. Exits with 1 where an interval of the default method holds fewer than 85 or more than 95 of 100.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from likewise.techniques.agents.calibration import ABC, Neural, Prior, SyntheticLikelihood, simulation_based_calibration
from likewise.techniques.agents.calibration.sampled import Method
from likewise.techniques.agents.calibration.summaries import (
    Summary,
    gap_autocorrelation,
    gap_quantiles,
    quantiles,
)
from likewise.techniques.agents.fitting import Trial, method_of, prior_of, summaries_told
from likewise.techniques.agents.models.market import Market
from likewise.techniques.agents.models.schelling import Schelling
from likewise.techniques.agents.models.sir import SIR
from likewise.techniques.agents.models.wolf_sheep import WolfSheep
from likewise.techniques.agents.observed import simulated
from likewise.techniques.agents.scenario import Scenario
from likewise.techniques.agents.simulation import Simulation


def queue(values: dict[str, float], seed: int) -> Summary:
    """Serve 300 customers by one server: when each leaves is seen, and how long it stayed (Lindley, 1952)."""
    rng = np.random.default_rng(seed)
    service = values["service"]
    arrivals = np.cumsum(rng.exponential(service / values["load"], 300))
    work = rng.exponential(service, 300)
    done = np.cumsum(work)
    leaving = done + np.maximum.accumulate(arrivals - done + work)
    return gap_quantiles(leaving) + gap_autocorrelation(leaving) + quantiles(leaving - arrivals, log=True)


def epidemic(values: dict[str, float], seed: int) -> Summary:
    """Let 5 of 1,000 people infect others for 90 days by chain binomials; a share of the cases is reported."""
    rng = np.random.default_rng(seed)
    well, ill = 995, 5
    cases = np.zeros(90)
    leave = -np.expm1(-values["recovery"])
    for day in range(90):
        if not ill:
            break
        new = rng.binomial(well, -np.expm1(-values["contact"] * ill / 1000))
        well, ill = well - new, ill + new - rng.binomial(ill, leave)
        cases[day] = new
    seen = rng.binomial(cases.astype(np.int64), values["reported"])
    weeks = seen.reshape(15, 6).sum(axis=1)
    return Summary.of({
        **{f"span {i}": np.log1p(count) for i, count in enumerate(weeks)},
        "total": np.log1p(seen.sum()), "peak": np.log1p(seen.max()), "day of the peak": seen.argmax(),
        "last day": np.flatnonzero(seen)[-1] if seen.any() else 0,
    })  # fmt: skip


def g_and_k(values: dict[str, float], seed: int) -> Summary:
    """Draw 1,000 numbers of the g-and-k distribution, of which no density is known."""
    z = np.random.default_rng(seed).standard_normal(1000)
    bent = 1 + 0.8 * np.tanh(values["skewness"] * z / 2)
    drawn = values["middle"] + values["spread"] * bent * (1 + z**2) ** values["tails"] * z
    return quantiles(drawn, at=tuple(np.arange(1, 16) / 16))


def bursts(values: dict[str, float], seed: int) -> Summary:
    """Let events set off others for 200 hours: a Hawkes process by its branches."""
    rng = np.random.default_rng(seed)
    parents = rng.uniform(0, 200, rng.poisson(values["rate"] * 200))
    found = [parents]
    while len(parents):
        parents = np.repeat(parents, rng.poisson(values["children"], len(parents)))
        parents = parents + rng.exponential(values["delay"], len(parents))
        parents = parents[parents < 200]
        found.append(parents)
    times = np.concatenate(found)
    if len(times) < 10:
        return Summary.of({"events": np.nan})
    uneven = {}
    for hours in (0.5, 2.0, 8.0):
        counts = np.bincount((times // hours).astype(np.int64), minlength=int(200 / hours))
        uneven[f"unevenness, {hours} h"] = np.log(counts.var() / counts.mean())
    return Summary.of({"events": np.log(len(times)), **uneven}) + gap_quantiles(times) + gap_autocorrelation(times)


@dataclass(frozen=True)
class Model:
    simulate: Callable[[dict[str, float], int], Any]
    prior: Prior
    budget: int = 3000


@dataclass(frozen=True)
class World:
    """Hold a scenario, how long it runs, and which parameters are free within which bounds."""

    scenario: Scenario
    until: float
    free: Mapping[str, tuple[float, float]]
    budget: int = 600

    def model(self) -> Model:
        """Return it as `likewise calibrate` takes it, with the summaries that its data tells."""
        told, _ = summaries_told(self.scenario, simulated(Simulation(self.scenario), self.until))
        return Model(Trial(self.scenario, self.until, told.names), prior_of(self.scenario, self.free), self.budget)


MODELS = {
    "queue": Model(queue, Prior.of(service=(0.1, 10, "log"), load=(0.1, 0.95))),
    "epidemic": Model(epidemic, Prior.of(contact=(0.1, 1, "log"), recovery=(0.05, 0.5, "log"), reported=(0.2, 1))),
    "g-and-k": Model(g_and_k, Prior.of(middle=(-5, 5), spread=(0.1, 10, "log"), skewness=(-3, 3), tails=(0, 1))),
    "bursts": Model(bursts, Prior.of(rate=(0.1, 1, "log"), children=(0, 0.9), delay=(0.05, 5, "log"))),
}  # fmt: skip
WORLDS = {
    "sir": World(SIR(agents=300, first_ill=5), 60, {"rate": (0.01, 0.5), "days": (2, 20)}, 1000),
    "wolf-sheep": World(WolfSheep(agents=150), 10, {"lambs": (0.01, 0.2), "pups": (0.01, 0.2), "regrowth": (2, 40)}),
    "market": World(Market(agents=30), 4, {"rate": (2, 10), "guess": (0.003, 0.05), "margin": (0.001, 0.05),
                                           "herding": (0, 1)}),
    "schelling": World(Schelling(agents=300), 8, {"wanted": (0.1, 0.7), "empty": (0.05, 0.4)}),
}  # fmt: skip
METHODS: dict[str, tuple[Callable[[int], Method], int]] = {
    "abc": (method_of, 1),
    "abc, nothing learned or adjusted": (lambda _: ABC(summaries="given", adjust="none"), 1),
    "synthetic likelihood": (lambda _: SyntheticLikelihood(), 3),
    "neural": (lambda _: Neural(), 1),
}
"""Each method, by its budget, and how many times the simulations of the model it may run for one truth."""


def main() -> None:
    """Print the table that is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--truths", type=int, default=100)
    parser.add_argument("--methods", default="abc", help="names parted by semicolons: " + "; ".join(METHODS))
    parser.add_argument("--models", default=",".join((*MODELS, *WORLDS)))
    parser.add_argument("--budget", type=int, help="simulations for each truth")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    columns = ("model", "method", "simulations", "CPU s", "parameter", "held", "width", "ranks p")
    print(f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}")
    missed = [_print(model, method, asked) for model in asked.models.split(",") for method in asked.methods.split(";")]
    sys.exit(any(missed))


def _print(name: str, how: str, asked: argparse.Namespace) -> bool:
    """Print the lines of one model and method, and return whether the default method missed its goal."""
    (method, times), model = METHODS[how], WORLDS[name].model() if name in WORLDS else MODELS[name]
    budget, start = asked.budget or times * model.budget, time.process_time()
    found = simulation_based_calibration(
        model.simulate, model.prior, truths=asked.truths, method=method(budget), budget=budget, seed=asked.seed
    )
    cost = (time.process_time() - start) / asked.truths
    held, uniform = found.held(), found.uniformity()
    for i, parameter in enumerate(found.names):
        figures = f"{held[parameter]} | {np.median(found.widths[:, i]):.3f} | {uniform[parameter]:.2f}"
        print(
            f"| {name} | {how} | {found.simulations.mean():,.0f} | {cost:.2f} | {parameter} | {figures} |", flush=True
        )
    return how == "abc" and any(not 0.85 <= count / asked.truths <= 0.95 for count in held.values())


if __name__ == "__main__":
    main()
