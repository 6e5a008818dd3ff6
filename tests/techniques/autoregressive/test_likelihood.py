"""Likelihood of a fitted table: a distribution that sums to one, follows the data and never fails on odd values."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import likewise
from likewise.errors import ConditionError, SchemaError
from likewise.techniques.autoregressive import Autoregressive
from likewise.techniques.autoregressive.likelihood import BROKEN


def people(rows: int = 3000, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 80, rows)
    return pd.DataFrame(
        {
            "id": [f"C-{i:05d}" for i in range(rows)],
            "age": age,
            "sex": rng.choice(["F", "M"], rows),
            "score": rng.normal(age, 5),
            "grown": np.where(age + rng.normal(0, 6, rows) > 45, "yes", "no"),
        }
    )


@pytest.fixture(scope="module")
def model() -> Any:
    return Autoregressive().fit(people(), seed=1)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0.0, 0.2]))
def test_probabilities_over_the_product_space_sum_to_one(seed: int, gone: float) -> None:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"a": rng.choice(["p", "q", "r"], 300), "b": rng.choice(["s", "t"], 300)})
    frame["c"] = np.where(rng.random(300) < 0.7, frame["a"], "x")
    frame = frame.mask(pd.DataFrame(rng.random(frame.shape) < gone, columns=frame.columns))
    fitted = Autoregressive(min_leaf=10).fit(frame)
    spaces = [[*fitted.learned.columns[i].levels, None] for i in range(3)]
    every = pd.DataFrame(itertools.product(*spaces), columns=list(frame.columns), dtype=object)
    floor = 3 * 0.01  # what is spread over the protected symbol, which has no value to ask for
    assert 1 - floor <= np.exp(fitted.log_prob(every)).sum() <= 1 + 1e-9


def test_a_density_integrates_to_one() -> None:
    frame = pd.DataFrame({"x": np.random.default_rng(0).normal(size=3000)})
    fitted = Autoregressive().fit(frame)
    codec = fitted.codecs[0]
    middle = (codec.low + codec.high) / 2
    area = (np.exp(fitted.log_prob({"x": middle})) * (codec.high - codec.low)).sum()
    assert 0.98 < area <= 1 + 1e-9


def test_a_grid_counts_each_of_its_values() -> None:
    frame = pd.DataFrame({"x": np.random.default_rng(0).poisson(30, 2000)})
    fitted = Autoregressive().fit(frame)
    assert 0.97 < np.exp(fitted.log_prob({"x": np.arange(0, 100)})).sum() < 1.05


def test_rows_of_the_data_are_likelier_than_shuffled_ones(model: Any) -> None:
    fresh = people(seed=9)
    rng = np.random.default_rng(1)
    shuffled = fresh.apply(lambda column: column.to_numpy()[rng.permutation(len(fresh))])
    assert model.log_prob(fresh).mean() > model.log_prob(shuffled).mean() + 2


def test_any_form_of_table_gives_the_same(model: Any) -> None:
    frame = people(50, seed=4)
    expected = model.log_prob(frame)
    assert expected.dtype == np.float64 and expected.shape == (50,)
    for form in (pl.DataFrame(frame), pa.table(frame), frame.to_dict("list"), frame[frame.columns[::-1]]):
        np.testing.assert_allclose(model.log_prob(form), expected)
    np.testing.assert_allclose(model.log_prob(frame.drop(columns="id")), expected)


def test_what_was_never_seen_gets_a_floor(model: Any) -> None:
    odd = {"age": [30, 999, None], "sex": ["robot", "F", None], "score": [30.0, 1e9, None], "grown": ["no", "", "no"]}
    found = model.log_prob(odd)
    assert np.isfinite(found).all()
    usual = model.log_prob({"age": [30], "sex": ["F"], "score": [30.0], "grown": ["no"]})
    assert (found < usual - 3).all()


def test_computed_columns_agree_or_not() -> None:
    rng = np.random.default_rng(0)
    price, count = rng.integers(1, 90, 900), rng.integers(1, 9, 900)
    fitted = Autoregressive().fit({"price": price, "count": count, "total": price * count})
    assert fitted.constraints.formulas
    right = fitted.log_prob({"price": [10], "count": [3], "total": [30]})
    wrong = fitted.log_prob({"price": [10], "count": [3], "total": [31]})
    np.testing.assert_allclose(wrong - right, BROKEN)


def test_a_missing_column_is_named(model: Any) -> None:
    with pytest.raises(SchemaError) as fault:
        model.log_prob(people(5).drop(columns="score"))
    assert fault.value.code == "schema.missing-column" and fault.value.where == "score" and fault.value.hint
    with pytest.raises(SchemaError, match="`age`"):
        model.predict_proba(people(5).drop(columns="age"), "grown")


def test_predictions_are_distributions_that_tell_classes_apart(model: Any) -> None:
    fresh = people(2000, seed=7)
    levels, shares = model.predict_proba(fresh.drop(columns="grown"), "grown")
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    assert levels == ("no", "yes") and shares.shape == (2000, 2)
    assert (np.array(levels)[shares.argmax(axis=1)] == fresh["grown"]).mean() > 0.85
    np.testing.assert_array_equal(model.predict_proba(fresh, "grown")[1], shares)


def test_predictions_are_joint_probabilities_normalised(model: Any) -> None:
    fresh = people(20, seed=7)
    levels, shares = model.predict_proba(fresh, "sex")
    joint = np.exp(np.stack([model.log_prob(fresh.assign(sex=level)) for level in levels], axis=1))
    np.testing.assert_allclose(shares, joint / joint.sum(axis=1, keepdims=True))


def test_what_cannot_be_predicted_is_refused(model: Any) -> None:
    for target, code in (("age", "given.kind"), ("grow", "given.unknown-column"), ("id", "given.unknown-column")):
        with pytest.raises(ConditionError) as fault:
            model.predict_proba(people(5), target)
        assert fault.value.code == code and fault.value.hint


def test_a_file_keeps_the_likelihood(model: Any, tmp_path: Any) -> None:
    model.save(tmp_path / "m.likewise")
    again = likewise.load(tmp_path / "m.likewise")
    np.testing.assert_array_equal(again.log_prob(people(40)), model.log_prob(people(40)))
    assert len(model.log_prob(people(5).head(0))) == 0
