from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from tests.evaluation.privacy.conftest import moved

from likewise.core.table import concat
from likewise.evaluation.pairing import Part, pair_tables
from likewise.evaluation.privacy.near_copies import NearCopies, near_copies, near_copies_score
from likewise.evaluation.privacy.tails import Tail
from likewise.evaluation.privacy.trials import trial_copies


def searched(real, synthetic, holdout, seed=0):
    pair = pair_tables(real, synthetic, holdout)
    return near_copies(pair.columns, pair.real, pair.synthetic, pair.holdout, seed=seed)


@pytest.mark.parametrize("seed", range(4))
def test_fresh_rows_are_no_near_copies(patients, seed):
    found = searched(patients(1_500, seed), patients(1_500, seed + 50), patients(800, seed + 100), seed)
    assert found.chance > 0.001
    assert near_copies_score(found).verdict == "good"


@pytest.mark.parametrize("seed", range(3))
def test_moved_copies_at_one_in_a_hundred_are_found_among_five_thousand_rows(patients, seed):
    real, fresh, holdout = patients(5_000, seed), patients(4_950, seed + 50), patients(2_500, seed + 100)
    found = searched(real, concat([fresh, moved(real.slice(0, 50))]), holdout, seed)
    assert found.chance < 1e-4
    assert near_copies_score(found).verdict == "poor"


def test_rows_copied_but_for_two_cells_are_found(patients):
    real, fresh, holdout = patients(3_000), patients(2_940, 50), patients(3_000, 100)
    other = patients(60, 200)
    arrays = real.slice(0, 60).columns
    for name in ("n1", "ward"):
        arrays = arrays.set_column(arrays.column_names.index(name), name, other.columns.column(name))
    copies = type(real)(arrays, real.schema, real.container)
    assert searched(real, concat([fresh, copies]), holdout).chance < 0.001


@pytest.mark.parametrize("seed", range(3))
def test_rows_with_half_of_their_cells_copied_are_found(patients, seed):
    real, fresh, holdout = patients(3_000, seed), patients(3_000, seed + 50), patients(1_500, seed + 100)
    pair = pair_tables(real, fresh, holdout)
    copied = trial_copies(pair.columns, pair.real, pair.synthetic, 60, seed=1)["rows with half of their cells copied"]
    mixed = Part(tuple(np.r_[a[60:], b] for a, b in zip(pair.synthetic.arrays, copied.arrays)), 3_000)
    found = near_copies(pair.columns, pair.real, mixed, pair.holdout, seed=seed)
    assert near_copies_score(found).verdict == "poor"


def test_values_drawn_column_by_column_from_real_rows_are_no_copies(patients):
    real, holdout, rng = patients(2_000), patients(1_000, 1), np.random.default_rng(0)
    arrays = {name: real.column(name).take(pa.array(rng.integers(0, 2_000, 2_000))) for name in real.names}
    drawn = type(real)(pa.table(arrays), real.schema, real.container)
    assert near_copies_score(searched(real, drawn, holdout)).verdict == "good"


def test_a_jittered_memoriser_is_found(patients):
    real = patients(1_000)
    assert near_copies_score(searched(real, moved(real), patients(500, 1))).verdict == "poor"


def test_a_generator_unlike_the_source_is_no_copier(patients):
    real, holdout = patients(2_000), patients(1_000, 1)
    rng = np.random.default_rng(0)
    few = patients(2_000, 2).take(rng.integers(0, 40, 2_000))  # a few modes, none of them learned from
    assert near_copies_score(searched(real, few, holdout)).verdict in ("good", "unknown")


def test_where_everything_is_alike_it_says_underpowered(table_of):
    rng = np.random.default_rng(0)

    def table(rows):
        return table_of(a=("category", rng.choice(list("pq"), rows)), b=("category", rng.choice(list("xyz"), rows)))

    score = near_copies_score(searched(table(600), table(600), table(300)))
    assert score.verdict == "unknown"
    assert "Underpowered" in score.meaning


def test_kinds_of_copies_that_would_not_be_found_are_named():
    kinds = (("moved copies", 0.01), ("spliced rows", 0.06), ("rows between", 1.0))
    meaning = near_copies_score(NearCopies(Tail(1, 500, 1, 500, 1.0), 1.0, kinds)).meaning
    assert "Would be found: moved copies from 1.0 % of the rows on." in meaning
    assert meaning.endswith("Underpowered, for rows are alike by nature or too few: spliced rows, rows between.")


def test_odd_columns_do_no_harm(table_of):
    rng = np.random.default_rng(0)

    def table(rows, word):
        return table_of(
            gone=("float", np.full(rows, np.nan)),
            one=("integer", np.ones(rows)),
            many=("category", [f"{word}{k}" for k in range(rows)]),
            x=("float", np.where(rng.random(rows) < 0.5, np.nan, rng.normal(size=rows))),
        )

    score = near_copies_score(searched(table(120, "a"), table(60, "b"), table(70, "c")))
    assert score.verdict in ("good", "unknown")


def test_few_rows_give_no_verdict(patients):
    assert searched(patients(1_000), patients(10, 1), patients(1_000, 2)) is None
    assert near_copies_score(None).verdict == "unknown"
