"""Rows learned by private gradients: what depends on what is learned, and the model is one like any other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("dp_accounting")

from likewise.core.state import load
from likewise.techniques.vae import VAE

DOMAIN = {
    "plan": {"kind": "category", "levels": ["a", "b", "c"]}, "same": {"kind": "category", "levels": ["a", "b", "c"]},
    "load": {"kind": "number", "min": 0, "max": 10},
}  # fmt: skip


@pytest.fixture(scope="module")
def rows() -> dict[str, Any]:
    rng = np.random.default_rng(0)
    plan = rng.integers(3, size=3000)
    return {"plan": np.array([*"abc"])[plan], "same": np.array([*"abc"])[plan], "load": 3 * plan + rng.random(3000)}


@pytest.fixture(scope="module")
def model(rows: dict[str, Any]) -> Any:
    return VAE(epsilon=100.0, delta=1e-5, domain=DOMAIN, rate=0.1, epochs=12).fit(rows)


def test_what_goes_together_is_drawn_together(model: Any) -> None:
    drawn = model.sample(2000)
    same = np.array(drawn["plan"]) == np.array(drawn["same"])
    assert same.mean() > 0.55  # a third, were they independent; noise and rows of steps have no seed
    high = np.array(drawn["load"])[np.array(drawn["plan"]) == "c"]
    low = np.array(drawn["load"])[np.array(drawn["plan"]) == "a"]
    assert high.mean() - low.mean() > 1.5


def test_conditions_gaps_and_the_latent_space_are_there_as_without_a_budget(model: Any, tmp_path: Path) -> None:
    drawn = model.sample(300, given={"same": "b", "load": (2.5, None)})
    assert set(drawn["same"]) == {"b"} and min(drawn["load"]) >= 2.5
    assert model.impute({"plan": ["a", None], "same": [None, "c"], "load": [0.5, 7.0]})["plan"][0] == "a"
    model.save(tmp_path / "m.likewise")
    again, few = load(tmp_path / "m.likewise"), {"plan": ["a", "c"], "same": ["a", "a"], "load": [0.5, 7.0]}
    assert (again.encode(few) == model.encode(few)).all() and again.sample(20) == model.sample(20)
    odd = model.anomaly(few)
    assert odd[1] > odd[0]
