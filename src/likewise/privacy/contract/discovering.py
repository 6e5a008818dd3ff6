"""Find in the data what a contract leaves open, at a price: whatever is found was charged to the account first."""

from __future__ import annotations

import math

import pyarrow as pa

from likewise.errors import PrivacyError
from likewise.privacy.accountant import Account
from likewise.privacy.contract.coding import check_columns, units_of
from likewise.privacy.contract.contract import Contract
from likewise.privacy.contract.finding import Finding
from likewise.privacy.contract.levels import plain_pieces
from likewise.privacy.contract.open import Open

FEW = 5
"""Open columns that cost as much as many; fewer cost less, each a part of the price like this."""

MORE = 3.0
"""How many times its own price what others left over may add to a column whose levels are not all found."""


def discover(raw: pa.Table, contract: Contract, account: Account, *, part: float = 0.15) -> Contract:
    """Return the contract with what it left open found in the data, for at most `part` of the whole budget.

    The price is split evenly over the open columns, for each a fifth of it at most. What some of them do not need goes
    to those where many cells have a rare level. A level that one unit alone has is found with a probability of at most
    the account's `slack`. Columns of free text are left out, and those whose cells are all different are made anew.
    Under `unit` the first row of each unit counts and no other, so that a unit counts once everywhere. Cells may be
    missing in every column that is found. Types of the data are not looked at, for one missing cell may change them.
    Raises PrivacyError for an account without slack or with less left than it takes, and where nothing is left to
    learn.

    Use where nobody can say what is publicly known. Avoid where it can be said: what this costs, the counts lack.

    >>> ages = pa.table({"age": [str(20 + i % 50) for i in range(5000)]})
    >>> found = discover(ages, Contract.of("discover"), Account(8.0, 1e-5, slack=1e-6))["age"]
    >>> found.kind, found.integer, found.min <= 20 and found.max >= 69
    ('number', True, True)
    """
    check_columns(raw.column_names, contract)
    listed = {domain.name for domain in contract.columns}
    rest = [Open(name=name) for name in raw.column_names if name not in listed] if contract.rest == "discover" else []
    columns = [*contract.columns, *rest]
    open_columns = [domain for domain in columns if isinstance(domain, Open)]
    if not open_columns:
        return contract
    slack = account.slack - sum(event.delta for event in account.events)
    if slack <= 0:
        raise PrivacyError("privacy.no-slack", "levels can be found only where a guarantee may fail, if rarely",
                           hint="keep a part of delta for it: Account(..., slack=...)")  # fmt: skip
    if contract.unit is not None:
        rows = pa.array(units_of(raw.column(contract.unit), 1)[1])
        raw = pa.table({d.name: _taken(raw.column(d.name), rows) for d in open_columns})
    price = account.share(part) ** 2 / max(len(open_columns), FEW)
    delta = slack / len(open_columns) / 2
    found = {d.name: Finding(raw.column(d.name), d, price, delta, account) for d in open_columns}
    _find_more([*found.values()], price)
    domains = {name: finding.domain() for name, finding in found.items()}
    changes = {"columns": tuple(domains.get(d.name, d) for d in columns)}
    whole = contract.model_copy(update={**changes, "rest": "refuse"} if rest else changes)
    if not whole.coded:
        raise PrivacyError("privacy.nothing-found", "no column was found that could be learned: they are free text, or "
                           "different in every row", hint="declare what they hold")  # fmt: skip
    return whole


def _taken(column: pa.ChunkedArray, rows: pa.Array) -> pa.ChunkedArray:
    """Return some rows of a column of any type."""
    parts = [*plain_pieces(column)]
    return pa.chunked_array(parts).take(rows) if parts else column


def _find_more(found: list[Finding], price: float) -> None:
    """Spend what columns did not need on levels of those where many cells have none that was found."""
    for finding in found:
        finding.look()
    spare, lacking = sum(finding.left for finding in found), sum(finding.lacking for finding in found)
    for finding in found:
        if finding.lacking:
            finding.find_levels(math.sqrt(min(spare * finding.lacking / lacking, MORE * price)))
