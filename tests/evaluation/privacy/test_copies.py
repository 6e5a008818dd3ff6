from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from likewise.core.table import concat
from likewise.evaluation.pairing import pair_tables
from likewise.evaluation.privacy.copies import copies_score, count_copies, row_keys, twin_share


def counted(real, synthetic, holdout=None):
    paired = pair_tables(real, synthetic, holdout)
    held = row_keys(paired.columns, paired.holdout) if paired.holdout else None
    return count_copies(row_keys(paired.columns, paired.real), row_keys(paired.columns, paired.synthetic), held)


cells = st.lists(st.tuples(st.sampled_from([0.0, -0.0, 1.5, None]), st.sampled_from(["a", "b", None])), min_size=1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=cells)
def test_rows_have_equal_keys_where_they_are_equal(table_of, rows):
    table = table_of(
        x=("float", pa.array([r[0] for r in rows], pa.float64())),
        y=("category", pa.array([r[1] for r in rows], pa.string())),
    )
    paired = pair_tables(table, table, None)
    keys = row_keys(paired.columns, paired.real)
    assert len(set(keys.tolist())) == len(set(rows))


def test_copies_are_counted_beside_the_natural_rate(people):
    real, fresh, holdout = people(2_000), people(1_900, 1), people(1_000, 2)
    planted = concat([fresh, real.slice(0, 100)])
    found = counted(real, planted, holdout)
    assert found.copied >= 100
    assert found.held
    assert found.chance < 1e-6
    assert copies_score(found).verdict == "poor"
    clean = counted(real, fresh, holdout)
    assert copies_score(clean).verdict == "good"
    assert "no more than happens by nature" in copies_score(clean).meaning


def test_without_a_holdout_the_real_rows_say_what_is_natural(table_of):
    real = table_of(x=("integer", [1, 1, 2, 3]), y=("category", ["a", "a", "b", "c"]))
    found = counted(real, real)
    assert (found.copied, found.singled, found.twins, found.fresh, found.held) == (4, 2, 2, 4, False)


def test_a_table_of_few_combinations_may_repeat_them(table_of):
    rng = np.random.default_rng(0)
    real, other, held = (table_of(x=("integer", rng.integers(0, 3, n))) for n in (500, 500, 100))
    found = counted(real, other, held)
    assert (found.rate, found.natural) == (1, 1)
    assert copies_score(found).verdict == "good"
    assert twin_share(np.array([1, 1, 2, 3], dtype=np.uint64)) == 0.5


def test_an_untrusted_holdout_gives_no_verdict(people):
    score = copies_score(counted(people(50), people(50), people(50, 1)), trouble="It cannot be trusted.")
    assert (score.verdict, score.value) == ("unknown", 100)
