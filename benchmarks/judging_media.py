"""Say which score catches which fault of pictures: Fashion-MNIST, one fault at a time laid upon fresh pictures.

    python benchmarks/judging_media.py [--data DIR] [--scores likeness use secrecy] [--features]

4,000 pictures are real, 1,000 held back and 1,000 fresh. Features are learned once; classifiers are trained anew for
each fault. `--features` shows instead how far, in standard deviations of what chance does, Frechet distances by several
kinds of features see each fault. 300 CPU seconds (`--features`: 60).
"""

from __future__ import annotations

import argparse
import gzip
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter

from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.evaluation.boosting import one_thread
from likewise.evaluation.media.distances import Vectors, frechet_apart
from likewise.evaluation.media.likeness import likeness_scores
from likewise.evaluation.media.secrecy import secrecy_scores
from likewise.evaluation.media.shapes import Pixels
from likewise.evaluation.media.sides import Sides, sides_of
from likewise.evaluation.media.spaces import Named, Space, extractors_of, space_of
from likewise.evaluation.media.use import worth_of, worth_scores
from likewise.evaluation.pairing import pair_tables
from likewise.evaluation.score import Score

Labelled = tuple[np.ndarray, np.ndarray]
REAL, HELD = 4_000, 1_000
COLUMNS = {
    "likeness": ("frechet", "detail", "precision", "coverage"), "use": ("tstr", "tstr_class", "trts"),
    "secrecy": ("near_copies", "nearest"),
}  # fmt: skip
SIGNS = {"good": " ", "fair": "~", "poor": "x", "unknown": "?"}


def read(folder: Path) -> Labelled:
    """Return the training pictures and their classes."""
    pictures, labels = (gzip.decompress((folder / f"train-{name}-ubyte.gz").read_bytes()) for name in
                        ("images-idx3", "labels-idx1"))  # fmt: skip
    return (np.frombuffer(pictures, np.uint8, offset=16).reshape(-1, 28, 28, 1),
            np.frombuffer(labels, np.uint8, offset=8).astype(np.int64))  # fmt: skip


def faults(real: Labelled, fresh: Labelled) -> dict[str, Labelled]:
    """Return fresh pictures with one fault each, and the real ones as copies."""
    rng = generator(0, "faults")
    pictures, labels = fresh
    plain, n = pictures.astype(float), len(pictures)

    def grain(of: np.ndarray, by: float) -> np.ndarray:
        return np.clip(of + rng.normal(0, by, of.shape), 0, 255).astype(np.uint8)

    def blurred(by: float) -> np.ndarray:
        return np.stack([gaussian_filter(p, (by, by, 0)) for p in plain]).astype(np.uint8)

    def again(few: int) -> Labelled:
        which = rng.permutation(n)[:few][rng.integers(few, size=n)]
        return pictures[which], labels[which]

    mixed = plain.copy()
    for k in range(10):
        of = np.flatnonzero(labels == k)
        mixed[of] = (plain[of] + plain[rng.permutation(of)]) / 2
    kept = np.flatnonzero(labels != 3)[rng.integers(int((labels != 3).sum()), size=n)]
    swapped = np.where(labels == 0, 1, np.where(labels == 1, 0, labels))
    wrong = np.where(rng.random(n) < 0.1, labels[rng.permutation(n)], labels)
    planted = rng.permutation(len(real[0]))[: n // 50], rng.permutation(n)[: n // 50]
    copied, near = pictures.copy(), pictures.copy()
    copied[planted[1]], near[planted[1]] = real[0][planted[0]], grain(real[0][planted[0]], 6)
    every = rng.permutation(len(real[0]))[:n]
    return {
        "none (fresh pictures)": fresh,
        "uniform noise": (rng.integers(0, 256, pictures.shape).astype(np.uint8), labels),
        "grain, 3 % of the range": (grain(plain, 8), labels), "grain, 10 %": (grain(plain, 25), labels),
        "blur, half a pixel": (blurred(0.5), labels), "blur, a pixel": (blurred(1), labels),
        "a tenth darker": ((0.9 * plain).astype(np.uint8), labels),
        "shifted by two pixels": (np.roll(pictures, 2, axis=2), labels),
        "mean of two of a class": (mixed.astype(np.uint8), labels),
        "a quarter of them, 4 times": again(n // 4), "fifty over and over": again(50),
        "one class of ten lost": (pictures[kept], labels[kept]),
        "two classes exchanged": (pictures, swapped), "labels shuffled": (pictures, labels[rng.permutation(n)]),
        "a tenth mislabelled": (pictures, wrong),
        "the real pictures": (real[0][every], real[1][every]),
        "the real ones, grain 5 %": (grain(real[0][every], 13), real[1][every]),
        "2 % copies": (copied, labels), "2 % copies, grain 2.5 %": (near, labels),
    }  # fmt: skip


def sides_for(real: Labelled, made: Labelled, held: Labelled) -> Sides:
    """Return the sides of one judgement."""
    tables = [Table.from_any({"picture": np.ascontiguousarray(p), "label": [f"class {k}" for k in labels]})
              for p, labels in (real, made, held)]  # fmt: skip
    paired = pair_tables(tables[0], tables[1], tables[2])
    found = sides_of(paired.media[0], tables, paired, "label", seed=0, brief=False)
    assert found is not None and not found.few
    return found


def written(score: Score) -> str:
    """Write a score with its floor and the sign of its verdict."""
    if score.value is None:
        return "-"
    places = 1 if score.unit == "%" else 3
    shown = f"{score.value:.{places}f}/{score.floor:.{places}f}"
    return f"{shown}{SIGNS[score.verdict]}"


class Components:
    """Project pictures on their first 48 principal components: what no training and no filters cost."""

    def __init__(self, pictures: Pixels) -> None:
        """Learn the components of real pictures."""
        flat = pictures.reshape(len(pictures), -1)
        self.middle = flat.mean(axis=0)
        self.axes = np.linalg.svd(flat - self.middle, full_matrices=False)[2][:48].T

    def vectors(self, pictures: Pixels) -> Vectors:
        """Return the projections."""
        return np.asarray((pictures.reshape(len(pictures), -1) - self.middle) @ self.axes, dtype=np.float32)


def _seen(spaces: tuple[Space, ...]) -> list[str]:
    """Return how far beyond fresh pictures the Frechet distance of each space lies, in standard deviations."""
    found = [frechet_apart(s.ground, s.synthetic, s.fresh, seed=0) for s in spaces]
    return [f"{(f.synthetic - f.fresh) / f.spread:.1f}" for f in found]


def _scored(sides: Sides, spaces: tuple[Space, ...], wanted: list[str]) -> list[str]:
    """Return the scores that are wanted, written."""
    scores: list[Score] = []
    if "likeness" in wanted:
        scores.extend(likeness_scores(sides, spaces, seed=0))
    if "use" in wanted:
        scores.extend(worth_scores(worth_of(sides, seed=0), sides))
    if "secrecy" in wanted:
        scores.extend(secrecy_scores(sides, seed=0))
    by_name = {s.name.removeprefix("media_"): s for s in scores}
    return [written(by_name[column]) for kind in wanted for column in COLUMNS[kind]]


def main() -> None:
    """Print a line a fault."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("/work/shared/data/fashion_mnist"))
    parser.add_argument("--features", action="store_true")
    parser.add_argument("--scores", nargs="+", choices=COLUMNS, default=list(COLUMNS))
    asked = parser.parse_args()
    pictures, labels = read(asked.data)
    order = generator(0, "split").permutation(len(pictures))
    parts = np.split(order[: REAL + 2 * HELD], [REAL, REAL + HELD])
    real, held, fresh = ((pictures[rows], labels[rows]) for rows in parts)
    since = time.process_time()
    with one_thread():
        first = sides_for(real, fresh, held)
        needed = asked.features or "likeness" in asked.scores
        extractors = extractors_of(first, seed=0) if needed else ()
        if asked.features:
            extractors = (*extractors, Named("principal components", Components(first.learn.pictures)))
        shown = [e.said[:15] for e in extractors] if asked.features else [c for k in asked.scores for c in COLUMNS[k]]
        print(f"{'fault':26s}", *(f"{name:>15s}" for name in shown))
        for name, made in faults(real, fresh).items():
            sides = replace(sides_for(real, made, held), real=first.real)
            spaces = tuple(space_of(extractor, sides) for extractor in extractors)
            line = _seen(spaces) if asked.features else _scored(sides, spaces, asked.scores)
            print(f"{name:26s}", *(f"{one:>15s}" for one in line), flush=True)
    print(f"{time.process_time() - since:.0f} CPU seconds; value/floor, then: blank good, ~ fair, x poor, ? unknown")


if __name__ == "__main__":
    main()
