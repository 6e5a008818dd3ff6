"""Rows of many groups at once: exact counts, and each group as if it had been drawn by itself."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pytest

from likewise.core.balance import Plan, conditions_of, counts_for, joined
from likewise.core.conditions import understand
from likewise.core.draw import BLOCK, block, stream
from likewise.core.picking import picked
from likewise.core.table import concat
from likewise.errors import ConditionError
from likewise.techniques.autoregressive import Autoregressive
from likewise.techniques.autoregressive.grouping import can_be
from likewise.techniques.autoregressive.model import AutoregressiveModel


def made(rows: int = 6000) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    age = rng.integers(18, 80, rows)
    sex = rng.choice(["f", "m"], rows, p=[0.3, 0.7])
    town = np.array([f"t{i}" for i in range(12)])[np.minimum((age // 8) + rng.integers(0, 4, rows), 11)]
    spend = age * 10 + (sex == "f") * 300 + rng.integers(0, 99, rows)
    return pd.DataFrame({"age": age, "sex": sex, "town": town, "spend": spend})


REAL = made()


@pytest.fixture(scope="module")
def model() -> AutoregressiveModel:
    fitted = Autoregressive(keep_rules=False).fit(REAL)
    assert isinstance(fitted, AutoregressiveModel)
    return fitted


def test_each_group_is_distributed_as_if_drawn_alone(model: AutoregressiveModel) -> None:
    drawn = model.sample(12_000, balance=["sex", "town"], seed=1)
    counts = Counter(zip(drawn["sex"], drawn["town"], strict=True))
    assert max(counts.values()) - min(counts.values()) <= 1
    for sex, town in (("f", "t5"), ("m", "t8")):
        own = drawn[(drawn["sex"] == sex) & (drawn["town"] == town)]
        alone = model.sample(len(own), given={"sex": sex, "town": town}, seed=2)
        true = REAL[(REAL["sex"] == sex) & (REAL["town"] == town)]
        for name in ("age", "spend"):
            spread = true[name].std()
            assert abs(own[name].mean() - alone[name].mean()) < 0.25 * spread
            assert abs(own[name].mean() - true[name].mean()) < 0.25 * spread
            assert 0.8 < own[name].std() / spread < 1.25


def test_numbers_in_a_range_and_lists_hold_beside_groups(model: AutoregressiveModel) -> None:
    given: Any = {"age": (40, 60), "town": ["t5", "t6", "t7"]}
    drawn = model.sample(3000, balance="sex", given=given, seed=3)
    assert drawn["age"].between(40, 60).all() and {*drawn["town"]} == {"t5", "t6", "t7"}
    assert {*Counter(drawn["sex"]).values()} == {1500}
    true = REAL[REAL["age"].between(40, 60) & REAL["town"].isin(given["town"]) & (REAL["sex"] == "f")]
    assert abs(drawn["spend"][drawn["sex"] == "f"].mean() - true["spend"].mean()) < 20


def test_blocks_stand_for_themselves(model: AutoregressiveModel) -> None:
    n = BLOCK + 40
    groups = tuple(joined(None, [condition]) for condition in conditions_of("town", model.schema))
    plan = Plan(groups, counts_for([1.0] * len(groups), n, 5))
    alone = [block(model, index, n, None, 5, plan) for index in (1, 0)]
    whole = list(stream(model, n, balance="town", seed=5))
    assert [b.rows for b in whole] == [alone[1].rows, alone[0].rows]
    counts = Counter(concat(whole).column("town").to_pylist())
    assert max(counts.values()) - min(counts.values()) <= 1
    again = [block(model, index, n, None, 5, plan) for index in (0, 1)]
    assert [b.digest() for b in again] == [alone[1].digest(), alone[0].digest()]


def test_what_cannot_be_is_found_without_drawing_it_over_and_over(model: AutoregressiveModel) -> None:
    given = understand({"age": (18, 20)}, model.schema)
    groups = [joined(given, [condition]) for condition in conditions_of("town", model.schema)]
    found = model.can_draw(groups, np.random.default_rng(0))
    assert found is not None
    real = {*REAL["town"][REAL["age"] <= 20]}
    levels = [next(iter(group.conditions["town"].levels)) for group in groups]
    assert {level for level, can in zip(levels, found, strict=True) if can} == real
    with pytest.raises(ConditionError) as fault:
        model.sample(10, balance={"town": {"t2": 0.5, "t11": 0.5}}, given={"age": (18, 20)})
    assert fault.value.code == "given.impossible"
    assert not can_be(model.steps, [{2: np.zeros(model.codecs[2].symbols + 1)}], np.random.default_rng(0)).any()


def test_conditions_that_rules_move_are_met_group_after_group() -> None:
    start = np.arange(1200) * 7 % 90
    data = pd.DataFrame({"start": start, "end": start + np.arange(1200) % 5, "kind": ["a", "b", "c"] * 400})
    model = Autoregressive().fit(data)
    assert isinstance(model, AutoregressiveModel) and model.constraints.orders
    given = understand({"end": (30, 40)}, model.schema)
    groups = [joined(given, [condition]) for condition in conditions_of("kind", model.schema)]
    counts = np.array([5, 5, 5])
    assert model.can_draw(groups, np.random.default_rng(0)) is None
    assert model.draw_groups(groups, counts, np.random.default_rng(0)) is None
    drawn = model.sample(15, balance="kind", given={"end": (30, 40)})
    assert {*Counter(drawn["kind"]).values()} == {5} and drawn["end"].between(30, 40).all()


def test_picks_follow_the_weights_and_repeat_only_where_they_must() -> None:
    rng, mass = np.random.default_rng(0), np.repeat([0.1, 0.4], 4000)
    found = picked(mass, 2000, rng)
    assert len({*found.tolist()}) == 2000 and abs((found >= 4000).mean() - 0.8) < 0.03
    many = picked(mass, 30_000, rng)
    assert abs((many >= 4000).mean() - 0.8) < 0.01
