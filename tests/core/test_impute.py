"""Filling gaps: what was known stays as it was in every kind of table, what was not follows from the rest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import likewise
from likewise.core.impute import fill
from likewise.errors import ConditionError, LikewiseError, SchemaError
from likewise.techniques.autoregressive import Autoregressive
from likewise.techniques.bootstrap import Bootstrap

ROWS = 1500


def whole(rows: int = ROWS, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 80, rows)
    return pd.DataFrame(
        {
            "age": age,
            "score": np.round(age + rng.normal(0, 4, rows), 1),
            "stage": np.where(age < 35, "young", np.where(age < 60, "middle", "old")),
            "vip": age > 50,
            "seen": pd.Timestamp("2020-01-01") + pd.to_timedelta(age, unit="D"),
        }
    )


def holed(share: float = 0.15, seed: int = 1) -> pd.DataFrame:
    frame = whole()
    rng = np.random.default_rng(seed)
    frame = frame.astype({"age": "Int64", "vip": "boolean", "stage": "category"})
    return frame.mask(pd.DataFrame(rng.random(frame.shape) < share, columns=frame.columns))


@pytest.fixture(scope="module")
def model() -> Any:
    return Autoregressive().fit(holed(), seed=1)


def test_every_gap_is_filled_and_nothing_else_changes(model: Any) -> None:
    frame = holed().set_index(pd.Index(range(7, ROWS + 7), name="row"))
    before = frame.copy()
    made = model.impute(frame, seed=2)
    pd.testing.assert_frame_equal(frame, before)
    assert made.isna().sum().sum() == 0
    assert (made.dtypes == frame.dtypes).all() and made.index.equals(frame.index)
    pd.testing.assert_frame_equal(made.where(frame.notna()), frame)
    pd.testing.assert_frame_equal(made, model.impute(frame, seed=2))
    assert not made.equals(model.impute(frame, seed=3))


def test_what_is_filled_follows_from_the_rest(model: Any) -> None:
    frame, truth = holed(seed=5), whole()
    made = model.impute(frame)
    gap = frame.stage.isna()
    assert (made.stage[gap] == truth.stage[gap]).mean() > 0.75
    gap = frame.age.isna()
    assert np.corrcoef(made.age[gap].astype(float), truth.age[gap])[0, 1] > 0.85


def test_polars_arrow_dicts_and_tables_come_back_as_they_came(model: Any) -> None:
    frame = holed()
    polar = pl.DataFrame(frame)
    made = model.impute(polar)
    assert made.schema == polar.schema and sum(made.null_count().row(0)) == 0
    arrow = pa.Table.from_pandas(frame, preserve_index=False)
    filled = model.impute(arrow)
    assert filled.schema == arrow.schema and sum(column.null_count for column in filled.columns) == 0
    columns = {"age": [30, None], "stage": np.array(["young", None], dtype=object), "more": [object, None]}
    kept = model.impute({name: columns[name] for name in ("age", "stage")} | {"more": ["x", None]})
    assert kept["age"][0] == 30 and isinstance(kept["age"][1], int) and kept["more"] == ["x", None]
    assert isinstance(kept["stage"], np.ndarray) and kept["stage"][0] == "young"
    table = likewise.Table.from_any(arrow)
    assert sum(column.null_count for column in model.impute(table).columns) == 0


def test_columns_without_any_value_take_those_learned(model: Any) -> None:
    assert model.impute(pa.table({"age": [70, 20], "stage": pa.nulls(2)}))["stage"].to_pylist() == ["old", "young"]
    assert model.impute(pl.DataFrame({"age": [70], "stage": [None]}))["stage"].to_list() == ["old"]
    assert model.impute(pd.DataFrame({"age": [70], "stage": [None]})).stage.tolist() == ["old"]
    assert model.impute({"age": [70], "stage": [None]})["stage"] == ["old"]


def test_levels_never_seen_stay_and_complete_tables_are_left_alone(model: Any) -> None:
    made = model.impute({"stage": ["robot", "old"], "age": [None, 66]})
    assert made["stage"] == ["robot", "old"] and made["age"][1] == 66 and made["age"][0] is not None
    frame = whole(5)
    pd.testing.assert_frame_equal(model.impute(frame), frame)
    assert len(model.impute(frame.head(0))) == 0


def test_what_is_always_missing_stays_so_and_is_told() -> None:
    frame = pd.DataFrame({"id": [f"C{i:03d}" for i in range(200)], "age": [20.0, np.nan] * 100, "none": [None] * 200})
    frame.loc[3, "id"] = None
    fitted = Autoregressive().fit(frame)
    with pytest.warns(UserWarning, match="`none`"), pytest.warns(UserWarning, match="`id`"):
        made = fitted.impute(frame)
    assert made.age.notna().all() and made.none.isna().all() and made.id.isna().sum() == 1
    found = fill(fitted, frame)
    assert found.left == ("id", "none") and found.count == 100 and len(found.notes) == 2


def test_gaps_that_only_came_together_are_filled() -> None:
    rng = np.random.default_rng(0)
    kind = rng.choice(["a", "b"], 2000)
    frame = pd.DataFrame({"kind": kind, "size": np.where(kind == "a", rng.normal(5, 1, 2000), np.nan)})
    frame["name"] = np.where(kind == "a", rng.choice(["x", "y"], 2000), None)
    made = Autoregressive().fit(frame).impute(frame)
    assert made.isna().sum().sum() == 0
    assert abs(made["size"][kind == "b"].mean() - 5) < 0.3


def test_rare_levels_are_not_invented_to_fill_gaps() -> None:
    rng = np.random.default_rng(0)
    codes = np.where(rng.random(900) < 0.7, "A1", [f"Z{i:03d}" for i in range(900)]).astype(object)
    codes[rng.random(900) < 0.2] = None
    frame = pd.DataFrame({"code": codes, "age": rng.integers(0, 90, 900)})
    gap = frame.code.isna()
    assert set(Autoregressive().fit(frame).impute(frame).code[gap]) == {"A1"}


def test_rules_hold_in_filled_rows() -> None:
    rng = np.random.default_rng(0)
    start = rng.integers(0, 300, 900)
    frame = pd.DataFrame({"start": start, "end": start + rng.integers(0, 30, 900)}).astype("Int64")
    gaps = pd.DataFrame(rng.random(frame.shape) < 0.2, columns=frame.columns)
    made = Autoregressive().fit(frame).impute(frame.mask(gaps))
    assert (made.start <= made.end).all()


def test_techniques_that_cannot_complete_rows_say_so() -> None:
    with pytest.raises(ConditionError) as fault:
        Bootstrap().fit(holed()).impute(holed())
    assert fault.value.code == "given.rows-unsupported" and fault.value.hint


def test_bad_input_is_refused(model: Any) -> None:
    for data in (3, {"age": ["old", None]}, [1, 2]):
        with pytest.raises(SchemaError):
            model.impute(data)
    with pytest.raises(LikewiseError):
        model.impute(holed(), seed=-1)
