"""Parametric, residual and wild: what each keeps, and what it refuses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from likewise.core.table import Table
from likewise.errors import FitError
from likewise.techniques.bootstrap import Bootstrap
from likewise.techniques.bootstrap.design import coefficients, design, leverages

RNG = np.random.default_rng(0)
N = 1500
CITY = RNG.choice(["Rome", "Oslo", "Bern"], N)
X = RNG.normal(10, 2, N)
FRAME = pd.DataFrame(
    {
        "city": CITY,
        "x": X,
        "y": 3 * X + np.where(CITY == "Rome", 8, 0) + RNG.normal(size=N) * np.where(X > 10, 4, 0.5),
        "gap": np.where(RNG.random(N) < 0.2, np.nan, X + RNG.normal(size=N)),
    }
)


def drawn(n: int = 30_000, **settings: Any) -> pd.DataFrame:
    frame: pd.DataFrame = Bootstrap(**settings).fit(FRAME).sample(n, seed=1)
    return frame


def scatter(frame: pd.DataFrame) -> tuple[float, float]:
    """Return the deviation of y around the true line where x is large and where it is small."""
    left = frame["y"] - 3 * frame["x"] - np.where(frame["city"] == "Rome", 8, 0)
    return float(left[frame["x"] > 10].std()), float(left[frame["x"] <= 10].std())


def test_parametric_numbers_are_normal_around_the_levels() -> None:
    new = drawn(method="parametric")
    assert np.allclose(new[["x", "y", "gap"]].cov(), FRAME[["x", "y", "gap"]].cov(), rtol=0.12, atol=0.2)
    assert np.allclose(new.groupby("city")["y"].mean(), FRAME.groupby("city")["y"].mean(), atol=0.3)
    assert new["gap"].isna().mean() == pytest.approx(FRAME["gap"].isna().mean(), abs=0.01)
    assert set(new["x"]) & set(FRAME["x"]) <= {FRAME["x"].min(), FRAME["x"].max()}
    assert abs(new["x"].skew()) < 0.1


def test_residuals_of_any_row_scatter_alike() -> None:
    new = drawn(method="residual", target="y")
    high, low = scatter(new)
    assert high == pytest.approx(low, rel=0.05)
    assert set(new["x"]) <= set(FRAME["x"])
    assert new["y"].mean() == pytest.approx(FRAME["y"].mean(), abs=0.2)
    assert new["y"].std() == pytest.approx(FRAME["y"].std(), rel=0.05)


@pytest.mark.parametrize("multiplier", ["rademacher", "mammen", "normal"])
def test_wild_residuals_scatter_as_they_do_there(multiplier: str) -> None:
    high, low = scatter(drawn(method="wild", target="y", multiplier=multiplier))
    assert high == pytest.approx(scatter(FRAME)[0], rel=0.06)
    assert low == pytest.approx(scatter(FRAME)[1], rel=0.25)


@pytest.mark.parametrize("regressor", ["forest", "boosting"])
def test_other_regressions_find_what_is_no_line(regressor: str) -> None:
    frame = FRAME.iloc[:400].assign(y=lambda f: 10 * np.abs(f["x"] - 10) + np.resize([-1.0, 1.0], 400))
    frame = frame[["x", "y"]]
    model = Bootstrap(method="residual", target="y", regressor=regressor).fit(frame)  # type: ignore[arg-type]
    new = model.sample(4000)
    assert (new["y"] - 10 * (new["x"] - 10).abs()).std() < 6
    linear = Bootstrap(method="residual", target="y").fit(frame).sample(4000)
    assert (linear["y"] - 10 * (linear["x"] - 10).abs()).std() > 8


def test_the_target_is_that_of_the_schema_unless_named() -> None:
    table = Table.from_any(FRAME)
    model = Bootstrap(method="wild").fit(table.with_schema(table.schema.with_target("gap")))
    new = Table.from_any(model.sample(500))
    assert set(new.column("y").to_pylist()) <= set(FRAME["y"])
    assert new.missing("gap").any()


def test_conditions_on_the_target_hold() -> None:
    new = Bootstrap(method="wild", target="y").fit(FRAME).sample(300, given={"y": (30, 40), "city": "Oslo"})
    assert new["y"].between(30, 40).all() and set(new["city"]) == {"Oslo"}


@pytest.mark.parametrize(
    ("asked", "data"),
    [
        ({"method": "residual"}, FRAME),
        ({"method": "wild", "target": "z"}, FRAME),
        ({"method": "wild", "target": "city"}, FRAME),
        ({"method": "residual", "target": "y"}, {"y": [None, 1.5, None, 2.5], "x": [1, 2, 3, 4]}),
    ],
    ids=str,
)
def test_targets_that_do_not_serve_are_refused(asked: dict[str, Any], data: Any) -> None:
    with pytest.raises(FitError, match=r"fit\.target") as caught:
        Bootstrap(**asked).fit(data)
    assert caught.value.hint


def test_nothing_normal_is_refused() -> None:
    with pytest.raises(FitError, match=r"fit\.parametric"):
        Bootstrap(method="parametric").fit({"city": ["Rome", "Oslo"] * 9})


def test_a_target_alone_has_residuals_around_its_mean() -> None:
    new = Bootstrap(method="residual", target="y").fit({"y": [1.5, 2.5, 9.0] * 8}).sample(600)
    assert np.mean(new["y"]) == pytest.approx(13 / 3, abs=0.4)


def test_a_design_is_solved_however_columns_repeat() -> None:
    table = Table.from_any(FRAME.assign(again=FRAME["x"], still=4.0, code=np.arange(N).astype(str)))
    matrix = design(table, [c for c in table.schema.columns if c.name != "y"])
    fitted = matrix @ coefficients(matrix, FRAME["y"].to_numpy() - FRAME["y"].mean())
    assert np.corrcoef(fitted, FRAME["y"])[0, 1] > 0.9
    assert np.isfinite(leverages(matrix)).all() and leverages(matrix).sum() == pytest.approx(6, abs=0.1)
