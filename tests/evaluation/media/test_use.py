"""Labels that do not fit their pictures are caught, and fresh pictures are worth as much as real ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.evaluation.media.conftest import FRESH, NAMES, Judging

from likewise.core.seeds import generator
from likewise.evaluation.media.sides import Sides
from likewise.evaluation.media.use import recalls, worth_of, worth_scores
from likewise.evaluation.score import Score

RNG = generator(0, "labels")
SWAPPED = np.where(FRESH[1] == 0, 1, np.where(FRESH[1] == 1, 0, FRESH[1]))


def scores(sides: Sides) -> dict[str, Score]:
    return {s.name: s for s in worth_scores(worth_of(sides, seed=0), sides)}


def test_fresh_pictures_are_worth_as_much(judging: Judging) -> None:
    found = scores(judging(*FRESH))
    assert {s.verdict for s in found.values()} == {"good"}
    assert (found["media_tstr"].floor or 0) > 0.8


@pytest.mark.parametrize("labels", [FRESH[1][RNG.permutation(450)], SWAPPED], ids=["shuffled", "two swapped"])
def test_labels_of_other_pictures_are_caught(judging: Judging, labels: np.ndarray) -> None:
    found = scores(judging(FRESH[0], labels))
    assert {s.verdict for s in found.values()} == {"poor"}


def test_a_lost_class_is_named(judging: Judging) -> None:
    kept = FRESH[1] != 2
    found = scores(judging(FRESH[0][kept], FRESH[1][kept]))
    worst = found["media_tstr_class"]
    assert worst.verdict == "poor" and worst.value == 0 and f"`{NAMES[2]}`" in worst.meaning


def test_one_class_or_few_labels_are_no_crash(judging: Judging) -> None:
    sides = judging(*FRESH)
    one = replace(sides, synthetic=replace(sides.synthetic, labels=np.zeros(450, dtype=np.int64)))
    found = worth_of(one, seed=0)
    assert not isinstance(found, str) and found.synthetic.mean() < 0.4 and set(recalls(found)) == {0, 1, 2, 3}
    none = replace(sides, synthetic=replace(sides.synthetic, labels=np.full(450, -1)))
    assert {s.verdict for s in scores(none).values()} == {"unknown"}
