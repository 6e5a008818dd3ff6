from __future__ import annotations

import numpy as np
import pytest

from likewise.evaluation.fidelity.noise import error_score, of_fresh_rows, redraws
from likewise.evaluation.fidelity.shape import shape_errors
from likewise.evaluation.fidelity.trend import lower, trend_errors
from likewise.evaluation.pairing import pair_tables


@pytest.mark.parametrize(("real", "rows"), [(100, 100), (300, 1_000), (1_000, 200)])
def test_the_estimate_is_near_what_fresh_rows_score(people, real, rows):
    estimates, truths = [], []
    for k in range(10):
        paired = pair_tables(people(real, 2 * k), people(rows, 2 * k + 1), None)
        drawn = redraws(paired.real, rows, k)
        for parts, kept in ((drawn, estimates), ([paired.synthetic], truths)):
            shape = np.mean([shape_errors(paired.columns, paired.real, p) for p in parts])
            trend = np.mean([lower(m) for m in trend_errors(paired.columns, paired.real, parts)])
            kept.append((shape, trend))
    shape, trend = (of_fresh_rows(e, real, rows) for e in np.mean(estimates, axis=0))
    assert (shape, trend) == pytest.approx(tuple(np.mean(truths, axis=0)), rel=0.25)


def test_redraws_are_seeded_and_fewer_of_large_tables(people):
    small, large = (pair_tables(people(n), people(n), None).real for n in (60, 5_000))
    first, second = redraws(small, 80, 1), redraws(small, 80, 1)
    assert [p.rows for p in first] == [80, 80, 80]
    assert all(np.array_equal(a.arrays[0], b.arrays[0]) for a, b in zip(first, second))
    assert len(redraws(large, 5_000, 0)) == 1


def test_what_is_measured_is_said_before_what_is_estimated():
    def score(floor, noise, rows=100):
        return error_score("e", "Error", "They differ", value=4.0, floor=floor, noise=noise, rows=rows, good=1.0)

    assert "by 4.00 % on average; a fresh sample of real rows differs by 2.00 %" in score(2.0, 0.1).meaning
    assert "about 10.00 %" in score(None, 0.1).meaning
    assert score(None, 0.0).meaning == "They differ by 4.00 % on average."
    found = [score(2.0, 0.1), score(None, 0.1), score(None, 0.0), score(None, 0.1, rows=49)]
    assert [s.verdict for s in found] == ["fair", "good", "poor", "unknown"]
    assert of_fresh_rows(0.9, 10, 10) == 1
