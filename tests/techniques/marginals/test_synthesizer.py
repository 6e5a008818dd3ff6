"""Fits under a budget: what is learned, what it costs, and what it must never tell."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from likewise.core.schema import Schema
from likewise.core.state import load
from likewise.core.table import Table
from likewise.errors import PrivacyError, SettingsError
from likewise.privacy.accountant import mu_for
from likewise.privacy.contract import Contract
from likewise.techniques.marginals import Marginals, MarginalsModel

Domain = dict[str, Any]
Made = Callable[..., dict[str, list[Any]]]
ONE = {"a": {"kind": "category", "levels": ["x", "y"]}}


def fit(data: Any, domain: Any, epsilon: float = 20.0, **settings: Any) -> MarginalsModel:
    model = Marginals(epsilon=epsilon, domain=domain, **settings).fit(data)
    assert isinstance(model, MarginalsModel)
    return model


# -- what is learned --------------------------------------------------------------------------------------------------
def test_columns_and_what_hangs_on_what_come_back(model: MarginalsModel) -> None:
    drawn = {name: np.array(values) for name, values in model.sample(4000, seed=1).items()}
    assert list(drawn) == ["id", "age", "sex", "plan", "score", "since", "paid"]
    assert 0.27 < (drawn["sex"] == "F").mean() < 0.33
    assert ((drawn["plan"] == "gold") == (drawn["age"] > 60)).mean() > 0.93
    women = drawn["sex"] == "F"
    assert drawn["paid"][women].mean() > 0.7 and drawn["paid"][~women].mean() < 0.3
    gone = np.array([value is None for value in drawn["score"].tolist()])
    assert 0.07 < gone.mean() < 0.13
    assert np.corrcoef(drawn["age"][~gone], drawn["score"][~gone].astype(float))[0, 1] > 0.8


@pytest.mark.parametrize("mode", ["fast", "standard", "auto"])
def test_the_whole_budget_is_spent_and_no_more(people: Made, domain: Domain, mode: str) -> None:
    for epsilon in (0.1, 3.0):
        privacy = fit(people(500), domain, epsilon, delta=1e-5, mode=mode).card.privacy
        spent = math.fsum(event["mu"] ** 2 for event in privacy.events)
        assert privacy.mu == mu_for(epsilon, 1e-5)
        assert 0.999 < spent / privacy.mu**2 <= 1 + 1e-9
        assert (privacy.epsilon, privacy.delta, privacy.neighbours, privacy.unit) == (
            epsilon,
            1e-5,
            "add or remove",
            "row",
        )


def test_a_target_is_counted_beside_every_column(people: Made, domain: Domain) -> None:
    del domain["paid"]["role"]
    told = [event["what"] for event in fit(people(500), domain, target="plan", mode="fast").card.privacy.events]
    assert {"age x plan", "sex x plan", "plan x score", "plan x since", "plan x paid"} <= set(told)


def test_a_unit_moves_all_counts_together(people: Made, domain: Domain) -> None:
    contract = {"columns": domain, "unit": "id", "most": 4}
    privacy = fit(people(500), contract, 1.0).card.privacy
    assert privacy.unit == "id" and "at most 4" in privacy.statement
    one, four = (fit(people(500), given, 1.0).learned.sigma for given in (domain, contract))
    assert four == pytest.approx(4 * one)


def test_rows_of_one_unit_count_up_to_most(people: Made, domain: Domain) -> None:
    data = people(2000)
    data["id"] = [7] * 2000
    assert abs(fit(data, {"columns": domain, "unit": "id", "most": 2}, 50.0).rows - 2) < 40


def test_public_rows_stand_in_for_counts_and_are_told_apart(domain: Domain, people: Made) -> None:
    fitted = Marginals(epsilon=3.0, domain=domain, mode="fast").fit(people(3000), public=people(4000, seed=5))
    assert isinstance(fitted, MarginalsModel)
    bought = {event["what"] for event in fitted.card.privacy.events}
    known = {tuple(f.measurement.clique) for f in fitted.learned.graph.factors if len(f.measurement.clique) == 2}
    assert len(known) == 15 and len([what for what in bought if what.count(" x ") == 1]) < 15
    drawn = fitted.sample(2000)
    right = (np.array(drawn["plan"]) == "gold") == (np.array(drawn["age"]) > 60)
    assert right.mean() > 0.75
    assert any("4,000 public rows" in note for note in fitted.card.notes)


# -- odd tables -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [0, 1, 2])
def test_few_rows_or_none_are_fitted_like_many(people: Made, domain: Domain, rows: int) -> None:
    model = fit(people(rows), domain, 1.0)
    few = model.sample(50)
    assert len(few["age"]) == 50 and all(0 <= age <= 99 for age in few["age"]) and model.rows < 2000
    assert model.sample(0)["age"] == [] and len(model.sample(1)["age"]) == 1


@pytest.mark.parametrize(
    ("values", "column"),
    [
        (["x"] * 300, {"kind": "category", "levels": ["x", "y"]}),
        ([5] * 300, {"kind": "number", "integer": True, "min": 0, "max": 1000}),
        ([None] * 300, {"kind": "number", "min": 0, "max": 1, "missing": True}),
        ([0.25] * 300, {"kind": "number", "min": 0.25, "max": 0.25}),
        (["only"] * 300, {"kind": "category", "levels": ["only"]}),
    ],
)
@pytest.mark.parametrize("beside", [False, True])
def test_constant_columns_alone_and_beside_others(values: list[Any], column: dict[str, Any], beside: bool) -> None:
    data, domain = {"c": values}, {"c": column}
    if beside:
        data, domain = {**data, "a": ["x", "y"] * 150}, {**domain, **ONE}
    drawn = fit(data, domain, 200.0).sample(100)
    hit = sum(value == values[0] for value in drawn["c"])
    assert hit > 80


def test_one_column_spends_all_on_itself() -> None:
    model = fit({"a": ["x"] * 900 + ["y"] * 100}, ONE, 1.0)
    spent = math.fsum(event["mu"] ** 2 for event in model.card.privacy.events)
    assert spent == pytest.approx((model.card.privacy.mu or 0) ** 2, rel=1e-3)
    assert abs(model.sample(1000)["a"].count("y") - 100) < 100


def test_every_container_goes_in_and_comes_back(people: Made, domain: Domain) -> None:
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    data = people(300)
    for given in (pandas.DataFrame(data), polars.DataFrame(data), pa.table(data)):
        drawn = fit(given, domain).sample(5)
        assert type(drawn) is type(given)
    assert isinstance(fit(data, domain).sample(5), dict)
    with pytest.raises(PrivacyError, match=r"inferred from all of its rows"):
        fit(Table.from_any(data), domain)


# -- what follows from what -------------------------------------------------------------------------------------------
def test_no_seed_reaches_the_noise(people: Made, domain: Domain) -> None:
    one, other = (Marginals(epsilon=1.0, domain=domain).fit(people(300), seed=3) for _ in range(2))
    assert isinstance(one, MarginalsModel) and isinstance(other, MarginalsModel)
    values = [np.concatenate([f.measurement.values.ravel() for f in m.learned.graph.factors[:7]]) for m in (one, other)]
    assert values[0].shape != values[1].shape or not np.array_equal(*values)


def test_rows_follow_from_model_and_seed(model: MarginalsModel) -> None:
    assert model.sample(200, seed=4) == model.sample(200, seed=4) != model.sample(200, seed=5)


def test_a_model_file_gives_the_same_rows(model: MarginalsModel, tmp_path: Any) -> None:
    model.save(tmp_path / "m.likewise")
    again = load(tmp_path / "m.likewise")
    assert isinstance(again, MarginalsModel) and again.contract.to_dict() == model.contract.to_dict()
    assert again.sample(300, seed=2) == model.sample(300, seed=2)
    assert again.sample(50, seed=2, given={"sex": "F"}) == model.sample(50, seed=2, given={"sex": "F"})
    assert again.marginal(["sex", "paid"]).equals(model.marginal(["sex", "paid"]))
    assert again.card == model.card


def test_settings_are_plain_values(domain: Domain) -> None:
    for given in (domain, Contract.of(domain)):
        settings = Marginals(epsilon=1.0, domain=given, constraints=["age >= 18"])
        assert Marginals.from_dict(settings.to_dict()) == settings


# -- neighbours: what differs between them but by noise would tell them apart -----------------------------------------
def skeleton(model: MarginalsModel) -> Any:
    """Return all that a model file says which is not a noisy number."""
    privacy = model.card.privacy.model_dump(exclude={"events"})
    card = model.card.model_dump(exclude={"rows", "privacy"})
    return model.schema, model.container, model.contract.to_dict(), card, privacy


def changed(data: dict[str, list[Any]], **cells: Any) -> dict[str, list[Any]]:
    """Return the data with one more row."""
    first = {name: values[0] for name, values in data.items()} | cells
    return {name: [*values, first[name]] for name, values in data.items()}


NEIGHBOURS: list[dict[str, Any]] = [
    {},
    {"score": 4.123456789},
    {"score": "not a number"},
    {"age": 10**12},
    {"age": -1},
    {"age": None},
    {"age": 33.5},
    {"sex": "X"},
    {"plan": "never seen"},
    {"plan": "rare"},
    {"plan": "x" * 10_000},
    {"since": "1850-01-01"},
    {"since": "long ago"},
    {"paid": None},
]


@pytest.mark.parametrize("cells", NEIGHBOURS, ids=str)
@pytest.mark.parametrize("container", ["dict", "pandas"])
def test_one_row_more_changes_nothing_but_noisy_numbers(
    people: Made, domain: Domain, cells: dict[str, Any], container: str
) -> None:
    one, other = people(60), changed(people(60), **cells)
    if container == "pandas":
        pandas = pytest.importorskip("pandas")
        one, other = pandas.DataFrame(one), pandas.DataFrame(other)
    models = [fit(data, domain, 0.01, mode="fast") for data in (one, other)]
    assert skeleton(models[0]) == skeleton(models[1])
    states = [model.state() for model in models]
    assert states[0][0].keys() == states[1][0].keys() and states[0][0]["contract"] == states[1][0]["contract"]
    assert {n: a.dtype for n, a in states[0][1].items()} == {n: a.dtype for n, a in states[1][1].items()}
    drawn = [model.sample(20) for model in models]
    types = [pa.table(rows).schema if container == "dict" else rows.dtypes.to_dict() for rows in drawn]
    assert container == "dict" or types[0] == types[1]


# -- what is refused --------------------------------------------------------------------------------------------------
def test_columns_that_nothing_is_declared_of_are_refused(people: Made, domain: Domain) -> None:
    del domain["plan"]
    with pytest.raises(PrivacyError) as caught:
        fit(people(20), domain)
    assert caught.value.code == "privacy.undeclared" and "plan" in str(caught.value)


@pytest.mark.parametrize("epsilon", [0, -1.0, math.inf, math.nan, "one", True])
def test_an_epsilon_that_is_none_is_refused(domain: Domain, epsilon: Any) -> None:
    with pytest.raises(SettingsError):
        Marginals(epsilon=epsilon, domain=domain)


@pytest.mark.parametrize("delta", [0.0, 1.0, -1e-9])
def test_a_delta_that_is_none_is_refused(domain: Domain, delta: float) -> None:
    with pytest.raises(SettingsError):
        Marginals(epsilon=1.0, delta=delta, domain=domain)


def test_an_unknown_target_is_refused(people: Made, domain: Domain) -> None:
    with pytest.raises(PrivacyError) as caught:
        fit(people(20), domain, target="payd")
    assert caught.value.code == "privacy.target" and "paid" in str(caught.value.hint)


def test_errors_on_data_tell_nothing_of_it() -> None:
    with pytest.raises(PrivacyError) as caught:
        fit({"a": ["x"] * 77, "b": ["secret"] * 3}, {**ONE, "b": ONE["a"]})
    said = f"{caught.value} {caught.value.hint}"
    assert "77" not in said and "secret" not in said and caught.value.__cause__ is None


def test_an_inferred_schema_is_no_contract(people: Made) -> None:
    schema: Schema = Table.from_any(people(50)).schema
    with pytest.raises((PrivacyError, SettingsError)):
        Marginals(epsilon=1.0, domain=schema)


def test_a_huge_budget_is_not_spent_on_less_noise_than_can_be_drawn() -> None:
    model = fit({"a": ["x"] * 700 + ["y"] * 300, "b": ["y"] * 700 + ["x"] * 300}, {**ONE, "b": ONE["a"]}, 1e5)
    assert model.rows == 1000 and sorted(model.sample(1000)["a"]) == ["x"] * 700 + ["y"] * 300
