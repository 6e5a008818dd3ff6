"""The card of a model with a guarantee: what was promised to whom, and what each release cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from likewise.core.card import Card, Privacy, versions
from likewise.privacy.accountant import Account
from likewise.privacy.contract import Contract


def promised(
    contract: Contract, account: Account, *, technique: str, settings: Mapping[str, Any], seed: int, rows: float,
    whose: str = "", notes: Sequence[str] = (),
) -> Card:  # fmt: skip
    """Return the card of a model that was learned under a contract and charged to an account.

    `rows` is a noisy count. `whose` says whose rows are protected, where that is not what the contract says. Of the
    settings all but the contract is told, which is told beside the guarantee.

    >>> contract = Contract.of({"sex": {"kind": "category", "levels": ["F", "M"]}})
    >>> card = promised(contract, Account(1.0, 1e-6), technique="marginals", settings={}, seed=0, rows=99.7)
    >>> card.rows, card.privacy.statement
    (100, '(1, 1e-06)-differential privacy for a row, added or removed')
    """
    said = f"({account.epsilon:g}, {account.delta:g})-differential privacy for {whose or _whose(contract)}, added or " \
           "removed"  # fmt: skip
    whole = all(event.rate == 1 for event in account.events)  # of answers about random parts no `mu` says the cost
    privacy = Privacy(
        unit=contract.unit or "row", epsilon=account.epsilon, delta=account.delta, statement=said,
        neighbours="add or remove", mu=account.mu if whole else None, contract=contract.public_facts(),
        events=tuple(event.to_dict() for event in account.events),
    )  # fmt: skip
    return Card(
        technique=technique, settings={name: own for name, own in settings.items() if name != "domain"}, seed=int(seed),
        rows=max(round(rows), 0), columns=len(contract.names), data_digest=contract.digest, versions=versions(),
        privacy=privacy, notes=("rows are a noisy count, the digest is that of the contract", *notes),
    )  # fmt: skip


def _whose(contract: Contract) -> str:
    if contract.unit is None:
        return "a row"
    return f"all rows of one `{contract.unit}` (at most {contract.most:,} are used)"
