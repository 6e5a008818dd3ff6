"""Fits under a privacy budget: checked and paid for before a row is read, and silent about all that was not paid for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from likewise.constraints.kinds import Constraint
from likewise.core.progress import Progress
from likewise.core.protocol import Model, Synthesizer
from likewise.core.registry import synthesizer, technique, techniques
from likewise.errors import PrivacyError, SettingsError
from likewise.io.source import ReadOptions
from likewise.privacy.accountant import Account
from likewise.privacy.contract import Contract
from likewise.privacy.ledger import Ledger, Reservation

DELTA = 1e-6
"""The delta of a budget where none is given."""


@dataclass(frozen=True)
class Guarantee:
    """Hold the guarantee that is asked for: the budget, what may be known of the data, and where it is written down."""

    epsilon: Any
    delta: Any = DELTA
    domain: Any = None
    unit: str | None = None
    ledger: str | Path | None = None
    people: str | None = None

    @classmethod
    def of(cls, epsilon: Any, **others: Any) -> Guarantee | None:
        """Return what is asked for; None where no epsilon is. Raises SettingsError for others without it."""
        given = {name: value for name, value in others.items() if value is not None}
        if epsilon is None and given:
            raise SettingsError("settings.epsilon", f"`{next(iter(given))}` belongs to a privacy budget, and none is "
                                "given", where=next(iter(given)), hint="give epsilon too, e.g. epsilon=1.0")  # fmt: skip
        return None if epsilon is None else cls(epsilon, **given)

    def synthesizer(self, name: str, settings: Mapping[str, Any], **others: Any) -> Synthesizer:
        """Return the technique that keeps to it. Raises SettingsError and PrivacyError."""
        able = [one for one in techniques() if "epsilon" in technique(one).model_fields]
        name = able[0] if name == "auto" else name
        if name not in able and name in techniques():
            raise PrivacyError("privacy.technique", f"technique `{name}` can promise no epsilon",
                               where="technique", hint=f"take technique={' or '.join(map(repr, able))}")  # fmt: skip
        if self.domain is None:
            raise PrivacyError("privacy.no-domain", "nothing says what may be known of the columns without looking",
                               where="domain", hint="declare each column's domain, or pay for it with "
                                                    "domain='discover'")  # fmt: skip
        contract = Contract.of(self.domain)
        if self.unit is not None:
            contract = Contract.of({**contract.to_dict(), "unit": self.unit})
        asked = {"epsilon": self.epsilon, "delta": self.delta, "domain": contract.to_dict()}
        known = {key: value for key, value in others.items() if value is not None}
        return synthesizer(name, {**settings, **known, **asked})
