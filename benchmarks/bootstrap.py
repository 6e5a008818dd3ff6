"""Measure the bootstrap: replicates a second beside arch, coverage of intervals, block lengths, memory of series.

    python benchmarks/bootstrap.py [--peer PYTHON] [--parts speed,blocks,coverage,memory] [--data FOLDER]

`PYTHON` is an interpreter that has arch 8. Each side of a comparison runs in a process of its own, on one thread, the
two in turn; figures are of the best of five turns. Coverage and memory need no peer.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
ROWS, BLOCK, REPLICATES, TURNS = 1_000, 10, 20_000, 5
KINDS = ("iid", "circular", "stationary")
AUTOREGRESSIONS = [(phi, n, seed) for phi in (-0.5, 0.0, 0.3, 0.6, 0.9) for n in (200, 1000) for seed in range(20)]


def main() -> None:
    """Print the tables that are asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--peer", help="a Python that has arch")
    parser.add_argument("--parts", default="speed,blocks,coverage,memory")
    parser.add_argument("--data", type=Path, default=HERE.parents[1] / "shared" / "data")
    parser.add_argument("--trials", type=int, default=400, help="data sets of which coverage is counted")
    parser.add_argument("--side", choices=("likewise", "arch"), help=argparse.SUPPRESS)
    parser.add_argument("--task", choices=("speed", "blocks"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.side:
        print(json.dumps(TASKS[asked.task][asked.side]()))
        return
    parts = asked.parts.split(",")
    if "speed" in parts:
        _print_speed(asked.peer)
    if "blocks" in parts and asked.peer:
        _print_blocks(asked.peer)
    if "coverage" in parts:
        _print_coverage(asked.trials)
    if "memory" in parts:
        _print_memory(asked.data)


# -- replicates a second --------------------------------------------------------------------------------------------
def _per_second(work: Callable[[int], object]) -> float:
    work(REPLICATES // 10)
    start = time.process_time()
    work(REPLICATES)
    return REPLICATES / (time.process_time() - start)


def _speed_of_likewise() -> dict[str, float]:
    from likewise.techniques.bootstrap import bootstrap_interval, indices

    values = np.random.default_rng(0).normal(size=ROWS)

    def interval(kind: str, statistic: Any) -> Callable[[int], object]:
        block = {} if kind == "iid" else {"block": BLOCK}
        return lambda count: bootstrap_interval(
            values, statistic, method="percentile", replicates=count, resample=kind, **block
        )

    def resamples(kind: str) -> Callable[[int], object]:
        block = None if kind == "iid" else BLOCK
        return lambda count: sum(
            len(values.take(rows)) for rows in indices(ROWS, replicates=count, resample=kind, block=block)
        )

    found = {}
    for kind in KINDS:
        found[f"{kind}, mean, a function"] = _per_second(interval(kind, np.mean))
        found[f"{kind}, mean, by name"] = _per_second(interval(kind, "mean"))
        found[f"{kind}, median, by name"] = _per_second(interval(kind, "median"))
        found[f"{kind}, resamples alone"] = _per_second(resamples(kind))
    return found


def _speed_of_arch() -> dict[str, float]:
    from arch.bootstrap import CircularBlockBootstrap, IIDBootstrap, StationaryBootstrap

    values = np.random.default_rng(0).normal(size=ROWS)
    made = {
        "iid": lambda: IIDBootstrap(values, seed=1),
        "circular": lambda: CircularBlockBootstrap(BLOCK, values, seed=1),
        "stationary": lambda: StationaryBootstrap(BLOCK, values, seed=1),
    }
    found = {}
    for kind in KINDS:
        for name, statistic in (("mean", np.mean), ("median", np.median)):
            found[f"{kind}, {name}, a function"] = _per_second(
                lambda count, kind=kind, statistic=statistic: made[kind]().apply(statistic, count)
            )
        found[f"{kind}, resamples alone"] = _per_second(
            lambda count, kind=kind: sum(1 for _ in made[kind]().bootstrap(count))
        )
    return found


def _print_speed(peer: str | None) -> None:
    ours: dict[str, float] = {}
    theirs: dict[str, float] = {}
    for _ in range(TURNS):
        ours = _best(ours, _child(sys.executable, "likewise", "speed"))
        theirs = _best(theirs, _child(peer, "arch", "speed") if peer else {})
    print(f"replicates of {ROWS:,} values a CPU second, blocks of {BLOCK}\n")
    print("| resample, statistic | likewise | arch | ratio |\n|---|---|---|---|")
    for name, rate in ours.items():
        other = theirs.get(name.replace("by name", "a function"))
        beside = f"{other:,.0f} | {rate / other:.1f}" if other else "- | -"
        print(f"| {name} | {rate:,.0f} | {beside} |")


def _best(one: dict[str, float], other: dict[str, float]) -> dict[str, float]:
    return {name: max(rate, one.get(name, 0.0)) for name, rate in other.items()}


# -- block lengths --------------------------------------------------------------------------------------------------
def _autoregression(phi: float, n: int, seed: int) -> np.ndarray:
    noise = np.random.default_rng([seed, n]).normal(size=n + 200)
    for t in range(1, len(noise)):
        noise[t] += phi * noise[t - 1]
    return noise[200:]


def _blocks_of_likewise() -> list[tuple[float, float]]:
    from likewise.techniques.bootstrap import optimal_block_length

    found = [optimal_block_length(_autoregression(*process)) for process in AUTOREGRESSIONS]
    return [(length.stationary, length.circular) for length in found]


def _blocks_of_arch() -> list[tuple[float, float]]:
    from arch.bootstrap import optimal_block_length

    found = [optimal_block_length(_autoregression(*process)).iloc[0] for process in AUTOREGRESSIONS]
    return [(float(length["stationary"]), float(length["circular"])) for length in found]


def _print_blocks(peer: str) -> None:
    ours = np.array(_child(sys.executable, "likewise", "blocks"))
    theirs = np.maximum(_child(peer, "arch", "blocks"), 1.0)  # a block has at least one row
    print("\nblock lengths of AR(1) series, 20 of each kind: median, and how often both agree within 1 %\n")
    print(
        "| phi, rows | likewise: stationary | arch | likewise: circular | arch | agree % |\n|---|---|---|---|---|---|"
    )
    for phi, n in dict.fromkeys(process[:2] for process in AUTOREGRESSIONS):
        rows = [i for i, process in enumerate(AUTOREGRESSIONS) if process[:2] == (phi, n)]
        middle, other = np.median(ours[rows], axis=0), np.median(theirs[rows], axis=0)
        agree = np.isclose(ours[rows], theirs[rows], rtol=0.01).all(axis=1).mean()
        cells = f"{middle[0]:.1f} | {other[0]:.1f} | {middle[1]:.1f} | {other[1]:.1f} | {agree:.0%}"
        print(f"| {phi}, {n:,} | {cells} |")


# -- coverage -------------------------------------------------------------------------------------------------------
def _print_coverage(trials: int) -> None:
    from likewise.techniques.bootstrap import bootstrap_interval

    print(f"\nshare of {trials} data sets whose 95 % interval holds the true mean (1,000 replicates each)\n")
    print("| data | bca | percentile | basic | normal | studentized |\n|---|---|---|---|---|---|")
    methods = ("bca", "percentile", "basic", "normal", "studentized")
    for name, drawn, truth in (
        ("normal, 30 rows", lambda rng: rng.normal(size=30), 0.0),
        ("lognormal, 50 rows", lambda rng: rng.lognormal(size=50), np.exp(0.5)),
    ):
        held = dict.fromkeys(methods, 0)
        for trial in range(trials):
            values = drawn(np.random.default_rng(trial))
            for method in methods:
                found = bootstrap_interval(values, "mean", method=method, replicates=1000, seed=trial)
                held[method] += found.low <= truth <= found.high
        print(f"| {name} | " + " | ".join(f"{held[m] / trials:.3f}" for m in methods) + " |")
    print("\n| AR(1), 400 rows, basic | iid | moving | circular | stationary |\n|---|---|---|---|---|")
    for phi in (0.0, 0.3, 0.6):
        kinds = ("iid", "moving", "circular", "stationary")
        held = dict.fromkeys(kinds, 0)
        for trial in range(trials):
            values = _autoregression(phi, 400, trial)
            for kind in kinds:
                found = bootstrap_interval(values, "mean", method="basic", replicates=1000, resample=kind, seed=trial)
                held[kind] += found.low <= 0 <= found.high
        print(f"| phi {phi} | " + " | ".join(f"{held[k] / trials:.3f}" for k in kinds) + " |")


# -- what series keep -----------------------------------------------------------------------------------------------
def _print_memory(data: Path) -> None:
    from likewise.techniques.bootstrap import Bootstrap

    print("\nautocorrelation of real series and of drawn ones (mean of ten draws of as many rows), by method\n")
    methods = ("iid", "moving", "circular", "stationary", "tapered", "sieve")
    print(f"| series, lag | real | {' | '.join(methods)} |\n|---|{'---|' * (len(methods) + 1)}")
    for name, frame, column, lags in _series(data):
        values = frame[column].to_numpy(dtype=float)
        drawn: dict[str, list[list[float]]] = {}
        for method in methods:
            model = Bootstrap(method=method).fit(frame)
            series = [model.sample(len(frame), seed=seed)[column].to_numpy(dtype=float) for seed in range(10)]
            drawn[method] = [[_correlation(made, lag) for made in series] for lag in lags]
        for place, lag in enumerate(lags):
            cells = [_correlation(values, lag), *(float(np.mean(drawn[m][place])) for m in methods)]
            print(f"| {name}, {lag} | " + " | ".join(f"{cell:.2f}" for cell in cells) + " |")


def _series(data: Path) -> list[tuple[str, Any, str, tuple[int, ...]]]:
    import pandas as pd

    def read(folder: str, name: str) -> Any:
        return pd.read_csv(data / folder / f"{name}.csv.gz")

    google = np.log(read("google_stock", "google_stock")).diff().iloc[1:].replace([np.inf, -np.inf], np.nan)
    exchange = np.log(read("exchange_rate", "exchange_rate")).diff().iloc[1:]
    rides = read("cta_ridership", "cta_ridership").drop(columns=["day_type"])
    rides["service_date"] = pd.to_datetime(rides["service_date"])
    rides = rides.drop_duplicates("service_date").sort_values("service_date")
    return [
        ("Google volume, log change", google, "Volume", (1, 2, 5)),
        ("exchange rate, log change", exchange, "c0", (1, 2, 5)),
        ("transformer, oil temperature, hours", read("etth1", "ETTh1"), "OT", (1, 24, 168)),
        ("Chicago bus rides, days", rides, "bus", (1, 7, 14)),
    ]


def _correlation(values: np.ndarray, lag: int) -> float:
    values = values[np.isfinite(values)] - np.nanmean(values)
    return float((values[lag:] * values[:-lag]).sum() / (values**2).sum())


# -- processes ------------------------------------------------------------------------------------------------------
TASKS: dict[str, dict[str, Callable[[], Any]]] = {
    "speed": {"likewise": _speed_of_likewise, "arch": _speed_of_arch},
    "blocks": {"likewise": _blocks_of_likewise, "arch": _blocks_of_arch},
}


def _child(python: str, side: str, task: str) -> Any:
    command = [python, __file__, "--side", side, "--task", task]
    done = subprocess.run(command, env={**os.environ, **THREADS}, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


if __name__ == "__main__":
    main()
