"""Hold both techniques of networks to long tables: whole entities in, whole entities out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from likewise.core.state import load
from likewise.core.table import Table

pytest.importorskip("torch")

from likewise.techniques.gan import GAN
from likewise.techniques.vae import VAE


def machines(entities: int = 40) -> pd.DataFrame:
    """Machines of two kinds, looked at for 8 to 15 hours each; pumps swing slowly."""
    rng, parts = np.random.default_rng(0), []
    for number in range(entities):
        steps = np.arange(rng.integers(8, 16))
        wave = np.sin((0.3, 1.2)[number % 2] * steps + rng.uniform(0, 6.28))
        parts.append(pd.DataFrame({
            "machine": f"M{number:02d}", "kind": ["pump", "fan"][number % 2],
            "at": pd.Timestamp("2024-03-01") + pd.to_timedelta(steps + number % 3, unit="h"),
            "heat": (20 + 5 * wave).round(1), "state": np.where(wave > 0, "busy", "idle"),
        }))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


@pytest.fixture(scope="module")
def model() -> Any:
    return VAE(entity="machine", order="at", epochs=20).fit(machines())


def test_a_long_table_is_drawn_as_a_long_table(model: Any) -> None:
    real, drawn = machines(), model.sample(400, seed=1)
    assert len(drawn) == 400 and drawn.dtypes.tolist() == real.dtypes.tolist() and list(drawn) == list(real)
    parts = [part for _, part in drawn.groupby("machine")]
    assert all(part["kind"].nunique() == 1 for part in parts)
    assert all((part["at"].diff().dropna() == pd.Timedelta("1h")).all() for part in parts)
    assert real["at"].min() <= drawn["at"].min() and drawn["at"].max() <= real["at"].max()
    assert all(8 <= len(part) <= 15 for part in parts[:-1])
    assert drawn.groupby("state")["heat"].mean().diff().abs().iloc[-1] > 4
    assert "40 entities" in model.card.notes[0]


def test_a_file_holds_all_of_it(model: Any, tmp_path: Any) -> None:
    model.save(tmp_path / "m.likewise")
    pd.testing.assert_frame_equal(load(tmp_path / "m.likewise").sample(90, seed=3), model.sample(90, seed=3))


def test_entities_are_picked_by_what_never_changes(model: Any) -> None:
    assert set(model.sample(50, given="kind=fan")["kind"]) == {"fan"}
    even = model.sample(300, balance="kind")
    assert even["kind"].value_counts().tolist() == [150, 150]
    assert even.groupby("machine")["at"].apply(lambda at: at.is_monotonic_increasing).all()
    assert even["machine"].is_monotonic_increasing


def test_points_are_those_of_entities(model: Any) -> None:
    real = machines()
    assert len(model.encode(real)) == 40 and np.isfinite(model.anomaly(real)).all()


def test_whole_entities_are_held_back() -> None:
    technique = VAE(entity="machine", order="at")
    held = technique.held_back(Table.from_any(machines()), 0.25, np.random.default_rng(0))
    kept = machines()["machine"].drop(held.rows)
    assert machines()["machine"][held.rows].nunique() == 10 and not set(kept) & set(machines()["machine"][held.rows])
    assert (held.entity, held.order) == ("machine", "at")


@pytest.fixture(scope="module")
def one() -> Any:
    """A price that swings over 19 working days."""
    days = pd.bdate_range("2020-01-01", periods=400)
    price = 100 + 10 * np.sin(np.arange(400) / 3) + np.random.default_rng(0).normal(0, 0.5, 400)
    return pd.DataFrame({"day": days, "price": price.round(2), "up": price > 100})


def test_one_series_goes_on_as_it_was(one: pd.DataFrame) -> None:
    technique = GAN(order="day", epochs=1)
    model = technique.fit(one)
    drawn = model.sample(600)
    assert drawn["day"].tolist() == pd.bdate_range("2020-01-01", periods=600).tolist()
    lags = [[frame["price"].autocorr(lag) for lag in (1, 5, 9, 19)] for frame in (one, drawn)]
    np.testing.assert_allclose(lags[1], lags[0], atol=0.25)
    assert drawn.groupby("up")["price"].mean().diff().iloc[-1] > 0 and drawn.dtypes.tolist() == one.dtypes.tolist()
    pd.testing.assert_frame_equal(model.sample(600), drawn)
    held = technique.held_back(Table.from_any(one), 0.1, np.random.default_rng(0))
    assert held.rows.tolist() == list(range(360, 400)) and (held.entity, held.order) == (None, "day")


def test_one_series_goes_on_over_blocks(one: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("likewise.core.draw.BLOCK", 128)
    model = GAN(order="step", epochs=1).fit({"step": np.arange(200) / 2, "x": one["price"][:200].tolist()})
    blocks = list(model.stream(300))
    assert [block.rows for block in blocks] == [128, 128, 44]
    np.testing.assert_array_equal(np.concatenate([block.numbers("step") for block in blocks]), np.arange(300) / 2)
