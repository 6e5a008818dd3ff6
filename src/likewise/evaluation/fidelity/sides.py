"""The two sides of a fidelity test: synthetic rows beside all real rows at hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from likewise.evaluation.pairing import Compared, Paired, Part
from likewise.evaluation.score import FEWEST

ROWS = 20_000
"""Rows a side that are tested; more are sampled down."""


@dataclass(frozen=True, eq=False)
class Sides:
    """Hold synthetic rows and real ones; where `held`, some of the real ones were held back from training.

    Fidelity asks whether synthetic rows are draws of the same source, so rows of training and holdout count alike:
    fresh rows would differ from neither. A copier of the training rows passes; finding it is what privacy is for.
    """

    columns: tuple[Compared, ...]
    synthetic: Part
    real: Part
    held: bool

    @property
    def rows(self) -> int:
        """The rows of the smaller side."""
        return min(self.synthetic.rows, self.real.rows)

    @property
    def enough(self) -> bool:
        """Whether there is anything to test."""
        return self.rows >= FEWEST and bool(self.columns)

    @property
    def beside(self) -> str:
        """What a meaning adds where no rows were held back."""
        return (
            "" if self.held else " No rows were held back, so these are rows that the generator saw: weaker evidence."
        )


def take_sides(paired: Paired, *, seed: int, most: int = ROWS) -> Sides:
    """Return the sides of a test, each of at most `most` rows drawn at random."""
    synthetic = paired.synthetic.sample(most, seed, "sides", "synthetic")
    real = paired.real.sample(most, seed, "sides", "real")
    if paired.holdout is not None:
        real = joined((real, paired.holdout.sample(most, seed, "sides", "holdout"))).sample(most, seed, "sides", "all")
    return Sides(paired.columns, synthetic, real, paired.holdout is not None)


def joined(parts: Sequence[Part]) -> Part:
    """Return rows of several parts as one, free texts left out.

    >>> joined([Part((np.array([1.0]),), 1), Part((np.array([2.0]),), 1)]).arrays[0].tolist()
    [1.0, 2.0]
    """
    arrays = tuple(np.concatenate(arrays) for arrays in zip(*(p.arrays for p in parts), strict=True))
    return Part(arrays, sum(p.rows for p in parts))
