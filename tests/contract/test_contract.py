"""Every registered technique keeps every promise of the contract."""

from __future__ import annotations

import pytest

from likewise.core.registry import synthesizer, techniques
from likewise.techniques.autoregressive.blended import FEWEST
from likewise.testing import PROMISES, Promise, Subject, check_promise

NETWORK = "autoregressive, network=true"


@pytest.fixture(scope="module", params=[*sorted(techniques()), NETWORK])
def subject(request: pytest.FixtureRequest) -> Subject:
    if request.param == NETWORK:  # small tables are left to the trees
        return Subject(synthesizer("autoregressive", {"network": True}), rows=FEWEST)
    return Subject(synthesizer(request.param))


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_promise(subject: Subject, promise: Promise) -> None:
    check_promise(promise, subject)
