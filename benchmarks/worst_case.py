"""How much a private fit tells in the worst case, beside what it promises: an attack that sees the model file.

There are 500 rows, all alike, or one more. The attacker knows both possibilities and reads the noisy counts out of the
model: their sum, each weighed by its noise, is the best test there is between two Gaussian answers. The rates of
its errors bound mu from below (Clopper and Pearson, 95 % for both together); mu gives epsilon at the same delta. A
bound above the promise is a broken promise; one far below it is a weak attack.

    python benchmarks/worst_case.py --fits 2000 --epsilons 1 2 4
"""

from __future__ import annotations

import argparse
import sys

import numpy as np
from scipy.stats import beta, norm

from likewise.privacy.accountant import epsilon_of
from likewise.techniques.marginals import Marginals

DELTA = 1e-5
DOMAIN = {name: {"kind": "category", "levels": ["no", "yes"]} for name in ("ill", "old")}
ROWS = 500


def weighed(technique: Marginals, rows: int) -> tuple[float, float]:
    """Return the sum of the noisy counts of the row's cells, each over its variance, and what a row adds to it."""
    learned = technique.fit({name: ["yes"] * rows for name in DOMAIN}).learned
    told = [(learned.total, learned.sigma)]
    for measured in (factor.measurement for factor in learned.graph.factors):
        if len(measured.clique) > 1:
            place = tuple(int(learned.bins[a].of(np.array([1]))[0]) for a in measured.clique)
            told.append((float(measured.values[place]), measured.sigma))
    return sum(value / sigma**2 for value, sigma in told), sum(1 / sigma**2 for _, sigma in told)


def bound(inside: np.ndarray, outside: np.ndarray, half: float) -> tuple[float, float]:
    """Return an estimate of mu by one threshold, and a lower bound."""
    hits, alarms, n = int((inside > half).sum()), int((outside > half).sum()), len(inside)
    best = norm.ppf((hits + 0.5) / (n + 1)) - norm.ppf((alarms + 0.5) / (n + 1))
    low, high = beta.ppf(0.0125, hits, n - hits + 1), beta.ppf(0.9875, alarms + 1, n - alarms)
    return float(best), float(norm.ppf(low) - norm.ppf(high))


def main(argv: list[str] | None = None) -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--fits", type=int, default=2000, help="fits with the person and as many without")
    options.add_argument("--epsilons", type=float, nargs="+", default=[1.0, 2.0, 4.0])
    chosen = options.parse_args(argv)
    broken = False
    print("promised epsilon   mu      attacked: epsilon   at least   share of the promise")
    for epsilon in chosen.epsilons:
        technique = Marginals(epsilon=epsilon, delta=DELTA, domain=DOMAIN)
        pairs = [weighed(technique, ROWS + 1) for _ in range(chosen.fits)]
        without = np.array([weighed(technique, ROWS)[0] for _ in range(chosen.fits)])
        half = float(np.mean([added * (ROWS + 0.5) for _, added in pairs]))
        found = bound(np.array([value for value, _ in pairs]), without, half)
        told, least = (epsilon_of(max(mu, 0.0), DELTA) for mu in found)
        broken |= least > epsilon
        share = f"{least / epsilon:.2f} to {told / epsilon:.2f}"
        print(f"{epsilon:>16g}   {technique.account().mu:.3f}   {told:>17.2f}   {least:>8.2f}   {share}")
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())
