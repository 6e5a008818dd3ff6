"""Rounds of choices and counts: they end where less is left than one of each costs, and never in an error."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from likewise.core.progress import quiet
from likewise.privacy.accountant import Account, Event
from likewise.privacy.contract import Coded
from likewise.techniques.marginals import Marginals
from likewise.techniques.marginals.graph import Measurement
from likewise.techniques.marginals.select import learning
from likewise.techniques.marginals.select.learning import Loop
from likewise.techniques.marginals.select.plan import Plan, planned
from likewise.techniques.marginals.select.teller import Teller


@pytest.mark.parametrize("left", [0.3, 0.9, 1.1, 1.9, 2.1, 3.5])
def test_rounds_end_where_no_choice_is_left(left: float) -> None:
    codes = np.random.default_rng(1).integers(0, 3, (300, 5)).astype(np.int32)
    account = Account(1.0, 1e-6)
    teller = Teller(Coded(codes, tuple("abcde"), (3,) * 5), account, 1)
    singles = [Measurement((a,), np.full(3, 100.0), 10.0) for a in range(5)]
    plan = planned(300.0, 5, account.mu, target=False, mode="standard")
    loop = Loop(teller, (3,) * 5, None, 300.0, plan, 8_000_000, singles)
    spent = account.mu**2 - left * loop.per_choice**2
    account.charge(Event.gaussian(1 / math.sqrt(spent)))
    loop.tree(all_of_it=False)
    loop.rounds(quiet)
    loop.spend()
    assert account.left < 0.01 * account.mu


DOMAIN: dict[str, Any] = {f"c{i}": {"kind": "category", "levels": ["a", "b", "c"]} for i in range(6)}


@pytest.mark.parametrize("choice", [0.3, 0.6, 0.9, 0.98])
def test_choices_that_would_leave_nothing_are_not_made(choice: float, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = Plan(columns=0.01, target=0.0, choice=choice, pairs=1.0, thick=2.0)
    monkeypatch.setattr(learning, "planned", lambda *_, **__: plan)
    rows = {name: ["abc"[(k * (i + 2)) % 3] for k in range(600)] for i, name in enumerate(DOMAIN)}
    privacy = Marginals(epsilon=3.0, domain=DOMAIN).fit(rows).card.privacy
    assert privacy.mu is not None
    assert sum(event["mu"] ** 2 for event in privacy.events) == pytest.approx(privacy.mu**2, rel=1e-4)
