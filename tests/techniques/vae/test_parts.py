"""Hold the VAE of trend and season to telling them apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from likewise.core.state import load
from likewise.errors import SettingsError

pytest.importorskip("torch")

from likewise.techniques.vae import VAE

STEPS, SEASON = 21, 7
SHAPE = np.array([0, 1, 3, 1, 0, -2, -3.0])


def sales(rows: int = 300) -> dict[str, Any]:
    """Three weeks of sales of shops that grow or shrink, in a week of one shape; small ones swing less."""
    rng = np.random.default_rng(0)
    size = np.where(np.arange(rows) % 2, 2.0, 1.0)
    slope = rng.normal(0, 3, rows)
    level = 50 + slope[:, None] * np.linspace(-1, 1, STEPS)
    cells = level + size[:, None] * SHAPE[np.arange(STEPS) % SEASON] + rng.normal(0, 0.2, (rows, STEPS))
    return {"sales": cells[..., None].round(2), "size": ["small", "large"] * (rows // 2), "slope": slope.round(3)}


def series() -> dict[str, Any]:
    return {name: values for name, values in sales().items() if name != "slope"}


@pytest.fixture(scope="module")
def model() -> Any:
    return VAE(season=SEASON, epochs=60).fit(series())


def test_parts_add_up_to_series_and_are_what_they_are_called(model: Any) -> None:
    real, parts = sales(), model.parts(series())
    whole = sum(np.array(part)[..., 0] for part in parts.values())
    assert np.abs(whole - real["sales"][..., 0]).mean() < 1
    season, trend = (np.array(parts[name])[..., 0] for name in ("season", "trend"))
    np.testing.assert_allclose(season[:, :SEASON], season[:, SEASON : 2 * SEASON])
    bend = np.diff(trend, n=3, axis=1)
    np.testing.assert_allclose(bend, 0, atol=1e-3)
    large, small = (season[np.array(real["size"]) == size].std(axis=1).mean() for size in ("large", "small"))
    assert large > small


def test_drawn_series_are_like_the_real_ones(model: Any) -> None:
    drawn = model.sample(300, seed=1)
    real = sales()
    values, known = drawn["sales"][..., 0], real["sales"][..., 0]
    assert values.shape == (300, STEPS) and np.array_equal(values, values.round(2))
    assert abs(values.mean() - known.mean()) < 1 and 0.6 < values.std() / known.std() < 1.4
    assert np.corrcoef(values.mean(axis=0), known.mean(axis=0))[0, 1] > 0.9


def test_it_is_kept_in_a_file_and_has_points(model: Any, tmp_path: Any) -> None:
    model.save(tmp_path / "m.likewise")
    again = load(tmp_path / "m.likewise")
    np.testing.assert_array_equal(again.sample(5)["sales"], model.sample(5)["sales"])
    points = model.encode(series())
    assert model.decode(points)["sales"].shape == (300, STEPS, 1) and np.isfinite(model.anomaly(series())).all()
    with pytest.raises(SettingsError, match="wide"):
        model.decode(points[:, :2])


def test_lengths_and_gaps_are_learned_too() -> None:
    rng = np.random.default_rng(0)
    cells = [rng.normal(size=(int(rng.integers(4, 9)), 2)).round(1) for _ in range(60)]
    for cell in cells:
        cell[rng.random(len(cell)) < 0.3, 1] = np.nan
    model = VAE(season=0, epochs=2).fit({"s": cells})
    drawn = model.sample(50)["s"]
    assert {len(cell) for cell in drawn} <= set(range(4, 9)) and np.isnan(np.concatenate(drawn)[:, 1]).any()
    assert not np.concatenate(model.parts({"s": cells})["season"]).any()


def test_what_has_no_parts_is_refused() -> None:
    with pytest.raises(SettingsError, match="season of 30"):
        VAE(season=30).fit(series())
    with pytest.raises(SettingsError, match="no parts"):
        VAE(epochs=1).fit({"s": np.random.default_rng(0).normal(size=(30, 4, 1))}).parts({"s": np.zeros((1, 4, 1))})
