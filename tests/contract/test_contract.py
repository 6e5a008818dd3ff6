"""Every registered technique keeps every promise of the contract."""

from __future__ import annotations

from typing import Any

import pytest

from likewise.core.registry import synthesizer, technique, techniques
from likewise.testing import PROMISES, Promise, Subject, check_promise

GUARANTEE: dict[str, Any] = {"epsilon": 300.0, "domain": "ignore"}
"""Settings of a private technique, of which the suite puts in what each table may hold; noise hides nothing then."""

FASTER: dict[str, dict[str, Any]] = {
    "marginals": {"mode": "fast"}, "gan": {"epochs": 2}, "vae": {"epochs": 2}, "latent": {"settings": {"epochs": 2}},
}  # fmt: skip
"""Settings that let the suite end sooner."""


@pytest.fixture(scope="module", params=sorted(techniques()))
def subject(request: pytest.FixtureRequest) -> Subject:
    name = request.param
    settings = GUARANTEE if technique(name).is_private else {}
    return Subject(synthesizer(name, {**settings, **FASTER.get(name, {})}))


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_promise(subject: Subject, promise: Promise) -> None:
    check_promise(promise, subject)
