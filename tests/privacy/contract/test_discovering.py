"""What is found in data is paid for first, one unit moves the counts by no more than is paid for, and it is good."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.privacy.contract.test_law import COLUMNS, CONTRACT, TEXTS

from likewise.errors import PrivacyError
from likewise.privacy.accountant import Account
from likewise.privacy.contract import Contract, discover, encode
from likewise.privacy.contract.spans import Powers, Years
from likewise.privacy.contract.votes import NORM, VOTES, is_present, level_of, votes_of

SLACK = 1e-10


def _account(epsilon: float = 50.0) -> Account:
    return Account(epsilon, 1e-6, slack=SLACK)


def _table(rows: int = 4000) -> pa.Table:
    """Return columns of each kind; at this size and budget noise is far too small to mistake one of them."""
    rng = np.random.default_rng(0)
    days = np.datetime64("1990-01-01") + rng.integers(0, 9000, rows)
    return pa.table({
        "age": [str(a) for a in rng.integers(17, 91, rows)],
        "pay": [f"{p:.2f}" for p in rng.uniform(0, 500, rows)],
        "wide": np.exp(rng.normal(0, 4, rows)),
        "sex": rng.choice(["F", "M", ""], rows).tolist(),
        "code": rng.choice(["1.0", "1", "x"], rows).tolist(),
        "ok": rng.choice(["yes", "no"], rows).tolist(),
        "born": [str(d) for d in days],
        "german": [d.astype(dt.date).strftime("%d.%m.%Y") for d in days],
        "at": [f"{d} {h:02}:30:00" for d, h in zip(days, rng.integers(0, 24, rows), strict=True)],
        "clock": [f"{h:02}:15" for h in rng.integers(0, 24, rows)],
        "note": [f"free text {i}" for i in range(rows)],
        "gone": pa.nulls(rows),
    })  # fmt: skip


def test_kinds_bounds_decimals_and_levels_are_found() -> None:
    account = _account()
    contract = discover(_table(), Contract.of("discover"), account, part=1.0)
    kinds = {d.name: d.kind for d in contract.columns}
    assert kinds == {"age": "number", "pay": "number", "wide": "number", "sex": "category", "code": "category",
                     "ok": "boolean", "born": "date", "german": "date", "at": "datetime", "clock": "time",
                     "note": "category", "gone": "category"}  # fmt: skip
    fields = contract.to_dict()["columns"]
    assert fields["age"]["integer"] and fields["age"].get("min", 0) <= 17 and fields["age"]["max"] >= 90
    assert fields["pay"]["decimals"] == 2 and fields["pay"]["max"] >= 499
    assert fields["wide"]["grid"] == "log" and "decimals" not in fields["wide"]
    assert fields["sex"]["levels"] == ["F", "M"] and fields["code"]["levels"] == ["1", "x"]
    assert fields["german"]["format"] == "%d.%m.%Y" and "format" not in fields["born"]
    for name in ("born", "german", "at"):
        assert fields[name]["min"] < "1990-02" and fields[name]["max"] > "2014-07"
    assert all(d.has_missing for d in contract.columns) and not contract.is_open
    assert encode(_table(), contract).rows == 4000


def test_each_find_is_charged_and_said_without_values() -> None:
    account = _account()
    discover(_table(), Contract.of("discover"), account, part=0.15)
    cost = sum(event.mu**2 for event in account.events)
    assert 0.1 * account.mu**2 < cost <= 0.15 * account.mu**2 * (1 + 1e-9)
    assert sum(event.delta for event in account.events) <= SLACK
    said = {event.what for event in account.events}
    assert {"age: kind", "age: bounds", "age: bounds within", "sex: kind", "sex: levels"} <= said
    assert {what.split(": ")[1] for what in said} == {"kind", "bounds", "bounds within", "levels"}


def test_what_is_declared_is_neither_looked_at_nor_paid_for() -> None:
    account = _account()
    contract = Contract.of({"columns": {"sex": {"kind": "category", "levels": ["F", "M"]}, "age": {
        "kind": "number", "discover": True, "role": "target"}, "note": "ignore"}, "rest": "ignore"})  # fmt: skip
    found = discover(_table(), contract, account)
    assert {event.what.split(":")[0] for event in account.events} == {"age"}
    assert found["sex"] == contract["sex"] and found["age"].role == "target" and found.names == ("sex", "age")
    assert discover(_table(), found, Account(1.0, 1e-6)) == found


def test_a_level_of_one_row_is_not_found_and_one_unit_counts_once() -> None:
    # Each assertion fails with a probability of at most SLACK.
    table = pa.table({"level": ["common"] * 2000 + ["rare"], "who": [f"u{i}" for i in range(2001)]})
    assert discover(table, Contract.of({"level": "discover", "who": "ignore"}), _account())["level"].levels == (
        "common",
    )  # type: ignore[attr-defined]
    crowd = pa.table({"level": ["loud"] * 10_000, "who": ["u0"] * 10_000})
    contract = Contract.of({"columns": {"level": "discover", "who": "id"}, "unit": "who"})
    found = discover(pa.concat_tables([crowd, table.slice(0, 2000)]), contract, _account())
    assert found["level"].levels == ("common",)  # type: ignore[attr-defined]


def test_too_little_to_tell_still_makes_a_contract() -> None:
    for rows in (0, 1, 3):
        contract = discover(_table(4).slice(0, rows), Contract.of("discover"), _account(0.1))
        assert encode(_table(4), contract).rows == 4


def test_an_account_without_slack_or_budget_is_refused() -> None:
    with pytest.raises(PrivacyError, match="slack"):
        discover(_table(10), Contract.of("discover"), Account(1.0, 1e-6))
    account = _account()
    discover(_table(10), Contract.of("discover"), account, part=1.0)
    with pytest.raises(PrivacyError, match="overspent"):
        discover(_table(10), Contract.of("discover"), account, part=1.0)


@pytest.mark.parametrize(("dtype", "cells"), COLUMNS, ids=[str(dtype) for dtype, _ in COLUMNS])
@given(st.data())
@settings(max_examples=8)
def test_a_cell_casts_its_votes_by_itself_and_no_more_than_are_paid_for(
    dtype: pa.DataType, cells: Any, data: Any
) -> None:
    array = pa.array(data.draw(st.lists(st.one_of(st.none(), cells, cells), min_size=2, max_size=8)), dtype)
    array = array.dictionary_decode() if pa.types.is_dictionary(dtype) else array
    votes = votes_of(array)
    assert votes.shape == (len(array), len(VOTES)) and np.linalg.norm(votes, axis=1).max() <= NORM
    assert all((votes_of(array.slice(i, 1))[0] == votes[i]).all() for i in range(len(array)))
    assert not votes[~is_present(array)].any() or pa.types.is_floating(dtype)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_each_number_lies_in_one_part_of_each_ruler(value: float) -> None:
    for ruler in (Powers(), Years()):
        place = ruler.places(np.array([value]))
        span = ruler.span(place)
        assert 0 <= place[0] < ruler.count
        if 1e-12 < abs(value) < 1e19 and isinstance(ruler, Powers):
            assert span.low <= value <= span.high and 0 < span.near <= abs(value)


@given(TEXTS)
def test_a_level_that_was_found_is_what_its_texts_are_coded_as(text: str) -> None:
    text = text.strip()
    level = level_of(text)
    for domain in (CONTRACT["level"], CONTRACT["strict"]):
        assert (domain.codes(pa.array([text])) == domain.codes(pa.array([level]))).all()
