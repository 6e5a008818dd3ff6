from __future__ import annotations

import numpy as np

from likewise.evaluation.fidelity.crowding import crowding, crowding_score
from likewise.evaluation.fidelity.sides import take_sides


def scored(paired, seed=0):
    sides = take_sides(paired, seed=seed)
    return crowding_score(crowding(sides, seed=seed), sides)


def twins(arrays, rng):
    """Write a tenth of the rows again in place of others, numbers moved by a hair."""
    size = len(arrays["age"]) // 10
    for name, values in arrays.items():
        hair = 0.05 * rng.normal(size=size) if values.dtype.kind == "f" else 0
        arrays[name] = np.concatenate([values[:-size], (values[:size] + hair).astype(values.dtype)])


def test_near_copies_of_one_another_are_found(changed):
    for seed in range(5):
        score = scored(changed(twins, rows=1_500, seed=seed), seed)
        assert score.verdict in ("fair", "poor")
        assert score.value > score.floor + 3
        assert "They nearly repeat one another, or lie where real rows do not" in score.meaning


def test_fresh_rows_are_as_often_nearest_to_real_ones(changed):
    scores = [scored(changed(rows=300, seed=s), s) for s in range(40)]
    assert {s.verdict for s in scores} == {"good"}
    assert min(s.chance for s in scores) > 0.001
    assert all(abs(s.floor - 50) < 2 for s in scores)


def test_rows_that_are_all_alike_and_few_rows_are_survived(paired_of):
    alike = {"a": np.zeros(200), "b": np.zeros(200, dtype=np.int32)}
    assert scored(paired_of(alike, alike, None)).verdict == "good"
    few = {name: values[:30] for name, values in alike.items()}
    assert scored(paired_of(few, few, None)).verdict == "unknown"
