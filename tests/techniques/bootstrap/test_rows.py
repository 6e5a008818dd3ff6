"""Rows one by one: shares, weights, lots, and what they refuse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from likewise.core.table import Table
from likewise.errors import ConditionError, FitError
from likewise.techniques.bootstrap import Bootstrap

RNG = np.random.default_rng(0)
FRAME = pd.DataFrame(
    {
        "city": RNG.choice(["Rome", "Oslo", "Bern"], 300, p=[0.6, 0.3, 0.1]),
        "w": np.arange(300) % 4,
        "x": RNG.normal(size=300),
        "row": np.arange(300) + 1000.5,
    }
)


def test_strata_keep_their_sizes_for_as_many_rows() -> None:
    drawn = Bootstrap(method="stratified", strata="city").fit(FRAME).sample(300, seed=3)
    assert drawn["city"].value_counts().to_dict() == FRAME["city"].value_counts().to_dict()
    assert not drawn["city"].equals(FRAME["city"])
    assert drawn["row"].nunique() < 250


@pytest.mark.parametrize("n", [1, 2, 7, 100, 1000])
def test_strata_are_within_one_of_their_share_and_right_on_average(n: int) -> None:
    model = Bootstrap(method="stratified", strata="city").fit(FRAME)
    share = FRAME["city"].value_counts() / 300 * n
    counts = [model.sample(n, seed=s)["city"].value_counts().reindex(share.index, fill_value=0) for s in range(80)]
    assert all(((each - share).abs() < 1).all() for each in counts)
    assert np.allclose(np.mean(counts, axis=0), share, atol=0.17)


def test_a_missing_stratum_is_a_stratum() -> None:
    frame = pd.DataFrame({"k": ["a", None, "a", None, "b", "b"] * 5, "x": range(30)})
    drawn = Bootstrap(method="stratified", strata="k").fit(frame).sample(30)
    assert drawn["k"].isna().sum() == 10


def test_weights_are_chances() -> None:
    drawn = Bootstrap(method="weighted", weights="w").fit(FRAME).sample(60_000)
    shares = drawn["w"].value_counts(normalize=True)
    assert 0 not in shares.index
    assert np.allclose(shares.sort_index(), [1 / 6, 2 / 6, 3 / 6], atol=0.01)


@pytest.mark.parametrize("weights", [[0, 1, 1, 1], [True, True, False, True], ["0", "2", "2", "2"]])
def test_weights_may_look_like_levels(weights: list[Any]) -> None:
    frame = pd.DataFrame({"w": weights * 30, "x": range(120)})
    drawn = Bootstrap(method="weighted", weights="w").fit(frame).sample(200)
    assert set(drawn["w"]) == set(weights) - {0, "0"}


def test_no_row_comes_twice_in_a_lot() -> None:
    drawn = Bootstrap(method="m-out-of-n", m=100).fit(FRAME).sample(450)["row"].to_numpy()
    for start in range(0, 400, 100):
        assert len(set(drawn[start : start + 100])) == 100
    assert len(set(drawn[:200])) < 200


def test_bayesian_weights_vary_twice_as_much() -> None:
    model, model_of_rows = Bootstrap(method="bayesian").fit(FRAME), Bootstrap().fit(FRAME)
    means = [model.sample(3000, seed=seed)["x"].mean() for seed in range(40)]
    plain = [model_of_rows.sample(3000, seed=seed)["x"].mean() for seed in range(40)]
    assert np.var(means) == pytest.approx(FRAME["x"].var() * (1 / 301 + 1 / 3000), rel=0.6)
    assert np.var(plain) == pytest.approx(FRAME["x"].var() / 3000, rel=0.6)


@pytest.mark.parametrize(
    "asked",
    [
        {"method": "stratified", "strata": "city"},
        {"method": "weighted", "weights": "w"},
        {"method": "m-out-of-n", "m": 250},
        {"method": "bayesian"},
    ],
    ids=str,
)
def test_conditions_hold(asked: dict[str, Any]) -> None:
    drawn = Bootstrap(**asked).fit(FRAME).sample(333, given={"city": ["Oslo", "Bern"], "x": (0, None)})
    assert set(drawn["city"]) == {"Oslo", "Bern"} and drawn["x"].min() >= 0
    assert set(drawn["row"]) <= set(FRAME["row"])


def test_conditions_that_leave_no_weight_are_refused() -> None:
    model = Bootstrap(method="weighted", weights="w").fit(FRAME)
    with pytest.raises(ConditionError, match=r"given\.unseen"):
        model.sample(3, given={"w": 0})


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"method": "stratified", "strata": "town"}, "fit.strata"),
        ({"method": "stratified", "strata": "row"}, "fit.strata"),
        ({"method": "stratified", "strata": "void"}, "fit.strata"),
        ({"method": "weighted", "weights": "weight"}, "fit.weights"),
        ({"method": "weighted", "weights": "city"}, "fit.weights"),
        ({"method": "weighted", "weights": "x"}, "fit.weights"),
        ({"method": "m-out-of-n", "m": 301}, "fit.m"),
    ],
    ids=str,
)
def test_columns_that_do_not_serve_are_refused(asked: dict[str, Any], code: str) -> None:
    with pytest.raises(FitError) as caught:
        Bootstrap(**asked).fit(FRAME.assign(void=None))
    assert caught.value.code == code and caught.value.hint


@pytest.mark.parametrize("weights", [[1.5, None, 2.5], [0.0, 0.0, 0.0], [-1.5, 1.5, 2.0]])
def test_bad_weights_are_refused(weights: list[Any]) -> None:
    with pytest.raises(FitError, match=r"fit\.weights"):
        Bootstrap(method="weighted", weights="w").fit(Table.from_any({"w": weights * 9, "x": list(range(27))}))


def test_a_generated_id_is_no_stratum() -> None:
    frame = pd.DataFrame({"id": [f"K-{i:05d}" for i in range(50)], "x": range(50)})
    with pytest.raises(FitError, match="not a column that is learned"):
        Bootstrap(method="stratified", strata="id").fit(frame)
