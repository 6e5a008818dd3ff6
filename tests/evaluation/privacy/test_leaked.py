from __future__ import annotations

import numpy as np
import pytest

from likewise.errors import EvaluationError
from likewise.evaluation.privacy.leaked import leaked_trouble


def rows(start, stop):
    return np.arange(start, stop, dtype=np.uint64)


@pytest.mark.parametrize("made", [rows(500, 700), rows(500, 700)[::-1], rows(560, 760), rows(0, 700)])
def test_the_holdout_as_synthetic_table_is_refused(made):
    with pytest.raises(EvaluationError) as fault:
        leaked_trouble(rows(0, 500), made, rows(500, 700), seed=0)
    assert fault.value.code == "evaluate.holdout-is-synthetic"
    assert "did not see" in fault.value.hint


def test_some_rows_of_the_holdout_are_told():
    made = np.concatenate([rows(1_000, 1_180), rows(500, 520)])
    assert "10.0 % of the different rows" in leaked_trouble(rows(0, 500), made, rows(500, 700), seed=0)


def test_a_table_of_few_kinds_of_rows_that_is_the_holdout_is_refused():
    rng = np.random.default_rng(0)
    real, held = (rng.integers(0, 8, 900).astype(np.uint64) for _ in range(2))
    with pytest.raises(EvaluationError, match="hold the same rows"):
        leaked_trouble(real, rng.permutation(held), held, seed=0)


def test_natural_twins_copies_of_real_rows_and_constant_tables_are_no_leak():
    rng = np.random.default_rng(1)
    for size in (1, 3, 300, 30_000):
        real, made, held = (rng.integers(0, size, n).astype(np.uint64) for n in (2_000, 1_500, 500))
        assert leaked_trouble(real, made, held, seed=0) == "", size
        assert leaked_trouble(real, real, held, seed=0) == "", size
        assert leaked_trouble(real, made[:500], held, seed=0) == "", size
    assert leaked_trouble(real, made, None, seed=0) == ""
