"""Hold series drawn by a GAN to those it learned."""

from __future__ import annotations

import numpy as np
import pytest

from likewise.core.state import load

torch = pytest.importorskip("torch")

from likewise.techniques.gan import GAN  # noqa: E402


def steps(rows=400, seed=0):
    """Series that stay low and then jump once, early or late: no normal distribution has such."""
    rng = np.random.default_rng(seed)
    late = np.arange(rows) % 2
    at = rng.integers(2, 5, rows) + 4 * late
    cells = (np.arange(10)[None, :] >= at[:, None]) + rng.normal(0, 0.05, (rows, 10))
    return {"s": cells[:, :, None], "when": ["late" if is_late else "early" for is_late in late]}


@pytest.fixture(scope="module")
def model():
    return GAN(epochs=60).fit(steps(), seed=0)


def test_series_are_drawn_as_they_were(model):
    real, drawn = steps()["s"], np.asarray(model.sample(400, seed=1)["s"])
    assert drawn.shape == real.shape
    assert np.abs(drawn.mean(axis=0) - real.mean(axis=0)).max() < 0.12
    between = [np.mean((x > 0.3) & (x < 0.7)) for x in (drawn, real)]
    assert between[0] < 0.12 and between[1] < 0.01


def test_the_class_that_is_asked_for_is_drawn(model):
    late, early = (np.asarray(model.sample(100, seed=1, given={"when": w})["s"]) for w in ("late", "early"))
    assert late[:, 5].mean() < 0.3 and early[:, 5].mean() > 0.7


def test_the_same_seed_draws_the_same_from_a_file_too(model, tmp_path):
    model.save(tmp_path / "model")
    drawn, again = model.sample(20, seed=3)["s"], load(tmp_path / "model").sample(20, seed=3)["s"]
    assert np.array_equal(drawn, again)
