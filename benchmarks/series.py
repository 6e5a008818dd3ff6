"""Measure series: how well judges tell drawn windows from real ones, how useful they are, and how near to real ones.

    OMP_NUM_THREADS=1 python benchmarks/series.py [--sets stocks,sines,etth1] [--techniques vae,gan] [--data FOLDER]
    OMP_NUM_THREADS=1 python benchmarks/series.py --quick --techniques vae --sets exchange,gait --settings epochs=80

The second line is how the number of passes was chosen: by sets that no target is set for.
TimeGAN's protocol (Yoon et al. 2019): windows of 24 steps scaled to 0..1, as many drawn as there are real ones, a judge
on four fifths of both and its accuracy on the rest; `narrow` is its judge (half as many units as channels), `wide` one
of 16 units; means of three judges. `near` is the median distance to the nearest real window over that of real windows
to the nearest one that shares no step with it: copies are 0, fresh windows 1. Real beside real (halves) is the floor.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc

from likewise.evaluation.media.series import (
    autocorrelation_error,
    cross_correlation_error,
    discriminative,
    predictive,
    prepared,
    spectrum_distance,
)
from likewise.modalities.sequence.windows import windows
from likewise.techniques.gan import GAN
from likewise.techniques.vae import VAE

HERE = Path(__file__).resolve().parent
STEPS, SINES, QUERIES = 24, 10_000, 1000
FILES = {"stocks": "google_stock/google_stock.csv.gz", "etth1": "etth1/ETTh1.csv.gz",
         "exchange": "exchange_rate/exchange_rate.csv.gz", "gait": "gait_daphnet/daphnet_s06r02e0.csv.gz"}  # fmt: skip
HEAD = f"{'':14}{'CPU s':>12}{'narrow':>14}{'wide':>14}{'predict':>9}{'acf':>7}{'cross':>7}{'dB':>6}{'near':>6}"


def main() -> None:
    """Print a line for each set and technique."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sets", default="stocks,sines,etth1")
    parser.add_argument("--techniques", default="vae,gan")
    parser.add_argument("--data", type=Path, default=HERE.parents[1] / "shared" / "data")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--settings", default="", help="e.g. epochs=20,series=blocks")
    parser.add_argument("--keep", type=Path, help="a folder for what is drawn")
    parser.add_argument("--no-floors", action="store_true", help="leave out real beside real")
    parser.add_argument("--quick", action="store_true", help="ask the wide judge only, and leave out floors")
    asked = parser.parse_args()
    settings = dict(pair.split("=") for pair in asked.settings.split(",") if pair)
    if not asked.quick:
        print(HEAD)
    for name in asked.sets.split(","):
        real = _real(name, asked.data)
        if not (asked.no_floors or asked.quick):
            order = np.random.default_rng(0).permutation(len(real))
            _print(f"{name} floor", real[order[::2]], real[order[1::2]], real, "")
        for technique in asked.techniques.split(","):
            drawn, spent = _drawn(technique, real, settings, asked.seed)
            if asked.keep:
                np.save(asked.keep / f"{name}-{technique}.npy", drawn)
            if asked.quick:
                first, second, _ = prepared(real, drawn, real)
                told, near = discriminative(first, second, seed=0, wide=True), _near(real, drawn)
                print(f"{name} {technique}: {spent} s, wide {told.mean():.3f} ±{told.std():.3f}, near {near:.2f}")
            else:
                _print(f"{name} {technique}", real, drawn, real, spent)


def _real(name: str, data: Path) -> Any:
    if name == "sines":
        rng = np.random.default_rng(0)
        speed, start = rng.uniform(0, 0.1, (2, SINES, 1, 5))
        return (np.sin(speed * np.arange(STEPS)[None, :, None] + start) + 1) / 2
    table = pc.read_csv(data / FILES[name])
    kinds = {n: table.column(n).type for n in table.column_names}
    numeric = [n for n, kind in kinds.items() if pa.types.is_integer(kind) or pa.types.is_floating(kind)]
    columns = {n: table.column(n).to_numpy().astype(np.float64) for n in numeric}
    scaled = {n: (own - own.min()) / (np.ptp(own) + 1e-7) for n, own in columns.items() if np.ptp(own)}
    return windows(scaled, steps=STEPS, values=list(scaled)).tensor("series")


def _drawn(technique: str, real: Any, settings: dict[str, str], seed: int) -> tuple[Any, str]:
    start = time.process_time()
    model = {"vae": VAE, "gan": GAN}[technique](**settings).fit({"series": real}, seed=seed)
    fitted = time.process_time()
    drawn = model.sample(len(real), seed=seed + 1)["series"]
    return drawn, f"{fitted - start:.0f} + {time.process_time() - fitted:.0f}"


def _print(what: str, real: Any, drawn: Any, whole: Any, spent: str) -> None:
    first, second, test = prepared(real, drawn, whole)
    narrow, wide = (discriminative(first, second, seed=0, wide=wide) for wide in (False, True))
    ahead = predictive(second, test, seed=0).mean()
    alike = [f(real, drawn) for f in (autocorrelation_error, cross_correlation_error, spectrum_distance)]
    near = _near(whole, drawn) if spent else 1.0
    told = "".join(f"{s.mean():>8.3f} ±{s.std():.3f}" for s in (narrow, wide))
    print(
        f"{what:14}{spent:>12}{told}{ahead:>9.4f}{alike[0]:>7.3f}{alike[1]:>7.3f}{alike[2]:>6.2f}{near:>6.2f}",
        flush=True,
    )


def _near(real: Any, drawn: Any) -> float:
    """Return the median distance to the nearest real window over that of real ones to others of other steps."""
    flat, made = (x.reshape(len(x), -1).astype(np.float32) for x in (real, drawn))
    chosen = np.random.default_rng(0).permutation(len(flat))[:QUERIES]
    apart = _distances(flat[chosen], flat)
    apart[np.abs(chosen[:, None] - np.arange(len(flat))) < STEPS] = np.inf
    return float(np.median(_distances(made[chosen], flat).min(axis=1)) / np.median(apart.min(axis=1)))


def _distances(first: Any, second: Any) -> Any:
    squares = (first**2).sum(axis=1)[:, None] - 2 * first @ second.T + (second**2).sum(axis=1)
    return np.sqrt(np.maximum(squares, 0))


if __name__ == "__main__":
    main()
