"""Partial rows: what is known stays, the rest follows from it wherever it stands, and rules hold."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.core.state import from_bytes, to_bytes
from likewise.errors import SettingsError
from likewise.techniques.autoregressive import Autoregressive
from likewise.techniques.autoregressive.completing import CANDIDATES
from likewise.techniques.autoregressive.model import AutoregressiveModel

ROWS = 2000


def people(rows: int = ROWS, seed: int = 0) -> pd.DataFrame:
    """A first column that only the later ones tell, a decided one, an order, and a column missing for a reason."""
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 90, rows)
    start = rng.integers(0, 300, rows)
    job = rng.choice(["cook", "clerk", "judge"], rows)
    return pd.DataFrame(
        {
            "age": age,
            "score": np.round(age + rng.normal(0, 3, rows), 1),
            "stage": np.where(age < 35, "young", np.where(age < 60, "middle", "old")),
            "job": job,
            "code": [{"cook": "C1", "clerk": "C2", "judge": "J1"}[own] for own in job],
            "start": start,
            "end": start + rng.integers(0, 40, rows),
            "left": np.where(job == "judge", np.nan, np.round(rng.normal(5, 1, rows), 2)),
        }
    )


def holed(frame: pd.DataFrame, share: float, seed: int = 1) -> pd.DataFrame:
    gaps = np.random.default_rng(seed).random(frame.shape) < share
    whole = dict.fromkeys(("age", "start", "end"), "Int64")
    return frame.astype(whole).mask(pd.DataFrame(gaps, columns=frame.columns))


@cache
def fitted() -> AutoregressiveModel:
    return Autoregressive().fit(people(), seed=1)


@pytest.fixture(scope="module")
def model() -> AutoregressiveModel:
    return fitted()


def test_a_first_column_follows_from_the_later_ones(model: AutoregressiveModel) -> None:
    frame = people(500, seed=5)
    made = model.impute(frame.assign(age=pd.array([None] * 500, "Int64")), seed=2)
    error = np.abs(made.age.astype(float) - frame.age)
    assert error.median() < 4 and (error < 12).mean() > 0.95


def test_what_decides_follows_from_what_is_decided(model: AutoregressiveModel) -> None:
    frame = people(300, seed=6)
    made = model.impute(frame.assign(job=None), seed=3)
    assert (made.job == frame.job).all()
    both = model.sample(300, given=frame.drop(columns=["job", "code"]), seed=3)
    assert {*zip(both.job, both.code, strict=True)} == {("cook", "C1"), ("clerk", "C2"), ("judge", "J1")}
    assert (both.job[frame.left.notna()] != "judge").all()


@settings(max_examples=4, deadline=None)
@given(share=st.sampled_from([0.1, 0.3, 0.5, 0.8]), seed=st.integers(0, 5))
def test_known_cells_stay_and_rules_hold(share: float, seed: int) -> None:
    frame = holed(people(100, seed=9), share, seed)
    made = fitted().impute(frame, seed=seed)
    pd.testing.assert_frame_equal(made.where(frame.notna()), frame)
    assert made.notna().all().all()
    assert (made.start <= made.end).all()
    assert (made.code == made.job.map({"cook": "C1", "clerk": "C2", "judge": "J1"})).all()


def test_partial_rows_keep_what_is_missing_for_a_reason(model: AutoregressiveModel) -> None:
    frame = people(200, seed=4)[["score", "stage", "job", "start", "end"]]
    made = model.sample(200, given=frame, seed=1)
    assert (made.left.isna() == (frame.job == "judge")).all()
    pd.testing.assert_series_equal(made.job, frame.job)


def test_a_column_that_decides_where_another_is_missing_agrees_with_it(model: AutoregressiveModel) -> None:
    frame = people(200, seed=4).drop(columns=["job", "code"])
    frame = frame[frame.left.notna()].reset_index(drop=True)
    made = model.sample(len(frame), given=frame, seed=1)
    assert (made.job != "judge").all()


def test_repeated_values_are_repeated_in_about_the_same_share() -> None:
    rng = np.random.default_rng(0)
    sent = np.round(rng.gamma(2, 400, 1500), 2)
    paid = np.where(rng.random(1500) < 0.4, sent, np.round(rng.gamma(2, 400, 1500), 2))
    frame = pd.DataFrame({"age": rng.integers(20, 70, 1500), "sent": sent, "paid": paid, "full": paid == sent})
    learned = Autoregressive().fit(frame, seed=0)
    made = learned.impute(frame.assign(paid=np.nan), seed=1)
    assert (made.paid == made.sent)[frame.full].mean() > 0.9
    assert (made.paid == made.sent)[~frame.full].mean() < 0.05
    assert learned.impute(frame.assign(sent=np.nan), seed=1).notna().all().all()


def test_the_same_seed_gives_the_same_rows_whatever_was_asked_before(model: AutoregressiveModel) -> None:
    frame = holed(people(150, seed=2), 0.3)
    made = model.impute(frame, seed=4)
    again: Any = from_bytes(to_bytes(model))
    again.impute(frame.iloc[:3], seed=9)
    pd.testing.assert_frame_equal(made, again.impute(frame, seed=4))
    assert not made.equals(model.impute(frame, seed=5))
    assert to_bytes(model) == to_bytes(again)


def known_rows(rows: int, seed: int) -> dict[str, list[Any]]:
    """Return a size, a colour that hangs on it, and a price that hangs on both."""
    rng = np.random.default_rng(seed)
    size = rng.integers(0, 4, rows)
    colour = np.where(rng.random(rows) < 0.9, size % 2, 1 - size % 2)
    return {"size": size.tolist(), "colour": np.array(["red", "blue"])[colour].tolist(),
            "price": (10 * size + 3 * colour + rng.integers(0, 3, rows)).tolist()}  # fmt: skip


def test_of_columns_that_are_known_nothing_is_learned_but_what_follows_from_them() -> None:
    model = Autoregressive(known=("size", "colour"), keep_rules=False).fit(known_rows(2_000, 0))
    free = model.sample(2_000, seed=0)
    pairs = zip(free["size"], free["colour"], strict=True)
    agree = np.mean([(size % 2 == 1) == (colour == "blue") for size, colour in pairs])
    assert 0.4 < agree < 0.6, "the colour no longer hangs on the size"
    asked = known_rows(1_000, 1)
    told = pd.DataFrame({"size": asked["size"], "colour": asked["colour"]})
    made = model.sample(1_000, given=told, seed=0)
    assert made["size"] == asked["size"] and made["colour"] == asked["colour"]
    off = np.array(made["price"]) - np.array(asked["price"])
    assert abs(off.mean()) < 0.3 and np.abs(off).max() <= 8


def test_rows_whose_open_cells_come_last_need_one_candidate(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Autoregressive().fit(known_rows(600, 0))
    drawn: list[int] = []
    propose = type(model).propose
    monkeypatch.setattr(type(model), "propose", lambda self, n, *rest: drawn.append(n) or propose(self, n, *rest))
    first = model.sample(50, given=pd.DataFrame({"size": [1] * 50}), seed=0)
    later = model.sample(50, given=pd.DataFrame({"price": [13] * 50}), seed=0)
    assert drawn == [50, 50 * CANDIDATES]
    assert first["size"] == [1] * 50 and later["price"] == [13] * 50


def test_known_columns_that_are_not_there_are_told() -> None:
    with pytest.raises(SettingsError, match="`siz`") as fault:
        Autoregressive(known=("siz",)).fit(known_rows(100, 0))
    assert "size" in str(fault.value)
