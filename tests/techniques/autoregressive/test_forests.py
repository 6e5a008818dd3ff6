"""Forests: a column given all others, grown on rows that the model draws."""

from __future__ import annotations

import numpy as np
import pytest

from likewise.techniques.autoregressive import Autoregressive
from likewise.techniques.autoregressive.forests import FEWEST_ROWS, Forests
from likewise.techniques.autoregressive.model import AutoregressiveModel


@pytest.fixture(scope="module")
def model() -> AutoregressiveModel:
    rng = np.random.default_rng(0)
    age = rng.integers(20, 60, 1500)
    grown = np.where(age < 40, "no", "yes")
    return Autoregressive().fit(
        {"age": age, "grown": grown, "noise": rng.choice(["a", "b"], 1500), "none": [None] * 1500}, seed=0
    )


def symbols_of(model: AutoregressiveModel) -> np.ndarray:
    return model.propose(200, np.random.default_rng(1), {}, {})[0]


def test_shares_sum_to_one_and_follow_the_later_columns(model: AutoregressiveModel) -> None:
    forest, symbols = model.forests.of(0, known=True), symbols_of(model)
    assert forest is not None and 0 not in forest.predictors
    shares = forest.shares(symbols)
    assert shares.shape == (200, forest.count) and shares.sum(axis=1) == pytest.approx(1)
    assert forest.overall.sum() == pytest.approx(1)
    telling = np.flatnonzero(model.codecs[0].high < 40) if hasattr(model.codecs[0], "high") else []
    young = shares[:, telling].sum(axis=1)
    no = symbols[1] == symbols[1][symbols[0] == symbols[0].min()][0]
    assert young[no].min() > 0.95 and young[~no].max() < 0.05


def test_forests_are_grown_once_and_alike(model: AutoregressiveModel) -> None:
    forest, again = model.forests.of(0, known=True), Forests(model).of(0, known=True)
    assert forest is model.forests.of(0, known=True)
    assert forest is not None and again is not None
    assert np.array_equal(forest.shares(symbols_of(model)), again.shares(symbols_of(model)))


def test_a_column_without_values_or_others_has_none(model: AutoregressiveModel) -> None:
    assert model.forests.of(3, known=True) is None
    alone = Autoregressive().fit({"age": np.arange(FEWEST_ROWS) % 7})
    assert alone.forests.of(0, known=True) is None
