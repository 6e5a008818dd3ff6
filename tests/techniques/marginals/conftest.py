"""A small table, what may be known of it without looking, and a model of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from likewise.techniques.marginals import Marginals, MarginalsModel

People = dict[str, list[Any]]

DOMAIN: dict[str, Any] = {
    "id": {"kind": "id"},
    "age": {"kind": "number", "integer": True, "min": 0, "max": 99},
    "sex": {"kind": "category", "levels": ["F", "M"]},
    "plan": {"kind": "category", "levels": ["basic", "gold", "none", "rare"]},
    "score": {"kind": "number", "min": -5, "max": 5, "decimals": 2, "missing": True},
    "since": {"kind": "date", "min": "2020-01-01", "max": "2021-12-31"},
    "paid": {"kind": "boolean", "role": "target"},
}


def made(rows: int = 4000, seed: int = 0) -> People:
    """Return people whose plan, score and payment hang on their age and sex."""
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 90, rows)
    sex = np.where(rng.random(rows) < 0.3, "F", "M")
    plan = np.where(age > 60, "gold", np.where(sex == "F", "basic", "none"))
    score = np.round(np.clip(age / 20 - 2.5 + rng.normal(0, 0.5, rows), -5, 5), 2)
    return {
        "id": list(range(rows)),
        "age": age.tolist(),
        "sex": sex.tolist(),
        "plan": plan.tolist(),
        "score": [None if gone else value for gone, value in zip(rng.random(rows) < 0.1, score.tolist(), strict=True)],
        "since": np.datetime_as_string(np.datetime64("2020-01-01") + rng.integers(0, 731, rows)).tolist(),
        "paid": (rng.random(rows) < np.where(sex == "F", 0.8, 0.2)).tolist(),
    }


@pytest.fixture(scope="session")
def people() -> Callable[..., People]:
    return made


@pytest.fixture
def domain() -> dict[str, Any]:
    return {name: dict(fields) for name, fields in DOMAIN.items()}


@pytest.fixture(scope="session")
def model() -> MarginalsModel:
    fitted = Marginals(epsilon=20.0, domain=DOMAIN, mode="fast").fit(made())
    assert isinstance(fitted, MarginalsModel)
    return fitted
