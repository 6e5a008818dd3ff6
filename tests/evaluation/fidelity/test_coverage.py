from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from likewise.evaluation.fidelity.coverage import coverage, coverage_scores


def collapse(arrays, rng):
    rows = rng.integers(0, 30, len(arrays["age"]))
    for name in arrays:
        arrays[name] = arrays[name][rows]


def scatter(arrays, rng):
    for name, values in arrays.items():
        known = values[~np.isnan(values)] if values.dtype.kind == "f" else values
        low, high = known.min(), known.max()
        drawn = rng.uniform(low, high + (values.dtype.kind == "i"), len(values))
        arrays[name] = drawn.astype(values.dtype)


@pytest.mark.parametrize("seed", range(3))
def test_collapse_is_no_coverage_and_noise_no_precision(changed, seed):
    precision, met, recall = coverage_scores(coverage(changed(collapse, seed=seed), seed=0))
    assert met.verdict == "poor"
    assert met.value < met.floor / 2
    precision, met, recall = coverage_scores(coverage(changed(scatter, seed=seed), seed=0))
    assert precision.verdict == "poor"
    assert recall.readout


def test_fresh_rows_are_good_over_seeds(changed):
    scores = [coverage_scores(coverage(changed(rows=500, seed=s), seed=s)) for s in range(20)]
    for precision, met, _ in scores:
        assert (precision.verdict, met.verdict) == ("good", "good")
        assert min(precision.chance, met.chance) > 0.001


def test_the_figures_are_those_of_the_paper(paired_of):
    rng = np.random.default_rng(0)
    real, fake, held = (rng.uniform(0, 1, (120, 2)) * scale for scale in (1, 0.7, 1))
    found = coverage(paired_of(*({"a": r[:, 0], "b": r[:, 1]} for r in (real, fake, held))), seed=0)
    low, high = np.quantile(real, [0.01, 0.99], axis=0)
    real, fake = real / (high - low), fake / (high - low)
    radii = np.sort(cdist(real, real, "cityblock"), axis=1)[:, 5]
    inside = cdist(real, fake, "cityblock") <= radii[:, None]
    assert found.synthetic.precision == pytest.approx(inside.any(axis=0).mean(), abs=0.01)
    assert found.synthetic.density == pytest.approx(inside.sum() / 5 / 120, abs=0.01)
    assert found.synthetic.coverage == pytest.approx(inside.any(axis=1).mean(), abs=0.01)


def test_without_a_holdout_half_of_the_real_rows_stand_in(staff, paired_of):
    found = coverage(paired_of(staff(600, 0), staff(400, 1), None), seed=0)
    scores = coverage_scores(found)
    assert {s.verdict for s in scores[:2]} == {"good"}
    assert "weaker evidence" in scores[0].meaning
    assert coverage(paired_of(staff(99, 0), staff(400, 1), None), seed=0) is None
    assert {s.verdict for s in coverage_scores(None)} == {"unknown"}
