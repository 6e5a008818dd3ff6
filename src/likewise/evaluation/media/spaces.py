"""The spaces of features in which the cells of a column are compared."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from likewise.evaluation.media.distances import Vectors
from likewise.evaluation.media.features import Extractor, Patches, Scale
from likewise.evaluation.media.shapes import Pixels
from likewise.evaluation.media.sides import Codes, Side, Sides


@dataclass(frozen=True, eq=False)
class Space:
    """Hold the vectors of all sides by one extractor; `said` names it."""

    said: str
    real: Vectors
    ground: Vectors
    synthetic: Vectors
    fresh: Vectors


class Classifies(Protocol):
    """Tell the class of pictures, by features."""

    def vectors(self, pictures: Pixels) -> Vectors:
        """Return the features of pictures."""
        ...

    def classify(self, pictures: Pixels) -> Codes:
        """Return the code of the likeliest class of each."""
        ...


def classifier_of(side: Side, *, seed: int, name: str) -> Classifies:
    """Train a classifier of the labels on cells: a small convolutional net, a linear one where torch is missing."""
    known = side.labelled
    if importlib.util.find_spec("torch") is None:
        from likewise.evaluation.media.discriminants import LinearClassifier

        return LinearClassifier.fit(known.pictures, known.labels, seed=seed, name=name)
    from likewise.evaluation.media.classifier import Classifier

    return Classifier.fit(known.pictures, known.labels, seed=seed, name=name)


@dataclass(frozen=True, eq=False)
class Named:
    """Hold an extractor and what it is called."""

    said: str
    extractor: Extractor


def extractors_of(sides: Sides, *, seed: int) -> tuple[Named, ...]:
    """Learn what features are taken by, on real cells alone: a classifier where cells have labels, then patches."""
    patches = Patches.fit(sides.learn.pictures, seed=seed)
    found = [Named(f"filters learned from patches of real {sides.look.said}", patches)]
    if sides.label is not None and len(np.unique(sides.learn.labelled.labels)) > 1:
        trained = classifier_of(sides.learn, seed=seed, name="features")
        found.insert(0, Named(f"features of a classifier of `{sides.label}`", trained))
    return tuple(found)


def space_of(named: Named, sides: Sides) -> Space:
    """Return the vectors of all sides, on the scale of the real ones."""
    extractor = named.extractor
    real, synthetic, fresh = (
        extractor.vectors(s.pictures) for s in (sides.real, sides.synthetic, sides.fresh)
    )  # fmt: skip
    ground = real[sides.kept :] if sides.kept < len(real) else real
    scale = Scale.of(real[: sides.kept])
    return Space(named.said, *(scale.apply(v) for v in (real, ground, synthetic, fresh)))
