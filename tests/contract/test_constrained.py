"""Every technique that is held to rules keeps the promises of the contract."""

from __future__ import annotations

from typing import Any

import pytest

from likewise.constraints.holding import Constrained
from likewise.core.registry import technique, techniques
from likewise.testing import PROMISES, Promise, Subject, check_promise, drawing, given, private

RULES = [
    "age >= 18",
    "if sex == 'male' then age <= 79",
    "income > 0",
    "plan in ['basic', 'family', 'gold', 'none', 'student']",
    "seen >= joined",
    "if vip then income > 2000",
    "wakes >= '06:00'",
]
INNER = sorted(name for name in techniques() if name not in ("constrained", "sampling"))
GUARANTEE: dict[str, Any] = {"epsilon": 300.0, "domain": "ignore"}
"""Settings of a private technique, of which the suite puts in what each table may hold; noise hides nothing then."""

FASTER: dict[str, dict[str, Any]] = {"marginals": {"mode": "fast"}}
"""Settings that let the suite end sooner."""


def held(inner: str) -> Subject:
    settings = {**GUARANTEE, **FASTER.get(inner, {})} if technique(inner).is_private else {}
    return Subject(Constrained(inner=inner, settings=settings, constraints=RULES, strict=False), 150)


@pytest.fixture(scope="module")
def whole() -> Subject:
    return held("sampling")


@pytest.fixture(scope="module", params=INNER)
def subject(request: pytest.FixtureRequest) -> Subject:
    return held(request.param)


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_all_promises(whole: Subject, promise: Promise) -> None:
    check_promise(promise, whole)


@pytest.mark.parametrize("promise", (*drawing.PROMISES, *given.PROMISES), ids=lambda promise: promise.__name__)
def test_promises_of_drawing(subject: Subject, promise: Promise) -> None:
    check_promise(promise, subject)


@pytest.fixture(scope="module")
def guaranteed() -> Subject:
    return held("marginals")


@pytest.mark.parametrize("promise", private.PROMISES, ids=lambda promise: promise.__name__)
def test_a_guarantee_is_that_of_the_technique_inside(guaranteed: Subject, promise: Promise) -> None:
    check_promise(promise, guaranteed)
