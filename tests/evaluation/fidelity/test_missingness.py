from __future__ import annotations

import numpy as np
import pytest

from likewise.evaluation.fidelity.missingness import missing_places, missing_rates, missingness_scores
from likewise.evaluation.fidelity.sides import take_sides


def scored(paired):
    sides = take_sides(paired, seed=0)
    return missingness_scores(missing_rates(sides), missing_places(sides, seed=0), sides)


def move(arrays, rng):
    pay = arrays["pay"]
    gaps = np.isnan(pay)
    pay[gaps] = rng.choice(pay[~gaps], gaps.sum())
    pay[rng.permutation(len(pay))[: gaps.sum()]] = np.nan


def fill(arrays, rng):
    arrays["pay"] = np.where(np.isnan(arrays["pay"]), 50.0, arrays["pay"])


@pytest.mark.parametrize("seed", range(4))
def test_moved_gaps_keep_their_rate_and_lose_their_places(changed, seed):
    rates, places = scored(changed(move, seed=seed))
    assert rates.verdict == "good"
    assert places.verdict == "poor"
    assert "`pay` missing with `age`" in places.meaning


@pytest.mark.parametrize("seed", range(4))
def test_filled_gaps_change_the_rate(changed, seed):
    rates, _ = scored(changed(fill, seed=seed))
    assert rates.verdict == "poor"
    assert "`pay`: 0.0 % missing" in rates.meaning


def test_gaps_that_no_longer_come_together_are_found(paired_of):
    def draw(rows, seed, together):
        rng = np.random.default_rng(seed)
        gaps = rng.random(rows) < 0.2
        other = gaps if together else rng.permutation(gaps)
        return {n: np.where(g, np.nan, rng.normal(size=rows)) for n, g in (("a", gaps), ("b", other))}

    for together, verdict in ((True, "good"), (False, "poor")):
        rates, places = scored(paired_of(draw(600, 0, True), draw(600, 1, together), draw(300, 2, True)))
        assert rates.verdict == places.verdict == verdict


def test_fresh_rows_are_good_over_seeds(changed):
    scores = [s for seed in range(30) for s in scored(changed(rows=500, seed=seed))]
    assert {s.verdict for s in scores} == {"good"}
    assert min(s.chance for s in scores) > 0.001


def test_whole_tables_have_nothing_missing(paired_of):
    whole = {"a": np.arange(500.0), "b": np.zeros(500, dtype=np.int32)}
    rates, places = scored(paired_of(whole, whole, None))
    assert (rates.verdict, places.verdict) == ("good", "good")
    assert places.chance is None
