"""Pictures drawn by `vae` and `gan`: what a classifier learns from them alone, how far from real ones, at what cost.

    OMP_NUM_THREADS=1 python benchmarks/pictures.py --technique vae --set fashion --grid grid.png

Sets: `fashion` (Fashion-MNIST, of its 60,000 training pictures 4,000 to learn from and 4,000 held back, drawn by
`default_rng(0)`; its 10,000 test pictures judge) and `pen` (pen_digits.py: digits rendered as a pen writes them, for
there is no MNIST at hand). As many pictures as were learned are drawn, as many of each class. Classifiers are those of
`evaluation/media/classifier.py`, trained on real or on synthetic pictures alone (on `--more` times as many of these as
well: who draws may draw as many as they want), medians of `--judges` trainings.
Distances are Frechet distances of the features of one trained on the real ones: synthetic to held back, and learned to
held back (the floor). `near` is the median distance to the nearest learned picture over that to the nearest one held
back, `hugging` how many of the drawn ones, and of those held back, are nearer to one learned picture, measured by the
distance to the fifth, than 99 % of those held back.
"""

from __future__ import annotations

import argparse
import gzip
import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pen_digits import pen_digits
from PIL import Image

import likewise
from likewise.evaluation.media.classifier import Classifier
from likewise.evaluation.media.distances import frechet
from likewise.evaluation.media.nearness import nearest

DATA = Path(os.environ.get("LIKEWISE_DATA", "/work/shared/data"))
NAMES = np.array(["t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot"])
DIGITS = np.array(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])


@dataclass
class Part:
    """Hold pictures (n x height x width x channels) and their classes."""

    pictures: np.ndarray
    labels: np.ndarray


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--technique", nargs="+", default=["vae", "gan"])
    parser.add_argument("--set", nargs="+", default=["fashion", "pen"], choices=["fashion", "pen"])
    parser.add_argument("--rows", type=int, default=4000, help="pictures to learn from, and to hold back")
    parser.add_argument("--time", help="how long training may take, e.g. 3m; as usual if not given")
    parser.add_argument("--more", type=int, default=4, help="how many times as many are drawn as well")
    parser.add_argument("--judges", type=int, default=2, help="trainings of each classifier")
    parser.add_argument("--grid", help="where to draw a grid: NAME.png becomes NAME-SET-TECHNIQUE.png")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    for name in asked.set:
        learned, held, test = {"fashion": fashion, "pen": pen}[name](asked.rows)
        judges = [Classifier.fit(learned.pictures, learned.labels, seed=j, name="real") for j in range(asked.judges)]
        real = float(np.median([right(judge, test) for judge in judges]))
        print(f"{name}: {asked.rows:,} pictures, classifier on real ones {real:.4f}", flush=True)
        for technique in asked.technique:
            drawn, more, said = drawn_by(technique, learned, asked)
            print(f"{name} {technique}: {said}", flush=True)
            report(f"{name} {technique}", drawn, (learned, held, test), (judges, real), asked)
            known = known_by(more, test, asked.judges)
            print(f"{name} {technique}: classifier on {len(more.labels):,} synthetic ones {known:.4f}, ratio "
                  f"{known / real:.4f}", flush=True)  # fmt: skip
            if asked.grid:
                grid(drawn, asked.grid, f"{name}-{technique}")


def fashion(rows: int) -> tuple[Part, Part, Part]:
    """Return pictures to learn from, held back, and to judge by."""
    read = [_idx(DATA / "fashion_mnist" / f"{part}-{what}.gz") for part in ("train", "t10k")
            for what in ("images-idx3-ubyte", "labels-idx1-ubyte")]  # fmt: skip
    order = np.random.default_rng(0).permutation(len(read[0]))
    cut = [order[:rows], order[rows : 2 * rows]]
    parts = [Part(read[0][own][..., None], NAMES[read[1][own]]) for own in cut]
    return parts[0], parts[1], Part(read[2][..., None], NAMES[read[3]])


def pen(rows: int) -> tuple[Part, Part, Part]:
    """Return the same of digits."""
    parts = [pen_digits(n, seed) for seed, n in enumerate((rows, rows, 5000))]
    first, second, third = (Part(pictures[..., None], DIGITS[labels]) for pictures, labels in parts)
    return first, second, third


def _idx(path: Path) -> np.ndarray:
    raw = gzip.decompress(path.read_bytes())
    shape = [int.from_bytes(raw[4 + 4 * i : 8 + 4 * i], "big") for i in range(raw[3])]
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * len(shape)).reshape(shape)


def drawn_by(technique: str, learned: Part, asked: argparse.Namespace) -> tuple[Part, Part, str]:
    """Return as many pictures as were learned, with their classes, `--more` times as many, and what it cost."""
    settings = {} if asked.time is None else {"time": asked.time}
    table = {"image": learned.pictures, "label": learned.labels}
    clock = time.process_time()
    model = likewise.fit(table, technique=technique, seed=asked.seed, **settings)
    fitted, clock = time.process_time() - clock, time.process_time()
    parts, shape = [], (-1, *learned.pictures.shape[1:])
    for seed, rows in enumerate((len(learned.labels), asked.more * len(learned.labels)), asked.seed):
        drawn = model.sample(rows, seed=seed, balance="label")
        parts.append(Part(np.asarray(drawn["image"]).reshape(shape), np.array(drawn["label"])))
    cost = 1000 * (time.process_time() - clock) / sum(len(part.labels) for part in parts)
    return parts[0], parts[1], f"fit {fitted:.0f} CPU s, {cost:.2f} CPU s per 1,000 drawn"


def known_by(drawn: Part, test: Part, judges: int) -> float:
    """Return the share of real pictures that classifiers trained on drawn ones name rightly, the median of a few."""
    own = [Classifier.fit(drawn.pictures, drawn.labels, seed=j, name="synthetic") for j in range(judges)]
    return float(np.median([right(judge, test) for judge in own]))


def right(judge: Classifier, part: Part) -> float:
    """Return the share of pictures that a classifier names rightly."""
    return float((judge.classify(part.pictures.astype(np.float32)) == part.labels).mean())


def report(
    name: str, drawn: Part, parts: tuple[Part, Part, Part], judged: tuple[list[Classifier], float],
    asked: argparse.Namespace,
) -> None:  # fmt: skip
    """Print what the drawn pictures are worth."""
    (learned, held, test), (judges, real) = parts, judged
    alone = known_by(drawn, test, asked.judges)
    found, floor = [], []
    for judge in judges:
        made, known, fresh = (judge.vectors(part.pictures.astype(np.float32)) for part in (drawn, learned, held))
        found.append(frechet(made, fresh))
        floor.append(frechet(known, fresh))
    distance, least = float(np.median(found)), float(np.median(floor))
    flat = [part.pictures[:4000].reshape(min(4000, len(part.labels)), -1).astype(np.float32) / 255
            for part in (drawn, learned, held)]  # fmt: skip
    to_learned, to_held, natural = (nearest(flat[a], flat[b], 5)[0] for a, b in ((0, 1), (0, 2), (2, 1)))
    closeness, usual = (own[:, 0] / own[:, -1] for own in (to_learned, natural))
    limit = float(np.quantile(usual, 0.01))
    consistent, near = right(judges[0], drawn), np.median(to_learned[:, 0]) / np.median(to_held[:, 0])
    print(
        f"{name}: classifier on synthetic ones {alone:.4f}, ratio {alone / real:.4f}; that on real ones agrees on "
        f"{consistent:.4f} of them\n"
        f"{name}: Frechet distance {distance:.3f}, floor {least:.3f}, ratio {distance / least:.2f}\n"
        f"{name}: near {near:.3f}; distance to the nearest learned one "
        f"{np.median(to_learned[:, 0]):.2f}, of held back ones {np.median(natural[:, 0]):.2f}; hugging "
        f"{(closeness < limit).sum()} of {len(closeness)}, held back {(usual < limit).sum()}",
        flush=True,
    )


def grid(drawn: Part, path: str, name: str, across: int = 20) -> None:
    """Write a row of pictures for each class."""
    classes = np.unique(drawn.labels)
    rows = [np.concatenate(list(drawn.pictures[drawn.labels == label][:across]), axis=1) for label in classes]
    whole = np.concatenate(rows, axis=0)
    image = Image.fromarray(whole[..., 0] if whole.shape[2] == 1 else whole)
    target = Path(path)
    image.resize((2 * image.width, 2 * image.height)).save(target.with_name(f"{target.stem}-{name}.png"))


if __name__ == "__main__":
    main()
