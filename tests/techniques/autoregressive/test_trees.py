"""Trees: rows go where scikit-learn would send them, leaves hold what fell in."""

from __future__ import annotations

import numpy as np
import pytest

from likewise.techniques.autoregressive.trees import Tree, grow, leading_order, outputs_of

ROWS = 4000


@pytest.fixture
def data() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    features = rng.integers(0, 30, (3, ROWS)).astype(np.int32)
    symbols = (features[0] // 10 + (rng.random(ROWS) < 0.1)).astype(np.int32)
    return features, symbols


def grown(features: np.ndarray, symbols: np.ndarray, rare: int | None = None, min_leaf: int = 20) -> Tree:
    count = int(symbols.max()) + 1
    return grow(features, symbols, outputs_of(symbols, count, ordered=False), rare=rare, min_leaf=min_leaf, seed=0)


def test_every_row_reaches_a_leaf_of_at_least_min_leaf_donors(data: tuple[np.ndarray, np.ndarray]) -> None:
    tree = grown(*data)
    leaves = tree.leaves(data[0])
    assert (tree.left[leaves] == leaves).all()
    assert np.diff(tree.start)[np.unique(leaves)].min() >= 20
    assert tree.start[-1] == ROWS == len(tree.donors)


def test_leaves_agree_with_scikit_learn(data: tuple[np.ndarray, np.ndarray]) -> None:
    from sklearn.tree import DecisionTreeRegressor

    features, symbols = data
    split_on = outputs_of(symbols, 4, ordered=False)
    tree = grow(features, symbols, split_on, rare=None, min_leaf=20, seed=0)
    judge = DecisionTreeRegressor(min_samples_leaf=20, random_state=0).fit(features.T.astype(np.float32), split_on)
    np.testing.assert_array_equal(tree.leaves(features), judge.apply(features.T.astype(np.float32)))


def test_draws_follow_the_leaf(data: tuple[np.ndarray, np.ndarray]) -> None:
    features, symbols = data
    tree = grown(features, symbols)
    leaves = tree.leaves(features)
    drawn = np.concatenate([tree.draw(leaves, np.random.default_rng(seed)) for seed in range(5)])
    real = np.bincount(symbols, minlength=4) / ROWS
    np.testing.assert_allclose(np.bincount(drawn, minlength=4) / len(drawn), real, atol=0.01)


def test_weighted_draws_keep_to_the_allowed_symbols_and_tell_their_share(data: tuple[np.ndarray, np.ndarray]) -> None:
    features, symbols = data
    tree = grown(features, symbols)
    leaves = tree.leaves(features)
    weights = np.array([0.0, 1.0, 0.0, 0.0])
    drawn, mass = tree.draw_within(leaves, weights, None, np.random.default_rng(0))
    assert (drawn[mass > 0] == 1).all()
    np.testing.assert_allclose(mass, tree.share(leaves, np.ones(ROWS, dtype=np.int32)))
    np.testing.assert_allclose(mass.mean(), (symbols == 1).mean(), atol=1e-9)


def test_draws_between_ends_stay_there_or_are_missing(data: tuple[np.ndarray, np.ndarray]) -> None:
    features, symbols = data
    tree = grown(features, symbols)
    leaves = tree.leaves(features)
    ends = (np.full(ROWS, 1, dtype=np.int32), np.full(ROWS, 1, dtype=np.int32))
    drawn, mass = tree.draw_within(leaves, np.ones(4), ends, np.random.default_rng(0))
    assert set(drawn) <= {1, 3}
    assert (mass == 1).all()
    assert (drawn == 3).any()
    weights = np.array([1.0, 1.0, 1.0, 0.0])
    drawn, mass = tree.draw_within(leaves, weights, ends, np.random.default_rng(0))
    assert (drawn[mass > 0] == 1).all()


def test_rare_symbols_are_never_donated(data: tuple[np.ndarray, np.ndarray]) -> None:
    features, symbols = data
    tree = grown(features, symbols, rare=0)
    assert 0 not in tree.donors
    assert np.diff(tree.start)[np.unique(tree.leaves(features))].min() > 0


def test_donors_are_sorted_within_leaves(data: tuple[np.ndarray, np.ndarray]) -> None:
    tree = grown(*data)
    for leaf in np.unique(tree.leaves(data[0])):
        donors = tree.donors[tree.start[leaf] : tree.start[leaf + 1]]
        assert (np.diff(donors.astype(int)) >= 0).all()


def test_no_features_give_one_leaf() -> None:
    symbols = np.array([0, 1, 1, 2], dtype=np.int32)
    tree = grown(np.empty((0, 4), dtype=np.int32), symbols)
    assert tree.leaves(np.empty((0, 7), dtype=np.int32)).tolist() == [0] * 7
    assert tree.donors.tolist() == [0, 1, 1, 2]


def test_levels_are_ordered_by_what_they_tell() -> None:
    rng = np.random.default_rng(0)
    strength = np.array([0.9, 0.1, 0.5, 0.7])
    symbols = rng.integers(0, 4, 20_000).astype(np.int32)
    outcome = (rng.random(20_000) < strength[symbols]).astype(float)
    ranks = leading_order(symbols, 4, np.column_stack([outcome, 1 - outcome]))
    by_strength = np.argsort(strength)
    assert ranks[by_strength].tolist() in ([0, 1, 2, 3], [3, 2, 1, 0])


def test_missing_numbers_have_an_output_of_their_own() -> None:
    symbols = np.array([0, 1, 2, 3, 3, 3], dtype=np.int32)
    with_missing = outputs_of(symbols, 4, ordered=True)
    assert (with_missing[:, -1] == 2.0 * (symbols == 3)).all()
