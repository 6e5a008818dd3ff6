"""Decisions: a level's chances multiply along its path, sum to one, and are shared out evenly."""

from __future__ import annotations

import numpy as np
import pytest

from likewise.techniques.autoregressive.boosted.decisions import Decisions
from likewise.techniques.autoregressive.boosted.learn import QUICK, learn_decisions

ROWS, COUNT = 6000, 7


@pytest.fixture(scope="module")
def learned() -> tuple[np.ndarray, np.ndarray, Decisions]:
    rng = np.random.default_rng(0)
    features = rng.integers(0, 12, (3, ROWS)).astype(np.int32)
    own = np.minimum(features[0] // 3 + rng.integers(0, 2, ROWS), 5).astype(np.int32)  # symbol 6 is never seen
    found = learn_decisions(features, own, np.array([3, 1, 0, 2, 4, 5, 6], dtype=np.int32), QUICK, seed=3)
    assert found is not None
    return features, own, found


def blank(decisions: Decisions, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Return one leaf for all rows, which saw nothing."""
    return np.zeros(rows, dtype=np.int32), np.zeros((1, len(decisions.line) + 1), dtype=np.int64)


def test_shares_sum_to_one_and_agree_with_those_of_single_symbols(learned: tuple) -> None:
    features, _, decisions = learned
    leaves, seen = blank(decisions, ROWS)
    shares = decisions.shares(features, leaves, seen, COUNT)
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    assert (shares[:, 6] == 0).all()
    for symbol in range(COUNT):
        own = np.full(ROWS, symbol, dtype=np.int32)
        np.testing.assert_allclose(decisions.share(features, leaves, seen, own), shares[:, symbol], atol=1e-12)


def test_draws_follow_the_shares_more_closely_than_chance_would(learned: tuple) -> None:
    features, _, decisions = learned
    leaves, seen = blank(decisions, ROWS)
    shares = decisions.shares(features, leaves, seen, COUNT)
    drawn = decisions.draw(features, leaves, seen, np.random.default_rng(1))
    apart = np.bincount(drawn, minlength=COUNT) - shares.sum(axis=0)
    by_chance = np.sqrt((shares * (1 - shares)).sum(axis=0))
    assert (np.abs(apart) <= 0.5 * by_chance).all()
    lower = decisions.line[: decisions.cut[0]]
    assert abs(apart[lower].sum()) < 1  # the first decision shares its sides out within one row


def test_what_decides_is_learned(learned: tuple) -> None:
    features, own, decisions = learned
    leaves, seen = blank(decisions, ROWS)
    likely = decisions.share(features, leaves, seen, own)
    assert np.log(likely).mean() > np.log(0.4)  # two symbols in equal parts at best: log(0.5)


def test_a_side_that_a_leaf_never_saw_is_not_taken_where_it_is_all_but_impossible() -> None:
    rng = np.random.default_rng(2)
    features = rng.integers(0, 2, (1, ROWS)).astype(np.int32)
    decisions = learn_decisions(features, features[0].copy(), np.arange(2, dtype=np.int32), QUICK, seed=0)
    assert decisions is not None
    seen = decisions.seen_in(features[0].astype(np.int64), features[0].astype(np.int64), 2)
    assert seen.tolist() == [[0, (features[0] == 0).sum(), (features[0] == 0).sum()], [0, 0, (features[0] == 1).sum()]]
    shares = decisions.shares(features, features[0], seen, 2)
    assert (shares[np.arange(ROWS), 1 - features[0]] == 0).all()
    leaves, nothing = blank(decisions, ROWS)
    assert (decisions.shares(features, leaves, nothing, 2) > 0).all()


def test_arrays_give_the_same_decisions_back(learned: tuple) -> None:
    features, own, decisions = learned
    again = Decisions.from_arrays(decisions.arrays())
    leaves, seen = blank(decisions, ROWS)
    np.testing.assert_array_equal(
        again.share(features, leaves, seen, own), decisions.share(features, leaves, seen, own)
    )
    first, second = (d.draw(features, leaves, seen, np.random.default_rng(5)) for d in (decisions, again))
    np.testing.assert_array_equal(first, second)
