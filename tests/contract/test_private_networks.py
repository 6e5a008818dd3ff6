"""Networks with a budget keep every promise of techniques with a guarantee."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")
pytest.importorskip("dp_accounting")

from likewise.core.registry import synthesizer
from likewise.testing import Promise, Subject, check_promise, private


@pytest.fixture(scope="module", params=["gan", "vae"])
def subject(request: pytest.FixtureRequest) -> Subject:
    return Subject(synthesizer(request.param, {"epsilon": 300.0, "domain": "ignore", "rate": 1.0, "epochs": 2}), 100)


@pytest.mark.parametrize("promise", private.PROMISES, ids=lambda promise: promise.__name__)
def test_promise(subject: Subject, promise: Promise) -> None:
    check_promise(promise, subject)
