"""Columns that tell one another one to one do so after noise."""

from __future__ import annotations

import numpy as np
import pandas as pd

from likewise.core.table import Table
from likewise.techniques.noise import Noise

CODES = {f"grade {v}": 3.5 * v for v in range(25)}
LEVELS = [list(CODES)[v * v % 29 % 25] for v in range(300)]
FRAME = pd.DataFrame(
    {
        "code": [CODES[level] for level in LEVELS],
        "level": LEVELS,
        "x": np.arange(300) * 7 % 101 / 4,
        "again": np.arange(300) * 7 % 101 / 4,
        "gone": [None if v % 5 == 0 else level for v, level in enumerate(LEVELS)],
    }
)


def test_codes_and_copies_follow() -> None:
    new = Noise(steps=[{"pram": {"share": 0.5}}, "gaussian"]).fit(FRAME).perturb(FRAME)
    assert not new.level.equals(FRAME.level) and (new.level.map(CODES) == new.code).all()
    assert not new.x.equals(FRAME.x) and new.x.equals(new.again)
    drawn = Noise().fit(FRAME).sample(500)
    assert (drawn.level.map(CODES) == drawn.code).all() and drawn.x.equals(drawn.again)


def test_a_number_leads_where_only_numbers_change() -> None:
    new = Noise(steps=[{"gaussian": {"sd": 1.0}}]).fit(FRAME).perturb(FRAME)
    assert not new.code.equals(FRAME.code) and (new.level.map(CODES) == new.code).all()


def test_the_one_that_is_named_leads() -> None:
    new = Noise(steps=[{"quantile": {"columns": ["again"], "sd": 0.3}}]).fit(FRAME).perturb(FRAME)
    assert not new.again.equals(FRAME.again) and new.x.equals(new.again)


def test_gaps_go_along() -> None:
    new = Noise(steps=[{"missing": {"columns": ["level"], "share": 0.4}}]).fit(FRAME).perturb(FRAME)
    assert new.level.isna().mean() > 0.3 and new.code.isna().equals(new.level.isna())


def test_a_column_that_tells_the_target_stays() -> None:
    table = Table.from_any(FRAME)
    new = Noise().fit(table.with_schema(table.schema.with_target("level"))).perturb(FRAME)
    assert new.level.equals(FRAME.level) and new.code.equals(FRAME.code) and not new.x.equals(FRAME.x)


def test_without_links_each_goes_its_own_way() -> None:
    new = Noise(linked=False).fit(FRAME).perturb(FRAME)
    assert not new.x.equals(new.again) and not (new.level.map(CODES) == new.code).all()


def test_values_that_were_not_learned_move_nothing() -> None:
    model = Noise(steps=[{"pram": {"share": 0.0}}]).fit(FRAME)
    new = model.perturb(pd.DataFrame({"level": ["grade 1", "new"], "code": [3.5, 99], "gone": ["grade 1", None]}))
    assert new.code.tolist() == [3.5, 99]


def test_dates_that_tell_one_another_keep_their_intervals() -> None:
    came = pd.to_datetime(["2024-03-01", "2024-05-20", "2024-04-02", "2024-02-11"] * 25)
    frame = pd.DataFrame(
        {"came": came, "left": came + pd.to_timedelta([3, 9, 1, 9] * 25, "D"), "n": [1.5, 2.5, 4.5, 9.5] * 25}
    )
    new = Noise().fit(frame).perturb(frame)
    assert (new.left - new.came).equals(frame.left - frame.came) and not new.came.isin(frame.came).all()
    assert set(new.n) <= set(frame.n)
