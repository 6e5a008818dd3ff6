"""Out of bag: what is left out, splits, and the error of a prediction."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import cross_val_score
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier

from likewise.errors import LikewiseError
from likewise.techniques.bootstrap import BootstrapSplit, out_of_bag, prediction_error

RNG = np.random.default_rng(0)
X = RNG.normal(size=(80, 3))
Y = (X[:, 0] + 0.5 * RNG.normal(size=80) > 0).astype(int)


def test_what_is_left_out_is_the_rest() -> None:
    shares = []
    for rows, left in out_of_bag(200, replicates=50):
        assert len(rows) == 200 and set(rows) | set(left) == set(range(200)) and not set(rows) & set(left)
        shares.append(len(left) / 200)
    assert np.mean(shares) == pytest.approx((1 - 1 / 200) ** 200, abs=0.01)


def test_strata_and_entities_are_kept() -> None:
    labels = np.repeat([0, 1, 2], [10, 3, 2])
    for rows, _ in out_of_bag(15, replicates=20, strata=labels):
        assert np.bincount(labels[rows]).tolist() == [10, 3, 2]
    for rows, left in out_of_bag(15, replicates=20, entity=labels):
        assert not set(labels[rows]) & set(labels[left])


def test_something_is_always_left_out() -> None:
    assert all(len(left) == 1 for _, left in out_of_bag(2, replicates=40))
    assert all(len(left) for _, left in out_of_bag(3, replicates=40, strata=[0, 1, 1]))


@pytest.mark.parametrize(
    "asked",
    [{"n": 1}, {"n": 0}, {"n": -1}, {"n": 2.0}, {"replicates": 0}, {"strata": range(9)}, {"entity": [1] * 9},
     {"strata": [1]}, {"seed": -3}],
    ids=str,
)  # fmt: skip
def test_what_leaves_nothing_out_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(LikewiseError) as caught:
        out_of_bag(**{"n": 9, **asked})
    assert caught.value.hint


def test_a_split_serves_scikit_learn() -> None:
    split = BootstrapSplit(25, stratify=True, seed=3)
    assert split.get_n_splits() == 25 and split == BootstrapSplit(25, stratify=True, seed=3)
    scores = cross_val_score(GaussianNB(), X, Y, cv=split)
    assert len(scores) == 25 and 0.7 < scores.mean() < 0.95
    grouped = cross_val_score(GaussianNB(), X, Y, cv=BootstrapSplit(5), groups=np.arange(80) // 4)
    assert len(grouped) == 5
    with pytest.raises(LikewiseError, match="stratify"):
        next(split.split(X))


def test_no_information_is_what_is_left_of_labels_dealt_at_random() -> None:
    random = np.arange(80) % 2
    found = prediction_error(KNeighborsClassifier(1), X, random, replicates=40)
    assert found.apparent == 0 and found.no_information == pytest.approx(0.5, abs=0.01)
    assert found.e632 < 0.3 < 0.38 < found.e632_plus


def test_the_estimates_lie_between_what_is_too_small_and_what_is_too_large() -> None:
    found = prediction_error(GaussianNB(), pd.DataFrame(X), Y, replicates=40)
    assert found.apparent <= found.e632 <= found.e632_plus <= found.out_of_bag
    assert found.e632 == pytest.approx(0.368 * found.apparent + 0.632 * found.out_of_bag)
    assert 0 <= found.overfitting <= 1


def test_a_model_that_learns_nothing_overfits_nothing() -> None:
    found = prediction_error(DummyClassifier(strategy="constant", constant=1), X, Y, replicates=10)
    assert found.overfitting == 0 and found.e632_plus == pytest.approx(found.e632)


def test_losses_of_numbers() -> None:
    y = X @ [1.0, 2.0, 3.0] + RNG.normal(size=80)
    squared = prediction_error(LinearRegression(), X, y, replicates=30)
    absolute = prediction_error(LinearRegression(), X, y, loss="absolute", replicates=30)
    own = prediction_error(LinearRegression(), X, y, loss=lambda a, b: (a - b) ** 2, replicates=30)
    assert squared == own and 0.7 < squared.e632_plus < 1.2 and 0.6 < absolute.e632_plus < 1.0
    again = prediction_error(LinearRegression(), X, y, replicates=30)
    assert again == squared


@pytest.mark.parametrize("loss", ["hinge", lambda a, b: 1.0, lambda a, b: a * np.nan, lambda a, b: ["x"] * len(a)])
def test_losses_that_are_none_are_refused(loss: Any) -> None:
    with pytest.raises(LikewiseError, match=r"settings\.loss"):
        prediction_error(LinearRegression(), X, Y, loss=loss)


def test_texts_have_no_squared_loss() -> None:
    with pytest.raises(LikewiseError, match=r"settings\.loss"):
        prediction_error(KNeighborsClassifier(), X, np.where(Y, "yes", "no"), loss="squared")
