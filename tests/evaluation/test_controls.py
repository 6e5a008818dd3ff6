from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from likewise.core.table import Table
from likewise.errors import EvaluationError
from likewise.evaluation.controls import CONTROLS, PARITY, make_control, plant_parity
from likewise.evaluation.pairing import pair_tables
from likewise.evaluation.privacy.copies import count_copies, row_keys

ROWS = 600


@pytest.fixture(params=["small", "mixed", "wide"])
def shape(request: pytest.FixtureRequest, split: Callable[..., Any]) -> Any:
    return split(request.param, rows=ROWS, parity=True)


@pytest.mark.parametrize("name", CONTROLS)
def test_every_control_breaks_every_shape_in_the_columns_it_has(name: str, shape: Any) -> None:
    broken = make_control(name, shape.train, shape.reserve, ROWS)
    assert broken is not None
    assert broken.rows == ROWS and broken.names == shape.train.names
    assert broken == make_control(name, shape.train, shape.reserve, ROWS)
    assert pair_tables(shape.train, broken, shape.holdout).columns


@pytest.mark.parametrize("name", [c.name for c in CONTROLS.values() if c.owner not in ("privacy",)])
def test_faults_other_than_copies_hold_no_more_real_rows_than_fresh_ones(name: str, split: Callable[..., Any]) -> None:
    parts = split("mixed", rows=ROWS)
    broken = make_control(name, parts.train, parts.reserve, ROWS)
    if broken is not None:
        paired = pair_tables(parts.train, broken, parts.holdout)
        assert count_copies(row_keys(paired.real), row_keys(paired.synthetic), None).copied == 0


@pytest.mark.parametrize("name, dose", [("copies-0.5", 3), ("copies-1", 6), ("outlier-copies", 6), ("memoriser", ROWS)])
def test_copies_are_planted_in_their_dose(name: str, dose: int, split: Callable[..., Any]) -> None:
    parts = split("mixed", rows=ROWS)
    broken = make_control(name, parts.train, parts.reserve, ROWS)
    assert broken is not None
    paired = pair_tables(parts.train, broken, parts.holdout)
    assert count_copies(row_keys(paired.real), row_keys(paired.synthetic), None).copied == dose


def test_wrong_triples_leave_every_pair_as_it_was(split: Callable[..., Any]) -> None:
    parts = split("small", rows=4_000, parity=True)
    broken = make_control("wrong-triples", parts.train, parts.reserve, 4_000)
    assert broken is not None
    a, b, c = (broken.codes(n) for n in PARITY)
    assert abs(np.mean(a == c) - 0.5) < 0.05 and abs(np.mean(b == c) - 0.5) < 0.05
    assert abs(np.mean((a ^ b) == c) - 0.5) < 0.05
    real = [parts.train.codes(n) for n in PARITY]
    assert np.mean((real[0] ^ real[1]) == real[2]) > 0.9


def test_what_has_no_place_is_not_made(table_of: Callable[..., Table]) -> None:
    words = table_of(sex=("category", ["F", "M"] * 50), town=("category", ["a", "b", "b", "b"] * 25))
    assert make_control("clipped-tails", words, words, 50) is None
    assert make_control("wrong-triples", words, words, 50) is None
    assert make_control("wrong-triples", plant_parity(words), plant_parity(words), 50) is not None
    numbers = table_of(x=("float", np.arange(100.0)), z=("float", np.arange(100.0) ** 2))
    assert make_control("shuffled-labels", numbers, numbers, 50) is None
    assert make_control("lost-levels", numbers, numbers, 50) is None


def test_unknown_names_and_small_reserves_are_refused(split: Callable[..., Any]) -> None:
    parts = split("small", rows=100)
    with pytest.raises(EvaluationError, match="memoriser"):
        make_control("memorizer", parts.train, parts.reserve, 10)
    with pytest.raises(EvaluationError, match="101"):
        make_control("fresh", parts.train, parts.reserve, 101)
