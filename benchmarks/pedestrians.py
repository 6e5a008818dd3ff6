"""Print how people walk in five real scenes, and in simulations of them: same entries, exits and times.

    python benchmarks/pedestrians.py [--data ../shared/data] [--scenes crowds_zara01,...] [-p speed=1.2 ...]
    python benchmarks/pedestrians.py --scenes crowds_zara01 --seconds 60 --budget 1000

With a budget the parameters are calibrated first, by so many runs, of the first seconds where these are given. Scenes:
ETH (Pellegrini and others, 2009) and UCY (Lerner and others, 2007). Frames are taken for 25 a second, and for 15 in
`biwi_eth`: with 25 its people would walk at 2.4 metres a second.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from likewise.recipes.calibrate import calibrate
from likewise.recipes.simulate import simulate
from likewise.techniques.agents.models.pedestrians import Pedestrians
from likewise.techniques.agents.models.tracks import summaries, walks_of

SCENES = ("biwi_eth", "biwi_hotel", "crowds_zara01", "crowds_zara02", "students003")
RATE = {"biwi_eth": 15.0}
"""Frames a second where they are not 25."""


def tracks_of(data: Path, scene: str) -> pd.DataFrame:
    """Return the tracks of a scene, in seconds and metres."""
    rows = pd.read_csv(data / "eth_ucy_pedestrians" / "pedestrians.csv.gz").query("scene == @scene")
    time = (rows.frame - rows.frame.min()) / RATE.get(scene, 25.0)
    return pd.DataFrame({"agent": rows.ped_id.astype(int), "time": time, "x": rows.x, "y": rows.y})


def main() -> None:
    """Print a table for each scene: a row for each summary."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--scenes", default=",".join(SCENES))
    parser.add_argument("-p", "--parameter", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="how much of a scene is taken")
    parser.add_argument("--budget", type=int, help="runs to calibrate by")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    given = {name: float(value) for name, _, value in (pair.partition("=") for pair in asked.parameter)}
    for scene in asked.scenes.split(","):
        tracks = tracks_of(asked.data, scene).query("time <= @asked.seconds")
        scenario = Pedestrians.from_dict({"walks": walks_of(tracks), "walls": False, **given})
        if asked.budget:
            fitted = calibrate(scenario, tracks, budget=asked.budget, seed=asked.seed)
            print(fitted.to_text(), end="\n\n")
            scenario = fitted.scenario
        run = simulate(scenario, until=float(tracks.time.max()), every=0.4, seed=asked.seed)
        real, made = summaries(tracks), summaries(run.panels["people"])
        print(f"| | {scene} | simulated |\n|---|---|---|")
        for name, wanted, found in zip(real.names, real.values, made.values, strict=True):
            print(f"| {name} | {wanted:.2f} | {found:.2f} |")
        print(flush=True)


if __name__ == "__main__":
    main()
