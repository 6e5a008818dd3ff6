from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.evaluation.fidelity.shape import kolmogorov_smirnov, shape_errors, shape_score, total_variation
from likewise.evaluation.pairing import pair_tables

numbers = st.lists(st.integers(-5, 5), min_size=1, max_size=30)


@given(numbers, numbers)
def test_ks_is_the_largest_gap_of_the_distribution_functions(first, second):
    a, b = np.array(first, float), np.array(second, float)
    gaps = [abs((a <= x).mean() - (b <= x).mean()) for x in [*first, *second]]
    assert kolmogorov_smirnov(a, b) == pytest.approx(max(gaps), abs=1e-12)
    assert kolmogorov_smirnov(a, b) == pytest.approx(kolmogorov_smirnov(b, a))
    assert kolmogorov_smirnov(a, a) == 0


@given(st.lists(st.integers(-1, 3), min_size=1, max_size=30), st.lists(st.integers(-1, 3), min_size=1, max_size=30))
def test_total_variation_is_that_of_pandas(first, second):
    p, q = (pd.Series(v).value_counts(normalize=True) for v in (first, second))
    expected = p.subtract(q, fill_value=0).abs().sum() / 2
    assert total_variation(np.array(first), np.array(second), 4) == pytest.approx(expected, abs=1e-12)


def test_a_change_in_the_share_of_missing_values_counts():
    whole, holed = np.arange(10.0), np.where(np.arange(10) < 3, np.nan, np.arange(10.0))
    assert kolmogorov_smirnov(whole, holed) == pytest.approx(0.3)
    assert kolmogorov_smirnov(holed, holed) == 0
    assert kolmogorov_smirnov(np.full(4, np.nan), np.full(9, np.nan)) == 0


def test_the_score_is_judged_against_a_fresh_sample(people):
    real, fresh, other = people(2_000), people(500, 1), people(2_000, 2)
    paired = pair_tables(real, other, fresh)
    errors = shape_errors(paired.columns, paired.real, paired.synthetic)
    floors = shape_errors(paired.columns, paired.real, paired.holdout)
    score = shape_score(errors, floors, 2_000)
    assert score.verdict == "good"
    assert score.value == pytest.approx(100 * errors.mean())
    assert score.floor == pytest.approx(100 * floors.mean())
    assert f"{score.value:.2f} %" in score.meaning
