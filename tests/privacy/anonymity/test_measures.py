from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.privacy.anonymity.measures import (
    delta_presence,
    entropy_diversity,
    is_recursive_diverse,
    k_anonymity,
    k_map,
    l_diversity,
    t_closeness,
)

keys = st.lists(st.integers(0, 4), min_size=1, max_size=30).map(lambda v: np.array(v, dtype=np.uint64))
records = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30)


def parted(rows):
    return np.array([r[0] for r in rows], dtype=np.uint64), np.array([r[1] for r in rows], dtype=np.int32)


@given(released=keys, population=keys)
def test_classes_are_counted_exactly(released, population):
    counts = Counter(population.tolist())
    assert k_anonymity(population) == min(counts.values())
    met = [counts[k] for k in released.tolist() if k in counts]
    assert k_map(released, population) == (min(met) if met else 0)


@given(rows=records)
def test_diversity_is_counted_exactly(rows):
    of, secret = parted(rows)
    values = {k: {s for q, s in rows if q == k} for k, _ in rows}
    assert l_diversity(of, secret) == min(len(v) for v in values.values())
    assert 0 <= t_closeness(of, secret, ordered=True) <= 1
    assert t_closeness(of[:1].repeat(len(of)), secret, ordered=False) == 0


@given(released=keys, members=keys, others=keys)
def test_presence_is_a_share(released, members, others):
    low, high = delta_presence(released, members, others)
    assert 0 <= low <= high <= 1
    if set(released.tolist()) & set(members.tolist()):
        assert high > 0


def shares(rows):
    values = sorted({s for _, s in rows})
    for key in {q for q, _ in rows}:
        own = Counter(s for q, s in rows if q == key)
        yield np.array([own[v] for v in values]) / own.total()


@given(rows=records, c=st.floats(0.5, 5), at=st.integers(1, 4))
def test_distributions_are_as_the_papers_define_them(rows, c, at):
    of, secret = parted(rows)
    whole = np.unique(secret, return_counts=True)[1] / len(rows)
    line = max(np.abs(np.cumsum(p - whole)).sum() / max(1, len(whole) - 1) for p in shares(rows))
    assert t_closeness(of, secret, ordered=True) == pytest.approx(line, abs=1e-12)
    level = max(np.abs(p - whole).sum() / 2 for p in shares(rows))
    assert t_closeness(of, secret, ordered=False) == pytest.approx(level, abs=1e-12)
    entropy = min(-sum(x * np.log(x) for x in p if x) for p in shares(rows))
    assert entropy_diversity(of, secret) == pytest.approx(np.exp(entropy))
    counts = [sorted(Counter(s for q, s in rows if q == k).values(), reverse=True) for k in {q for q, _ in rows}]
    assert is_recursive_diverse(of, secret, c=c, at=at) == all(n[0] < c * sum(n[at - 1 :]) for n in counts)
