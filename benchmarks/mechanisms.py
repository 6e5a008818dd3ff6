"""Measure how long drawing noise takes, beside OpenDP's vector mechanisms in the same process.

    OMP_NUM_THREADS=1 python benchmarks/mechanisms.py [--draws 100000]

Each line is one scale of the noise: nanoseconds a draw of ours (the rounded Gaussian, the discrete one, the geometric)
and of OpenDP's (discrete Gaussian, discrete Laplace), the best of three, and how many times as fast ours is as the peer
that draws from the same distribution. The tables that ours need are made before: what they take is in brackets.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import opendp.prelude as dp

from likewise.privacy.mechanisms.gaussian import half_normal, rounded_normal
from likewise.privacy.mechanisms.lattice import of_scale

SIGMAS = (0.5, 3.0, 30.0, 1000.0, 1e7)


def best(work: Callable[[], Any], draws: int, times: int = 3) -> float:
    """Return the nanoseconds a draw, the best of some times."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken) / draws * 1e9


def once(work: Callable[[], Any]) -> str:
    """Return the milliseconds that something takes the first time."""
    start = time.perf_counter()
    work()
    return f"{(time.perf_counter() - start) * 1e3:.1f}"


def main() -> None:
    """Print one line for each scale."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=100_000)
    draws = parser.parse_args().draws
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


if __name__ == "__main__":
    main()
