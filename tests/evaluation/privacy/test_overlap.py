from __future__ import annotations

import numpy as np
import pytest

from likewise.errors import EvaluationError
from likewise.evaluation.privacy.overlap import are_equal, holdout_trouble


def rows(start, stop):
    return np.arange(start, stop, dtype=np.uint64)


def test_a_holdout_that_was_learned_from_is_refused():
    for held in (rows(0, 100), rows(0, 100)[::-1], rows(20, 60), rows(60, 160)):
        with pytest.raises(EvaluationError, match="holdout") as fault:
            holdout_trouble(rows(0, 100), held)
        assert "hold rows back" in fault.value.hint


def test_a_few_rows_of_overlap_are_told():
    assert "cannot be trusted" in holdout_trouble(rows(0, 1_000), rows(970, 1_470))


def test_natural_duplicates_are_no_overlap():
    rng = np.random.default_rng(0)
    for size in (3, 300, 30_000):
        real, held = (rng.integers(0, size, n).astype(np.uint64) for n in (2_000, 500))
        assert holdout_trouble(real, held) == ""
    assert holdout_trouble(rows(0, 100), rows(100, 150)) == holdout_trouble(rows(0, 100), None) == ""


def test_equal_tables_are_refused_only_where_chance_would_not_make_them_equal():
    for rows_of_a_kind, refused in (
        ((300,), False),
        ((1, 1), False),
        ((300, 200, 200, 100, 100), True),
        ((1,) * 20, True),
    ):
        table = np.repeat(np.arange(len(rows_of_a_kind)), rows_of_a_kind).astype(np.uint64)
        assert are_equal(table, table[::-1]) == refused, rows_of_a_kind
    assert not are_equal(rows(0, 100), rows(1, 101))
