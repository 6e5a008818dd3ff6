from __future__ import annotations

import numpy as np

from likewise.evaluation.fidelity.atoms import atoms, atoms_score
from likewise.evaluation.fidelity.sides import take_sides


def scored(paired):
    sides = take_sides(paired, seed=0)
    return atoms_score(atoms(sides), sides)


def invent(arrays, rng):
    arrays["pay"] = np.where(rng.random(len(arrays["pay"])) < 0.03, 999.0, arrays["pay"])


def smear(arrays, rng):
    zero = (arrays["debt"] == 0) & (rng.random(len(arrays["debt"])) < 0.3)
    arrays["debt"] = np.where(zero, rng.integers(1, 400, len(zero)), arrays["debt"])


def test_an_invented_spike_and_a_lost_one_are_found(changed):
    for seed in range(5):
        score = scored(changed(invent, seed=seed))
        assert score.verdict in ("fair", "poor")
        assert "`pay`: too many rows hold one value" in score.meaning
        score = scored(changed(smear, seed=seed))
        assert score.verdict == "poor"
        assert "`debt`: a common value is too rare or gone" in score.meaning


def test_no_real_value_is_told(changed):
    assert "999" not in scored(changed(invent)).meaning


def test_fresh_rows_are_good_over_seeds(changed):
    scores = [scored(changed(rows=500, seed=s)) for s in range(40)]
    assert {s.verdict for s in scores} == {"good"}
    assert min(s.chance for s in scores) > 0.001
