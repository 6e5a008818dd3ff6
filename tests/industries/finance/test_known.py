"""Features look back and never ahead."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from tests.industries.finance.made import bank

from likewise.industries.finance.known import features

TABLES = dict(bank(200, 20, 0.02, 3).tables)


def test_no_feature_looks_ahead() -> None:
    whole = features(TABLES)
    cut = TABLES["transactions"].rows // 2
    first = features({**TABLES, "transactions": TABLES["transactions"].slice(0, cut)})
    for name, values in first.items():
        assert np.allclose(values, whole[name][:cut], rtol=1e-9, atol=1e-6, equal_nan=True), name


def test_counts_are_those_of_a_slow_count() -> None:
    paid = TABLES["transactions"]
    found = features(TABLES)
    time = np.asarray(paid.column("time").cast(pa.int64())) // 1_000_000
    payer, payee = (np.asarray(paid.column(name)) for name in ("payer", "payee"))
    for row in np.random.default_rng(0).integers(paid.rows, size=60):
        before = np.arange(paid.rows) < row
        own = before & (payer == payer[row])
        assert found["payments_in_day"][row] == (own & (time >= time[row] - 86_400)).sum()
        assert found["paid_before"][row] == (own & (payee == payee[row])).sum()
        assert found["payee_in_week"][row] == (before & (payee == payee[row]) & (time >= time[row] - 7 * 86_400)).sum()
        since = time[row] - time[own].max() if own.any() else np.nan
        assert np.array_equal(found["since_last"][row], since, equal_nan=True)
        came = before & (payee == payer[row])
        paid_at = time[row] - time[came].max() if came.any() else np.nan
        assert np.array_equal(found["since_paid"][row], paid_at, equal_nan=True)
