"""What held in every row that was learned holds in every row that is drawn."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import likewise
from likewise.constraints.mining.mine import mine
from likewise.core.table import Table
from likewise.errors import ConditionError
from likewise.techniques.autoregressive import Autoregressive

SCHOOL = {"Basic": 8, "High": 12, "Bachelor": 16, "Doctor": 20}


def orders(rows: int = 4000) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    placed = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 600, rows), "D")
    paid = placed + pd.to_timedelta(rng.integers(0, 30, rows), "D")
    sent = pd.Series(paid + pd.to_timedelta(rng.poisson(3, rows), "D"))
    sent[rng.random(rows) < 0.1] = None
    net = np.round(rng.gamma(2, 40, rows), 2)
    tax = np.round(net * rng.choice([0.07, 0.19], rows), 2)
    school = rng.choice(list(SCHOOL), rows)
    return pd.DataFrame({
        "gross": np.round(net + tax, 2), "net": net, "tax": tax, "sent": sent, "placed": placed, "paid": paid,
        "years": pd.Series(school).map(SCHOOL), "school": school,
    })  # fmt: skip


@pytest.fixture(scope="module", params=["given", "falling"])
def model(request: pytest.FixtureRequest) -> likewise.Model:
    return Autoregressive(order=request.param).fit(orders(), seed=1)


def test_columns_of_many_values_come_first_where_that_is_asked_for() -> None:
    rng = np.random.default_rng(0)
    rows = {"flag": rng.choice(["a", "b"], 2000), "size": rng.normal(size=2000), "code": rng.integers(0, 9, 2000)}
    places = {
        order: [step.column for step in Autoregressive(order=order).fit(rows).steps] for order in ("given", "falling")
    }
    assert places == {"given": [0, 1, 2], "falling": [1, 2, 0]}


def test_every_rule_holds_in_every_row(model: likewise.Model) -> None:
    drawn = Table.from_any(model.sample(50_000, seed=3))
    rules = mine(Table.from_any(orders())).items
    assert len(rules) >= 5
    for rule in rules:
        assert rule.holds(drawn).all(), rule.said()


def test_rules_hold_under_conditions_too(model: likewise.Model) -> None:
    drawn = model.sample(2000, given={"school": "Doctor", "sent": ("2023-06-01", "2023-07-15")}, seed=3)
    assert (drawn.years == 20).all()
    assert (drawn.placed <= drawn.paid).all()
    assert (drawn.paid <= drawn.sent).all()
    assert drawn.sent.between("2023-06-01", "2023-07-15").all()


def test_a_decided_and_a_computed_column_can_be_given(model: likewise.Model) -> None:
    drawn = model.sample(1000, given={"years": 12, "gross": (50, 200)}, seed=3)
    assert (drawn.school == "High").all()
    assert drawn.gross.between(50, 200).all()
    assert np.allclose(drawn.gross, drawn.net + drawn.tax, atol=0.005)


def test_marginals_survive_the_rules(model: likewise.Model) -> None:
    real, drawn = orders(), model.sample(20_000, seed=3)
    for name in ("gross", "sent", "placed", "paid"):
        assert np.isclose(drawn[name].rank(pct=True).mean(), 0.5, atol=0.01)
        gap = abs(real[name].dropna().quantile(0.5) - drawn[name].dropna().quantile(0.5))
        spread = real[name].dropna().quantile(0.9) - real[name].dropna().quantile(0.1)
        assert gap / spread < 0.05, name
    assert abs(drawn.sent.isna().mean() - 0.1) < 0.02


def test_rules_can_be_left_out() -> None:
    drawn = Autoregressive(keep_rules=False).fit(orders(), seed=1).sample(2000)
    assert not np.allclose(drawn.gross, drawn.net + drawn.tax, atol=0.005)


def test_the_card_says_which_rules_hold(model: likewise.Model) -> None:
    notes = " ".join(model.card.notes)
    assert "`gross` is `net` plus `tax`" in notes
    assert "`placed` is never above `paid`" in notes


def test_partial_rows_bound_what_is_drawn(model: likewise.Model) -> None:
    known = pd.DataFrame({"placed": pd.to_datetime(["2023-05-01"] * 50), "net": [100.0] * 50})
    drawn = model.sample(50, given=known, seed=1)
    assert (drawn.paid >= drawn.placed).all()
    assert np.allclose(drawn.gross, 100 + drawn.tax, atol=0.005)


def test_a_known_sum_is_taken_apart(model: likewise.Model) -> None:
    known = pd.DataFrame({"gross": [150.0, 150.0, None], "net": [130.0, None, 90.0]})
    drawn = model.sample(3, given=known, seed=1)
    assert drawn.gross[:2].tolist() == [150.0, 150.0]
    assert np.allclose(drawn.gross, drawn.net + drawn.tax, atol=0.005)
    assert drawn.tax[0] == 20.0
    assert drawn.tax.min() >= 0


def test_a_rare_value_of_a_computed_column_can_be_given(model: likewise.Model) -> None:
    drawn = model.sample(20, given={"gross": (59.5, 60.5)}, seed=3)
    assert drawn.gross.between(59.5, 60.5).all()


def test_a_computed_column_is_bounded_by_what_it_is_computed_from(model: likewise.Model) -> None:
    with pytest.raises(ConditionError, match="gross") as fault:
        model.sample(5, given={"gross": (1e6, None)})
    assert "nearest" in (fault.value.hint or "")


def accounts(rows: int = 3000) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({name: rng.integers(0, 300, rows) for name in ("rent", "food", "rest", "saved")})
    frame["total"] = frame.rent + frame.food + frame.rest
    frame["left"] = frame.total - frame.saved  # a formula of a formula's column, and a difference
    frame["games"] = rng.integers(1, 50, rows)
    frame["wins"] = rng.binomial(frame.games, 0.4)
    frame["share"] = (frame.wins / frame.games).round(2)
    return frame


def test_long_sums_differences_and_ratios_hold_in_every_row() -> None:
    real = accounts()
    model, rules = Autoregressive().fit(real, seed=1), mine(Table.from_any(real)).items
    drawn = Table.from_any(model.sample(20_000, seed=3))
    assert {rule.said() for rule in rules} >= {"`total` is `rent` plus `food` plus `rest`"}
    assert (drawn.numbers("left") == drawn.numbers("total") - drawn.numbers("saved")).all()
    for rule in rules:
        assert rule.holds(drawn).all(), rule.said()
    known = pd.DataFrame({"total": [250, 250, None], "rent": [200, None, 100], "saved": [10, 10, 10]})
    parts = model.sample(3, given=known, seed=1)
    assert (parts.total == parts.rent + parts.food + parts.rest).all()
    assert parts.total[:2].tolist() == [250, 250]
    assert parts.food.min() >= 0
