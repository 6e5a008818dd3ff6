"""The estimator that draws rows: parameters, kinds of input, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from likewise.errors import FitError, SettingsError
from likewise.sklearn import TableSynthesizer


def made(rows: int = 400, seed: int = 0) -> tuple[pd.DataFrame, pd.Series]:
    rng = np.random.default_rng(seed)
    fraud = rng.random(rows) < 0.15
    amount = np.round(rng.gamma(2, 20, rows) + 80 * fraud, 2)
    frame = pd.DataFrame({"amount": amount, "shop": np.where(fraud, "web", rng.choice(["web", "till"], rows))})
    return frame, pd.Series(np.where(fraud, "fraud", "fair"), name="label")


def test_it_is_an_estimator_like_others():
    one = TableSynthesizer("bootstrap", settings=None, random_state=3)
    assert clone(one).get_params() == one.get_params()
    assert one.set_params(random_state=5).random_state == 5
    with pytest.raises(NotFittedError):
        one.sample(3)


def test_rows_come_back_in_the_kind_that_was_learned():
    X = np.random.default_rng(0).normal(size=(300, 3)).astype(np.float32)
    drawn = TableSynthesizer().fit(X).sample(40)
    assert drawn.dtype == np.float32 and drawn.shape == (40, 3)
    features, label = made()
    fitted = TableSynthesizer("bootstrap").fit(pl.from_pandas(features), pl.Series("label", label.tolist()))
    drawn, classes = fitted.sample(20)
    assert isinstance(drawn, pl.DataFrame) and isinstance(classes, pl.Series) and len(drawn) == len(classes) == 20


def test_drawn_rows_follow_the_seed_and_the_conditions():
    features, label = made()
    fitted = TableSynthesizer(random_state=4).fit(features, label)
    drawn, classes = fitted.sample(50, given={"label": "fraud"})
    assert len(drawn) == 50 and set(classes) == {"fraud"}
    again, _ = TableSynthesizer(random_state=4).fit(features, label).sample(50, given={"label": "fraud"})
    pd.testing.assert_frame_equal(drawn, again)
    assert list(TableSynthesizer().fit(features).sample(7)) == ["amount", "shop"]


def test_real_rows_are_likelier_than_shuffled_ones():
    features, label = made(2000)
    fitted = TableSynthesizer().fit(features, label)
    shuffled = features.assign(shop=features["shop"].sample(frac=1, random_state=0).to_numpy())
    assert fitted.score_samples(features, label).mean() > fitted.score_samples(shuffled, label).mean() + 0.1


def test_what_does_not_fit_is_refused():
    features, label = made(60)
    with pytest.raises(FitError, match="60 rows and `y` 59"):
        TableSynthesizer().fit(features, label[:59])
    with pytest.raises(FitError, match="Expected 2D array"):
        TableSynthesizer().fit(np.arange(5.0))
    with pytest.raises(FitError, match="neither"):
        TableSynthesizer().fit(features, label).score_samples(features)
    with pytest.raises(SettingsError, match="likelihood"):
        TableSynthesizer("bootstrap").fit(features).score_samples(features)
