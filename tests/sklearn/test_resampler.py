"""The estimator that evens out classes: what comes back, in which kind, by which seed, and what is refused."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from imblearn.pipeline import make_pipeline
from scipy import sparse
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.preprocessing import StandardScaler

from likewise.errors import FitError, LikewiseError, SettingsError
from likewise.sklearn import Resampler

TECHNIQUES = ["smote", "bootstrap", "autoregressive"]


def made(rows: int = 400, seed: int = 0) -> tuple[pd.DataFrame, pd.Series]:
    rng = np.random.default_rng(seed)
    fraud = rng.random(rows) < 0.15
    amount = np.round(rng.gamma(2, 20, rows) + 80 * fraud, 2)
    shop = np.where(fraud, "web", rng.choice(["web", "till"], rows))
    day = pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 90, rows), unit="D")
    frame = pd.DataFrame({"amount": amount, "shop": shop, "day": day, "count": np.arange(rows) + 1})
    return frame, pd.Series(np.where(fraud, "fraud", "fair"), name="label")


def numbers(rows: int = 120) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    y = (np.arange(rows) % 6 == 0).astype(int)
    return rng.normal(size=(rows, 3)) + y[:, None], y


@pytest.mark.parametrize("technique", TECHNIQUES)
def test_classes_are_evened_out_and_real_rows_stay(technique):
    features, label = made(1000)
    more, classes = Resampler(technique).fit_resample(features, label)
    assert classes.value_counts().nunique() == 1 and classes.name == "label"
    pd.testing.assert_frame_equal(more.iloc[: len(features)], features)
    assert list(classes[: len(label)]) == list(label) and set(classes[len(label) :]) == {"fraud"}
    added = more.iloc[len(features) :]
    assert (added["shop"] == "web").mean() > 0.95 and added["amount"].mean() > features["amount"].mean() + 40


def test_numbers_that_count_rows_are_numbers_like_others():
    features, label = made()
    more, _ = Resampler("bootstrap").fit_resample(features, label)
    added = more["count"].iloc[len(features) :]
    assert set(added) <= set(features["count"][label == "fraud"])


def test_kinds_that_come_go_back():
    X, y = numbers()
    whole, codes = Resampler("bootstrap").fit_resample(X, y)
    names = ["a", "b", "c"]
    frame = pd.DataFrame(X, columns=names, index=np.arange(len(X)) + 50)
    for given, back in [
        (X.astype(np.float32), lambda rows: rows),
        (np.asfortranarray(X), lambda rows: rows),
        (X.tolist(), np.asarray),
        (X.astype(object), lambda rows: rows.astype(float)),
        (sparse.csc_matrix(X), lambda rows: rows.toarray()),
        (sparse.coo_array(X), lambda rows: rows.toarray()),
        (frame, lambda rows: rows.to_numpy()),
        (frame.set_axis(["a", ("b", 1), ("c", 2)], axis=1), lambda rows: rows.to_numpy()),
        (frame.astype({"a": pd.SparseDtype(float, 0.0), "b": "Float64"}), lambda rows: rows.to_numpy(dtype=float)),
        (pl.DataFrame(X, schema=names), lambda rows: rows.to_numpy()),
        (pa.table(dict(zip(names, X.T))), lambda rows: np.column_stack([c.to_numpy() for c in rows.columns])),
        (dict(zip(names, X.T)), lambda rows: np.column_stack(list(rows.values()))),
        ([dict(zip(names, row)) for row in X.tolist()], lambda rows: np.column_stack(list(rows.values()))),
    ]:
        mixed = isinstance(given, pd.DataFrame) and given.columns[1] == ("b", 1)
        if mixed:
            with pytest.raises(TypeError, match="string names"):
                Resampler("bootstrap").fit_resample(given, y)
            continue
        more, classes = Resampler("bootstrap").fit_resample(given, y)
        if not isinstance(given, list) or isinstance(given[0], list):
            assert type(more) is type(given)
        if isinstance(given, pd.DataFrame):
            assert more.dtypes.equals(given.dtypes) and list(more.index) == list(range(len(more)))
        np.testing.assert_allclose(back(more), whole, rtol=1e-6)
        assert np.array_equal(classes, codes)


@pytest.mark.parametrize("labels", [[0, 1], [3, 4, 5], ["a", "b", "c"], [True, False], [1.0, 2.0]])
def test_any_labels_serve(labels):
    rng = np.random.default_rng(0)
    y = rng.choice(labels, 300, p=[0.6, *[0.4 / (len(labels) - 1)] * (len(labels) - 1)])
    more, classes = Resampler("autoregressive").fit_resample(rng.normal(size=(300, 3)), y)
    assert classes.dtype == y.dtype and set(classes) == set(labels) and len(more) == len(classes)
    assert len(set(np.unique(classes, return_counts=True)[1])) == 1


def test_polars_keeps_its_types():
    features, label = made()
    frame = pl.from_pandas(features).with_columns(pl.col("shop").cast(pl.Enum(["till", "web"])))
    more, classes = Resampler("bootstrap").fit_resample(frame, pl.Series("label", label.tolist()))
    assert more.schema == frame.schema and classes.dtype == pl.String and classes.name == "label"
    assert more.head(len(frame)).equals(frame)
    lazy, _ = Resampler("bootstrap").fit_resample(frame.lazy(), label.to_numpy())
    assert lazy.equals(more)


def test_gaps_and_categories_stay():
    features, label = made()
    features["shop"] = features["shop"].astype("category")
    features.loc[::5, "amount"] = np.nan
    more, _ = Resampler("autoregressive").fit_resample(features, label)
    assert more["shop"].dtype == features["shop"].dtype
    added = more.iloc[len(features) :]
    assert 0.05 < added["amount"].isna().mean() < 0.5


def test_the_seed_settles_the_rows():
    X, y = numbers()

    def drawn(state):
        return Resampler("bootstrap", random_state=state).fit_resample(X, y)[0]

    assert np.array_equal(drawn(3), drawn(3)) and not np.array_equal(drawn(3), drawn(4))
    assert np.array_equal(drawn(np.random.RandomState(3)), drawn(np.random.RandomState(3)))
    assert not np.array_equal(drawn(None), drawn(None))
    going = np.random.RandomState(3)
    assert not np.array_equal(drawn(going), drawn(going))
    for bad in (-1, "a", 1.5):
        with pytest.raises(ValueError, match="seed"):
            drawn(bad)


def test_it_works_in_a_pipeline_and_a_search():
    X, y = numbers(240)
    pipeline = make_pipeline(StandardScaler(), Resampler("bootstrap"), LogisticRegression())
    assert cross_val_score(pipeline, X, y, scoring="average_precision", cv=3).mean() > 0.5
    grid = {"resampler__sampling_strategy": ["auto", 0.5], "resampler__settings": [None, {}]}
    search = GridSearchCV(pipeline, grid, scoring="f1", cv=2).fit(X, y)
    assert search.best_params_["resampler__sampling_strategy"] in ("auto", 0.5)


def test_it_is_copied_and_stored_like_others():
    X, y = numbers()
    one = Resampler("bootstrap", settings={}, sampling_strategy={1: 50}, random_state=3)
    assert clone(one).get_params() == one.get_params()
    assert one.set_params(random_state=5).random_state == 5
    fitted = pickle.loads(pickle.dumps(one.fit(X, y)))
    assert fitted.sampling_strategy_ == {1: 30} and fitted.n_features_in_ == 3
    assert list(one.fit(pd.DataFrame(X, columns=["a", "b", "c"]), y).get_feature_names_out()) == ["a", "b", "c"]


def test_nothing_is_added_where_nothing_lacks():
    X, y = numbers()
    for strategy in ({}, {1: 20}, {0: 100, 1: 20}):
        more, classes = Resampler("bootstrap", sampling_strategy=strategy).fit_resample(X, y)
        assert np.array_equal(more, X) and np.array_equal(classes, y)


ODD = {
    "constant": {"a": [1.0] * 120},
    "nothing known": {"a": pd.Series([np.nan] * 120, dtype=float)},
    "equal rows": {"a": [1, 2] * 60, "b": [3, 3] * 60},
    "levels": {"a": list("abcbca") * 20, "b": list("xyyx") * 30},
    "durations": {"a": pd.to_timedelta(np.arange(120) ** 2, unit="s")},
    "zones": {"a": pd.date_range("2026-01-01", periods=120, tz="Europe/Rome")},
    "ids": {"a": [f"C-{n:05d}" for n in range(120)], "b": np.arange(120) % 7},
    "codes": {"merchant_id": 1000 + np.arange(120) ** 2 % 31},
    "wide numbers": {"a": 1e300 * np.sin(np.arange(120)), "b": 2**62 + np.arange(120) ** 2},
    "gaps": {"a": pd.array([None if n % 7 == 0 else n % 50 for n in range(120)], dtype="Int64")},
    "ordered": {"a": pd.Categorical(list("abc") * 40, categories=list("cba"), ordered=True)},
    "records": {"a": [{"x": n % 9, "y": n % 4} for n in range(120)]},
    "the target's name": {"target": np.arange(120) % 11},
}


@pytest.mark.parametrize("technique", ["smote", "bootstrap"])
@pytest.mark.parametrize("name", ODD)
def test_odd_features_come_back_as_they_are(technique, name):
    features, y = pd.DataFrame(ODD[name]), np.where(np.arange(120) % 6 == 0, "rare", "usual")
    more, classes = Resampler(technique).fit_resample(features, y)
    assert len(more) == len(classes) == 200 and (classes == "rare").sum() == 100
    assert more.dtypes.equals(features.dtypes)
    pd.testing.assert_frame_equal(more.iloc[:120], features)


@pytest.mark.parametrize("rare", [2, 3])
@pytest.mark.parametrize("variant", ["smote", "borderline-1", "borderline-2", "svm", "kmeans", "adasyn", "safe-level"])
def test_fewer_rare_rows_than_neighbours_serve(variant, rare):
    X, y = numbers(60)[0], np.array([1] * rare + [0] * (60 - rare))
    _, classes = Resampler(settings={"variant": variant}).fit_resample(X, y)
    assert classes.sum() == 60 - rare


def test_one_row_of_a_class_is_too_few_for_neighbours():
    X, y = numbers(60)[0], np.array([1] + [0] * 59)
    with pytest.raises(ValueError, match=r"fit\.one-row"):
        Resampler().fit_resample(X, y)


def test_cleaning_removes_real_rows_and_keeps_the_others_in_order():
    X, y = numbers(240)
    more, _ = Resampler().fit_resample(X, y)
    for method in ("enn", "tomek"):
        left, labels = Resampler(clean=method).fit_resample(X, y)
        assert len(left) == len(labels) < len(more)
        places = [int(np.flatnonzero((row == X).all(axis=1))[0]) for row in left if (row == X).all(axis=1).any()]
        assert len(places) < len(X) and places == sorted(places) and np.array_equal(labels[: len(places)], y[places])
        rows = {tuple(row) for row in more}
        assert all(tuple(row) in rows for row in left)


def test_auto_takes_a_technique_and_every_class_can_be_asked_for():
    X, y = numbers(60)
    sampler = Resampler("auto", sampling_strategy={0: 55, 1: 20})
    more, classes = sampler.fit_resample(X, y)
    assert any("was chosen by the average precision of the rare classes" in note for note in sampler.notes_)
    assert np.bincount(classes).tolist() == [55, 20] and len(more) == 75


def test_what_does_not_fit_is_refused():
    X, y = numbers()
    infinite = X.copy()
    infinite[3, 1] = np.inf
    for features, said in [
        (X[:, 0], "Expected 2D array"),
        (X[:0], "0 sample"),
        (X[:, :0], "0 feature"),
        (X[:-1], "119 rows and `y` 120"),
        (infinite, "`x1` contains infinity"),
        (infinite.astype(object), "`x1` contains infinity"),
        (pd.DataFrame(infinite, columns=["a", "b", "c"]), "`b` contains infinity"),
        (X + 1j, "Complex data"),
        (pd.DataFrame(X, columns=["a", "b", "a"]), "unique|twice"),
        ({"a": [1, 2], "b": [1]}, "different lengths"),
        ([[1, 2], [3]], "inhomogeneous"),
        (7, "not a table"),
        (sparse.csr_matrix((2**20, 2**22)), "learned as dense ones"),
        (pd.DataFrame({"a": np.arange(120, dtype=np.uint64) + 2**63}), "`a` holds whole numbers beyond 64 bits"),
    ]:
        with pytest.raises(LikewiseError, match=said) as found:
            Resampler("bootstrap").fit_resample(features, y)
        assert isinstance(found.value, ValueError | TypeError) and found.value.hint


def test_settings_and_rare_classes_are_refused_in_words():
    features, label = made(60)
    with pytest.raises(SettingsError, match="no technique `smoote`"):
        Resampler("smoote").fit_resample(features, label)
    for technique, settings, clean, said in [
        (None, None, "none", "technique"),
        ("smote", [1], "none", "settings"),
        ("smote", {"variant": "none"}, "none", "variant"),
        ("smote", {"k_neighbors": 0}, "none", "k_neighbors"),
        ("smote", {"variant": "smoter"}, "none", "target of numbers"),
        ("smote", None, "edited", "no method `edited` of cleaning"),
    ]:
        with pytest.raises(SettingsError, match=said) as found:
            Resampler(technique, settings=settings, clean=clean).fit_resample(features[["amount"]], label)
        assert isinstance(found.value, ValueError)
    with pytest.raises(SettingsError, match="depth"):
        Resampler("bootstrap", settings={"depth": 3}).fit_resample(features, label)
    with pytest.raises(FitError, match="cannot draw rows of every class"):
        Resampler("autoregressive").fit_resample(features, ["odd", *label[1:]])
