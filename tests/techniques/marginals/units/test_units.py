"""Units and their rows: what is drawn, what is said of it, and what is refused."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.techniques.marginals.units.conftest import CHANCES, DOMAIN, histories

import likewise
from likewise.core.state import from_bytes, to_bytes
from likewise.errors import PrivacyError
from likewise.privacy.accountant import epsilon_of
from likewise.techniques.marginals import Units, UnitsModel


@pytest.fixture(scope="module")
def model() -> UnitsModel:
    fitted = Units(epsilon=1e4, domain=DOMAIN).fit(pd.DataFrame(histories(1500)))
    assert isinstance(fitted, UnitsModel)
    return fitted


@pytest.fixture(scope="module")
def drawn(model: UnitsModel) -> pd.DataFrame:
    found = model.sample_units(1500, seed=3)
    assert isinstance(found, pd.DataFrame)
    return found


def test_units_stand_together_under_new_ids(drawn: pd.DataFrame) -> None:
    assert list(drawn) == list(DOMAIN["columns"]) and drawn["who"].nunique() == 1500
    assert drawn["who"].str.fullmatch(r"P-\d{4}").all()
    assert (drawn["who"] != drawn["who"].shift()).sum() == 1500
    assert drawn.groupby("who")["sex"].nunique().max() == 1
    assert drawn.groupby("who").size().max() <= 30


def test_rows_follow_one_another_as_they_did(drawn: pd.DataFrame) -> None:
    after = drawn.groupby("who")["state"].shift(-1)
    for state, chances in CHANCES.items():
        found = after[(drawn["state"] == state) & after.notna()].value_counts(normalize=True)
        assert all(abs(found.get(to, 0.0) - chance) < 0.12 for to, chance in zip(CHANCES, chances, strict=True))
    days = pd.to_datetime(drawn["day"])
    steps = days.groupby(drawn["who"]).diff().dropna().dt.days
    assert steps.min() >= 0 and abs(steps.median() - 7.5) < 2 and (steps > 15).mean() < 0.05
    begin = drawn.groupby("who").first()
    assert (begin["state"] == "well").mean() > 0.97
    assert (pd.to_datetime(begin["day"]) < "2020-04-15").mean() > 0.97


def test_numbers_of_rows_and_columns_are_near_the_truth(drawn: pd.DataFrame, model: UnitsModel) -> None:
    real = pd.DataFrame(histories(1500))
    sizes = [frame.groupby("who").size().clip(upper=12).value_counts(normalize=True) for frame in (real, drawn)]
    assert sizes[0].sub(sizes[1], fill_value=0).abs().sum() / 2 < 0.06
    assert abs(model.rows / len(real) - 1) < 0.1 and abs(model.units / 1500 - 1) < 0.02
    assert abs(drawn["cost"].mean() / real["cost"].mean() - 1) < 0.25


def test_rows_are_asked_for_too(model: UnitsModel) -> None:
    found = model.sample(777, seed=1)
    assert len(found) == 777 and found.equals(model.sample(777, seed=1)) and not found.equals(model.sample(777, seed=2))


def test_a_model_is_the_same_after_a_way_through_a_file(model: UnitsModel) -> None:
    again = from_bytes(to_bytes(model))
    assert to_bytes(again) == to_bytes(model) and again.sample(50).equals(model.sample(50))


def test_the_card_tells_what_was_promised_and_bought(model: UnitsModel) -> None:
    privacy = model.card.privacy
    assert privacy.unit == "who" and "all rows of one `who`" in privacy.statement
    assert epsilon_of(math.sqrt(sum(event["mu"] ** 2 for event in privacy.events)), 1e-6) <= 1e4
    assert sum(event["mu"] ** 2 for event in privacy.events) == pytest.approx((privacy.mu or 0) ** 2, rel=1e-6)
    assert not [note for note in model.card.notes if "1500" in note]


def test_fit_takes_units_by_itself_where_a_contract_has_several_rows_each() -> None:
    assert likewise.fit(histories(), epsilon=1.0, domain=DOMAIN).technique == "units"
    assert likewise.fit(histories(), epsilon=1.0, domain={**DOMAIN, "most": 1}).technique == "marginals"
    assert likewise.fit(histories(), epsilon=1.0, domain=DOMAIN, technique="marginals").technique == "marginals"
    with pytest.raises(PrivacyError, match=r"target"):
        likewise.fit(histories(), epsilon=1.0, domain=DOMAIN, technique="units", target="state")


def test_a_run_tells_of_units_on_its_page() -> None:
    made = likewise.synthesize(histories(), epsilon=1.0, domain=DOMAIN)
    assert "all rows of one `who`" in made.report.to_markdown() and made.model.technique == "units"
    assert "who" in made.report.to_html()


@pytest.mark.parametrize("rows", [{name: [] for name in DOMAIN["columns"]}, histories(1)], ids=["none", "one unit"])
def test_hardly_any_rows_are_no_fault(rows: dict[str, list[Any]]) -> None:
    found = Units(epsilon=0.1, domain=DOMAIN).fit(rows).sample(20)
    assert len(found["who"]) == 20


def test_without_an_order_rows_are_drawn_by_their_unit_alone() -> None:
    columns = {**DOMAIN["columns"], "day": "ignore"}
    model = Units(epsilon=1e4, domain={**DOMAIN, "columns": columns}).fit(histories(1500))
    found = pd.DataFrame(model.sample_units(1500))
    assert list(found) == ["who", "sex", "state", "cost"]
    assert found.groupby("state")["cost"].mean().diff().dropna().abs().min() > 10


def test_without_a_unit_every_row_is_one() -> None:
    model = Units(epsilon=50.0, domain={"sex": {"kind": "category", "levels": ["F", "M"]}}).fit(
        {"sex": ["F", "M"] * 300}
    )
    assert model.card.privacy.unit == "row" and abs(model.rows - 600) < 60
    assert 60 < model.sample(200)["sex"].count("F") < 140


def test_steps_that_lead_too_far_are_shortened_together() -> None:
    last = np.datetime64("2021-12-31")
    days = [str(last - 40 + 5 * k) for k in range(9)] * 100
    rows = {"who": np.repeat(np.arange(100), 9).tolist(), "day": days}
    domain = {"columns": {name: DOMAIN["columns"][name] for name in ("who", "day")}, "unit": "who", "most": 30}
    found = pd.DataFrame(Units(epsilon=1.0, domain=domain).fit(rows).sample_units(200))
    moments = pd.to_datetime(found["day"])
    assert moments.max() <= pd.Timestamp("2021-12-31")
    assert moments.groupby(found["who"]).diff().dropna().dt.days.min() >= 0
