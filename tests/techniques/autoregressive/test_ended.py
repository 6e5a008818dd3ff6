"""Numbers are drawn that end as real ones do: whole or not, round or not, beside what else the row holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import likewise
from likewise.techniques.autoregressive import Autoregressive


def receipts(rows: int = 4_000, seed: int = 0) -> pd.DataFrame:
    """Return receipts of two shops: one rounds to tens, the other's prices mostly end in .99; a tenth is missing."""
    rng = np.random.default_rng(seed)
    shop = rng.choice(["market", "store"], rows)
    plain = rng.gamma(2, 150, rows).round(2)
    paid = np.where(
        shop == "market", np.ceil(plain / 10) * 10, np.where(rng.random(rows) < 0.7, plain // 1 + 0.99, plain)
    )
    return pd.DataFrame(
        {"shop": shop, "paid": np.where(rng.random(rows) < 0.1, np.nan, paid), "items": rng.integers(1, 9, rows)}
    )


@pytest.fixture(scope="module")
def model() -> Any:
    return Autoregressive().fit(receipts(), seed=1)


def ends(rows: pd.DataFrame, shop: str) -> tuple[float, float]:
    """Return the share of payments that are multiples of ten, and of those that end in .99."""
    cents = (rows.loc[rows["shop"] == shop, "paid"].dropna() * 100).round().astype(int)
    return float((cents % 1000 == 0).mean()), float((cents % 100 == 99).mean())


def test_numbers_end_as_the_rest_of_the_row_says(model: Any) -> None:
    real, drawn = receipts(), model.sample(20_000, seed=2)
    for shop in ("market", "store"):
        assert ends(drawn, shop) == pytest.approx(ends(real, shop), abs=0.03)
    assert drawn["paid"].isna().mean() == pytest.approx(0.1, abs=0.02)


def test_they_do_after_saving_and_loading_byte_for_byte(model: Any, tmp_path: Path) -> None:
    model.save(tmp_path / "receipts.likewise")
    again = likewise.load(tmp_path / "receipts.likewise").sample(500, seed=3)
    pd.testing.assert_frame_equal(again, model.sample(500, seed=3))


def test_conditions_hold_all_the_same(model: Any) -> None:
    drawn = model.sample(300, given={"paid": (101.5, 109.5)}, seed=4)
    assert drawn["paid"].between(101.5, 109.5).all(), "no multiple of ten lies there"
    assert ends(model.sample(2_000, given={"shop": "store"}, seed=4), "store")[1] > 0.5


def test_rows_are_completed_and_weighed(model: Any) -> None:
    rows = pd.DataFrame({"shop": ["store", None], "paid": [None, 119.99], "items": [2, None]})
    filled = model.impute(rows, seed=5)
    assert not filled.isna().any().any()
    assert filled["paid"][1] == 119.99
    guesses = [model.impute(rows, seed=seed)["shop"][1] for seed in range(20)]
    assert guesses.count("store") == 20, "at the market nothing ends in .99"
    levels, chances = model.predict_proba(receipts(200, seed=6).dropna(), "shop")
    right = np.array(levels)[chances.argmax(axis=1)] == receipts(200, seed=6).dropna()["shop"]
    assert right.mean() > 0.9
    assert np.isfinite(model.log_prob(receipts(50, seed=7))).all()


def test_new_rows_are_followed(model: Any) -> None:
    newer = receipts(3_000, seed=8)
    newer["paid"] = newer["paid"].floordiv(1) + 0.99
    followed = model.update(newer, keep=0.0)
    assert ends(followed.sample(5_000, seed=9), "market")[1] > 0.6


def test_a_column_that_follows_from_others_draws_no_ending() -> None:
    rows = receipts().dropna().reset_index(drop=True)
    rows["cents"] = (rows["paid"] * 100).round().astype(int)
    drawn = Autoregressive().fit(rows, seed=1).sample(2_000, seed=2)
    assert ((drawn["paid"] * 100).round() == drawn["cents"]).all()


def test_what_depends_on_the_weekday_still_does_without_a_column_that_says_it() -> None:
    rng = np.random.default_rng(0)
    day = pd.Series(pd.to_datetime("2021-01-04") + pd.to_timedelta(rng.integers(0, 700, 3_000), unit="D"))
    closed = day.dt.day_of_week == 6
    sales = np.where(closed, 0, rng.gamma(5, 100, 3_000).round() + 1)
    real = pd.DataFrame({"day": day.dt.date, "sales": sales.astype(int)})
    drawn = Autoregressive().fit(real, seed=1).sample(3_000, seed=2)
    sunday = pd.to_datetime(drawn["day"]).dt.day_of_week == 6
    assert sunday.mean() == pytest.approx(1 / 7, abs=0.02)
    assert ((drawn["sales"] == 0) == sunday).mean() > 0.98
