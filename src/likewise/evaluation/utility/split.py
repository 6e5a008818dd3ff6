"""Which real rows train and which test."""

from __future__ import annotations

from likewise.core.seeds import generator
from likewise.evaluation.pairing import Paired, Part


def train_and_test(paired: Paired, seed: int) -> tuple[Part, Part, bool]:
    """Return real rows to train on, rows to test on, and whether the generator saw the latter.

    The test rows are the holdout; without one a fifth of the real rows, drawn at random.
    """
    if paired.holdout is not None:
        return paired.real, paired.holdout, False
    order, cut = generator(seed, "prediction", "split").permutation(paired.real.rows), paired.real.rows // 5
    return paired.real.take(order[cut:]), paired.real.take(order[:cut]), True
