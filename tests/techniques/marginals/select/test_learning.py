"""The loop spends all of a budget and never more, whatever a plan leaves for its last rounds."""

from __future__ import annotations

from typing import Any

import pytest

from likewise.techniques.marginals import Marginals
from likewise.techniques.marginals.select import learning
from likewise.techniques.marginals.select.plan import Plan

DOMAIN: dict[str, Any] = {f"c{i}": {"kind": "category", "levels": ["a", "b", "c"]} for i in range(6)}


@pytest.mark.parametrize("choice", [0.3, 0.6, 0.9, 0.98])
def test_choices_that_would_leave_nothing_are_not_made(choice: float, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = Plan(columns=0.01, target=0.0, choice=choice, pairs=1.0, thick=2.0)
    monkeypatch.setattr(learning, "planned", lambda *_, **__: plan)
    rows = {name: ["abc"[(k * (i + 2)) % 3] for k in range(600)] for i, name in enumerate(DOMAIN)}
    privacy = Marginals(epsilon=3.0, domain=DOMAIN).fit(rows).card.privacy
    assert privacy.mu is not None
    assert sum(event["mu"] ** 2 for event in privacy.events) == pytest.approx(privacy.mu**2, rel=1e-4)
