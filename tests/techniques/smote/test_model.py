"""What is drawn: classes and counts, kinds and grids, gaps, no needless copies, the same for the same seed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest

from likewise.core import draw
from likewise.core.state import from_bytes, to_bytes
from likewise.core.table import Table
from likewise.errors import ConditionError
from likewise.techniques.smote import SMOTE

VARIANTS = ("smote", "borderline-1", "borderline-2", "svm", "kmeans", "adasyn", "safe-level", "g-smote")
EACH = pytest.mark.parametrize("variant", VARIANTS)


def frame(rows: int = 400, seed: int = 0) -> pd.DataFrame:
    """Three classes of numbers, levels, dates and gaps; `c` is the rarest and lies beside `b`."""
    rng = np.random.default_rng(seed)
    y = np.array(["a"] * (rows * 7 // 10) + ["b"] * (rows // 5) + ["c"] * (rows // 10))
    shift = np.select([y == "b", y == "c"], [2.0, 3.0], 0.0)
    made = pd.DataFrame({"x": rng.normal(shift, 1), "price": np.round(rng.lognormal(1 + shift / 5, 1), 2)})
    made["count"] = rng.poisson(3 + shift) * 5
    made["day"] = [dt.date(2024, 1, 1) + dt.timedelta(int(d)) for d in rng.integers(0, 300, rows)]
    made["city"] = np.where(rng.random(rows) < 0.2 + shift / 8, "Rome", rng.choice(["Oslo", "Bern"], rows))
    made.loc[rng.random(rows) < 0.3, "city"] = None
    made["gap"] = np.where(rng.random(rows) < 0.25, np.nan, rng.normal(shift, 1))
    return made.assign(y=y)


def fitted(variant: str, ratio: float | None = 1.0, **settings: Any) -> Any:
    return SMOTE(target="y", ratio=ratio, variant=variant, **settings).fit(frame(), seed=1)  # type: ignore[arg-type]


@EACH
def test_every_class_is_brought_to_the_ratio(variant: str) -> None:
    real, model = frame(), fitted(variant, 0.6)
    counts = pd.concat([real, model.sample(model.lacking)]).y.value_counts()
    assert model.lacking == 88 + 128 and counts.to_dict() == {"a": 280, "b": 168, "c": 168}


@EACH
def test_without_a_ratio_classes_come_as_learned(variant: str) -> None:
    drawn = fitted(variant, None).sample(4000, seed=2)
    assert drawn.y.value_counts(normalize=True).to_dict() == pytest.approx({"a": 0.7, "b": 0.2, "c": 0.1}, abs=0.03)


@EACH
def test_a_class_can_be_asked_for(variant: str) -> None:
    assert set(fitted(variant, None).sample(30, given={"y": "c"}).y) == {"c"}
    drawn = fitted(variant).sample(30, given={"y": ["b"], "city": "Rome", "x": (1, None)})
    assert set(drawn.y) == {"b"} and set(drawn.city) == {"Rome"} and drawn.x.min() >= 1


@EACH
def test_values_keep_their_grid_and_stay_within_their_class(variant: str) -> None:
    real, drawn = frame(), fitted(variant, None).sample(1500)
    assert (drawn["count"] % 5 == 0).all() and np.allclose(drawn.price, drawn.price.round(2))
    assert drawn.dtypes.equals(real.dtypes) and set(drawn.city.dropna()) <= {"Rome", "Oslo", "Bern"}
    assert drawn.day.min() >= real.day.min() and drawn.day.max() <= real.day.max()
    if variant in ("smote", "borderline-1", "kmeans", "adasyn", "safe-level"):
        for name in ("x", "price", "count", "gap"):
            low, high = real.groupby("y")[name].min() - 1e-12, real.groupby("y")[name].max() + 1e-12
            assert (drawn[name].isna() | drawn[name].between(drawn.y.map(low), drawn.y.map(high))).all()


def test_what_is_constant_within_a_class_stays_to_the_bit() -> None:
    real = pd.DataFrame({"u": np.arange(60.0) ** 1.5, "w": [0.1] * 20 + [0.7] * 40, "y": ["p"] * 20 + ["q"] * 40})
    assert set(SMOTE(target="y", ratio=1.0).fit(real).sample(20).w) == {0.1}


@EACH
def test_a_saved_model_draws_the_same(variant: str) -> None:
    model = fitted(variant, None)
    again = from_bytes(to_bytes(model))
    assert again.sample(200, seed=3).equals(model.sample(200, seed=3))
    assert again.lacking == model.lacking


def test_gaps_come_as_often_as_learned() -> None:
    real, drawn = frame(), fitted("smote", None).sample(4000)
    assert drawn.gap.isna().mean() == pytest.approx(real.gap.isna().mean(), abs=0.04)
    assert drawn.city.isna().mean() == pytest.approx(real.city.isna().mean(), abs=0.04)


def test_new_rows_are_no_real_ones_where_that_can_be() -> None:
    real, drawn = frame(), fitted("smote", None).sample(2000)
    assert len(drawn.merge(real, how="inner", on=list(real.columns))) == 0
    lattice = pd.DataFrame({"u": [1, 4, 6] * 2, "v": [1, 1, 5] * 2, "y": ["p"] * 3 + ["q"] * 3})
    drawn = SMOTE(target="y").fit(lattice).sample(1000)
    assert drawn.u.isin([2, 3, 5]).mean() > 0.85


@EACH
def test_what_few_rows_have_can_be_asked_for(variant: str) -> None:
    real = frame()
    rare = np.flatnonzero(real.y == "c")[:6]
    real.loc[rare, "city"] = "Pisa"  # never what most of the neighbours have
    model = SMOTE(target="y", variant=variant).fit(real)  # type: ignore[arg-type]
    drawn = model.sample(200, given={"city": "Pisa"})
    assert set(drawn.city) == {"Pisa"} and set(drawn.y) == {"c"} and drawn.x.nunique() > 50
    low, high = real.x[rare].min(), real.x[rare].max()
    assert drawn.x.between(low, high).all() or variant in ("borderline-2", "g-smote", "svm")  # which leave it
    few = model.sample(50, given={"city": "Pisa", "x": (float(real.x[rare].median()), None)})
    assert few.x.min() >= real.x[rare].median()


def test_what_one_row_has_is_met_by_drawing_and_rejecting() -> None:
    rows = pd.DataFrame({"u": [*np.arange(30.0), 60.0], "y": ["p"] * 15 + ["q"] * 16})
    drawn = SMOTE(target="y").fit(rows).sample(40, given={"u": (40, None)})
    assert drawn.u.min() >= 40 and drawn.u.nunique() > 10  # on the way to the one row, and not it


def test_a_row_held_many_times_is_its_own_neighbour() -> None:
    held = pd.DataFrame({"u": [*[0.0] * 50, *np.arange(10.0, 20)], "y": ["p"] * 60}).assign(w=0.5)
    real = pd.concat([held, pd.DataFrame({"u": np.arange(30.0, 90), "y": "q", "w": 0.7})])
    drawn = SMOTE(target="y").fit(real).sample(600, given={"y": "p"})
    assert (drawn.u == 0).mean() == pytest.approx(50 / 60, abs=0.06)  # not strewn over the way to the others


def test_the_card_tells_how_many_rows_coincide() -> None:
    lattice = pd.DataFrame({"u": [1, 2] * 60, "y": ["p"] * 60 + ["q"] * 60})
    told = SMOTE(target="y").fit(lattice).card.notes[-1]
    assert "100.0 % coincide with a real row" in told
    assert "0.0 % coincide with a real row" in fitted("smote").card.notes[-1]


def test_counts_hold_over_many_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draw, "BLOCK", 97)
    model = fitted("smote", 1.0)
    counts = pd.concat([frame(), model.sample(model.lacking)]).y.value_counts()
    assert counts.min() >= 280 and model.lacking <= 200 + 240 + 12


def test_values_are_within_codes_that_ten_rows_share() -> None:
    real = frame(600)
    model = SMOTE(target="y", ratio=1.0, space="codes").fit(real)
    drawn = model.sample(model.lacking)
    assert drawn.x.isin(real.x).mean() < 0.02 and drawn.gap.isin(real.gap.dropna()).mean() < 0.02
    assert drawn.x.max() <= real.x.max() and set(drawn.city.dropna()) <= {"Rome", "Oslo", "Bern"}


def test_levels_alone_are_moved_between_by_vote() -> None:
    rng = np.random.default_rng(0)
    real = pd.DataFrame({"u": rng.choice(["r", "s", "t"], 200), "v": rng.choice(["k", "l"], 200)})
    real["y"] = np.where((real.u == "r") & (rng.random(200) < 0.7), "p", "q")
    model = SMOTE(target="y", ratio=1.0).fit(real)
    drawn = model.sample(model.lacking)
    held = real[real.y == drawn.y.iloc[0]]
    assert set(drawn.u) <= set(held.u) and set(drawn.v) <= set(held.v)


def test_rows_without_a_target_lie_between_all() -> None:
    real = frame().drop(columns="y")
    model = SMOTE().fit(real)
    drawn = model.sample(800)
    assert model.lacking == 0 and drawn.x.mean() == pytest.approx(real.x.mean(), abs=0.25)


def test_classes_can_be_truths_or_numbers() -> None:
    for values in ([True, False], [3, 4], [0.5, 1.5]):
        real = pd.DataFrame({"x": np.arange(40.0) ** 1.5, "y": [values[0]] * 30 + [values[1]] * 10})
        model = SMOTE(target="y", ratio=1.0).fit(real)
        assert model.sample(20).y.tolist() == [values[1]] * 20
        assert model.sample(5, given={"y": values[1]}).y.tolist() == [values[1]] * 5


def test_a_class_that_lacks_nothing_is_not_held() -> None:
    with pytest.raises(ConditionError, match="without `ratio`"):
        fitted("smote", 1.0).sample(3, given={"y": "a"})


def test_text_is_made_up_where_there_are_no_classes() -> None:
    real = {"note": [f"call {i * 7919 % 1000} about order {i}" for i in range(60)], "x": list(np.arange(60.0) ** 2)}
    drawn = SMOTE().fit(real).sample(40)
    assert not set(drawn["note"]) & set(real["note"]) and all(drawn["note"])


def test_a_number_target_has_more_rows_at_its_rare_end() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=500)
    real = pd.DataFrame({"x": x, "y": np.exp(1.2 * x + rng.normal(0, 0.1, 500)), "z": rng.choice(["k", "l"], 500)})
    for variant in ("smoter", "smogn"):
        model = SMOTE(target="y", variant=variant, ratio=0.5).fit(real)  # type: ignore[arg-type]
        drawn = model.sample(model.lacking)
        assert model.lacking > 100 and drawn.y.min() > real.y.quantile(0.75) and drawn.y.max() <= real.y.max()
        assert np.corrcoef(np.log(drawn.y), drawn.x)[0, 1] > 0.8  # the target moves with the rest
        again = from_bytes(to_bytes(model))
        assert again.sample(50).equals(model.sample(50))


def test_relevance_can_be_given() -> None:
    real = pd.DataFrame({"x": np.arange(100.0) ** 1.1, "y": np.arange(100.0) ** 0.99})
    model = SMOTE(target="y", variant="smoter", ratio=0.5, relevance=((20, 1), (40, 0))).fit(real)
    assert model.sample(200).y.max() <= 30 and model.lacking > 0


def test_rare_labels_of_several_are_added() -> None:
    rng = np.random.default_rng(0)
    real = pd.DataFrame({"x": rng.normal(size=300), "often": rng.random(300) < 0.6})
    real["seldom"], real["both"] = real.x > 1.6, real.x < -1
    labels = ("often", "seldom", "both")
    model = SMOTE(target=labels, variant="mlsmote", ratio=0.5).fit(real)
    drawn = model.sample(model.lacking)
    counts = pd.concat([real, drawn])[list(labels)].sum()
    assert counts.min() >= 0.5 * real.often.sum() and not (drawn.seldom & drawn.both).any()
    assert from_bytes(to_bytes(model)).sample(20).equals(model.sample(20))
    assert set(SMOTE(target=labels, variant="mlsmote").fit(real).sample(60).seldom) == {True}


def test_a_hundred_columns_of_levels_and_gaps_are_taken() -> None:
    rng = np.random.default_rng(0)
    real = pd.DataFrame(rng.choice(["k", "l", "m", None], (300, 100)), columns=[f"c{i}" for i in range(100)])
    real["y"] = ["p"] * 40 + ["q"] * 260
    drawn = Table.from_any(SMOTE(target="y", ratio=1.0).fit(real).sample(220))
    assert drawn.rows == 220


def test_numbers_are_written_no_more_finely_than_real_ones() -> None:
    draw = np.random.default_rng(4)
    seconds = [float(f"{value:.10g}") for value in draw.gamma(2, 300, 200)]
    money = draw.gamma(2, 300, 200).round(2)
    money[::9] = np.nextafter(money[::9], np.inf)  # as sums leave them
    real = pd.DataFrame({"seconds": seconds, "money": money, "y": ["p"] * 40 + ["q"] * 160})
    drawn = SMOTE(target="y", ratio=1.0).fit(real).sample(120)
    assert (drawn.seconds == [float(f"{value:.10g}") for value in drawn.seconds]).all()
    assert (drawn.money == drawn.money.round(2)).all()
