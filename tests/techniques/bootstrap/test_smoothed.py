"""The smoothed bootstrap: new numbers of the same covariance, atoms and gaps as they are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from likewise.techniques.bootstrap import Bootstrap
from likewise.techniques.bootstrap.smoothed import mirrored, silverman

RNG = np.random.default_rng(0)
LEFT = RNG.normal(size=2000)
FRAME = pd.DataFrame(
    {
        "x": LEFT,
        "y": 0.8 * LEFT + 0.6 * RNG.normal(size=2000) + 50,
        "spend": np.where(RNG.random(2000) < 0.6, 0.0, RNG.lognormal(3, 1, size=2000)),
        "score": RNG.integers(1, 6, size=2000),
        "gap": pd.array(np.where(RNG.random(2000) < 0.2, np.nan, LEFT * 3)),
        "city": RNG.choice(["Rome", "Oslo", "Bern"], 2000, p=[0.6, 0.3, 0.1]),
    }
)


def drawn(**settings: float) -> pd.DataFrame:
    frame: pd.DataFrame = Bootstrap(method="smoothed", **settings).fit(FRAME).sample(40_000)
    return frame


def test_covariances_stay() -> None:
    real, new = FRAME[["x", "y"]].cov(), drawn(bandwidth=0.6)[["x", "y"]].cov()
    assert np.allclose(real, new, rtol=0.05)
    assert np.allclose(FRAME[["x", "y"]].mean(), drawn()[["x", "y"]].mean(), atol=0.03)


def test_values_are_new_and_within_bounds() -> None:
    new = drawn()
    assert not set(new["x"]) & set(FRAME["x"])
    assert new["x"].between(FRAME["x"].min(), FRAME["x"].max()).all()
    assert new["spend"].min() == 0


def test_atoms_and_gaps_stay() -> None:
    new = drawn()
    assert (new["spend"] == 0).mean() == pytest.approx((FRAME["spend"] == 0).mean(), abs=0.02)
    assert new["gap"].isna().mean() == pytest.approx(FRAME["gap"].isna().mean(), abs=0.01)
    assert set(new["score"]) == {1, 2, 3, 4, 5}
    assert new["score"].corr(new["x"]) == pytest.approx(FRAME["score"].corr(FRAME["x"]), abs=0.03)


def test_no_width_is_no_smoothing() -> None:
    assert set(drawn(bandwidth=0)["x"].round(9)) <= set(FRAME["x"].round(9))


def test_some_levels_are_redrawn_as_often_as_they_occur() -> None:
    marked = FRAME.assign(x=FRAME["city"].map({"Rome": 0, "Oslo": 1, "Bern": 2}).astype(float))
    new = Bootstrap(method="smoothed", flip=0.3).fit(marked).sample(40_000)
    assert np.allclose(new["city"].value_counts(normalize=True), FRAME["city"].value_counts(normalize=True), atol=0.01)
    moved = (new["city"].map({"Rome": 0, "Oslo": 1, "Bern": 2}) != new["x"]).mean()
    assert moved == pytest.approx(0.3 * (1 - (FRAME["city"].value_counts(normalize=True) ** 2).sum()), abs=0.01)


def test_conditions_hold_for_what_is_drawn() -> None:
    new = Bootstrap(method="smoothed", flip=0.2).fit(FRAME).sample(200, given={"x": (1, 1.5), "city": "Bern"})
    assert new["x"].between(1, 1.5).all() and set(new["city"]) == {"Bern"}


def test_values_are_mirrored_at_both_ends() -> None:
    assert mirrored(np.array([-0.5, 0.2, 3.5]), 0, 3).tolist() == [0.5, 0.2, 2.5]
    assert silverman(1000) == pytest.approx(1.0592 * 1000**-0.2, rel=1e-3)


def test_a_table_without_numbers_is_drawn_as_it_is() -> None:
    model = Bootstrap(method="smoothed").fit({"city": ["Rome", "Oslo"] * 20})
    assert "no column of numbers" in " ".join(model.card.notes)
    assert set(model.sample(30)["city"]) == {"Rome", "Oslo"}
