"""Bring car following to real drivers: the HIGH-SIM tracks of a motorway (Shi and others, 2021), half of them unseen.

    OMP_NUM_THREADS=1 python benchmarks/car_following.py [--data ../shared/data] [--budget 3000]

Prints what the one half of the pursuits says of the parameters, and how far simulations of the other half are from it,
with those parameters and with the model's own. Frames are 30 a second and places in feet.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as csv

from likewise.recipes.calibrate import calibrate
from likewise.techniques.agents.models.car_following import CarFollowing
from likewise.techniques.agents.models.vehicle_tracks import pursuits, summary_of_pursuits
from likewise.techniques.agents.observed import simulated
from likewise.techniques.agents.simulation import Simulation

FRAMES, FOOT = 30.0, 0.3048


def tracks_of(data: Path, every: float) -> dict[str, Any]:
    """Return the tracks in seconds and metres, a row every so many seconds."""
    rows = csv.read_csv(data / "high_sim_i75" / "high_sim_i75.csv.gz")
    frame = rows["frame"].to_numpy() - rows["frame"].to_numpy().min()
    kept = frame % round(FRAMES * every) == 0
    held = {"agent": "vehicle", "lane": "lane"}
    return {"time": frame[kept] / FRAMES, "x": rows["position_ft"].to_numpy()[kept] * FOOT,
            **{name: rows[column].to_numpy()[kept] for name, column in held.items()}}  # fmt: skip


def main() -> None:
    """Calibrate on the pursuits of even number, and look at the others."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--budget", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    found = pursuits(tracks_of(asked.data, 0.2))
    with tempfile.TemporaryDirectory() as folder:
        halves = []
        for odd in (0, 1):
            rows = {name: values[found["agent"] % 2 == odd] for name, values in found.items()}
            place = Path(folder) / f"pursuits-{odd}.csv"
            csv.write_csv(pa.table(rows), place)
            # Summaries are of a row a second, as those of a run.
            whole = np.abs(rows["time"] - np.round(rows["time"])) < 1e-6
            halves.append((place, {name: values[whole] for name, values in rows.items()}))
        (learned, first), (held_back, other) = halves
        print(f"{len(np.unique(first['agent']))} and {len(np.unique(other['agent']))} pursuits\n")
        fitted = calibrate(CarFollowing(pursuits=learned), pa.table(first), budget=asked.budget, seed=asked.seed)
        print(fitted.to_text(), end="\n\n")
        _compare(fitted.scenario.model_copy(update={"pursuits": held_back}), CarFollowing(pursuits=held_back), other)


def _compare(fitted: CarFollowing, plain: CarFollowing, real: dict[str, Any]) -> None:
    """Print the summaries of real pursuits and of both simulations, means of ten seeds."""
    wanted = summary_of_pursuits(real)
    runs = [np.mean([summary_of_pursuits(simulated(Simulation(scenario, seed=seed), float(real["time"].max()))).values
                     for seed in range(10)], axis=0) for scenario in (fitted, plain)]  # fmt: skip
    print("| of pursuits held back | real | calibrated | as it comes |\n|---|---|---|---|")
    for name, value, one, two in zip(wanted.names, wanted.values, *runs, strict=True):
        print(f"| {name} | {value:.2f} | {one:.2f} | {two:.2f} |")


if __name__ == "__main__":
    main()
