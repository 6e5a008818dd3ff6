"""What the tests of the ledger share: one ledger with a budget, and its witness in a folder of the test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from likewise.privacy.ledger import Ledger


@pytest.fixture
def opened(tmp_path: Path) -> Callable[[], Ledger]:
    """Return what opens the ledger anew, as another process would."""
    return lambda: Ledger.open(tmp_path / "ledger.jsonl", new=True, witness=tmp_path / "state")


@pytest.fixture
def ledger(opened: Callable[[], Ledger]) -> Ledger:
    found = opened()
    found.set_budget("patients", 3.0, 1e-5)
    return found
