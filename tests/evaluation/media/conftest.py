"""Rendered shapes of four classes: real rows, rows held back, and fresh ones to lay faults upon."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.evaluation.media.sides import Sides, sides_of
from likewise.evaluation.media.spaces import Named, extractors_of
from likewise.evaluation.pairing import pair_tables

Pictures = npt.NDArray[np.uint8]
NAMES = ("disc", "ring", "cross", "bars")
SIZE = 16


def shapes(rows: int, seed: int) -> tuple[Pictures, npt.NDArray[np.int64]]:
    """Draw shapes of any place, size and brightness on a grainy ground: rows x 16 x 16 x 1, and their classes."""
    rng = generator(seed, "shapes")
    labels = rng.integers(4, size=rows)
    down, right = np.mgrid[:SIZE, :SIZE][:, None] - rng.uniform(6, 9, (2, rows, 1, 1))
    radius = rng.uniform(3.0, 5.5, (rows, 1, 1))
    away = np.hypot(down, right)
    inside = [away < radius, np.abs(away - radius) < 1.1, np.minimum(abs(down), abs(right)) < radius / 3.5,
              np.sin(right * 6 / radius) > 0]  # fmt: skip
    drawn = np.choose(labels[:, None, None], inside) & (away < 1.4 * radius)
    light = rng.uniform(120, 220, (rows, 1, 1)) * drawn + rng.normal(25, 7, (rows, SIZE, SIZE))
    return np.clip(light, 0, 255).astype(np.uint8)[..., None], labels


def table_of(pictures: Any, labels: npt.NDArray[np.int64] | None = None) -> Table:
    """Return pictures as a table, with a column of their classes where they have any."""
    named = {} if labels is None else {"label": np.array(NAMES)[labels].tolist()}
    return Table.from_any({"picture": pictures, **named})


Judging = Callable[[Pictures, npt.NDArray[np.int64]], Sides]

REAL, HELD, FRESH = shapes(900, 1), shapes(450, 2), shapes(450, 3)


@pytest.fixture(scope="session")
def judging() -> Judging:
    """Return the sides of a judgement of some pictures against the real ones and those held back."""
    real, held = table_of(*REAL), table_of(*HELD)

    def sides(pictures: Pictures, labels: npt.NDArray[np.int64]) -> Sides:
        synthetic = table_of(pictures, labels)
        paired = pair_tables(real, synthetic, held)
        found = sides_of(paired.media[0], [real, synthetic, held], paired, "label", seed=0, brief=True)
        assert found is not None and not found.few
        return found

    return sides


@pytest.fixture(scope="session")
def extractors(judging: Judging) -> tuple[Named, ...]:
    """Return what features are taken by, learned from the real pictures once."""
    return extractors_of(judging(*FRESH), seed=0)
