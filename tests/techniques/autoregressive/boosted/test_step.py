"""The boosted step within a table: levels by boosting, under conditions, in files and beside new data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

import likewise
from likewise.techniques.autoregressive import Autoregressive
from likewise.techniques.autoregressive.boosted.step import Boosted
from likewise.techniques.autoregressive.model import AutoregressiveModel


def people(rows: int = 6000, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    numbers = rng.normal(size=(rows, 6)).round(2)
    paid = rng.random(rows) < 1 / (1 + np.exp(-1.5 * numbers.sum(axis=1)))
    plan = np.where(numbers[:, 0] > 1, "gold", rng.choice(["basic", "plus"], rows))
    frame = pd.DataFrame(numbers, columns=[f"x{i}" for i in range(6)])
    return frame.assign(plan=plan, paid=np.where(paid, "yes", "no"))


@pytest.fixture(scope="module")
def model() -> AutoregressiveModel:
    return likewise.fit(people(), target="paid", seed=1)


def test_levels_are_boosted_and_numbers_are_not(model: AutoregressiveModel) -> None:
    boosted = [isinstance(step, Boosted) for step in model.steps if step.column < len(model.codecs)]
    assert boosted == [False] * 6 + [True, True]
    fast = Autoregressive(effort="fast").fit(people(1000))
    assert not any(isinstance(step, Boosted) for step in fast.steps)


def test_what_is_drawn_trains_models_as_real_rows_do(model: AutoregressiveModel) -> None:
    train, held = people(), people(seed=9)
    fast = likewise.fit(train, target="paid", effort="fast", seed=1)

    def worth(frame: pd.DataFrame) -> float:
        learner = HistGradientBoostingClassifier(max_iter=60).fit(frame.filter(like="x"), frame.paid)
        return float(roc_auc_score(held.paid == "yes", learner.predict_proba(held.filter(like="x"))[:, 1]))

    real, boosted, trees = (worth(f) for f in (train, model.sample(6000, seed=2), fast.sample(6000, seed=2)))
    assert boosted > trees + 0.01
    assert boosted > 0.985 * real


def test_conditions_hold_and_others_follow_from_them(model: AutoregressiveModel) -> None:
    drawn = model.sample(2000, given={"plan": "gold", "paid": ["yes", "no"]}, seed=3)
    assert (drawn.plan == "gold").all()
    assert (drawn.x0 > 0.9).mean() > 0.97
    yes = model.sample(2000, given={"paid": "yes"}, seed=3)
    assert yes.filter(like="x").sum(axis=1).mean() > 1


def test_predictions_and_likelihoods_come_from_the_boosted_chances(model: AutoregressiveModel) -> None:
    levels, shares = model.predict_proba(people(500, seed=4), "paid")
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    truth = people(500, seed=4).paid == "yes"
    assert roc_auc_score(truth, shares[:, levels.index("yes")]) > 0.85


def test_gaps_are_filled_by_what_is_known(model: AutoregressiveModel) -> None:
    frame = people(400, seed=5)
    filled = model.impute(frame.assign(plan=None), seed=1)
    assert (filled.plan[frame.x0 > 1.2] == "gold").mean() > 0.95
    assert (filled.plan[frame.x0 < 0.8] == "gold").mean() < 0.05


def test_a_file_gives_the_same_rows(model: AutoregressiveModel, tmp_path: Path) -> None:
    model.save(tmp_path / "m.likewise")
    again = likewise.load(tmp_path / "m.likewise")
    pd.testing.assert_frame_equal(again.sample(500, seed=5), model.sample(500, seed=5))


def test_new_data_are_followed(model: AutoregressiveModel) -> None:
    turned = people(6000, seed=6)
    turned["paid"] = np.where(turned.paid == "yes", "no", "yes")
    newer = model.update(turned, keep=0.0)
    drawn = newer.sample(3000, seed=1)
    assert drawn[drawn.paid == "yes"].filter(like="x").sum(axis=1).mean() < -0.5
