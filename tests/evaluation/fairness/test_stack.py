from __future__ import annotations

import numpy as np
from tests.evaluation.tied import COLUMNS, rows_of, swapped

from likewise.evaluation.fairness.stack import MOST_CODED, stack_rows
from likewise.evaluation.pairing import Compared, Part


def test_rows_of_all_tables_are_stacked_and_the_synthetic_ones_told():
    stack = stack_rows(COLUMNS, rows_of(100, 0), [rows_of(50, 1), rows_of(30, 2)])
    assert stack.part.rows == len(stack.made) == len(stack.coded) == len(stack.counted) == 180
    assert stack.made.tolist() == [True] * 100 + [False] * 80


def test_codes_do_not_know_the_sides():
    first, second = rows_of(100, 0), rows_of(100, 1)
    one, two = stack_rows(COLUMNS, first, [second]), stack_rows(COLUMNS, second, [first])
    assert np.array_equal(one.coded[:100], two.coded[100:])
    assert np.array_equal(one.counted[:100], two.counted[100:])


def test_numbers_are_ranks_squares_and_gaps_levels_are_indicators():
    pay = rows_of(100, 0).arrays[1].copy()
    pay[:20] = np.nan
    stack = stack_rows(COLUMNS, swapped(rows_of(100, 0), pay=pay), [rows_of(100, 1)])
    own = stack.coded[:, stack.coded_of == 1]
    assert own.shape[1] == 3
    assert np.abs(own[:, 0]).max() <= 1
    assert (own[:20, 0] == 0).all() and own[:, 2].sum() == 20
    assert set(np.unique(stack.coded[:, stack.coded_of == 2])) == {0.0, 1.0}
    assert (stack.coded_of == 2).sum() == 2


def test_what_has_no_known_value_is_not_coded():
    gone = swapped(rows_of(100, 0), pay=np.full(100, np.nan), churn=np.zeros(100, np.int32))
    assert not set(stack_rows(COLUMNS, gone, [gone]).coded_of.tolist()) & {1, 4}


def test_wide_tables_keep_the_first_feature_of_every_column():
    values = tuple(np.random.default_rng(0).normal(size=(MOST_CODED - 50, 60)))
    columns = (Compared(COLUMNS[0].column, True),) * len(values)
    stack = stack_rows(columns, Part(values, 60), [Part(values, 60)])
    assert len(stack.coded_of) == MOST_CODED
    assert set(stack.coded_of.tolist()) == set(range(len(values)))
