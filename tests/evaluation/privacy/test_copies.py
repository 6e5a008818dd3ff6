from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from likewise.core.table import concat
from likewise.evaluation.pairing import pair_tables
from likewise.evaluation.privacy.copies import copies_score, count_copies, row_keys, twin_share


def counted(real, synthetic, holdout=None):
    paired = pair_tables(real, synthetic, holdout)
    held = row_keys(paired.holdout) if paired.holdout else None
    return count_copies(row_keys(paired.real), row_keys(paired.synthetic), held)


cells = st.lists(st.tuples(st.sampled_from([0.0, -0.0, 1.5, None]), st.sampled_from(["a", "b", None])), min_size=1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=cells)
def test_rows_have_equal_keys_where_they_are_equal(table_of, rows):
    table = table_of(
        x=("float", pa.array([r[0] for r in rows], pa.float64())),
        y=("category", pa.array([r[1] for r in rows], pa.string())),
    )
    paired = pair_tables(table, table, None)
    keys = row_keys(paired.real)
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


@pytest.mark.parametrize("held", [None, 250, 500, 1_000])
def test_five_copies_in_a_thousand_rows_are_found_beside_few_held_back(patients, held):
    real, fresh = patients(1_000), patients(995, 1)
    found = counted(real, concat([fresh, real.slice(0, 5)]), None if held is None else patients(held, 2))
    assert (found.chance < 0.01) == (held is not None)  # real rows alone tell less of what is natural
    assert copies_score(found).verdict == ("poor" if held else "unknown")


def test_too_few_copies_to_be_told_from_chance_are_not_called_natural(patients):
    real, fresh, held = patients(200), patients(197, 1), patients(100, 2)
    score = copies_score(counted(real, concat([fresh, real.slice(0, 3)]), held))
    assert score.verdict == "unknown"
    assert "Underpowered" in score.meaning
    assert copies_score(counted(real, fresh, held)).verdict == "good"


def test_one_row_over_and_over_is_found_where_rows_recur(table_of):
    rng = np.random.default_rng(0)

    def table(rows):
        return table_of(x=("integer", rng.geometric(0.00005, rows)))

    real, fresh, held = table(1_000), table(960), table(500)
    known, times = np.unique(real.numbers("x"), return_counts=True)
    lone = next(v for v in known[times == 1] if v not in held.numbers("x"))
    secret = real.take(np.repeat(np.flatnonzero(real.numbers("x") == lone), 40))
    score = copies_score(counted(real, concat([fresh, secret]), held))
    assert score.verdict == "poor"
    assert copies_score(counted(real, fresh, held)).verdict != "poor"


def test_few_rows_over_and_over_are_named_so(patients):
    real = patients(300)
    score = copies_score(counted(real, real.take(np.arange(300) % 3), patients(150, 1)))
    assert "3 different ones" in score.meaning
    assert "over and over" in score.meaning


@pytest.mark.parametrize("make", ["even", "modes"])
def test_a_generator_unlike_the_source_is_no_copier(table_of, make):
    rng = np.random.default_rng(1)
    usual = 1 / np.arange(1, 3_001) ** 1.2
    draw = {"even": None, "modes": np.where(np.arange(3_000) % 100 == 7, usual, 0)}[make]

    def table(share, rows):
        return table_of(x=("integer", rng.choice(3_000, rows, p=None if share is None else share / share.sum())))

    assert copies_score(counted(table(usual, 1_000), table(draw, 1_000), table(usual, 500))).verdict != "poor"


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


def worded(table_of, texts, kind="text"):
    return table_of(y=("category", ["spam", "ham"] * (len(texts) // 2)), t=(kind, pa.array(texts, pa.string())))


@pytest.mark.parametrize("kind", ["text", "json"])
def test_a_row_is_a_copy_only_if_its_texts_agree(table_of, kind):
    real = worded(table_of, [f"message {i}" for i in range(200)], kind)
    fresh = [f"another {i}" for i in range(100)]
    other = worded(table_of, fresh, kind)
    assert counted(real, other, other).natural == 0
    assert copies_score(counted(real, other)).verdict == "good"
    partly = counted(real, worded(table_of, [f"message {i}" for i in range(40)] + fresh[:60], kind))
    assert (partly.copied, partly.twins) == (40, 0)
    assert copies_score(partly).verdict == "poor"
    # The same texts under the other label are no copies.
    assert counted(real, worded(table_of, [f"message {i + 1}" for i in range(100)], kind)).copied == 0


def test_texts_missing_in_all_synthetic_rows_hide_no_copy(table_of):
    real = table_of(x=("integer", range(100)), t=("text", [f"word {i}" for i in range(100)]))
    bare = table_of(x=("integer", range(100)), t=("empty", pa.nulls(100)))
    assert counted(real, bare).copied == 100


def test_ids_and_ignored_texts_hide_no_copy(table_of):
    def table(word):
        made = table_of(
            x=("integer", range(60)),
            i=("id", [f"{word}{k}" for k in range(60)]),
            t=("text", [f"{word} {k}" for k in range(60)]),
        )
        return made.with_schema(made.schema.replace("t", role="ignore"))

    assert counted(table("old"), table("new")).copied == 60


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=st.lists(st.tuples(st.text(max_size=3) | st.none(), st.sampled_from(["p", "q"])), min_size=1))
def test_keys_of_texts_are_equal_where_the_texts_are(table_of, rows):
    first, second = (pa.array([r[k] for r in rows], pa.string()) for k in (0, 1))
    table = table_of(t=("text", first), u=("text", second))
    paired = pair_tables(table, table.slice(0, 1), None)
    keys = row_keys(paired.real)
    assert len(set(keys.tolist())) == len(set(rows))
    assert row_keys(paired.synthetic)[0] == keys[0]


@pytest.mark.parametrize("sizes", [(1, 1, None), (49, 200, 100), (200, 49, None), (200, 200, 49)])
def test_few_rows_give_no_verdict(people, sizes):
    real, other, held = (None if n is None else people(n, k) for k, n in enumerate(sizes))
    score = copies_score(counted(real, other, held))
    assert score.verdict == "unknown"
    assert "too few for a verdict" in score.meaning
    assert copies_score(counted(people(50), people(50, 1))).verdict == "good"
