"""Fits under a privacy budget: checked and paid for before a row is read, silent about what was not paid for."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Protocol

import pyarrow as pa

from likewise.constraints.holding import Constrained
from likewise.constraints.holding.checking import check_held
from likewise.constraints.kinds import Constraint
from likewise.core.frames import Container
from likewise.core.progress import Progress
from likewise.core.protocol import Model
from likewise.core.registry import technique
from likewise.errors import PrivacyError, SettingsError
from likewise.io.declared import read_declared
from likewise.io.source import ReadOptions
from likewise.privacy.accountant import Account
from likewise.privacy.contract import Contract, cells_of, schema_of
from likewise.privacy.ledger import Ledger, Reservation
from likewise.techniques.marginals import Marginals, Units, kept_by_cells

DELTA = 1e-6
"""The delta of a budget where none is given."""

BESIDE = {
    "goal": "leave it out: a race compares candidates on the rows themselves",
    "time": "leave it out: which settings end in time is measured on the rows themselves",
    "schema": "give what is publicly known as `domain`",
    "quarantine": "leave it out: rows set aside would be written down as they are",
    "gate": "leave it out; hold the rows against limits for yourself with `likewise evaluate`",
}
"""What to do instead of what a budget does not go with."""


@dataclass(frozen=True)
class Guarantee:
    """Hold the guarantee that is asked for: the budget, what may be known of the data, and where it is written down.

    `domain` is what `Contract.of` takes, `unit` the column that says whose a row is, `ledger` the file that remembers
    what was released about the `people`, `public` a table of the same columns that needs no protection.
    """

    epsilon: Any
    delta: Any = DELTA
    domain: Any = None
    unit: str | None = None
    ledger: str | Path | None = None
    people: str | None = None
    public: Any = None

    @classmethod
    def of(cls, epsilon: Any, **others: Any) -> Guarantee | None:
        """Return what is asked for; None where no epsilon is. Raises SettingsError for the others without it."""
        given = {name: value for name, value in others.items() if value is not None}
        if epsilon is None and given:
            name = next(iter(given))
            raise SettingsError("settings.epsilon", f"`{name}` belongs to a privacy budget, and none is given",
                                where=name, hint="give an epsilon too, e.g. 1.0")  # fmt: skip
        return None if epsilon is None else cls(epsilon, **given)

    def check_alone(self, **others: Any) -> None:
        """Refuse what would look at the data beside the budget. Raises PrivacyError."""
        for name, value in others.items():
            if value is not None:
                raise PrivacyError("privacy.beside", f"`{name}` would look at the data, and nothing is paid for that",
                                   where=name, hint=BESIDE[name])  # fmt: skip

    def check_one(self, **others: Any) -> None:
        """Refuse what is of one table, where several are made. Raises PrivacyError."""
        for name, value in others.items():
            if value is not None:
                raise PrivacyError("privacy.beside", f"`{name}` is of one table, and several are made", where=name,
                                   hint="leave it out")  # fmt: skip

    def planned(
        self, name: str, settings: Mapping[str, Any] | None, *, target: str | None, constraints: Sequence[Constraint]
    ) -> Private:
        """Return the fit that keeps to it, checked before anything is read. Raises SettingsError and PrivacyError."""
        family = Marginals if name == "auto" else technique(name)
        if "epsilon" not in family.model_fields:
            raise PrivacyError("privacy.technique", f"technique `{name}` can promise no epsilon", where="technique",
                               hint="take technique='marginals'")  # fmt: skip
        if self.domain is None:
            bought = ", or pay for it: domain='discover'" if family in (Marginals, Units) else ""
            raise PrivacyError("privacy.no-domain", "nothing says what may be known of the columns without looking",
                               where="domain", hint=f"declare the domain of each column{bought}")  # fmt: skip
        contract = Contract.of(self.domain)
        if self.unit is not None:
            contract = Contract.of({**contract.to_dict(), "unit": self.unit})
        if not contract.is_open:  # else columns are known when it is too late to save the budget
            check_held(constraints, schema_of(contract))
        asked: dict[str, Any] = {"epsilon": self.epsilon, "delta": self.delta, "domain": contract.to_dict()}
        if target is not None:
            asked["target"] = target
        plain = target is None and not constraints and self.public is None
        if name == "auto" and plain and contract.unit is not None and contract.most > 1:
            family = Units
        if family is Units and not plain:
            raise PrivacyError("privacy.beside", "units take no target, rules or public rows", where="technique",
                               hint="leave them out, or take technique='marginals'")  # fmt: skip
        if family is Marginals:
            asked["constraints"] = kept_by_cells(constraints, contract)
        elif target is not None or self.public is not None:
            what = f"`{name}` learns no target before others, and nothing from public rows"
            raise PrivacyError("privacy.beside", what, where="technique",
                               hint="leave them out, or take technique='marginals'")  # fmt: skip
        chosen: Any = family.from_dict({**(settings or {}), **asked}, where=family.technique)
        return Private(chosen, contract, tuple(constraints), self.opened(), self.people, self.public)

    def check_related(self, name: str) -> None:
        """Refuse a technique that cannot learn related tables under one budget. Raises PrivacyError."""
        if name not in ("auto", Marginals.technique, Units.technique):
            raise PrivacyError("privacy.technique", f"technique `{name}` can promise no epsilon for related tables",
                               where="technique", hint="leave the technique out, or learn one table")  # fmt: skip

    def opened(self) -> Ledger | None:
        """Return the ledger, read whole and found sound. Raises PrivacyError and SourceError."""
        if self.ledger is None:
            if self.people is not None:
                raise SettingsError("settings.ledger", "`people` are those of a ledger, and none is given",
                                    where="people", hint="name its file: ledger='ledger.jsonl'")  # fmt: skip
            return None
        if self.people is None:
            raise SettingsError("settings.people", "a ledger keeps budgets of several sets of people", where="people",
                                hint="name the set whose data this is, as `likewise budget show` lists it")  # fmt: skip
        return Ledger.open(self.ledger)


class Budgeted(Protocol):
    """Learn from data as they came, under a budget: what techniques with a guarantee have in common."""

    technique: ClassVar[str]

    @property
    def delta(self) -> float:
        """The delta that is promised."""

    def account(self) -> Account:
        """Return an account of the budget, from which nothing is spent."""

    def learned(
        self, raw: pa.Table, container: Container, account: Account, *, public: pa.Table | None = None, seed: int = 0,
        progress: Progress = ...,
    ) -> Model:  # fmt: skip
        """Learn from data as they came, and charge an account that the caller keeps."""


@dataclass(frozen=True)
class Private:
    """Hold a fit under a budget that is ready to run."""

    synthesizer: Budgeted
    contract: Contract
    constraints: tuple[Constraint, ...] = ()
    ledger: Ledger | None = None
    people: str | None = None
    public: Any = None

    def fit(self, source: Any, *, options: ReadOptions | None = None, seed: int, progress: Progress) -> Model:
        """Reserve the budget, read, learn, and write down what was spent. Raises PrivacyError where less is left."""
        account = self.synthesizer.account()
        known = None if self.public is None else raw_rows(self.public, self.contract)[0]
        reserved = self._reserved()
        receipt = None
        try:
            raw, container = raw_rows(source, self.contract, options)
            model = self.synthesizer.learned(raw, container, account, public=known, seed=seed, progress=progress)
        finally:
            if reserved is not None:
                receipt = reserved.commit(account.events)
        if receipt is not None:
            privacy = model.card.privacy.model_copy(update={"ledger": receipt})
            model = replace(model, card=model.card.model_copy(update={"privacy": privacy}))
        held = Constrained.over(model, self.constraints, seed=seed) if self.constraints else model
        return self._told(held, model.card.rows)

    def _reserved(self) -> Reservation | None:
        if self.ledger is None:
            return None
        account, unit = self.synthesizer.account(), self.contract.unit or "row"
        return self.ledger.reserve(account.epsilon, account.delta, people=self.people or "", unit=unit,
                                   slack=account.slack, technique=self.synthesizer.technique,
                                   contract=self.contract.digest)  # fmt: skip

    def _told(self, model: Model, rows: int) -> Model:
        """Return the model, and warn where a delta is so large that it would allow a whole record to be given away."""
        delta = self.synthesizer.delta
        if delta * max(rows, 1) < 1:
            return model
        said = f"delta {delta:g} is not below one in the number of rows, as noisy counts tell it: a mechanism that " \
               "publishes a random record would keep to it; give a smaller delta"  # fmt: skip
        warnings.warn(said, UserWarning, stacklevel=4)
        return replace(model, card=model.card.model_copy(update={"notes": (said, *model.card.notes)}))


def raw_rows(source: Any, contract: Contract, options: ReadOptions | None = None) -> tuple[pa.Table, Container]:
    """Return the rows of a source as they are written, without a look at them, and what they came in."""
    if isinstance(source, str | Path):
        return read_declared(source, contract.listed, options=options).table, "table"
    return cells_of(source, contract.listed)
