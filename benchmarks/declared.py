"""Measure how fast declared distributions and tables are drawn, beside numpy and scipy.stats doing the same.

    OMP_NUM_THREADS=1 python benchmarks/declared.py [--values 1000000] [--rows 200000] [--repeats 5]

For each family CPU nanoseconds a value of drawing (numpy's own generator beside) and of quantiles (scipy.stats beside);
then CPU seconds of a table of eight correlated columns, beside the same written by hand with numpy and scipy.stats; and
what `likewise generate` takes for a million rows of `examples/clinic.yaml`, in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from scipy import special, stats

from likewise.modalities.tabular.distributions import (
    Beta,
    Binomial,
    Categorical,
    Distribution,
    Exponential,
    Gamma,
    LogNormal,
    Mixture,
    NegativeBinomial,
    Normal,
    Pareto,
    Poisson,
    StudentT,
    Truncated,
    Weibull,
    ZeroInflated,
    Zipf,
)
from likewise.techniques.sampling.declared import Declared

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from metering import metered  # noqa: E402

RESULTS = HERE / "results"
CLINIC = HERE.parent / "examples" / "clinic.yaml"

Draw = Callable[[np.random.Generator, int], Any]

FAMILIES: tuple[tuple[Distribution, Draw | None, Any], ...] = (
    (Normal(170, 10), lambda rng, n: rng.normal(170, 10, n), stats.norm(170, 10)),
    (StudentT(5), lambda rng, n: rng.standard_t(5, n), stats.t(5)),
    (LogNormal(1, 0.5), lambda rng, n: rng.lognormal(1, 0.5, n), stats.lognorm(0.5, scale=np.e)),
    (Gamma(2, 3), lambda rng, n: rng.gamma(2, 3, n), stats.gamma(2, scale=3)),
    (Beta(2, 3), lambda rng, n: rng.beta(2, 3, n), stats.beta(2, 3)),
    (Exponential(3), lambda rng, n: rng.exponential(3, n), stats.expon(scale=3)),
    (Weibull(2, 1), lambda rng, n: rng.weibull(2, n), stats.weibull_min(2)),
    (Pareto(2.5), lambda rng, n: rng.pareto(2.5, n) + 1, stats.pareto(2.5)),
    (Binomial(100, 0.3), lambda rng, n: rng.binomial(100, 0.3, n), stats.binom(100, 0.3)),
    (NegativeBinomial(2, 0.3), lambda rng, n: rng.negative_binomial(2, 0.3, n), stats.nbinom(2, 0.3)),
    (Poisson(4), lambda rng, n: rng.poisson(4, n), stats.poisson(4)),
    (Zipf(2.5), lambda rng, n: rng.zipf(2.5, n), None),  # scipy's quantiles of it do not end
    (Categorical({"a": 5, "b": 3, "c": 2}), lambda rng, n: rng.choice(3, n, p=[0.5, 0.3, 0.2]), None),
    (Truncated(Normal(0, 1), 1, 3), None, stats.truncnorm(1, 3)),
    (ZeroInflated(0.4, Gamma(2, 3)), None, None),
    (Mixture([Normal(0, 1), Normal(5, 1)], [0.3, 0.7]), None, None),
)

PAIRS = (("height", "weight", 0.5), ("age", "pressure", 0.4), ("visits", "cost", 0.6))
TABLE = Declared(
    columns={
        "age": {"beta": {"a": 2, "b": 3, "low": 18, "high": 95}, "decimals": 0},
        "height": {"normal": [170, 10], "decimals": 1},
        "weight": {"lognormal": [4.3, 0.2], "decimals": 1},
        "pressure": {"gamma": [60, 2.1], "decimals": 0},
        "visits": {"negative-binomial": [1.5, 0.3]},
        "cost": {"gamma": [2, 180], "decimals": 2},
        "days": {"poisson": 3},
        "sex": {"categorical": {"F": 0.54, "M": 0.46}},
    },
    correlation={"measure": "scores", "pairs": PAIRS},
)  # fmt: skip


def by_hand(n: int, rng: np.random.Generator) -> dict[str, Any]:
    """Draw the same table as one does without us: correlated normals, their probabilities, scipy's quantiles."""
    names = list(TABLE.columns)
    matrix = np.eye(len(names))
    for one, other, value in PAIRS:
        matrix[names.index(one), names.index(other)] = matrix[names.index(other), names.index(one)] = value
    u = special.ndtr(rng.multivariate_normal(np.zeros(len(names)), matrix, n, method="cholesky"))
    return {
        "age": np.round(stats.beta(2, 3, 18, 77).ppf(u[:, 0])), "height": np.round(stats.norm(170, 10).ppf(u[:, 1]), 1),
        "weight": np.round(stats.lognorm(0.2, scale=np.exp(4.3)).ppf(u[:, 2]), 1),
        "pressure": np.round(stats.gamma(60, scale=2.1).ppf(u[:, 3])), "visits": stats.nbinom(1.5, 0.3).ppf(u[:, 4]),
        "cost": np.round(stats.gamma(2, scale=180).ppf(u[:, 5]), 2), "days": stats.poisson(3).ppf(u[:, 6]),
        "sex": np.array(["F", "M"])[(u[:, 7] > 0.54).astype(int)],
    }  # fmt: skip


def main() -> None:
    """Measure, print and keep the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--values", type=int, default=1_000_000)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--repeats", type=int, default=5)
    asked = parser.parse_args()
    rng, n, kept = np.random.default_rng(0), asked.values, {}
    shares = np.random.default_rng(1).random(n // 10)
    print(
        "| family | draw ns | numpy ns | ratio | quantile ns | scipy.stats ns | ratio |\n|---|---|---|---|---|---|---|"
    )
    for family, draw, peer in FAMILIES:
        ours = cpu(partial(family.sample, n, rng), asked.repeats) / n
        theirs = None if draw is None else cpu(partial(draw, rng, n), asked.repeats) / n
        quantile = cpu(partial(family.ppf, shares), asked.repeats) / len(shares)
        scipys = None if peer is None else cpu(partial(peer.ppf, shares), asked.repeats) / len(shares)
        print(f"| {family.name} | {_row(ours, theirs)} | {_row(quantile, scipys)} |", flush=True)
        kept[family.name] = {"draw": ours, "numpy": theirs, "quantile": quantile, "scipy": scipys}
    model = TABLE.model()
    ours = cpu(lambda: model.sample(asked.rows), asked.repeats)
    theirs = cpu(lambda: by_hand(asked.rows, rng), asked.repeats)
    print(f"\ntable of {asked.rows:,} rows x 8 columns: {ours:.2f} CPU s, by hand {theirs:.2f} CPU s, "
          f"ratio {ours / theirs:.2f}; compiling it {cpu(TABLE.model, asked.repeats):.3f} CPU s")  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="likewise-bench-") as folder:
        command = [Path(sys.executable).with_name("likewise"), "generate", CLINIC, "-n", str(asked.values)]
        cost = metered([*command, "-o", Path(folder) / "rows.parquet"])
    print(f"likewise generate examples/clinic.yaml -n {asked.values}: {cost.cpu_s} CPU s, peak {cost.peak_mb} MB")
    RESULTS.mkdir(exist_ok=True)
    kept["table"] = {"ours": ours, "by hand": theirs}
    (RESULTS / "declared.json").write_text(json.dumps(kept, indent=1) + "\n")


def cpu(work: Callable[[], Any], repeats: int) -> float:
    """Return the median CPU seconds of some work."""
    found = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return statistics.median(found)


def _row(ours: float, theirs: float | None) -> str:
    return (
        f"{ours * 1e9:.0f} | | " if theirs is None else f"{ours * 1e9:.0f} | {theirs * 1e9:.0f} | {ours / theirs:.2f}"
    )


if __name__ == "__main__":
    main()
