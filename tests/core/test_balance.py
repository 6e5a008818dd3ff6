"""Balanced draws: exact counts, the same block by block, with conditions, or refused by name and at once."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.core.balance import Plan, counts_for, understand_balance
from likewise.core.conditions import Given
from likewise.core.draw import BLOCK, block, plan_for, sample, stream
from likewise.core.table import concat
from likewise.errors import ConditionError, LikewiseError, SettingsError
from likewise.techniques.autoregressive import Autoregressive
from likewise.techniques.bootstrap import Bootstrap

ROWS = 600
RAW = pa.table(
    {
        "id": [f"C{i:04d}" for i in range(ROWS)],
        "paid": (["no"] * 9 + ["yes"]) * (ROWS // 10),
        "sex": (["f", "m", "m"] * ROWS)[:ROWS],
        "vip": [i % 7 == 0 for i in range(ROWS)],
        "age": [20 + i % 50 for i in range(ROWS)],
    }
)
MODELS = [Bootstrap().fit(RAW), Autoregressive().fit(RAW)]
EACH = pytest.mark.parametrize("model", MODELS, ids=["bootstrap", "autoregressive"])


def counted(table: Any, *names: str) -> Counter[Any]:
    rows = list(zip(*(table.column(name).to_pylist() for name in names), strict=True))
    return Counter(row[0] if len(names) == 1 else row for row in rows)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 90_000), min_size=1, max_size=6).filter(any), st.data())
def test_parts_of_a_plan_add_up_and_are_even(counts: list[int], data: st.DataObject) -> None:
    plan = Plan((Given(),) * len(counts), np.array(counts))
    n = sum(counts)
    cut = data.draw(st.integers(0, n))
    first, rest = plan.part(0, cut), plan.part(cut, n - cut)
    np.testing.assert_array_equal(first + rest, counts)
    assert np.abs(first - np.array(counts) * cut / n).max() <= 30 + 0.01 * n


@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=8), st.integers(0, 10**6), st.integers(0, 99))
def test_counts_are_the_nearest_to_the_shares(shares: list[float], n: int, seed: int) -> None:
    counts = counts_for(shares, n, seed)
    assert counts.sum() == n
    assert np.abs(counts - n * np.array(shares) / sum(shares)).max() < 1 + 1e-6


@EACH
def test_even_counts(model: Any) -> None:
    for n in (0, 1, 7, 300):
        found = counted(sample(model, n, balance="paid", seed=2), "paid")
        assert sum(found.values()) == n
        assert n < 2 or abs(found["yes"] - found["no"]) <= 1
    assert counted(sample(model, 30, balance="vip"), "vip") == {True: 15, False: 15}


@EACH
def test_shares_and_counts(model: Any) -> None:
    wanted = {"no": 30, "yes": 70}
    for balance in (
        {"paid": {"no": 0.3, "yes": 0.7}},
        {"paid": wanted},
        "paid=no:0.3|yes:0.7",
        "`paid`='no':30|yes:70",
    ):
        assert counted(sample(model, 100, balance=balance), "paid") == wanted
    assert counted(sample(model, 9, balance={"paid": {"yes": 1, "no": 0}}), "paid") == {"yes": 9}


@EACH
def test_several_columns_are_even_over_the_combinations_seen(model: Any) -> None:
    found = counted(sample(model, 80, balance=["paid", "sex"], seed=1), "paid", "sex")
    assert len(found) == 4 and set(found.values()) == {20}
    assert counted(sample(model, 80, balance="paid,sex", seed=1), "paid", "sex") == found


@EACH
def test_conditions_hold_beside_a_balance(model: Any) -> None:
    drawn = sample(model, 60, balance="sex", given={"paid": "yes", "age": (30, 50)})
    assert counted(drawn, "sex") == {"f": 30, "m": 30}
    assert set(drawn.column("paid").to_pylist()) == {"yes"}
    assert all(30 <= age <= 50 for age in drawn.column("age").to_pylist())
    assert counted(sample(model, 10, balance="paid", given="paid=yes"), "paid") == {"yes": 10}


def test_the_rest_follows_from_the_level() -> None:
    age = np.arange(3000) % 60
    raw = pa.table({"age": age, "old": np.where(age >= 54, "yes", "no")})
    drawn = sample(Autoregressive().fit(raw), 400, balance="old")
    old = np.array(drawn.column("old").to_pylist()) == "yes"
    assert old.sum() == 200
    assert (drawn.numbers("age")[old] >= 54).mean() > 0.98
    assert (drawn.numbers("age")[~old] < 54).mean() > 0.98


@pytest.mark.parametrize("balance", ["paid", "paid=no:0.123|yes:0.877"])
def test_blocks_can_be_made_alone_and_each_has_its_part(balance: str) -> None:
    model, n = Bootstrap().fit(RAW.drop(["id"])), 2 * BLOCK + 77
    understood = understand_balance(balance, model.schema, n)
    assert understood is not None
    plan = plan_for(model, n, understood, None, 5)
    alone = {i: block(model, i, n, None, 5, plan) for i in (2, 0, 1)}
    whole = list(stream(model, n, balance=balance, seed=5))
    assert [b.digest() for b in whole] == [alone[i].digest() for i in range(3)]
    share = counted(concat(whole), "paid")["yes"] / n
    for each in whole[:2]:
        assert abs(counted(each, "paid")["yes"] / each.rows - share) < 0.001


@EACH
def test_rows_are_shuffled_and_seeded(model: Any) -> None:
    drawn = sample(model, 200, balance="paid", seed=3)
    runs = 1 + sum(a != b for a, b in zip(*(drawn.column("paid").to_pylist()[i:] for i in (0, 1)), strict=False))
    assert 70 < runs < 130
    assert sample(model, 200, balance="paid", seed=3).digest() == drawn.digest()
    assert sample(model, 200, balance="paid", seed=4).digest() != drawn.digest()


@EACH
@pytest.mark.parametrize(
    ("balance", "code"),
    [
        ("payd", "given.unknown-column"),
        ("age", "given.kind"),
        (["paid", "id"], "given.kind"),
        ({"paid": {"maybe": 1.0}}, "given.unseen"),
        ({"paid": {"no": 0.3}}, "settings.balance"),
        ({"paid": {"no": 3, "yes": 4}}, "settings.balance"),
        ({"paid": {"no": -1, "yes": 2}}, "settings.balance"),
        ({"paid": {"no": "x", "yes": 2}}, "settings.balance"),
        ({"paid": {"no": float("nan"), "yes": 2}}, "settings.balance"),
        ({"paid": {}}, "settings.balance"),
        ({"paid": 0.3}, "settings.balance"),
        ({"paid": {"no": 1}, "sex": {"f": 1}}, "settings.balance"),
        ({"vip": {True: 0.5, "true": 0.5}}, "settings.balance"),
        ([], "settings.balance"),
        (3, "settings.balance"),
        ([1, 2], "settings.balance"),
        ("paid=no", "settings.balance"),
        ("paid=no:x|yes:1", "settings.balance"),
        ("paid=no:1|:0", "given.unseen"),
    ],
)
def test_what_cannot_be_is_refused_at_once(model: Any, balance: Any, code: str) -> None:
    with pytest.raises((ConditionError, SettingsError)) as fault:
        stream(model, 10, balance=balance)
    assert fault.value.code == code and fault.value.hint


@EACH
def test_levels_that_cannot_be_drawn_are_refused_and_left_out_of_even_shares(model: Any) -> None:
    wanted: dict[str, Any] = {"given": {"paid": "yes"}, "balance": {"paid": {"no": 0.5, "yes": 0.5}}}
    with pytest.raises(ConditionError) as fault:
        stream(model, 10, **wanted)
    assert fault.value.hint
    only = model.sample(10, given="paid=yes", balance="paid")
    assert set(only.column("paid").to_pylist()) == {"yes"}


def test_partial_rows_cannot_be_balanced() -> None:
    with pytest.raises(LikewiseError) as fault:
        sample(MODELS[1], 1, given=pa.table({"age": [30]}), balance="paid")
    assert fault.value.code == "settings.balance"


def test_missing_cells_are_a_level_of_their_own_when_asked_for() -> None:
    model = Bootstrap().fit({"paid": ["yes", "no", None] * 30})
    assert Counter(model.sample(40, balance={"paid": {None: 0.25, "yes": 0.75}})["paid"]) == {None: 10, "yes": 30}
    assert Counter(model.sample(40, balance="paid")["paid"]) == {"no": 20, "yes": 20}
