"""Rows that are given come back in their order and form; rows that are drawn are learned ones, each in its turn."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.core.draw import BLOCK
from likewise.core.protocol import Perturbing
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.errors import ConditionError, SchemaError, SettingsError
from likewise.techniques.noise import Noise, NoiseModel
from likewise.techniques.noise.order import ordered

FRAME = pd.DataFrame(
    {
        "id": [f"A-{v:04d}" for v in range(200)],
        "age": np.arange(200) % 60 + 18,
        "pay": np.arange(200) * 37 % 1001 / 4,
        "sex": ["f", "m", "m", "f"] * 50,
        "small": (np.arange(200) % 7).astype("int8"),
    },
    index=pd.Index(range(1000, 1200), name="row"),
)


def model() -> NoiseModel:
    fitted = Noise().fit(FRAME, seed=1)
    assert isinstance(fitted, NoiseModel) and isinstance(fitted, Perturbing)
    return fitted


@given(st.integers(1, 50), st.integers(0, 400), st.integers(0, 300))
def test_any_part_of_the_order_is_that_of_the_whole(rows: int, start: int, count: int) -> None:
    whole = ordered(rows, 0, 700, 3, "order")
    assert np.array_equal(ordered(rows, start, count, 3, "order"), whole[start : start + count])
    for turn in range(700 // rows):
        assert np.array_equal(np.sort(whole[turn * rows : (turn + 1) * rows]), np.arange(rows))


def test_each_learned_row_is_drawn_once_before_any_is_drawn_twice() -> None:
    kept = Noise(steps=[{"pram": {"share": 0.0}}]).fit(FRAME)
    drawn = kept.sample(600, seed=2)
    turns = [drawn.iloc[start : start + 200] for start in (0, 200, 400)]
    real = sorted(zip(FRAME.age, FRAME.pay, FRAME.small))
    assert all(sorted(zip(turn.age, turn.pay, turn.small)) == real for turn in turns)
    assert not turns[0].pay.equals(turns[1].pay.set_axis(turns[0].index))


def test_blocks_go_on_where_the_one_before_stopped() -> None:
    rng = generator(0)
    kept = Noise(steps=[{"gaussian": {"sd": 0.0}}]).fit(
        {"x": rng.permutation(BLOCK + 100) / 4, "y": rng.random(BLOCK + 100)}
    )
    drawn = kept.sample(BLOCK + 100, seed=7)
    assert len(set(drawn["x"])) == BLOCK + 100


def test_pandas_keeps_its_index_its_dtypes_and_its_other_columns() -> None:
    given = FRAME.iloc[::-1].assign(more=[{"a": 1}] * 200)
    new = model().perturb(given)
    assert new.index.equals(given.index) and new.dtypes.equals(given.dtypes)
    assert new.id.equals(given.id) and new.more.equals(given.more) and not new.age.equals(given.age)
    assert new.age.corr(given.age) > 0.9


def test_every_container_gets_the_same_rows() -> None:
    wanted = model().perturb(FRAME, seed=3).reset_index(drop=True)
    arrow = pa.Table.from_pandas(FRAME, preserve_index=False)
    assert model().perturb(arrow, seed=3).equals(pa.Table.from_pandas(wanted, schema=arrow.schema))
    frame = model().perturb(pl.DataFrame(arrow), seed=3)
    assert isinstance(frame, pl.DataFrame) and frame["pay"].to_list() == wanted.pay.tolist()
    columns = model().perturb({name: FRAME[name].to_numpy() for name in FRAME}, seed=3)
    assert isinstance(columns["small"], np.ndarray) and columns["small"].dtype == np.int8
    assert columns["sex"].tolist() == wanted.sex.tolist()
    assert model().perturb(Table.from_arrow(arrow), seed=3).column("age").to_pylist() == wanted.age.tolist()


def test_gaps_in_whole_numbers_and_truth_values_come_in() -> None:
    frame = pd.DataFrame(
        {"n": range(100), "yes": [True, False] * 50, "x": np.arange(100) % 9 / 2, "day": pd.Timestamp("2024-01-01")}
    )
    frame["n"] = frame.n % 40
    fitted = Noise(steps=[{"missing": {"share": 0.3}}]).fit(frame)
    new, drawn = fitted.perturb(frame), fitted.sample(100)
    assert all(0.1 < f[name].isna().mean() < 0.5 for f in (new, drawn) for name in ("n", "yes", "x"))
    assert (new.n.dropna() == frame.n[new.n.notna()]).all()
    assert (
        fitted.perturb({"n": np.arange(100), "yes": np.array([True] * 100), "x": np.ones(100), "day": frame.day})[
            "yes"
        ].dtype
        == object
    )


def test_infinite_values_stay() -> None:
    frame = pd.DataFrame({"x": [1.5, 2.5, np.inf, np.nan, -np.inf, 4.0, 5.5, 9.0] * 10})
    new = Noise().fit(frame).perturb(frame)
    assert np.isinf(new.x).equals(np.isinf(frame.x)) and new.x.isna().equals(frame.x.isna())


def test_conditions_hold_and_noise_goes_on_within_them() -> None:
    drawn = model().sample(300, given={"age": (30, 40), "sex": "f"}, seed=1)
    assert drawn.age.between(30, 40).all() and set(drawn.sex) == {"f"} and drawn.pay.nunique() > 30
    exact = Noise(steps=["gaussian"]).fit(FRAME).sample(50, given={"pay": 9.25})
    assert set(exact.pay) == {9.25}


def test_what_moves_together_is_kept_together_where_a_condition_holds_a_row() -> None:
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(200) % 50, "D")
    frame = pd.DataFrame({"came": days, "left": days + pd.to_timedelta(np.arange(200) % 9, "D")})
    drawn = Noise().fit(frame).sample(100, given={"came": "2024-02-03"})
    stays = set(zip(frame.came, frame.left - frame.came))
    assert set(drawn.came) == {pd.Timestamp("2024-02-03")}
    assert {(c, gap) for c, gap in zip(drawn.came, drawn.left - drawn.came)} <= stays


def test_the_seed_alone_tells_nothing() -> None:
    other = FRAME.assign(pay=FRAME.pay + 0.25)
    one, two = (Noise(steps=["gaussian"]).fit(f, seed=1).perturb(f, seed=1).pay - f.pay for f in (FRAME, other))
    assert abs(np.corrcoef(one, two)[0, 1]) < 0.3


def test_columns_that_are_not_there_or_of_another_kind_are_refused() -> None:
    with pytest.raises(SchemaError) as caught:
        model().perturb(FRAME.drop(columns="pay"))
    assert caught.value.code == "schema.missing-column" and caught.value.where == "pay"
    with pytest.raises(SchemaError):
        model().perturb(FRAME.assign(age="old"))
    with pytest.raises(SettingsError):
        model().perturb(FRAME, seed=-1)
    with pytest.raises(SchemaError):
        model().perturb(7)


def test_partial_rows_are_refused() -> None:
    with pytest.raises(ConditionError) as caught:
        model().sample(2, given=[{"age": 20}, {"age": 30}])
    assert caught.value.code == "given.rows-unsupported" and "perturb" in str(caught.value.hint)


def test_no_rows_and_one_row() -> None:
    assert len(model().perturb(FRAME.iloc[:0])) == 0
    assert model().perturb(FRAME.iloc[:1]).id.tolist() == ["A-0000"]


def test_identifiers_that_repeat_stay() -> None:
    frame = pd.DataFrame({"user_id": [f"U{v % 40:03d}" for v in range(200)], "x": np.arange(200) % 31 / 2})
    new = Noise().fit(frame).perturb(frame)
    assert new.user_id.equals(frame.user_id) and not new.x.equals(frame.x)


def test_nested_columns_come_back() -> None:
    data = pa.table(
        {"who": [{"age": v % 50, "sex": "fm"[v % 2]} for v in range(200)], "x": [v % 17 / 2 for v in range(200)]}
    )
    new = Noise().fit(data).perturb(data)
    assert new.schema.equals(data.schema) and not new["who"].equals(data["who"])
