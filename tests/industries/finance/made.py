"""Banks that several tests look at, made once."""

from __future__ import annotations

from functools import cache

from likewise.core.dataset import Dataset
from likewise.industries.finance.finance import Finance


@cache
def bank(customers: int = 1500, days: int = 45, fraud_rate: float = 0.02, seed: int = 1) -> Dataset:
    """Return the tables of a bank."""
    return Finance(customers=customers, days=days, fraud_rate=fraud_rate).generate(seed=seed)
