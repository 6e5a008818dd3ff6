"""Constraints among the rows of a table: running balances, gaps, shares, quotas and sums by reference."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from likewise.errors import SettingsError
from likewise.techniques.rules import Document, RulesModel, TablesModel


def children(columns: dict[str, Any], constraints: list[Any], each: Any = None, **more: Any) -> pd.DataFrame:
    accounts = {"rows": 300, "columns": {"id": "sequence"}, "key": "id"}
    own = {"account": {"refers": "accounts.id", "children": each or {"poisson": 6}}, "line": "sequence", **columns}
    model = TablesModel.of({"tables": {"accounts": accounts,
                                       "lines": {"columns": own, "constraints": constraints, **more}}})  # fmt: skip
    whole = model.sample()["lines"]
    some = np.array([whole.rows - 1, 0, 17, 18, 700])
    assert model.at("lines", some).to_dict() == whole.take(some).to_dict()
    blocks = [block.to_dict() for block in model.tables().stream("lines", 97)]
    assert {name: [cell for block in blocks for cell in block[name]] for name in blocks[0]} == whole.to_dict()
    frame: pd.DataFrame = whole.to_arrow().to_pandas()
    return frame


MONEY = {"normal": [0, 50], "decimals": 2}
DAYS = {"date-range": ["2020-01-01", "2024-12-31"]}


def test_balances_run_on() -> None:
    rule = {"running": "balance == previous(balance) + amount - fee", "by": "account", "start": 100}
    found = children({"amount": MONEY, "fee": {"constant": 1}, "balance": MONEY}, [rule])
    summed = 100 + (found.amount - found.fee).groupby(found.account).cumsum()
    assert np.allclose(found.balance, summed, atol=1e-6)


def test_without_a_start_the_first_balance_is_drawn() -> None:
    columns = {"amount": MONEY, "balance": {"normal": [5000, 10], "decimals": 2}, "when": DAYS}
    found = children(columns, [{"running": "balance == previous(balance) + amount", "by": "account", "order": "when"}])
    assert found.groupby("account").when.is_monotonic_increasing.all()
    assert found.groupby("account").balance.first().between(4900, 5100).all()
    steps = found.groupby("account").balance.diff()
    assert np.allclose(steps.dropna(), found.amount[steps.notna()], atol=1e-6)


def test_balances_stay_above_a_floor() -> None:
    rule = {"running": "balance == previous(balance) + amount", "by": "account", "start": 20, "floor": 0}
    found = children({"amount": MONEY, "balance": MONEY}, [rule])
    assert found.balance.min() == 0 and found.balance.max() > 50
    assert np.allclose(found.balance, 20 + found.groupby("account").amount.cumsum(), atol=1e-6)
    assert (found.amount < -20).any()


@pytest.mark.parametrize("kind", ["date", "datetime"])
def test_events_lie_apart(kind: str) -> None:
    when = {"quantiles": ["2020-01-01", "2024-12-31"], "kind": kind}
    found = children({"when": when}, [{"gap": "when", "by": "account", "at least": "3 days", "at most": "40 days"}])
    gaps = pd.to_datetime(found.when).groupby(found.account).diff().dropna()
    assert gaps.min() >= pd.Timedelta(days=3) and gaps.max() <= pd.Timedelta(days=40) and gaps.nunique() > 10


def test_clocks_and_numbers_lie_apart() -> None:
    columns = {"at": {"clock": {"exponential": 1}, "unit": "hours", "start": "2024-01-01", "along": "account"},
               "depth": {"uniform": [0, 10], "decimals": 1}}  # fmt: skip
    rules = [{"gap": "at", "by": "account", "at least": "30 minutes"},
             {"gap": "depth", "by": "account", "strictly": True, "order": "line"}]  # fmt: skip
    found = children(columns, rules)
    assert found.groupby("account")["at"].diff().min() >= pd.Timedelta(minutes=30)
    assert found.groupby("account").depth.diff().min() > 0.099


def test_sorted_events_keep_their_distribution() -> None:
    found = children({"when": DAYS}, [{"gap": "when", "by": "account", "order": "line"}])
    assert found.groupby("account").when.is_monotonic_increasing.all()
    years = pd.to_datetime(found.when).dt.year.value_counts(normalize=True)
    assert years.max() - years.min() < 0.06


def test_shares_are_exact() -> None:
    columns = {"fraud": {"bernoulli": 0.3}, "x": {"normal": [0, 1]}}
    for between, least, most in (([0.02, 0.02], 40, 40), ([0.1, 0.2], 200, 400)):
        document = {"columns": columns, "constraints": [{"share": "x > 1.5", "between": between}]}
        model = RulesModel.of(Document.of(document), rows=2000)
        found = model.sample(2000)
        assert least <= (found.to_arrow().to_pandas().x > 1.5).sum() <= most
        assert model.at(np.array([1999, 3]), seed=0).to_dict() == found.take(np.array([1999, 3])).to_dict()


def test_shares_of_missing_cells_and_of_each_parent() -> None:
    found = children({"note": {"pattern": "[a-z]{4}"}, "x": {"uniform": [0, 1]}},
                     [{"share": "note is null", "between": [0.25, 0.25]},
                      {"share": "x < 0.1", "between": [0.4, 0.6], "by": "account"}], each=5, rows=1500)  # fmt: skip
    assert found.note.isna().sum() == 375
    assert set((found.x < 0.1).groupby(found.account).sum()) <= {2, 3}


def test_at_most_one_row_of_each_parent() -> None:
    rule = {"unique": "account", "where": "main == 'yes'"}
    found = children({"main": {"categorical": {"yes": 0.5, "no": 0.5}}}, [rule])
    counts = (found.main == "yes").groupby(found.account).sum()
    assert counts.max() == 1 and counts.mean() > 0.3


def test_quotas_of_values() -> None:
    columns = {"c": {"categorical": {"a": 0.9, "b": 0.09, "d": 0.01}}, "s": {"categorical": ["f", "m"]}}
    for rule, least, most in (({"quota": "c", "at least": 50}, 50, 1000),
                              ({"quota": ["c", "s"], "at least": 100, "at most": 300}, 100, 300)):  # fmt: skip
        model = RulesModel.of(Document.of({"columns": columns, "constraints": [rule]}), rows=1000)
        found = model.sample(1000)
        counts = found.to_arrow().to_pandas().value_counts(rule["quota"])
        assert counts.min() >= least and counts.max() <= most
        assert model.at(np.array([999, 3]), seed=0).to_dict() == found.take(np.array([999, 3])).to_dict()


def test_conditions_hold_beside_quotas() -> None:
    document = {"columns": {"id": "sequence", "c": {"categorical": ["a", "b"]}},
                "constraints": [{"quota": "c", "at least": 400}]}  # fmt: skip
    found = RulesModel.of(Document.of(document), rows=1000).sample(200, given={"c": "b"}).to_arrow().to_pandas()
    assert set(found.c) == {"b"} and found.id.tolist() == [*range(1, 201)]


def test_shares_that_no_number_of_rows_has_are_refused() -> None:
    document = {"columns": {"x": MONEY}, "constraints": [{"share": "x > 0", "between": [0.1, 0.1]}]}
    with pytest.raises(SettingsError, match=r"^error\[settings.unmet\]: \$\.constraints\[0\]: no whole number of 279"):
        RulesModel.of(Document.of(document), rows=279).sample(279)


def test_shares_that_cannot_be_are_not_dodged_by_missing_cells() -> None:
    document = {"columns": {"x": {"uniform": [0, 1]}}, "constraints": [{"share": "x > 2", "between": [0.5, 0.6]}]}
    with pytest.raises(SettingsError) as found:
        RulesModel.of(Document.of(document), rows=100).sample(100)
    assert found.value.code == "settings.unmet"


@pytest.mark.parametrize(("rows", "rule", "told"), [(2, {"at least": 3}, "few"), (50, {"at most": 3}, "many")])
def test_quotas_without_room_are_refused(rows: int, rule: dict[str, Any], told: str) -> None:
    document = {"columns": {"c": {"categorical": ["a", "b", "d"]}}, "constraints": [{"quota": "c", **rule}]}
    assert TablesModel.of({**document, "rows": 0}).sample()["table"].rows == 0
    with pytest.raises(SettingsError, match=f"{rows} rows are too {told}"):
        RulesModel.of(Document.of(document), rows=rows).sample(rows)


def test_quotas_of_children() -> None:
    found = children({}, [{"quota": "account", "at least": 2, "at most": 7}])
    assert found.account.value_counts().agg(["min", "max"]).tolist() == [2, 7]
    assert found.account.nunique() == 300


def test_sums_over_the_rows_of_the_same_parent() -> None:
    columns = {"amount": {"uniform": [1, 9], "decimals": 2}, "whole": MONEY, "part": {"uniform": [0, 1]}}
    found = children(columns, [{"total": "whole == sum(amount)", "by": "account"},
                               {"total": "part == amount / sum(amount)", "by": "account"}])  # fmt: skip
    whole = found.groupby("account").amount.transform("sum")
    assert np.allclose(found.whole, whole, atol=1e-6)
    assert np.allclose(found.part, found.amount / whole)


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"running": "b == previous(b) + a"}, "by"), ({"running": "b == previous(a) + a", "by": "account"}, "added"),
        ({"gap": "line", "by": "account", "at least": "1 day"}, "not drawn"),
        ({"gap": "a", "by": "account", "at least": "1 day"}, "numbers"),
        ({"gap": "n", "by": "account", "at most": 3}, "missing"), ({"gap": "a", "by": "b", "at most": 3}, "reference"),
        ({"share": "n > 0", "between": [0, 0.1]}, "missing"), ({"quota": "line", "at least": 1}, "list of values"),
        ({"total": "a <= sum(b)", "by": "account"}, "equation"),
        ({"running": "line == previous(line) + a", "by": "account", "start": 0}, "not drawn"),
        ({"running": "a == previous(a) + b", "by": "account", "order": "a"}, "orders"),
    ],
)  # fmt: skip
def test_what_cannot_be_held_is_refused_with_the_reason(rule: dict[str, Any], told: str) -> None:
    with pytest.raises(SettingsError) as found:
        children({"a": MONEY, "b": MONEY, "n": {**MONEY, "missing": 0.1}}, [rule])
    assert found.value.code == "settings.unheld" and told in found.value.what
