"""Every registered technique keeps every promise of the contract."""

from __future__ import annotations

import pytest

from likewise.core.registry import synthesizer, techniques
from likewise.testing import PROMISES, Promise, Subject, check_promise


@pytest.fixture(scope="module", params=sorted(techniques()))
def subject(request: pytest.FixtureRequest) -> Subject:
    return Subject(synthesizer(request.param))


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_promise(subject: Subject, promise: Promise) -> None:
    check_promise(promise, subject)
