"""What the tests of evidence packs share: models with and without a guarantee, a ledger and a report."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import likewise
from likewise.core.card import Privacy
from likewise.core.protocol import Model
from likewise.evaluation.report.model import Report
from likewise.privacy.accountant import Account, Event
from likewise.privacy.contract import Contract
from likewise.privacy.ledger import Ledger

DOMAIN = {
    "age": {"kind": "number", "integer": True, "min": 0, "max": 120},
    "sex": {"kind": "category", "levels": ["F", "M"]},
    "height": {"kind": "number", "decimals": 0, "min": 100, "max": 220},
    "patient": {"kind": "id", "pattern": "A99999"},
    "remarks": {"kind": "ignore"},
}


def rows(n: int = 500) -> dict[str, list[Any]]:
    draw = random.Random(1)
    return {
        "age": [draw.randint(18, 80) for _ in range(n)],
        "sex": [draw.choice("FM") for _ in range(n)],
        "height": [round(draw.gauss(170, 10), 3) for _ in range(n)],
        "patient": [f"P{number:05}" for number in range(n)],
    }


@pytest.fixture(scope="session")
def plain() -> Model:
    """Return a model without a guarantee."""
    return likewise.fit(rows(), technique="bootstrap")


@pytest.fixture(scope="session")
def report(plain: Model) -> Report:
    return likewise.audit(plain, rows(), shadows=False)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    found = Ledger.open(tmp_path / "ledger.jsonl", new=True, witness=tmp_path / "state")
    found.set_budget("patients", 3.0, 1e-5)
    return found


@pytest.fixture
def private(plain: Model, ledger: Ledger) -> Model:
    """Return a model whose card tells of a guarantee, each release of it, and where it was written down."""
    contract, account = Contract.of(DOMAIN), Account(1.0, 1e-6, slack=1e-7)
    held = ledger.reserve(1.0, 1e-6, slack=1e-7, people="patients", technique="marginals", contract=contract.digest)
    account.charge(Event.gaussian(1 / account.share(0.3), "counts of age"))
    account.charge(Event.choice(0.1, "which pair"))
    account.charge(Event(mechanism="threshold", mu=account.share(0.1), delta=1e-7, what="levels of sex"))
    account.charge(Event.gaussian(1 / (account.left * 0.999), "age x sex"))
    receipt = held.commit(account.events)
    privacy = Privacy(
        epsilon=1.0, delta=1e-6, statement="(1, 1e-06)-differential privacy for a row", neighbours="add or remove",
        mu=account.mu, events=tuple(event.to_dict() for event in account.events), contract=contract.public_facts(),
        ledger=receipt,
    )  # fmt: skip
    return replace(plain, card=plain.card.model_copy(update={"privacy": privacy}))
