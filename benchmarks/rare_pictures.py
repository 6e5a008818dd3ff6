"""What balancing a rare class of pictures is worth: draws of `vae` and `gan`, SMOTE between points, and plainer ways.

    OMP_NUM_THREADS=1 python benchmarks/rare_pictures.py --class coat --epochs 30

Of 4,000 pictures of Fashion-MNIST (the set of pictures.py) those of one class are cut to a share of their number. Each
way adds as many of that class as the largest class has more. Classifiers (`evaluation/media/classifier.py`) learn from
what comes out and are asked about the 10,000 real test pictures: recall and precision of the class, and how many of all
pictures they name rightly; medians of `--judges` trainings. `all of them` is the set before the cut.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from imblearn.over_sampling import SMOTE
from pictures import NAMES, Part, fashion, grid

import likewise
from likewise.evaluation.media.classifier import Classifier


@dataclass(frozen=True, eq=False)
class Rare:
    """Hold pictures of which one class, `name`, lacks `lacking`, and the ways to make as many.

    `epochs` are passes of the GAN's training, None for what is usual.
    """

    learned: Part
    name: str
    lacking: int
    seed: int
    epochs: float | None

    @classmethod
    def cut(cls, whole: Part, name: str, share: float, seed: int, epochs: float | None) -> Rare:
        """Keep a share of the pictures of one class."""
        own = np.flatnonzero(whole.labels == name)
        left = np.setdiff1d(np.arange(len(whole.labels)), own[max(2, round(share * len(own))) :])
        learned = Part(whole.pictures[left], whole.labels[left])
        counts = np.unique(learned.labels, return_counts=True)[1]
        return cls(learned, name, int(counts.max() - (learned.labels == name).sum()), seed, epochs)

    def with_added(self, pictures: np.ndarray) -> Part:
        """Return all pictures, and those that were made of the class."""
        labels = np.repeat(self.name, len(pictures)).astype(NAMES.dtype)
        return Part(np.concatenate([self.learned.pictures, pictures]), np.concatenate([self.learned.labels, labels]))

    def nothing(self) -> np.ndarray:
        """Add no pictures."""
        return self.learned.pictures[:0]

    def repeated(self) -> np.ndarray:
        """Draw pictures of the class again."""
        return self._drawn(likewise.fit(self._table, technique="bootstrap", seed=self.seed))

    def smote_of_pixels(self) -> np.ndarray:
        """Draw between neighbours, pixel by pixel, with imbalanced-learn."""
        flat = self.learned.pictures.reshape(len(self.learned.labels), -1).astype(np.float64)
        wanted = {self.name: self.lacking + int((self.learned.labels == self.name).sum())}
        made, _ = SMOTE(sampling_strategy=wanted, random_state=self.seed).fit_resample(flat, self.learned.labels)
        return made[len(flat) :].round().astype(np.uint8).reshape(-1, *self.learned.pictures.shape[1:])

    def vae(self) -> np.ndarray:
        """Draw from the VAE given the class: the one in `vae_and_smote`, which is fitted as it would be alone."""
        return self._drawn(self._latent.inner)

    def vae_and_smote(self) -> np.ndarray:
        """Draw between neighbours of the class in the latent space of the VAE."""
        return self._drawn(self._latent)

    def gan(self) -> np.ndarray:
        """Draw from the GAN given the class."""
        settings = {} if self.epochs is None else {"epochs": self.epochs}
        return self._drawn(likewise.fit(self._table, technique="gan", seed=self.seed, **settings))

    @cached_property
    def _latent(self) -> Any:
        return likewise.fit(self._table, technique="latent", target="label", seed=self.seed)

    @property
    def _table(self) -> dict[str, np.ndarray]:
        return {"image": self.learned.pictures, "label": self.learned.labels}

    def _drawn(self, model: Any) -> np.ndarray:
        drawn = likewise.read(model.sample(self.lacking, seed=self.seed, given={"label": self.name}))
        return np.stack(list(drawn.tensor("image"))).reshape(-1, *self.learned.pictures.shape[1:])


WAYS: dict[str, Callable[[Rare], np.ndarray]] = {
    "nothing": Rare.nothing,
    "repeated": Rare.repeated,
    "smote of pixels": Rare.smote_of_pixels,
    "vae": Rare.vae,
    "vae + smote": Rare.vae_and_smote,
    "gan": Rare.gan,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--class", dest="name", default="coat", choices=NAMES.tolist())
    parser.add_argument("--share", type=float, default=0.05, help="how many of its pictures are left")
    parser.add_argument("--ways", nargs="+", default=list(WAYS), choices=list(WAYS))
    parser.add_argument("--rows", type=int, default=4000, help="pictures before the cut")
    parser.add_argument("--epochs", type=float, help="passes of the GAN's training; as usual if not given")
    parser.add_argument("--judges", type=int, default=3, help="trainings of each classifier")
    parser.add_argument("--grid", help="where to draw what was added: NAME.png becomes NAME-CLASS-WAY.png")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    whole, _, test = fashion(asked.rows)
    rare = Rare.cut(whole, asked.name, asked.share, asked.seed, asked.epochs)
    print(f"{(rare.learned.labels == rare.name).sum()} pictures of {rare.name} are left, {rare.lacking} are added")
    print("| added | recall | precision | all named rightly | CPU s |\n|---|---|---|---|---|", flush=True)
    print(f"| (all of them) | {judged(whole, test, asked)} | |", flush=True)
    for name in asked.ways:
        clock = time.process_time()
        added = WAYS[name](rare)
        took = time.process_time() - clock
        print(f"| {name} | {judged(rare.with_added(added), test, asked)} | {took:.0f} |", flush=True)
        if asked.grid and len(added):
            grid(Part(added, np.repeat(rare.name, len(added))), asked.grid, f"{rare.name}-{name.replace(' ', '-')}")


def judged(part: Part, test: Part, asked: argparse.Namespace) -> str:
    """Return recall and precision of the class and how many of all are named rightly, each the median of trainings."""
    found = []
    for seed in range(asked.judges):
        said = Classifier.fit(part.pictures, part.labels, seed=seed, name="rare").classify(test.pictures)
        own, hit = test.labels == asked.name, said == asked.name
        found.append(
            ((own & hit).sum() / own.sum(), (own & hit).sum() / max(hit.sum(), 1), (said == test.labels).mean())
        )
    return " | ".join(f"{value:.3f}" for value in np.median(found, axis=0))


if __name__ == "__main__":
    main()
