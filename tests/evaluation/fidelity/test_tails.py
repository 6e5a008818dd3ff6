from __future__ import annotations

import numpy as np
import pytest

from likewise.evaluation.fidelity.sides import take_sides
from likewise.evaluation.fidelity.tails import tails, tails_score


def scored(paired):
    sides = take_sides(paired, seed=0)
    return tails_score(tails(sides), sides)


def clip(arrays, rng):
    arrays["pay"] = np.clip(arrays["pay"], *np.nanquantile(arrays["pay"], [0.03, 0.97]))


def scale(arrays, rng):
    arrays["pay"] = np.round(arrays["pay"] * 1.1, 2)


def shrink(arrays, rng):
    middle = arrays["age"].mean()
    arrays["age"] = np.round(middle + (arrays["age"] - middle) * 0.8)


def stray(arrays, rng):
    arrays["age"] = np.where(rng.random(len(arrays["age"])) < 0.02, 1_000.0, arrays["age"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (clip, "`pay`: lower tail"),
        (scale, "`pay`: too high"),
        (shrink, "`age`: "),
        (stray, "`age`: values above all real"),
    ],
)
def test_faults_of_numbers_are_found_and_named(changed, change, said):
    for seed in range(5):
        score = scored(changed(change, rows=1_500, seed=seed))
        assert score.verdict in ("fair", "poor")
        assert said in score.meaning


def test_fresh_rows_are_good_over_seeds(changed):
    scores = [scored(changed(rows=500, seed=s)) for s in range(40)]
    assert {s.verdict for s in scores} == {"good"}
    assert min(s.chance for s in scores) > 0.001


def test_columns_without_numbers_or_values_do_no_harm(paired_of):
    flat = {"a": np.zeros(100), "b": np.full(100, np.nan), "c": np.zeros(100, dtype=np.int32)}
    assert scored(paired_of(flat, flat, flat)).verdict == "good"
    coded = {"c": np.zeros(100, dtype=np.int32)}
    assert scored(paired_of(coded, coded, None)).verdict == "unknown"
