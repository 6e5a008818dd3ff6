from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from likewise.evaluation.fidelity.digits import digits, digits_score, last_places
from likewise.evaluation.fidelity.sides import take_sides


def scored(paired):
    sides = take_sides(paired, seed=0)
    return digits_score(digits(sides), sides)


@pytest.fixture
def dated():
    """Say that the columns of aligned tables are dates."""

    def turn(paired):
        columns = [replace(c, column=c.column.model_copy(update={"kind": "date"})) for c in paired.columns]
        return replace(paired, columns=tuple(columns))

    return turn


def drop(arrays, rng):
    arrays["pay"] = np.round(arrays["pay"], 1)


def fives(arrays, rng):
    arrays["age"] = np.where(rng.random(len(arrays["age"])) < 0.3, 5 * np.round(arrays["age"] / 5), arrays["age"])


def scale(arrays, rng):
    arrays["age"] = arrays["age"] * 1.1


@given(st.integers(-(10**9), 10**9), st.integers(0, 6))
@example(1, 6)
@example(300_000, 0)
def test_the_place_of_the_last_digit_is_that_of_the_text(whole, decimals):
    text = f"{abs(whole) / 10**decimals:.{decimals}f}".rstrip("0") if decimals else str(abs(whole))
    place = int(last_places(np.array([whole / 10**decimals]))[0])
    if "." in text and not text.endswith("."):
        assert place == 6 + len(text.split(".")[1])
    elif whole:
        digits_only = text.rstrip(".")
        assert place == max(0, 6 - (len(digits_only) - len(digits_only.rstrip("0"))))
    else:
        assert place == 0


@pytest.mark.parametrize(("change", "name"), [(drop, "pay"), (fives, "age"), (scale, "age")])
def test_rounding_and_scale_are_found(changed, change, name):
    for seed in range(5):
        score = scored(changed(change, seed=seed))
        assert score.verdict == "poor"
        assert f"`{name}`: " in score.meaning


def visits(rows, seed, week=(0.2, 0.2, 0.2, 0.2, 0.14, 0.04, 0.02)):
    rng = np.random.default_rng(seed)
    weeks = rng.integers(2_700, 2_860, rows)
    return {"came": (7 * weeks + 4 + rng.choice(7, rows, p=week)).astype(np.float64)}


def test_lost_weekdays_are_found_and_kept_ones_are_good(paired_of, dated):
    for seed in range(10):
        real, held = visits(800, seed), visits(400, seed + 50)
        assert scored(dated(paired_of(real, visits(800, seed + 100), held))).verdict == "good"
        score = scored(dated(paired_of(real, visits(800, seed + 100, (1 / 7,) * 7), held)))
        assert score.verdict == "poor"
        assert "`came`: other days of the week (" in score.meaning


def test_fresh_rows_are_good_over_seeds(changed):
    scores = [scored(changed(rows=500, seed=s)) for s in range(40)]
    assert {s.verdict for s in scores} == {"good"}
    assert min(s.chance for s in scores) > 0.001


def test_odd_numbers_do_no_harm(paired_of):
    odd = {"a": np.tile([0.0, -0.0, 1e300, -1e-300, 5e-324], 80), "b": np.full(400, np.nan), "c": np.full(400, 1 / 3)}
    assert scored(paired_of(odd, odd, None)).verdict == "good"
