from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2_contingency, fisher_exact

from likewise.evaluation.fidelity.findings import (
    Test,
    differing_counts,
    findings_score,
    sift,
    smallest_share,
    split_chances,
)
from likewise.evaluation.fidelity.sides import take_sides

Test.__test__ = False  # type: ignore[attr-defined]


def test_split_chances_are_fishers_or_larger():
    found, both = np.array([0, 3, 40, 0, 2]), np.array([30, 30, 60, 4, 4])
    chances = split_chances(found, both, 100, 200, sided=1)
    exact = [
        fisher_exact([[a, b - a], [100 - a, 200 - (b - a)]], alternative="greater").pvalue for a, b in zip(found, both)
    ]
    assert chances[:3] == pytest.approx(exact[:3])
    assert (chances[3:] >= np.array(exact[3:]) - 1e-12).all()
    assert (split_chances(found, both, 100, 200) <= 1).all()


def test_differing_counts_are_tested_by_chi_squared_with_rare_cells_as_one():
    mine, others = np.array([300, 200, 1, 1, 1]), np.array([400, 550, 0, 1, 1])
    gap, chance = differing_counts(mine, others)
    table = np.array([[300, 200, 3], [400, 550, 2]])
    assert differing_counts(table[0, :2], table[1, :2])[1] == pytest.approx(
        chi2_contingency(table[:, :2], correction=False).pvalue
    )
    assert 0.15 < gap < 0.3
    assert chance < 1e-6
    assert differing_counts(np.array([5]), np.array([], dtype=int)[:0].sum(keepdims=True)) == (0.0, 1.0)


def test_holm_keeps_what_is_sure_and_large():
    tests = [
        Test("a", "x", 5.0, 1e-9),
        Test("b", "y", 0.5, 1e-9),
        Test("c", "z", 9.0, 0.002),
        Test("a", "w", 7.0, 1e-8),
    ]
    found = sift(tests, 3)
    assert [t.said for t in found.faults] == ["w", "x"]
    assert found.named == ("a",)
    assert found.chance == pytest.approx(4e-9)
    assert sift([], 2).chance == 1


def test_verdicts_say_what_could_not_be_seen(changed):
    sides = take_sides(changed(rows=1_000), seed=0)
    none = sift([Test("a", "x", 0.0, 0.5)] * 8, 4)
    assert findings_score("m", "M", "it", none, sides).verdict == "good"
    few = take_sides(changed(rows=60), seed=0)
    score = findings_score("m", "M", "it", none, few)
    assert score.verdict == "unknown"
    assert "Underpowered" in score.meaning
    assert smallest_share(sides, 8) < smallest_share(few, 8)
    for size, verdict in ((1.5, "fair"), (4.0, "poor")):
        score = findings_score("m", "M", "it", sift([Test("a", "lost", size, 1e-9)], 4), sides)
        assert score.verdict == verdict
        assert "`a`: lost" in score.meaning
        assert score.value == 25
    assert findings_score("m", "M", "it", None, sides).verdict == "unknown"
