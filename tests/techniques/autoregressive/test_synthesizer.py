"""Sequential trees as a user meets them: structure kept, rare values kept back, conditions met."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import likewise
from likewise.errors import ConditionError, SettingsError
from likewise.techniques.autoregressive import Autoregressive
from likewise.techniques.autoregressive.telling import most_telling


def made(rows: int = 6000, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 80, rows)
    sex = rng.choice(["F", "M"], rows)
    spend = np.where(rng.random(rows) < 0.4, 0.0, np.round(rng.gamma(2, 10 + age / 4, rows), 2))
    member = np.where((age > 50) & (sex == "F"), "gold", rng.choice(["none", "silver"], rows))
    visits = pd.array(np.where(rng.random(rows) < 0.1, None, rng.poisson(3, rows)), dtype="Int64")
    return pd.DataFrame({"age": age, "sex": sex, "spend": spend, "member": member, "visits": visits})


@pytest.fixture(scope="module")
def model() -> likewise.Model:
    return Autoregressive().fit(made(), seed=1)


def test_marginals_atoms_and_missing_values_are_kept(model: likewise.Model) -> None:
    real, drawn = made(), model.sample(6000, seed=2)
    assert drawn.dtypes.astype(str).to_dict() == real.dtypes.astype(str).to_dict()
    assert abs((drawn.spend == 0).mean() - 0.4) < 0.03
    assert abs(drawn.visits.isna().mean() - 0.1) < 0.02
    assert abs(drawn.age.mean() - real.age.mean()) < 1
    assert (np.round(drawn.spend, 2) == drawn.spend).all()


def test_dependence_is_kept(model: likewise.Model) -> None:
    drawn = model.sample(6000, seed=2)
    gold = (drawn.age > 50) & (drawn.sex == "F")
    assert (drawn.member[gold] == "gold").mean() > 0.97
    assert (drawn.member[~gold] == "gold").mean() < 0.03


def test_conditions_hold_and_the_rest_follows(model: likewise.Model) -> None:
    drawn = model.sample(3000, given={"member": "gold", "spend": (0.01, None)}, seed=3)
    assert (drawn.member == "gold").all()
    assert (drawn.spend >= 0.01).all()
    assert (drawn.sex == "F").mean() > 0.97
    assert (drawn.age > 50).mean() > 0.97


def test_conditional_draws_have_the_conditional_distribution(model: likewise.Model) -> None:
    real = made(60_000, seed=5)
    wanted = real[(real.member == "silver")]
    drawn = model.sample(5000, given="member=silver", seed=3)
    assert abs(drawn.age.mean() - wanted.age.mean()) < 1.0
    assert abs((drawn.sex == "F").mean() - (wanted.sex == "F").mean()) < 0.03


def test_an_impossible_combination_is_refused_with_what_is_possible(model: likewise.Model) -> None:
    with pytest.raises(ConditionError) as fault:
        model.sample(10, given="member=gold,age<30")
    assert fault.value.code == "given.impossible"
    assert fault.value.hint
    assert "member" in fault.value.hint


def test_partial_rows_are_completed(model: likewise.Model) -> None:
    known = pd.DataFrame({"age": [70, 70, None], "sex": ["F", "M", None], "member": [None, None, "gold"]})
    drawn = model.sample(3, given=known, seed=1)
    assert drawn.age[:2].tolist() == [70, 70]
    assert drawn.member[0] == "gold"
    assert drawn.member[1] in ("none", "silver")
    assert drawn.sex[2] == "F"
    assert drawn.age[2] > 50


def test_rare_levels_and_extremes_stay_home() -> None:
    frame = made()
    frame.loc[17, "sex"] = "a-rare-level"
    frame.loc[18, "spend"] = 987_654.32
    drawn = Autoregressive().fit(frame).sample(20_000)
    assert set(drawn.sex) == {"F", "M"}
    assert drawn.spend.max() < 200_000


def test_bigger_leaves_copy_less() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({name: rng.integers(0, 6, 1500) for name in "abcdef"})
    real = set(frame.itertuples(index=False, name=None))

    def copied(leaf: int) -> float:
        rows = Autoregressive(min_leaf=leaf).fit(frame).sample(5000).itertuples(index=False, name=None)
        return sum(row in real for row in rows) / 5000

    assert copied(150) < copied(1)


def test_settings_are_checked() -> None:
    with pytest.raises(SettingsError) as fault:
        Autoregressive.from_dict({"min_leef": 3})
    assert "min_leaf" in str(fault.value)
    with pytest.raises(SettingsError):
        Autoregressive.from_dict({"min_leaf": 0})


def test_the_most_telling_columns_are_found() -> None:
    rng = np.random.default_rng(0)
    target = rng.integers(0, 16, 2000).astype(np.int32)
    candidates = rng.integers(0, 16, (10, 2000)).astype(np.int32)
    candidates[7] = target
    candidates[2] = target // 4
    assert most_telling(candidates, target, 2) == [2, 7]
    assert most_telling(candidates, target, 10) == list(range(10))


def test_wide_tables_look_at_few_columns() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(300, 60)), columns=[f"c{number}" for number in range(60)])
    meta, _ = Autoregressive(most_predictors=5).fit(frame).state()
    assert max(len(step["predictors"]) for step in meta["steps"]) == 5


def test_a_column_of_many_levels_keeps_what_goes_with_each() -> None:
    shop = np.random.default_rng(0).integers(0, 3000, 90_000)
    data = pd.DataFrame({"shop": [f"S{s:04d}x" for s in shop], "town": [f"t{s % 700:03d}" for s in shop]})
    drawn = Autoregressive(keep_rules=False).fit(data).sample(20_000, seed=1)
    assert drawn.shop.nunique() > 2900
    assert (drawn.shop.str[1:5].astype(int) % 700 == drawn.town.str[1:].astype(int)).mean() > 0.9
