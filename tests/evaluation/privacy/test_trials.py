from __future__ import annotations

import numpy as np
import pytest

from likewise.evaluation.pairing import pair_tables
from likewise.evaluation.privacy.trials import trial_copies


@pytest.fixture
def trials(patients):
    pair = pair_tables(patients(400), patients(300, 1), None)
    return pair, trial_copies(pair.columns, pair.real, pair.synthetic, 200, seed=0)


def equal_cells(part, other):
    """Return, for each row and each row of the other part, in how many columns they are equal."""
    return sum((a[:, None] == b[None, :]).astype(int) for a, b in zip(part.arrays, other.arrays))


def test_there_are_as_many_of_each_kind_as_asked_for(trials):
    pair, made = trials
    assert {part.rows for part in made.values()} == {200}
    assert all(len(part.arrays) == len(pair.columns) for part in made.values())
    assert (
        trial_copies(pair.columns, pair.real, pair.synthetic, 10_000, seed=0)["rows between two real ones"].rows == 300
    )


def test_half_of_the_cells_are_one_real_row_s(trials):
    pair, made = trials
    spliced = made["rows with half of their cells copied"]
    assert (equal_cells(spliced, pair.real).max(axis=1) >= 5).all()
    assert (equal_cells(spliced, pair.synthetic).max(axis=1) >= 4).all()


def test_moved_numbers_stay_close_and_levels_as_they_are(trials):
    pair, made = trials
    close, far = made["copies moved by up to 1 % of the range"], made["copies moved by up to 3 %"]
    number = next(i for i, c in enumerate(pair.columns) if c.numeric)
    span = np.ptp(pair.real.arrays[number])
    gaps = [np.abs(p.arrays[number][:, None] - pair.real.arrays[number]).min(axis=1).max() for p in (close, far)]
    assert 0 < gaps[0] <= 0.01 * span
    assert gaps[0] < gaps[1] <= 0.03 * span
    levels = [i for i, c in enumerate(pair.columns) if not c.numeric]
    assert all((close.arrays[i] == far.arrays[i]).all() for i in levels)


def test_rows_between_two_lie_within_the_range(trials):
    pair, made = trials
    between = made["rows between two real ones"]
    for compared, real, values in zip(pair.columns, pair.real.arrays, between.arrays):
        if compared.numeric:
            assert real.min() <= values.min() and values.max() <= real.max()
    assert (equal_cells(between, pair.real).max(axis=1) < len(pair.columns)).all()


def test_gaps_and_empty_columns_do_no_harm(table_of):
    rng = np.random.default_rng(0)

    def table(rows):
        values = np.where(rng.random(rows) < 0.5, np.nan, rng.normal(size=rows))
        return table_of(
            gone=("float", np.full(rows, np.nan)), x=("float", values), y=("category", ["a", "b"] * (rows // 2))
        )

    pair = pair_tables(table(100), table(100), None)
    for part in trial_copies(pair.columns, pair.real, pair.synthetic, 50, seed=0).values():
        assert part.rows == 50
