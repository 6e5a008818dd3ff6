"""Fraud is neither plain to see nor impossible to find."""

from __future__ import annotations

import numpy as np
import pytest
from tests.industries.finance.made import bank

from likewise.errors import EvaluationError
from likewise.industries.finance.detecting import detected, reported_by
from likewise.industries.finance.finance import Finance


def test_no_feature_alone_tells_fraud_and_trees_do_not_tell_all_of_it() -> None:
    made = Finance(customers=2500, days=60, fraud_rate=0.01).generate(
        tables=["transactions", "customers", "merchants"])  # fmt: skip
    found = detected(made.tables)
    assert max(found.single.values()) <= 0.75
    assert 0.90 <= found.boosted <= 0.98


def test_fraud_that_does_not_hide_is_easy() -> None:
    def area(stealth: float) -> float:
        made = Finance(customers=900, days=40, fraud_rate=0.02, stealth=stealth).generate(seed=2)
        return detected(made.tables).boosted

    assert area(0.0) > 0.985 > area(0.9)


def test_reports_are_those_of_the_past() -> None:
    paid = bank()["transactions"]
    known = reported_by(paid, 0.6)
    assert 20 < known.sum() < np.asarray(paid.column("observed_fraud")).sum()
    assert not known[int(0.6 * paid.rows) :].any()


def test_too_little_fraud_to_learn_from_is_said() -> None:
    made = Finance(customers=30, days=10, fraud_rate=0.0).generate()
    with pytest.raises(EvaluationError, match="fewer than ten"):
        detected(made.tables)
