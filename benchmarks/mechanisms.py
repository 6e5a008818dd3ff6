"""Measure how long drawing noise takes, beside OpenDP's vector mechanisms in the same process, and what accounts save.

    OMP_NUM_THREADS=1 python benchmarks/mechanisms.py [--draws 100000] [--accounts]

Each line is one scale of noise: CPU nanoseconds a draw of ours (the rounded Gaussian, the discrete one, the geometric)
and of OpenDP's (discrete Gaussian, discrete Laplace), the best of three, and how many times as fast ours is as the peer
that draws from the same distribution. The tables that ours need are made before: what they take is in brackets.

With `--accounts` it prints instead, for some budgets, the noise of one answer by Gaussian DP and by zCDP (in the best
conversion known, of Canonne, Kamath and Steinke), and how much less the first is; and the noise of DP-SGD.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import opendp.prelude as dp
from scipy.optimize import brentq

from likewise.privacy.accountant import mu_for, noise_for
from likewise.privacy.mechanisms.gaussian import half_normal, rounded_normal
from likewise.privacy.mechanisms.lattice import of_scale

SIGMAS = (0.5, 3.0, 30.0, 1000.0, 1e7)


def best(work: Callable[[], Any], draws: int, times: int = 3) -> float:
    """Return the CPU nanoseconds a draw, the best of some times."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken) / draws * 1e9


def once(work: Callable[[], Any]) -> str:
    """Return the CPU milliseconds that something takes the first time."""
    start = time.process_time()
    work()
    return f"{(time.process_time() - start) * 1e3:.1f}"


def main() -> None:
    """Print what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=100_000)
    parser.add_argument("--accounts", action="store_true")
    asked = parser.parse_args()
    if asked.accounts:
        return accounts()
    return drawing(asked.draws)


def drawing(draws: int) -> None:
    """Print what a draw takes, a line for each scale."""
    dp.enable_features("contrib")
    space = dp.vector_domain(dp.atom_domain(T="i64"))
    few = [0] * (draws // 5)
    print(f"table of the normal distribution: {once(half_normal)} ms")
    for sigma in SIGMAS:
        discrete = of_scale(1 / (2 * Fraction(sigma) ** 2), Fraction(0))
        laplace = of_scale(Fraction(0), 1 / Fraction(sigma))
        tables = once(lambda one=discrete: one.table), once(lambda one=laplace: one.table)
        rounded = best(lambda scale=sigma: rounded_normal(draws, scale), draws)
        ours = [best(lambda one=lattice: one.draw(draws), draws) for lattice in (discrete, laplace)]
        peers = [dp.m.make_gaussian(space, dp.l2_distance(T="f64"), scale=sigma),
                 dp.m.make_laplace(space, dp.l1_distance(T="i64"), scale=sigma)]  # fmt: skip
        theirs = [best(lambda one=peer: one(few), len(few)) for peer in peers]
        print(f"sigma {sigma:<12g} rounded {rounded:6.0f} ns | discrete {ours[0]:6.0f} ns ({tables[0]} ms), OpenDP "
              f"{theirs[0]:8.0f} ns, x{theirs[0] / ours[0]:.0f} | geometric {ours[1]:6.0f} ns ({tables[1]} ms), OpenDP "
              f"{theirs[1]:8.0f} ns, x{theirs[1] / ours[1]:.0f}", flush=True)  # fmt: skip


def delta_by_zcdp(rho: float, epsilon: float) -> float:
    """Return the delta of a rho-zCDP release: proposition 12 of Canonne, Kamath and Steinke, 2020, by orders tried."""
    orders = (1 + math.exp(k / 50) for k in range(-400, 600))
    return math.exp(min((a - 1) * (a * rho - epsilon) + a * math.log1p(-1 / a) - math.log(a - 1) for a in orders))


def accounts() -> None:
    """Print the noise that budgets ask for."""
    for epsilon, delta in ((0.1, 1e-9), (1.0, 1e-9), (1.0, 1e-5), (10.0, 1e-5)):
        ours = 1 / mu_for(epsilon, delta)
        rho = brentq(lambda rho, e=epsilon, d=delta: delta_by_zcdp(rho, e) - d, 1e-8, 50.0)
        theirs = 1 / math.sqrt(2 * rho)
        less = 1 - ours / theirs
        print(f"epsilon {epsilon:<4g} delta {delta:g}: GDP {ours:.3f}, zCDP {theirs:.3f}, {less:.1%} less")
    for epsilon in (1.0, 3.0, 8.0):
        print(f"DP-SGD, 1000 steps of 1 %, epsilon {epsilon:g} delta 1e-5: {noise_for(epsilon, 1e-5, 0.01, 1000):.3f}")


if __name__ == "__main__":
    main()
