"""Measure how fast pictures, sounds and series are changed, and whether training on changed copies helps.

    python benchmarks/augmentation.py [--data FOLDER] [--parts pictures,sounds,series,worth] [--seeds 5]

Prints, for each operation at its default settings, how many pictures of 28 x 28 x 1 and 224 x 224 x 3 (sounds of a
second at 16 kHz, series of 150 steps) a CPU second changes through `NoiseModel.perturb`, beside
two floors: a copy of the bytes, and the same path with nothing changed. Then the accuracy of classifiers trained on few
rows of Fashion-MNIST, GunPoint and ItalyPowerDemand alone, and with nine changed copies of each row beside it: the same
few kinds of change for all sets, so that it shows where they help and where they do not. One thread: OMP_NUM_THREADS=1.
`--sheet FILE` draws what operations make of ten garments instead.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from likewise.core.schema import Column, Schema
from likewise.core.table import Table
from likewise.io.source import read_source
from likewise.techniques.noise import Noise
from likewise.techniques.noise.audio import SOUNDS
from likewise.techniques.noise.image import PICTURES
from likewise.techniques.noise.series import SERIES

DATA = Path(__file__).parents[1] / "../shared/data"
COPIES, FEW = 9, 10
PICTURE_STEPS = {
    "mirrored": ["mirror"],
    "turned and shifted": [{"affine": {"degrees": [-10, 10], "scale": [0.9, 1.1], "shift": [-0.07, 0.07]}}],
    "in another light": ["colour", "gaussian_noise"],
}
SERIES_STEPS = {
    "at another pace": [{"time_warp": {"sd": 0.1}}, {"window_slice": {"part": [0.9, 1]}}],
    "with other values": ["jitter", "scaling", {"magnitude_warp": {"sd": 0.1}}],
}


def seconds(work: Callable[[], Any], least: float = 0.4) -> float:
    """Return the CPU seconds of a call, the best of as many as fill `least` seconds."""
    times: list[float] = []
    while sum(times) < least or len(times) < 2:
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return min(times)


def speeds(operations: Any, tables: dict[str, Table], name: str) -> None:
    """Print a row an operation: things changed a CPU second, and that as a share of the speed of a copy."""
    print(f"\n| operation | {' | '.join(f'{size}, a CPU second | times a copy' for size in tables)} |")
    print("|---" * (1 + 2 * len(tables)) + "|")
    copies = {size: seconds(lambda t=t: np.array(t.tensor(name))) for size, t in tables.items()}  # type: ignore[misc]
    lines = [("a copy of the bytes", copies)]
    steps = [("nothing changed", {operations[0].op: {"share": 0}})]
    steps += [(o.op, {o.op: {}}) for o in operations if o.op not in ("pictures", "mixup", "cutmix")]
    for label, step in steps:
        spent = {}
        for size, table in tables.items():
            model = Noise(steps=[step]).fit(table)
            spent[size] = seconds(lambda m=model, t=table: m.perturb(t))  # type: ignore[misc]
        lines.append((label, spent))
    for label, spent in lines:
        cells = [f"{tables[size].rows / own:,.0f} | {own / copies[size]:,.1f}" for size, own in spent.items()]
        print(f"| {label} | {' | '.join(cells)} |", flush=True)


def pictures() -> None:
    """Time operations on pictures."""
    rng = np.random.default_rng(0)
    sizes = {"28 x 28 x 1": (4000, 28, 28, 1), "224 x 224 x 3": (60, 224, 224, 3)}
    tables = {size: Table.from_any({"x": rng.integers(0, 255, shape, dtype=np.uint8)}) for size, shape in sizes.items()}
    speeds(PICTURES, tables, "x")


def sounds() -> None:
    """Time operations on sounds."""
    schema = Schema(columns=(Column(name="x", kind="audio", rate=16_000),))
    clips = np.random.default_rng(0).normal(size=(40, 16_000)).astype(np.float32) / 10
    speeds(SOUNDS, {"one second at 16 kHz": Table.from_any({"x": clips}, schema)}, "x")


def series() -> None:
    """Time operations on series."""
    waves = np.random.default_rng(0).normal(size=(2000, 150))
    speeds(SERIES, {"150 steps": Table.from_any({"x": waves})}, "x")


def worth(data: Path, seeds: int) -> None:
    """Print accuracies with and without changed copies, a row a set and classifier."""
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    learners = {"1-NN": KNeighborsClassifier(1), "SVM": make_pipeline(StandardScaler(), SVC(C=10))}
    print(f"\n| set, {FEW} rows a class | copies | classifier | alone | with copies | gain (sd of {seeds} seeds) |")
    print("|---|---|---|---|---|---|")
    for name in ("fashion_mnist", "GunPoint", "ItalyPowerDemand"):
        loaded = fashion(data) if name == "fashion_mnist" else ucr(data, name)
        for called, steps in (PICTURE_STEPS if name == "fashion_mnist" else SERIES_STEPS).items():
            scores: dict[str, list[tuple[float, float]]] = {learner: [] for learner in learners}
            for seed in range(seeds):
                for learner, pair in judged(*loaded, steps, learners, seed).items():
                    scores[learner].append(pair)
            for learner, pairs in scores.items():
                alone, more = np.array(pairs).T
                print(f"| {name} | {called} | {learner} | {alone.mean():.3f} | {more.mean():.3f} | "
                      f"{(more - alone).mean():+.3f} ({(more - alone).std(ddof=1):.3f}) |", flush=True)  # fmt: skip


def judged(
    x: Any, y: Any, test_x: Any, test_y: Any, steps: Any, learners: Any, seed: int
) -> dict[str, tuple[float, float]]:
    """Return each classifier's accuracy, trained on a few rows of each class alone and with changed copies."""
    rng = np.random.default_rng(seed)
    rows = np.concatenate([rng.permutation(np.flatnonzero(y == level))[:FEW] for level in np.unique(y)])
    own = {"x": x[rows], "y": y[rows].tolist()}
    made = Noise(steps=steps).fit(own, seed=seed).sample(COPIES * len(rows), seed=seed)
    flat = [np.reshape(a, (len(a), -1)).astype(np.float64) for a in (own["x"], made["x"], test_x)]
    both, labels = np.concatenate(flat[:2]), np.array([*own["y"], *made["y"]])
    found = {}
    for name, learner in learners.items():
        alone = learner.fit(flat[0], own["y"]).score(flat[2], test_y)
        found[name] = (alone, learner.fit(both, labels).score(flat[2], test_y))
    return found


def fashion(data: Path) -> tuple[Any, Any, Any, Any]:
    """Return pictures and labels to learn from, and 2,000 to test on."""
    parts = []
    for part, rows in (("train", 60_000), ("t10k", 2_000)):
        table = Table.from_arrow(read_source(data / f"fashion_mnist/{part}-images-idx3-ubyte.gz").table)
        parts += [np.asarray(table.tensor("image"))[:rows], table.codes("label")[:rows]]
    return parts[0], parts[1], parts[2], parts[3]


def sheet(data: Path, out: Path) -> None:
    """Draw ten garments, and below them what each operation makes of them."""
    from PIL import Image, ImageDraw

    photos, codes, *_ = fashion(data)
    photos = photos[[np.flatnonzero(codes == code)[3] for code in range(10)]]
    rows = [("as it is", photos)]
    for operation in PICTURES:
        if operation.op != "pictures":
            mix = {"image": "x", "label": "y", "alpha": 1} if operation.op in ("mixup", "cutmix") else {}
            given = {"x": photos, "y": np.eye(10)}
            rows.append((operation.op, Noise(steps=[{operation.op: mix}]).fit(given).perturb(given, seed=3)["x"]))
    image = Image.new("L", (110 + 10 * 40, 40 * len(rows)), 255)
    draw = ImageDraw.Draw(image)
    for number, (name, made) in enumerate(rows):
        draw.text((4, 40 * number + 14), name, fill=0)
        strip = Image.fromarray(np.concatenate(list(made[..., 0]), axis=1)).resize((400, 40))
        image.paste(strip, (110, 40 * number))
    image.save(out, optimize=True)


def ucr(data: Path, name: str) -> tuple[Any, Any, Any, Any]:
    """Return series and labels of a set of the UCR archive, in its own split."""
    frame = pd.read_csv(data / f"ucr_series/{name}.csv.gz")
    values, labels = frame.filter(regex=r"^v\d").to_numpy(), frame["label"].astype(str).to_numpy()
    train = (frame["split"] == "train").to_numpy()
    return values[train], labels[train], values[~train], labels[~train]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--parts", default="pictures,sounds,series,worth")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--sheet", type=Path, help="draw the operations on pictures to a PNG file, and stop")
    asked = parser.parse_args()
    parts = {"pictures": pictures, "sounds": sounds, "series": series,
             "worth": lambda: worth(asked.data, asked.seeds)}  # fmt: skip
    if asked.sheet:
        sheet(asked.data, asked.sheet)
    for part in [] if asked.sheet else asked.parts.split(","):
        parts[part]()


if __name__ == "__main__":
    main()
