"""The scikit-learn door: parameters, kinds of input, even classes, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression

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


def test_classes_are_evened_out_and_real_rows_stay():
    features, label = made(2000)
    more, classes = TableSynthesizer().fit_resample(features, label)
    assert classes.value_counts().nunique() == 1
    pd.testing.assert_frame_equal(more.iloc[: len(features)], features)
    assert more.dtypes.equals(features.dtypes) and list(classes[: len(label)]) == list(label)
    added = more.iloc[len(features) :]
    assert (added["shop"] == "web").mean() > 0.95 and added["amount"].mean() > features["amount"].mean() + 40


def test_counts_may_be_asked_for():
    features, label = made()
    _, classes = TableSynthesizer(sampling_strategy={"fraud": 300}).fit_resample(features, label)
    assert (classes == "fraud").sum() == 300 and (classes == "fair").sum() == (label == "fair").sum()


@pytest.mark.parametrize("labels", [[0, 1], [3, 4, 5], ["a", "b", "c"], [True, False], [0.5, 1.5, 2.5]])
def test_arrays_come_back_as_arrays(labels):
    rng = np.random.default_rng(0)
    y = rng.choice(labels, 300, p=[0.6, *[0.4 / (len(labels) - 1)] * (len(labels) - 1)])
    X = rng.normal(size=(300, 3)).astype(np.float32)
    more, classes = TableSynthesizer().fit_resample(X, y)
    assert more.dtype == np.float32 and more.shape == (len(classes), 3) and np.array_equal(more[:300], X)
    assert len(set(np.unique(classes, return_counts=True)[1])) == 1 and set(classes) == set(labels)
    assert LogisticRegression().fit(more, classes.astype(str)).predict(X).shape == (300,)


def test_polars_frames_come_back_as_polars():
    features, label = made()
    more, classes = TableSynthesizer().fit_resample(pl.from_pandas(features), pl.Series("label", label.tolist()))
    assert isinstance(more, pl.DataFrame) and isinstance(classes, pl.Series) and len(more) == len(classes)


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
    with pytest.raises(FitError, match="two dimensions"):
        TableSynthesizer().fit(np.arange(5.0))
    with pytest.raises(SettingsError, match="no class"):
        TableSynthesizer(sampling_strategy={"other": 5}).fit_resample(features, label)
    with pytest.raises(SettingsError, match="sampling_strategy"):
        TableSynthesizer(sampling_strategy="minority").fit_resample(features, label)
    for gone in (None, np.nan):
        with pytest.raises(FitError, match="missing values"):
            TableSynthesizer().fit_resample(features, [gone, *label[1:]])
    with pytest.raises(FitError, match="too few rows are of class 'odd'"):
        TableSynthesizer().fit_resample(features, ["odd", *label[1:]])
    with pytest.raises(FitError, match="neither"):
        TableSynthesizer().fit(features, label).score_samples(features)
    with pytest.raises(SettingsError, match="likelihood"):
        TableSynthesizer("bootstrap").fit(features).score_samples(features)
