"""Hold series drawn by a VAE to those it learned: their values, gaps, lengths and classes."""

from __future__ import annotations

import numpy as np
import pytest

import likewise
from likewise.core.state import load
from likewise.errors import FitError, SettingsError

pytest.importorskip("torch")

from likewise.techniques.vae import VAE

SPEEDS = {"slow": 0.3, "quick": 0.9}


def waves(rows=300, seed=0):
    """Waves of two speeds and several lengths, rounded, a tenth missing; beside each a count that grows and falls."""
    rng = np.random.default_rng(seed)
    names = [("slow", "quick")[i % 2] for i in range(rows)]
    cells = []
    for name in names:
        steps = np.arange(rng.integers(8, 20))
        wave = np.sin(SPEEDS[name] * steps + rng.uniform(0, 6.28)) + rng.normal(0, 0.1, len(steps))
        cell = np.stack([wave.round(2), rng.poisson(2 + wave.clip(-1))], axis=1).astype(float)
        cell[rng.random(len(steps)) < 0.1, 0] = np.nan
        cells.append(cell)
    return {"s": cells, "speed": names}


def turns(cells):
    """How often the wave changes its sign, a step."""
    known = [cell[~np.isnan(cell[:, 0]), 0] for cell in cells]
    return np.mean([np.mean(np.diff(np.sign(own)) != 0) for own in known if len(own) > 1])


@pytest.fixture(scope="module")
def model():
    return VAE(epochs=300).fit(waves(), seed=0)


def test_series_are_drawn_as_they_were(model):
    real, drawn = waves(), model.sample(400, seed=1)
    values, known = np.concatenate(list(drawn["s"])), np.concatenate(real["s"])
    assert abs(np.isnan(values[:, 0]).mean() - 0.1) < 0.03 and not np.isnan(values[:, 1]).any()
    assert np.array_equal(values[:, 1], np.rint(values[:, 1])) and values[:, 1].min() >= 0
    there = values[~np.isnan(values[:, 0]), 0]
    assert np.array_equal(there, there.round(2))
    assert np.nanmin(known[:, 0]) <= there.min() and there.max() <= np.nanmax(known[:, 0])
    assert abs(there.std() - np.nanstd(known[:, 0])) < 0.1
    lengths = [len(cell) for cell in drawn["s"]]
    assert min(lengths) >= 8 and max(lengths) <= 19 and abs(np.mean(lengths) - 13) < 1


def test_series_stay_as_wide_as_they_were_however_often_they_are_looked_at():
    rng = np.random.default_rng(0)
    real = np.exp(0.5 * rng.normal(size=(300, 1, 1))) * rng.normal(size=(300, 12, 2)).cumsum(axis=1)
    drawn = VAE(epochs=150).fit({"s": real}, seed=0).sample(1000, seed=1)["s"]
    spread, known = (np.quantile(np.abs(np.diff(x, axis=1)), [0.5, 0.95, 0.99]) for x in (drawn, real))
    assert np.allclose(spread, known, rtol=0.15)
    wild, sizes = (np.quantile(np.diff(x, axis=1).std(axis=(1, 2)), [0.05, 0.5, 0.95]) for x in (drawn, real))
    assert np.allclose(wild, sizes, rtol=0.2)


def test_the_class_that_is_asked_for_is_drawn(model):
    slow, quick = (model.sample(200, seed=1, given={"speed": name}) for name in SPEEDS)
    assert set(slow["speed"]) == {"slow"}
    assert turns(slow["s"]) < 0.75 * turns(quick["s"])


def test_the_same_seed_draws_the_same_from_a_file_too(model, tmp_path):
    model.save(tmp_path / "model")
    drawn, again = model.sample(20, seed=3), load(tmp_path / "model").sample(20, seed=3)
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(drawn["s"], again["s"], strict=True))
    other = model.sample(20, seed=4)
    assert not all(np.array_equal(a, b, equal_nan=True) for a, b in zip(drawn["s"], other["s"], strict=True))


def test_series_go_to_points_and_come_back(model):
    real = waves()
    points = model.encode(real)
    assert points.shape[0] == 300 and np.array_equal(points, model.encode(real))
    assert np.allclose(model.encode({"s": real["s"][:5], "speed": real["speed"][:5]}), points[:5], atol=1e-4)
    again = model.reconstruct(real)["s"]
    for cell, own in zip(real["s"], again, strict=True):
        both = min(len(cell), len(own))
        assert abs(len(cell) - len(own)) <= 1
        assert np.nanmean(np.abs(cell[:both, 0] - own[:both, 0])) < 0.35
    way = model.interpolate(*({"s": real["s"][i : i + 1], "speed": real["speed"][i : i + 1]} for i in (0, 1)), 5)
    assert len(way["s"]) == 5
    with pytest.raises(SettingsError, match="wide"):
        model.decode(points[:, :3])


def test_strange_series_are_found(model):
    real = waves(seed=5)
    odd = [cell * np.array([(-1.0), 1.0]) ** np.arange(len(cell))[:, None] for cell in real["s"][:30]]
    assert np.median(model.anomaly({"s": odd, "speed": real["speed"][:30]})) > 1.5 * np.median(model.anomaly(real))


def test_one_long_series_is_learned_in_pieces_and_said_so():
    walk = np.sin(np.arange(500) * 0.2)[:, None] + np.random.default_rng(0).normal(0, 0.1, (500, 1))
    model = VAE(epochs=20).fit({"s": [walk]}, seed=0)
    assert "pieces of" in " ".join(model.card.notes)
    drawn = model.sample(3, seed=0)["s"]
    assert np.shape(drawn) == (3, 500, 1)
    own, known = (np.corrcoef(x[:-1, 0], x[1:, 0])[0, 1] for x in (drawn[0], walk))
    assert abs(own - known) < 0.1
    assert np.isfinite(model.anomaly({"s": [walk]})).all()
    with pytest.raises(SettingsError, match="pieces"):
        model.encode({"s": [walk]})


def test_what_cannot_be_learned_is_said():
    with pytest.raises(FitError, match="too few"):
        VAE().fit({"s": [np.ones((2, 1)), np.zeros((2, 1))]})
    with pytest.raises(FitError, match="number of channels"):
        VAE().fit({"s": [np.ones((4, 1)), np.zeros((4, 2))] * 20})


@pytest.mark.parametrize("technique", ["vae", "gan"])
def test_series_in_which_nothing_varies_are_drawn_as_they_are(technique):
    drawn = likewise.fit({"s": np.full((40, 6, 2), 3.0)}, technique=technique, epochs=1).sample(5)["s"]
    assert np.array_equal(drawn, np.full((5, 6, 2), 3.0))


def test_series_without_a_value_are_refused():
    with pytest.raises(FitError) as caught:
        VAE(epochs=1).fit({"s": np.full((40, 6, 2), np.nan)})
    assert caught.value.code == "fit.no-values" and caught.value.where == "s" and caught.value.hint
