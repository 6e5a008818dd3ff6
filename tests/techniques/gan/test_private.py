"""Rows learned by a game whose judge sees them by private gradients alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("dp_accounting")

from likewise.techniques.gan import GAN  # noqa: E402

DOMAIN = {"plan": {"kind": "category", "levels": ["a", "b"]}, "same": {"kind": "category", "levels": ["a", "b"]},
          "load": {"kind": "number", "min": 0, "max": 10}}  # fmt: skip


@pytest.fixture(scope="module")
def model() -> Any:
    rng = np.random.default_rng(0)
    plan = (rng.random(3000) < 0.4).astype(int)
    rows = {"plan": np.array([*"ab"])[plan], "same": np.array([*"ab"])[plan], "load": 4 * plan + rng.random(3000)}
    return GAN(epsilon=1000.0, delta=1e-5, domain=DOMAIN, rate=0.1, epochs=10).fit(rows)


def test_what_goes_together_is_drawn_together_as_often_as_counted(model: Any) -> None:
    drawn = model.sample(2000)
    plan, same = np.array(drawn["plan"]) == "b", np.array(drawn["same"]) == "b"
    assert 0.04 < plan.mean() < 0.8 and 0.04 < same.mean() < 0.8  # 0.4; noise and rows of steps have no seed
    assert (plan == same).mean() > 0.6  # 0.52, were they independent


def test_conditions_are_waited_for_and_the_rest_follows(model: Any) -> None:
    drawn = model.sample(500, given={"plan": "b"})
    assert set(drawn["plan"]) == {"b"}
    assert (np.array(drawn["same"]) == "b").mean() > 0.45  # 0.4, were they independent
