from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.evaluation.pairing import pair_tables
from likewise.evaluation.privacy.anonymity import (
    anonymity_scores,
    disco,
    rep_u,
)
from likewise.privacy.anonymity.measures import l_diversity

records = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30)


def parted(rows):
    return np.array([r[0] for r in rows], dtype=np.uint64), np.array([r[1] for r in rows], dtype=np.int32)


@given(original=records, released=records)
def test_replicated_risks_are_counted_exactly(original, released):
    (one, secret), (two, told) = parted(original), parted(released)
    here, there = Counter(one.tolist()), Counter(two.tolist())
    assert rep_u(one, two).tolist() == [here[k] == 1 and there.get(k) == 1 for k in one.tolist()]
    values = {k: {s for q, s in released if q == k} for k, _ in released}
    assert disco(one, secret, two, told).tolist() == [values.get(q) == {s} for q, s in original]


def scored(real, synthetic, holdout, **names):
    pair = pair_tables(real, synthetic, holdout)
    return {s.name: s for s in anonymity_scores(pair.columns, pair.real, pair.synthetic, pair.holdout, seed=0, **names)}


def test_a_memoriser_replicates_uniques_and_fresh_rows_do_not(patients):
    real, fresh, holdout = patients(800), patients(800, 1), patients(800, 2)
    names = {"quasi": ("n0", "n1", "sex"), "sensitive": ("ill",)}
    leaked, safe = scored(real, real, holdout, **names), scored(real, fresh, holdout, **names)
    assert leaked["rep_u"].verdict == leaked["disco"].verdict == "poor"
    assert {safe["rep_u"].verdict, safe["disco"].verdict} <= {"good", "unknown"}
    assert all(safe[n].readout for n in ("k_map", "k_anonymity", "l_diversity", "t_closeness", "delta_presence"))
    assert scored(real, fresh, None, **names).keys() == {"k_map", "k_anonymity", "l_diversity", "t_closeness"}


def test_nothing_is_said_where_nothing_is_declared(patients):
    assert scored(patients(100), patients(100, 1), patients(100, 2), quasi=()) == {}


@pytest.mark.parametrize("secret", [np.array([np.nan, np.nan, 1.0]), np.array([0, 0, 1], dtype=np.int32)])
def test_a_gap_is_a_value_of_a_secret(secret):
    of = np.array([1, 1, 2], dtype=np.uint64)
    assert l_diversity(of, secret) == 1
    assert disco(of, secret, of, secret).all()
