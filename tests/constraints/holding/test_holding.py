from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from likewise.constraints.holding import Constrained, ConstrainedModel
from likewise.constraints.kinds import Constraints
from likewise.constraints.verifying.verify import verify
from likewise.core.draw import sample
from likewise.core.schema import Schema
from likewise.core.state import from_bytes, to_bytes
from likewise.core.table import Table
from likewise.errors import ConditionError, FitError, SettingsError

INNER = ("autoregressive", "bootstrap", "noise", "sampling", "smote")


def shop(rows: int = 400, seed: int = 0) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    price = rng.integers(1, 50, size=rows)
    quantity = rng.integers(1, 9, size=rows)
    start = rng.integers(18_000, 19_000, size=rows)
    kind = rng.choice(["new", "used", "gift"], size=rows)
    return {
        "price": price.tolist(),
        "quantity": quantity.tolist(),
        "total": (price * quantity).tolist(),
        "start": [dt.date(1970, 1, 1) + dt.timedelta(days=int(d)) for d in start],
        "end": [dt.date(1970, 1, 1) + dt.timedelta(days=int(d)) for d in start + rng.integers(0, 40, size=rows)],
        "kind": kind.tolist(),
        "giver": [f"name{i % 7}" if k == "gift" else None for i, k in enumerate(kind)],
        "weight": np.round(rng.gamma(2, 2, size=rows) + 0.01, 2).tolist(),
    }


RULES = [
    "total == price * quantity",
    "start <= end",
    "if kind != 'gift' then giver is missing",
    "if kind == 'gift' then giver is not missing",
    "giver matches 'name[0-9]'",
    "kind in ['new', 'used', 'gift']",
    "weight > 0 and weight * quantity <= 400",
]


def violations(rules: Any, table: Table) -> int:
    return sum(found.violations for found in verify(Constraints.of(rules), table))


def held(rules: Any, data: Any = None, inner: str = "sampling", **more: Any) -> ConstrainedModel:
    model = Constrained(inner=inner, constraints=rules, **more).fit(shop() if data is None else data)
    assert isinstance(model, ConstrainedModel)
    return model


@pytest.mark.parametrize("inner", INNER)
def test_no_row_of_any_technique_breaks_a_rule(inner: str) -> None:
    settings = {"target": "kind"} if inner == "smote" else {}
    model = held(RULES, inner=inner, settings=settings)
    drawn = sample(model, 700, seed=3)
    assert violations(RULES, drawn) == 0
    assert violations(RULES, sample(model, 60, given={"kind": "gift"})) == 0
    loaded = from_bytes(to_bytes(model))
    assert to_bytes(loaded) == to_bytes(model)
    assert sample(loaded, 50, seed=3) == sample(model, 50, seed=3)
    assert any("`total` is computed" in note for note in model.card.notes)


def test_a_computed_column_is_not_learned_and_takes_its_place() -> None:
    model = held(["total == price * quantity"])
    assert "total" not in model.inner.schema
    assert model.schema.names == tuple(shop())
    assert model.acceptance == 1


def test_a_computed_column_that_a_setting_names_is_learned_all_the_same() -> None:
    data = shop()
    schema = Table.from_any(data).schema.with_target("total")
    model = held(["total == price * quantity"], Table.from_any(data, schema))
    assert "total" in model.inner.schema
    assert violations(["total == price * quantity"], sample(model, 300)) == 0


def test_missing_parts_make_a_computed_column_missing_where_the_data_say_so() -> None:
    data = shop()
    data["price"] = [None if row % 5 == 0 else value for row, value in enumerate(data["price"])]
    data["total"] = [None if gone is None else value for gone, value in zip(data["price"], data["total"], strict=True)]
    drawn = sample(held(["total == price * quantity"], data), 500)
    assert (drawn.missing("total") == drawn.missing("price")).all()
    data["total"] = shop()["total"]  # known although a part is missing: what is learned of it stays
    drawn = sample(held(["total == price * quantity"], data), 500)
    assert drawn.missing("price").any()
    assert not drawn.missing("total").any()
    assert violations(["total == price * quantity"], drawn) == 0


def test_equations_in_a_chain_are_computed_in_order() -> None:
    data = shop()
    data["tax"] = [t // 5 for t in data["total"]]
    data["gross"] = [t + x for t, x in zip(data["total"], data["tax"], strict=True)]
    rules = ["gross == total + tax", "total == price * quantity", "gross >= 2"]
    model = held(rules, data)
    assert [step.column for step in model.steps] == ["total", "gross"]
    assert violations(rules, sample(model, 400)) == 0


def test_a_conditional_equation_is_computed_where_its_condition_holds() -> None:
    data = shop()
    data["fee"] = [p if k == "used" else p + 3 for p, k in zip(data["price"], data["kind"], strict=True)]
    rules = ["if kind == 'used' then fee == price else fee > price"]
    drawn = sample(held(rules, data), 400)
    assert violations(rules, drawn) == 0
    assert (drawn.numbers("fee") > drawn.numbers("price")).any()


@pytest.mark.parametrize("inner", ["sampling", "autoregressive", "noise"])
def test_a_rule_that_few_rows_meet_is_met_by_moving_cells(inner: str) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=400)
    data = {"x": x.tolist(), "y": (x + rng.uniform(-1e-4, 1e-4, size=400)).tolist(), "z": rng.normal(size=400).tolist()}
    rules = ["abs(x - y) <= 0.0001"]
    model = held(rules, data, inner=inner)
    assert model.acceptance < 0.2
    drawn = sample(model, 300)
    assert violations(rules, drawn) == 0
    assert np.std(drawn.numbers("x")) > 0.4


def test_one_column_decides_another_for_good() -> None:
    data = shop()
    data["code"] = [{"new": 3, "used": 1, "gift": 7}[k] for k in data["kind"]]
    for inner in ("sampling", "noise"):
        drawn = sample(held([{"determined": "code", "by": "kind"}], data, inner=inner), 600)
        assert violations([{"determined": "code", "by": "kind"}], drawn) == 0


def test_rules_on_all_rows() -> None:
    rng = np.random.default_rng(1)
    account, amount, day = rng.integers(0, 20, size=400), rng.integers(-9, 20, size=400), rng.integers(0, 900, size=400)
    order = np.lexsort([day, account])
    account, amount, day = account[order], amount[order], day[order]
    balance, total = np.zeros(400, int), np.zeros(400, int)
    for one in range(20):
        own = account == one
        balance[own], total[own] = 50 + np.cumsum(amount[own]), amount[own].sum()
    data = {
        "account": [f"a{one}" for one in account],
        "day": [dt.date(2024, 1, 1) + dt.timedelta(days=int(d)) for d in day],
        "amount": amount.tolist(),
        "balance": balance.tolist(),
        "sum": total.tolist(),
        "code": rng.permutation(5000)[:400].tolist(),
        "sex": rng.choice(["F", "M"], size=400, p=[0.3, 0.7]).tolist(),
    }
    for rule in (
        {"unique": ["code"]},
        {"unique": ["account", "day"]},
        {"share": "sex == 'F'", "exactly": 0.5},
        {"quota": "sex", "at most": 160},
        {"share": "amount > 0", "between": [0.4, 0.5], "by": ["sex"]},
        {"total": "sum == sum(amount)", "by": ["account"]},
        {"running": "balance == previous(balance) + amount", "by": ["account"], "order": ["day"], "start": 50},
        {"running": "balance == previous(balance) + amount", "by": ["account"], "order": ["day"], "start": 50,
         "floor": -20},
        {"gap": "day", "by": ["account"], "at least": "2 days"},
    ):  # fmt: skip
        model = held([rule], data)
        drawn = sample(model, 300, seed=2)
        assert violations([rule], drawn) == 0, rule
        assert sample(model, 300, seed=2) == drawn


def test_a_key_over_too_few_values_is_refused_with_both_numbers() -> None:
    data = {"k": list(range(50)) * 1, "c": ["a", "b"] * 25}
    model = held([{"unique": "c"}], {"k": data["k"][:2], "c": ["a", "b"]}, inner="bootstrap")
    with pytest.raises(SettingsError, match=r"2 different values were drawn for 30 rows"):
        model.sample(30)


def test_ids_are_unique_already_and_rules_on_what_they_are_not_are_refused() -> None:
    data = {"id": [f"C-{row:04d}" for row in range(300)], "x": list(range(1, 301))}
    model = held([{"unique": "id"}, "id matches 'C-[0-9]+'"], data)
    assert not model.finishes
    assert len({*model.sample(500)["id"]}) == 500
    with pytest.raises(SettingsError, match="made anew by its pattern"):
        held(["id == 'C-0001'"], data)


def test_rules_on_columns_left_out_or_unknown_are_refused_together() -> None:
    table = Table.from_any(shop())
    columns = tuple(c.model_copy(update={"role": "ignore"}) if c.name == "weight" else c for c in table.schema.columns)
    ignoring = table.with_schema(Schema(columns=columns))
    with pytest.raises(SettingsError, match=r"constraints\[0\]: `weight` is left out.*"):
        held(["weight > 0"], ignoring)
    with pytest.raises(
        SettingsError, match=r"constraints\[0\]: there is no column `prize`.*constraints\[1\]: there is no"
    ):
        held(["prize > 0", "totl > 0"])
    assert held(["prize > 0", "price > 0"], strict=False).constraints[0].said() == "`price > 0`"


def test_contradictions_are_refused_and_what_has_a_cost_is_dropped() -> None:
    with pytest.raises(SettingsError, match="cannot hold together"):
        held(["price < quantity", "quantity < price"])
    model = held([{"check": "price >= 1"}, {"check": "price < 1", "cost": 2}])
    assert any("dropped" in note for note in model.card.notes)


def test_rows_that_break_a_rule_are_set_aside_and_counted() -> None:
    data = shop()
    data["total"][5] += 1
    data["weight"][7] = -3.0
    technique = Constrained(inner="bootstrap", constraints=RULES)
    found = technique.set_aside(data)
    assert found.numbers.tolist() == [5, 7]
    assert [one.rows.tolist() for one in found.broken] == [[5], [7]]
    model = technique.fit(data)
    assert model.card.rows == 398
    assert sum("set aside" in note for note in model.card.notes) == 2
    assert not any("-3" in note for note in model.card.notes)
    with pytest.raises(FitError, match="no row meets all rules"):
        held(["price > 1000"])


def test_conditions_hold_beside_rules_or_are_refused_by_the_rule() -> None:
    model = held(RULES)
    drawn = sample(model, 40, given={"total": (100, 200), "kind": "gift"})
    assert ((drawn.numbers("total") >= 100) & (drawn.numbers("total") <= 200)).all()
    tight = held(["if kind == 'gift' then price > 20"])
    with pytest.raises(ConditionError, match="price > 20"):
        tight.sample(10, given={"kind": "gift", "price": (1, 15)})


def test_none_and_one_row_and_balance() -> None:
    model = held(RULES)
    assert sample(model, 0).rows == 0
    assert sample(model, 1).rows == 1
    drawn = sample(model, 90, balance="kind")
    assert sorted(np.bincount(drawn.codes("kind")).tolist()) == [30, 30, 30]
    assert violations(RULES, drawn) == 0


def test_partial_rows_are_completed_within_the_rules() -> None:
    model = held(RULES, inner="autoregressive")
    known = [{"kind": "gift", "price": 7}, {"kind": "new", "price": 30}, {"kind": "used", "price": 1}]
    import pyarrow as pa

    drawn = sample(model, 3, given=pa.Table.from_pylist(known))
    assert drawn.numbers("price").tolist() == [7, 30, 1]
    assert violations(RULES, drawn) == 0


def test_updating_keeps_the_rules() -> None:
    newer = held(RULES, inner="autoregressive").update(shop(seed=5))
    assert violations(RULES, sample(newer, 300)) == 0
    assert newer.card.updates[0].rows == 400
    with pytest.raises(FitError, match="cannot follow"):
        held(RULES).update(shop(seed=5))


def test_nested_columns_take_part() -> None:
    rows = [{"a": row % 9, "b": row % 9 + row % 4} for row in range(300)]
    drawn = held(["point.a <= point.b"], {"point": rows}).sample(200)
    assert all(one["a"] <= one["b"] for one in drawn["point"])


@st.composite
def tables_and_rules(draw: st.DrawFn) -> tuple[dict[str, list[Any]], list[str]]:
    seed = draw(st.integers(0, 10_000))
    rng = np.random.default_rng(seed)
    rows = 120
    a, b = rng.integers(0, 60, size=rows), rng.integers(0, 60, size=rows)
    data: dict[str, list[Any]] = {
        "a": a.tolist(), "b": b.tolist(), "s": (a + b).tolist(), "d": (a - b).tolist(),
        "f": np.round(rng.normal(size=rows), 3).tolist(), "c": rng.choice(["x", "y", "z"], size=rows).tolist(),
        "m": [None if v % 3 == 0 else int(v) for v in a],
    }  # fmt: skip
    able = [
        "s == a + b", "d == a - b", "a <= b", "f > 0", "if c == 'x' then a > 20", "c != 'z'",
        "if c == 'y' then m is missing", "abs(f) < 1", "a + b <= 80", "m is missing or m <= a",
        "not (a > 50 and b > 50)",
        "a % 2 == 0", "if f > 0 then b >= 10 else b < 55",
    ]  # fmt: skip
    rules = draw(st.lists(st.sampled_from(able), min_size=1, max_size=4, unique=True))
    return data, rules


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(tables_and_rules(), st.sampled_from(["sampling", "bootstrap", "noise"]))
def test_random_rules_are_never_broken(case: tuple[dict[str, list[Any]], list[str]], inner: str) -> None:
    data, rules = case
    try:
        model = held(rules, data, inner=inner)
    except FitError as fault:
        assert fault.code == "fit.all-quarantined"
        return
    assert violations(rules, sample(model, 150, seed=1)) == 0


def test_conditions_that_next_to_no_row_meets_are_told_where_no_row_breaks_a_rule() -> None:
    from likewise.techniques.marginals import Units

    number = {"kind": "number", "integer": True, "min": 0, "max": 9}
    domain = {"left": {"kind": "category", "levels": ["a", "b"]}, "n": number}
    rows = {"left": ["a"] * 2990 + ["b"] * 10, "n": [i % 10 for i in range(3000)]}
    model = Constrained.over(Units(epsilon=300.0, domain=domain).fit(rows), Constraints.of(["n >= 0"]).items)
    with pytest.raises(ConditionError, match=r"of the .* rows drawn can meet"):
        model.sample(2000, given={"left": "b", "n": 3})
