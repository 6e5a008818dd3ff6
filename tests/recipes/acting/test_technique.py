"""The technique of agents: rows of entities that come back, each event with all that it holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from likewise.core.state import from_bytes, to_bytes
from likewise.core.table import Table
from likewise.errors import ConditionError, FitError, SettingsError
from likewise.evaluation.behaviour.suite import judge_behaviour
from likewise.recipes.acting import Agents
from likewise.recipes.acting.model import AgentsModel

PEOPLE = 120


def orders() -> pd.DataFrame:
    """Return orders on working days, of several lines each; who is thrifty comes often, for few, known things."""
    rng = np.random.default_rng(0)
    rows, ticket = [], 1000
    for who in range(PEOPLE):
        is_thrifty, country, day, known = who % 3 == 0, ["DE", "FR"][who % 2], int(rng.integers(10)), list[int]()
        while day < 120:
            passed = pd.Timedelta(days=day // 5 * 7 + day % 5, minutes=int(rng.integers(540, 1020)))
            moment = pd.Timestamp("2026-01-05") + passed
            ticket += 1
            for _ in range(rng.integers(1, 5)):
                if not known or rng.random() < (0.2 if is_thrifty else 0.6):
                    known.append(int(rng.integers(80)))
                thing = known[rng.integers(len(known))]
                price = round(1.0 + thing / 4, 2)
                rows.append((f"C{who:04d}", ticket, moment, f"P{thing:02d}", f"thing {thing}",
                             int(rng.integers(1, 3 if is_thrifty else 9)), price, country))  # fmt: skip
            day += 1 + int(rng.exponential(4.0 if is_thrifty else 12.0))
    names = ["customer", "receipt", "at", "product", "called", "pieces", "price", "country"]
    return pd.DataFrame(rows, columns=names).sort_values("at", kind="stable", ignore_index=True)


REAL = orders()


@pytest.fixture(scope="module")
def model() -> AgentsModel:
    found = Agents(entity="customer", order="at", effort="fast").fit(REAL)
    assert isinstance(found, AgentsModel)
    return found


@pytest.fixture(scope="module")
def made(model: AgentsModel) -> pd.DataFrame:
    drawn = model.sample(len(REAL), seed=1)
    assert isinstance(drawn, pd.DataFrame)
    return drawn


def test_columns_are_found_to_be_what_they_are(model: AgentsModel) -> None:
    roles = model.roles
    assert roles is not None
    assert (roles.shared, dict(roles.told), roles.fixed, roles.others) == (
        ("product",), {"called": 0}, ("country",), ("pieces", "price"))  # fmt: skip
    assert [ticket.column.name for ticket in roles.tickets] == ["receipt"]
    assert any("receipt" in note for note in model.card.notes)


def test_rows_look_like_those_that_were_learned(made: pd.DataFrame) -> None:
    assert made.dtypes.tolist() == REAL.dtypes.tolist() and list(made) == list(REAL)
    assert made["at"].is_monotonic_increasing
    assert made["at"].dt.day_of_week.max() <= 4 and made["at"].dt.hour.between(9, 16).all()
    assert set(made["product"]) <= set(REAL["product"])
    assert made["customer"].str.fullmatch("C[0-9]{4}").all()


def test_what_belongs_together_stays_together(made: pd.DataFrame) -> None:
    assert (made["called"] == "thing " + made["product"].str[1:].astype(int).astype(str)).all()
    assert made.groupby("customer")["country"].nunique().max() == 1
    assert made.groupby(["customer", "at"])["receipt"].nunique().max() == 1
    assert made["receipt"].nunique() == made.groupby(["customer", "at"]).ngroups
    assert (made["price"] - (1 + made["product"].str[1:].astype(int) / 4)).abs().median() < 0.5


def test_agents_behave_as_entities_do(made: pd.DataFrame) -> None:
    both = [Table.from_any(REAL), Table.from_any(made)]
    found = judge_behaviour(both, "customer", "at", shared=["product"], amount="pieces")
    ratios = {score.name: score.value for score in found.scores}
    assert ratios["behaviour"] < 2.0 and max(ratios.values()) < 3.0


def test_traits_of_an_agent_show_in_all_its_events(made: pd.DataFrame) -> None:
    def spread(rows: pd.DataFrame) -> float:
        usual = rows.groupby("customer")["pieces"].mean()
        return float(usual.std())

    assert spread(made) == pytest.approx(spread(REAL), rel=0.35)


def test_the_same_seed_gives_the_same_rows_and_another_one_others(model: AgentsModel) -> None:
    first, again, other = (model.sample(300, seed=seed) for seed in (3, 3, 4))
    pd.testing.assert_frame_equal(first, again)
    assert not first["at"].equals(other["at"])


def test_a_model_file_draws_the_same_rows(model: AgentsModel) -> None:
    again = from_bytes(to_bytes(model))
    pd.testing.assert_frame_equal(again.sample(200, seed=4), model.sample(200, seed=4))


def test_conditions_on_what_is_fixed_pick_agents_and_others_keep_those_who_meet_them(model: AgentsModel) -> None:
    french = model.sample(150, given={"country": "FR"})
    assert set(french["country"]) == {"FR"} and len(french) == 150
    few = model.sample(40, given={"pieces": "<=4"})
    assert few["pieces"].max() <= 4 and len(few) == 40
    with pytest.raises(ConditionError, match="anew"):
        model.sample(5, given={"customer": "C0001"})
    with pytest.raises(ConditionError, match="few agents"):
        model.sample(1000, given={"product": "P01"})
    with pytest.raises(ConditionError, match="completed"):
        model.impute(REAL.head(5).assign(pieces=[None] * 5))


def test_other_blocks_have_agents_and_receipts_of_their_own(model: AgentsModel) -> None:
    first, second = (model.placed(model.draw(60, np.random.default_rng(k), None), 65_536 * k, 5) for k in (0, 1))
    for name in ("customer", "receipt"):
        assert not set(first.column(name).to_pylist()) & set(second.column(name).to_pylist())
    assert len(model.sample(0)) == 0 and len(model.sample(1)) == 1


def test_without_an_entity_rows_are_those_of_the_trees() -> None:
    rows = {"age": [20, 30, 40] * 50, "grown": ["no", "yes", "yes"] * 50}
    model = Agents().fit(rows)
    assert "acts once" in model.card.notes[0]
    assert set(zip(*model.sample(100).values(), strict=True)) <= {(20, "no"), (30, "yes"), (40, "yes")}
    assert model.impute({"age": [20], "grown": [None]})["grown"] == ["no"]


@pytest.mark.parametrize("order", ["day", "hour", "share"])
def test_plain_numbers_and_dates_are_times_too(order: str) -> None:
    rng = np.random.default_rng(0)
    steps = rng.integers(1, 9, (40, 12)).cumsum(axis=1).ravel()
    times = {"day": np.datetime64("2026-01-01") + steps, "hour": steps, "share": steps / 64}
    rows = {"who": np.repeat(np.arange(40), 12), order: times[order], "heat": rng.normal(size=480).round(2)}
    drawn = Agents(entity="who", order=order, effort="fast").fit(rows).sample(480, seed=1)
    for who in set(drawn["who"]):
        own = np.array(drawn[order])[np.array(drawn["who"]) == who]
        assert (own[1:] > own[:-1]).all()
    assert min(drawn[order]) >= min(times[order]) and max(drawn[order]) <= max(times[order])


def test_missing_values_come_back() -> None:
    seventh, fifth = REAL.index % 7 == 0, REAL.index % 5 == 0
    gaps = REAL.assign(product=REAL["product"].mask(seventh), pieces=REAL["pieces"].mask(fifth))
    gaps = gaps[gaps["customer"] < "C0060"]
    drawn = Agents(entity="customer", order="at", effort="fast").fit(gaps).sample(len(gaps), seed=1)
    assert drawn["product"].isna().mean() == pytest.approx(1 / 7, abs=0.04)
    assert drawn["pieces"].isna().mean() == pytest.approx(1 / 5, abs=0.05)


def test_whole_entities_are_held_back() -> None:
    table = Table.from_any(REAL)
    held = Agents(entity="customer", order="at").held_back(table, 0.2, np.random.default_rng(0))
    inside = set(REAL["customer"].iloc[held.rows])
    assert len(inside) == PEOPLE * 0.2 and len(held.rows) == REAL["customer"].isin(inside).sum()
    assert (held.entity, held.order) == ("customer", "at")


@pytest.mark.parametrize(("settings", "fault", "told"), [
    ({"entity": "nobody", "order": "at"}, FitError, "nobody"),
    ({"entity": "customer", "order": "never"}, FitError, "never"),
    ({"entity": "customer"}, FitError, "no column says when"),
    ({"entity": "customer", "order": "product"}, FitError, "cannot be ordered"),
    ({"entity": "customer", "order": "at", "shared": ["pieces"]}, SettingsError, "no levels"),
    ({"entity": "customer", "order": "at", "shared": ["country"]}, SettingsError, "never changes"),
    ({"entity": "customer", "order": "at", "shared": ["shop"]}, SettingsError, "no column `shop`")])  # fmt: skip
def test_columns_that_cannot_be_what_they_should_are_named(
    settings: dict[str, Any], fault: type[Exception], told: str
) -> None:  # fmt: skip
    with pytest.raises(fault, match=told):
        Agents(**settings).fit(REAL)


@pytest.mark.parametrize("settings", [{"order": "at"}, {"shared": ["product"]}])
def test_events_without_entities_are_told(settings: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match="entity="):
        Agents(**settings)


def test_one_shared_column_may_be_named_as_it_is() -> None:
    assert Agents(entity="customer", order="at", shared="product").shared == ("product",)  # type: ignore[arg-type]


def test_entities_that_are_missing_are_told() -> None:
    with pytest.raises(FitError, match="missing in 3 rows"):
        Agents(entity="customer", order="at").fit(REAL.assign(customer=REAL["customer"].where(REAL.index > 2)))


def test_columns_called_as_what_agents_look_at_are_refused() -> None:
    with pytest.raises(FitError, match="another name"):
        Agents(entity="customer", order="at").fit(REAL.rename(columns={"pieces": "before: price"}))


def test_larger_leaves_are_stricter() -> None:
    found: Sequence[Any] = [Agents(entity="customer", order="at")]
    while (stricter := found[-1].stricter()) is not None:
        found = [*found, stricter]
    assert [own.min_leaf for own in found] == [20, 40, 80, 160]
