"""Models that follow new data: what is new comes through, what was learned fades, and nothing else moves."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import likewise
from likewise.core.protocol import Updatable
from likewise.core.state import from_bytes, to_bytes
from likewise.errors import LikewiseError, SchemaError, SettingsError
from likewise.techniques.autoregressive import Autoregressive
from likewise.techniques.autoregressive.model import AutoregressiveModel
from likewise.techniques.autoregressive.steps import Grown, Lookup

PRICES = {"basic": 5, "plus": 9, "pro": 14, "max": 21}


def made(rows: int = 2000, seed: int = 0, *, later: bool = False) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 60, rows) + (30 if later else 0)
    plan = rng.choice(["basic", "plus", "pro", "max"] if later else ["basic", "plus", "pro"], rows)
    price = np.vectorize(PRICES.__getitem__)(plan)
    months = rng.integers(1, 25, rows)
    spend = np.where(plan == "max", 300, age) + rng.integers(0, 9, rows)
    return pd.DataFrame(
        {"age": age, "plan": plan, "price": price, "months": months, "paid": price * months, "spend": spend}
    )


def learned(data: Any, **settings: Any) -> AutoregressiveModel:
    model = Autoregressive(**settings).fit(data, seed=1)
    assert isinstance(model, AutoregressiveModel)
    return model


@pytest.fixture(scope="module")
def model() -> AutoregressiveModel:
    return learned(made())


@pytest.fixture(scope="module")
def newer(model: AutoregressiveModel) -> AutoregressiveModel:
    return model.update(made(4000, 1, later=True), seed=2)


def test_it_can_be_asked_whether_a_model_can_follow(model: AutoregressiveModel) -> None:
    assert isinstance(model, Updatable)


def test_new_levels_bounds_and_relations_come_through(newer: AutoregressiveModel) -> None:
    drawn = newer.sample(5000, seed=3)
    shares = drawn.plan.value_counts(normalize=True)
    assert abs(shares["max"] - 0.8 / 4) < 0.02  # four thousand new rows, and a thousand's weight of old ones
    assert drawn.age.max() > 85 and drawn.age.min() < 25
    assert (drawn.spend[drawn["plan"] == "max"] >= 290).mean() > 0.97
    others = drawn[(drawn["plan"] != "max") & (drawn.spend < 200)]
    assert len(others) > 0.97 * (drawn["plan"] != "max").sum()
    assert np.corrcoef(others.age, others.spend)[0, 1] > 0.9
    assert newer.schema["plan"].levels == ("basic", "plus", "pro", "max")


def test_rules_that_new_rows_keep_hold_for_what_is_new(model: AutoregressiveModel, newer: AutoregressiveModel) -> None:
    assert any(isinstance(step, Lookup) for step in model.steps) and model.constraints.formulas
    drawn = newer.sample(2000, seed=4)
    assert (drawn.price * drawn.months == drawn.paid).all()
    assert (drawn.price == drawn["plan"].map(PRICES)).all()


def test_rules_that_new_rows_break_are_given_up(model: AutoregressiveModel) -> None:
    broken = made(500, 3)
    broken["paid"] += np.arange(500) % 3
    broken.loc[broken["plan"] == "plus", "price"] = 10
    freed = model.update(broken)
    assert not freed.constraints.formulas and not freed.constraints.determined
    drawn = freed.sample(2000)
    assert 0.2 < (drawn.price * drawn.months == drawn.paid).mean() < 0.9
    assert np.corrcoef(drawn.price * drawn.months, drawn.paid)[0, 1] > 0.98
    assert {9, 10} <= {*drawn.price[drawn["plan"] == "plus"]}
    said = "`plan` decides `price`"
    assert any(note == f"given up, for a new row breaks it: {said}" for note in freed.card.notes)
    assert any(note.endswith(f"every row drawn: {said}") for note in model.card.notes)
    assert not any(note.endswith(f"every row drawn: {said}") for note in freed.card.notes)


def test_keep_settles_what_is_left_of_earlier_rows() -> None:
    model, news = learned({"plan": ["basic", "plus"] * 300}), {"plan": ["plus", "max"] * 300}
    for keep, basic in ((0.0, 0.0), (0.5, 1 / 6), (1.0, 1 / 4)):
        drawn = model.update(news, keep=keep).sample(1200)["plan"]
        assert abs(Counter(drawn)["basic"] / 1200 - basic) < 0.01


def test_the_same_rows_change_little(model: AutoregressiveModel) -> None:
    before, after = model.sample(4000, seed=5), model.update(made()).sample(4000, seed=5)
    for name in ("age", "spend", "months"):
        assert abs(before[name].mean() - after[name].mean()) < 0.1 * before[name].std()
    assert before.dtypes.equals(after.dtypes)
    assert abs((before["plan"] == "plus").mean() - (after["plan"] == "plus").mean()) < 0.01


def test_leaves_keep_as_many_rows_as_protect_them(newer: AutoregressiveModel) -> None:
    for step in newer.steps:
        if isinstance(step, Grown):
            sizes = np.diff(step.tree.start)
            assert sizes[sizes > 0].min() >= 20


def test_leaves_that_many_new_rows_reach_are_grown_on() -> None:
    x = np.arange(3000) % 100
    model = learned({"x": x, "y": np.random.default_rng(0).integers(0, 50, 3000)}, min_leaf=100)
    newer = model.update({"x": np.tile(x, 5), "y": np.tile(x, 5) // 2}, keep=0.1)
    drawn = newer.sample(3000)
    assert len(newer.steps[1].tree.feature) > len(model.steps[1].tree.feature)  # type: ignore[union-attr]
    assert np.corrcoef(drawn["x"], drawn["y"])[0, 1] > 0.9


def test_the_same_seed_gives_the_same_bytes_and_files_hold_all(model: AutoregressiveModel, tmp_path: Path) -> None:
    news = made(1000, 7, later=True)
    first, second, third = (model.update(news, seed=seed) for seed in (4, 4, 5))
    assert to_bytes(first) == to_bytes(second) != to_bytes(third)
    assert to_bytes(from_bytes(to_bytes(first))) == to_bytes(first)
    pd.testing.assert_frame_equal(from_bytes(to_bytes(first)).sample(500, seed=1), first.sample(500, seed=1))


def test_the_card_says_what_was_followed(model: AutoregressiveModel, newer: AutoregressiveModel) -> None:
    judged = model.with_evaluation({"c2st": 0.5}).update(made(100, 8)).update(made(200, 9), keep=0.25, seed=3)
    assert model.card.updates == () and judged.card.evaluation == {}
    assert [(u.rows, u.keep, u.seed) for u in judged.card.updates] == [(100, 0.5, 0), (200, 0.25, 3)]
    assert judged.card.weight == (2000 * 0.5 + 100) * 0.25 + 200
    assert learned(made(200, 9)).card.data_digest == judged.card.updates[1].data_digest
    assert "followed    4,000 rows" in newer.card.to_text()


def test_missing_cells_and_ids_come_and_go() -> None:
    rows = 400
    old = pd.DataFrame({"id": [f"C{i:05d}" for i in range(rows)], "sex": ["f", "m"] * 200, "size": [1.5, 2.5] * 200})
    new = old.assign(id=[f"D{i:05d}" for i in range(rows)], size=[None, 3.25] * 200)
    drawn = learned(old).update(new).sample(1000)
    assert drawn.id.is_unique and drawn["size"].isna().mean() > 0.25
    assert drawn["size"][drawn.sex == "m"].max() == 3.25


def test_repeated_ids_are_replaced_by_invented_ones() -> None:
    def bought(first: int) -> pd.DataFrame:
        return pd.DataFrame({"user_id": [f"U{first + i % 40:03d}" for i in range(1200)], "paid": [1, 2, 3] * 400})

    model = learned(bought(100))
    assert model.schema["user_id"].is_pseudonymous
    drawn = model.update(bought(300)).sample(2000)
    assert not {*drawn.user_id} & ({*bought(300).user_id} | {*bought(100).user_id})
    assert drawn.user_id.nunique() > 60


@pytest.mark.parametrize(
    ("change", "code", "where"),
    [
        (lambda d: d.drop(columns="plan"), "schema.missing-column", "plan"),
        (lambda d: d.assign(extra=1), "schema.extra-column", "extra"),
        (lambda d: d.assign(age="old"), "schema.not-integer", "age"),
        (lambda d: d.assign(plan=np.arange(len(d)) % 7), "schema.kind", "plan"),
        (lambda d: d[:0], "fit.no-rows", None),
    ],
)
def test_what_does_not_fit_is_refused_by_name(
    model: AutoregressiveModel, change: Any, code: str, where: str | None
) -> None:
    with pytest.raises(LikewiseError) as fault:
        model.update(change(made(300)))
    assert fault.value.code == code and fault.value.hint
    assert where is None or (fault.value.where or "").startswith(where)


def test_new_levels_of_a_declared_domain_are_refused() -> None:
    table = likewise.read(made(300))
    schema = table.schema.replace("plan", other="refuse")
    with pytest.raises(SchemaError) as fault:
        learned(likewise.read(made(300), schema=schema)).update(made(300, later=True))
    assert fault.value.code == "schema.unknown-level" and "max" not in str(fault.value)


@pytest.mark.parametrize("keep", [-0.1, 1.5, float("nan"), True, "half"])
def test_a_share_to_keep_lies_between_0_and_1(model: AutoregressiveModel, keep: Any) -> None:
    with pytest.raises(SettingsError) as fault:
        model.update(made(100), keep=keep)
    assert fault.value.code == "settings.keep"


def test_odd_columns_are_followed() -> None:
    old = pd.DataFrame({"one": ["x"] * 300, "none": [None] * 300, "free": [f"some words {i % 7}" for i in range(300)]})
    newer = learned(old).update(old.assign(one=["x", "y"] * 150))
    drawn = newer.sample(400)
    assert {*drawn.one} == {"x", "y"} and newer.schema["one"].kind == "category" and drawn["none"].isna().all()
    single = learned(old).update(old[:1])
    assert len(single.sample(10)) == 10


def test_conditions_balance_and_gaps_work_after_an_update(newer: AutoregressiveModel) -> None:
    drawn = newer.sample(60, given={"age": (70, 80)}, balance="plan", seed=1)
    assert drawn.age.between(70, 80).all() and {*Counter(drawn["plan"]).values()} == {15}
    filled = newer.impute(pd.DataFrame({"plan": ["max", "max"], "spend": [None, 301]}))
    assert filled.spend[0] > 290 and np.isfinite(newer.log_prob(made(50, 4, later=True))).all()
