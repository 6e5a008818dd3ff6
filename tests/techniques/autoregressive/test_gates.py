"""What says that a column is missing is heeded in every row that is drawn."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import likewise
from likewise.constraints.mining.mine import mine
from likewise.core.table import Table
from likewise.techniques.autoregressive import Autoregressive


def people(rows: int = 3000) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    status = rng.choice(["single", "married", "widowed", "divorced"], rows, p=[0.4, 0.4, 0.17, 0.03])
    age = rng.integers(18, 90, rows)
    married = status == "married"
    visits = pd.Series(rng.gamma(2, 10, rows).round(1)).where((age > 30) | (rng.random(rows) < 0.1))
    return pd.DataFrame({
        "spouse_age": pd.Series(rng.integers(18, 90, rows)).where(married).astype("Int64"), "age": age,
        "alimony": pd.Series(rng.choice(["yes", "no"], rows)).where(status == "divorced"),
        "visits": visits.where(status != "widowed"), "status": status,
    })  # fmt: skip


@pytest.fixture(scope="module")
def model() -> likewise.Model:
    return Autoregressive(min_leaf=200).fit(people(), seed=1)  # leaves larger than the rarest level: trees alone mix it


@pytest.mark.parametrize("given", [None, {"age": (20, 30)}, {"visits": (10, None)}, {"status": ["single", "married"]}])
def test_absences_hold_in_every_row_under_conditions_too(model: likewise.Model, given: object) -> None:
    rules = [rule for rule in mine(Table.from_any(people())).items if rule.kind == "missing"]
    assert len(rules) == 3
    drawn = Table.from_any(model.sample(10_000, given=given, seed=2))
    for rule in rules:
        assert rule.holds(drawn).all(), rule.said()


def test_trees_alone_break_them() -> None:
    drawn = Autoregressive(min_leaf=200, keep_rules=False, effort="fast").fit(people(), seed=1).sample(10_000, seed=2)
    assert (drawn.alimony.isna() != (drawn.status != "divorced")).any()


def test_known_cells_stand_and_others_follow_from_them(model: likewise.Model) -> None:
    known = pd.DataFrame({"spouse_age": [40, 40, None], "status": [None, "single", "single"]})
    drawn = model.sample(3, given=known, seed=1)
    assert drawn.spouse_age[:2].tolist() == [40, 40]
    assert drawn.status[0] == "married"
    assert pd.isna(drawn.spouse_age[2])


def test_a_model_file_keeps_them(model: likewise.Model, tmp_path: object) -> None:
    model.save(f"{tmp_path}/m.likewise")
    again = likewise.load(f"{tmp_path}/m.likewise")
    pd.testing.assert_frame_equal(again.sample(500, seed=5), model.sample(500, seed=5))
