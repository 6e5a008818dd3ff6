"""Find in the data what a contract leaves open, at a price: whatever is found was charged to the account first."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from likewise.core.moments import DAY
from likewise.errors import PrivacyError
from likewise.privacy.accountant import Account
from likewise.privacy.contract.axis import MOST, STEPS
from likewise.privacy.contract.category import Boolean, Category
from likewise.privacy.contract.coding import check_columns, units_of
from likewise.privacy.contract.contract import Contract
from likewise.privacy.contract.domain import Domain
from likewise.privacy.contract.moments import Date, Datetime, Time
from likewise.privacy.contract.number import Number
from likewise.privacy.contract.open import Open
from likewise.privacy.contract.reading import ISO, moments_of, numbers_of
from likewise.privacy.contract.spans import Powers, Span, Years, find_span
from likewise.privacy.contract.votes import DATES, DECIMALS, NORM, VOTES, names_in, plain_pieces, votes_of
from likewise.privacy.mechanisms import gaussian, thresholded

KIND = 0.2
"""The part of a column's price that is paid to learn its kind."""

MOSTLY = 0.9
"""The part of the cells that must be readable as a kind for the column to be of it."""

LEVELS = 256
"""Levels that are kept, those of the largest noisy counts."""


def discover(raw: pa.Table, contract: Contract, account: Account, *, part: float = 0.15) -> Contract:
    """Return the contract with what it left open found in the data, for at most `part` of the whole budget.

    The price is split evenly over the open columns; a level that one unit alone has is found with a probability of at
    most the account's `slack`. Under `unit` the first row of each unit counts and no other, so that a unit counts once
    everywhere. Cells may be missing in every column that is found. Types of the data are not looked at, for one missing
    cell may change them. Raises PrivacyError for an account without slack or with less left than it takes.

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
        raw = raw.take(pa.array(units_of(raw.column(contract.unit), 1)[1]))
    mu, delta = account.share(part) / math.sqrt(len(open_columns)), slack / len(open_columns)
    found = {d.name: _Discovery(raw.column(d.name), d, mu, delta, account).domain() for d in open_columns}
    changes = {"columns": tuple(found.get(d.name, d) for d in columns)}
    return contract.model_copy(update={**changes, "rest": "refuse"} if rest else changes)


class _Discovery:
    """Find the domain of one column for `mu`."""

    def __init__(self, column: pa.ChunkedArray, declared: Open, mu: float, delta: float, account: Account) -> None:
        self.column, self.declared, self.delta, self.account = column, declared, delta, account
        self.about: dict[str, Any] = {"name": declared.name, "role": declared.role, "missing": declared.missing or True}
        self.mu = mu * math.sqrt(1 - KIND)
        self.sigma = NORM / (mu * math.sqrt(KIND))
        votes = sum((votes_of(piece).sum(axis=0) for piece in plain_pieces(column)), np.zeros(len(VOTES), np.int64))
        noisy = gaussian(votes, sigma=self.sigma, sensitivity=NORM, account=account, what=f"{declared.name}: kind")
        self.votes = dict(zip(VOTES, noisy.tolist(), strict=True))

    def domain(self) -> Domain:
        """Return the domain."""
        kind = self.declared.like or self.kind()
        if kind in ("boolean", "time"):
            return (Boolean if kind == "boolean" else Time)(**self.about)
        return {"number": self.number, "category": self.category}.get(kind, lambda: self.moment(kind))()

    def kind(self) -> str:
        """Return the kind that most of the cells are of; what is too little to tell is a category."""
        votes, enough = self.votes, max(MOSTLY * self.votes["present"], 3 * self.sigma)
        if votes["number"] >= enough:
            return "number"
        if votes["boolean"] >= enough:
            return "boolean"
        if max(votes[written] for written in ("moment", *DATES)) >= enough:
            return "datetime" if votes["clock"] >= max((1 - MOSTLY) * votes["moment"], 3 * self.sigma) else "date"
        return "time" if votes["time"] >= enough else "category"

    def number(self) -> Number:
        """Return numbers with bounds and decimals."""
        parts = [numbers_of(piece) for piece in plain_pieces(self.column)]
        values = np.concatenate([np.empty(0), *(part[~np.isnan(part)] for part in parts)])
        digits = self.digits()
        span = find_span(values, Powers(), whole=digits == 0, mu=self.mu, account=self.account, what=self.declared.name)
        if digits is None or max(abs(span.low), abs(span.high)) * 10**digits > STEPS:
            return Number(**self.about, min=span.low, max=span.high, grid=_grid(span, None))
        low = round(math.floor(span.low * 10**digits) / 10**digits, digits)
        high = round(math.ceil(span.high * 10**digits) / 10**digits, digits)
        of: dict[str, Any] = {"integer": True} if digits == 0 else {"decimals": digits}
        return Number(**self.about, **of, min=low, max=high, grid=_grid(span, digits))

    def digits(self) -> int | None:
        """Return the decimals that all but few numbers have, None for reals."""
        counts = [*(self.votes[f"decimals {places}"] for places in range(DECIMALS + 1)), self.votes["real"]]
        for places in range(DECIMALS + 1):
            more = counts[places + 1 :]
            if sum(more) <= max(0.01 * self.votes["number"], 2 * self.sigma * math.sqrt(len(more))):
                return places
        return None

    def moment(self, kind: str) -> Date | Datetime:
        """Return dates, or dates and times, with bounds."""
        best = max(("moment", *DATES), key=lambda written: self.votes[written])
        written = None if best == "moment" or kind == "datetime" else best
        formats = (written, *ISO) if written else ISO
        parts = [moments_of(piece, formats) for piece in plain_pieces(self.column)]
        days = np.concatenate([np.empty(0), *(micros[valid] // DAY for micros, valid in parts)]).astype(np.float64)
        span = find_span(days, Years(), whole=True, mu=self.mu, account=self.account, what=self.declared.name)
        low, high = (str(np.datetime64(int(day), "D")) for day in (span.low, span.high))
        if kind == "datetime":
            return Datetime(**self.about, min=low, max=f"{high}T23:59:59")
        return Date(**self.about, min=low, max=high, format=written)

    def category(self) -> Category:
        """Return the levels that enough cells name, and one for all others; no cell can be read where there is none."""
        counts = names_in(self.column)
        kept = Counter(thresholded(counts, sigma=1 / self.mu, delta=self.delta, account=self.account,
                                   what=f"{self.declared.name}: levels"))  # fmt: skip
        levels = sorted(level for level, _ in kept.most_common(LEVELS))
        rest = "other"
        while rest in levels:
            rest = f"({rest})"
        return Category(**self.about, levels=tuple(levels or [rest]), other=rest if levels else False)


def _grid(span: Span, digits: int | None) -> Literal["log"] | None:
    """Return the scale of a column: by powers of two where even cells were too wide for the values near 0."""
    width = (span.high - span.low) / MOST
    is_wide = digits is None or width * 10**digits > 1
    return "log" if is_wide and 0 < span.near < 64 * width else None
